import type { AccountUpdated } from "../events.ts";
import type { Settings } from "../settings/settings.ts";
import { notional, type MarketScale } from "../values/market-rules.ts";
import type { Micros, Money } from "../values/units.ts";
import { AccountMargin } from "./account-margin.ts";
import { balanceClipped, balanceRulesOf, type BalanceRules } from "./balance-sizing.ts";
import type { Halts } from "./halts.ts";
import { MarginGuard, type MarginSnapshot, type MarginVerdict } from "./margin-guard.ts";
import type { AllowedSize } from "./order-sizing.ts";

/** Distance of a position that is worth no more than the equity: its price must move by the whole before the money is gone. */
const UNLEVERAGED_DISTANCE_BPS = 10_000;

/**
 * The account as the venue tells it, in both its uses: fitting sizes to the free collateral, and the margin guard.
 *
 * Until the account has said all that the guard asks for, quoting is held back as "not ready", which is no breach.
 */
export class AccountWatch {
  private readonly _scale: MarketScale;
  private readonly _halts: Halts;
  private readonly _account = new AccountMargin();
  private readonly _guard = new MarginGuard();
  private _rules: BalanceRules;
  private _rulesOf: Settings;
  /** Reasons of the last verdict, so that a change of them is told. */
  private _reasons = "";

  constructor(settings: Settings, scale: MarketScale, halts: Halts) {
    this._scale = scale;
    this._halts = halts;
    this._rulesOf = settings;
    this._rules = balanceRulesOf(settings);
  }

  /** When the margin's present breach began, in microseconds; null without one. */
  get breachedSinceUs(): number | null {
    return this._guard.breachedSinceUs;
  }

  /** The account's word on itself; the position is our own ledger's. */
  updated(event: AccountUpdated, positionLots: number, nowUs: Micros): void {
    this._account.balanceReported(nowUs, {
      availableForTrade: event.available,
      equity: event.equity,
      initialMargin: event.initialMargin,
    });
    this._account.positionReported({
      positionLots,
      markPrice: event.markTicks,
      liquidationPrice: event.liquidationTicks,
    });
  }

  /** Time since the balance was last heard of, in microseconds; null = never. */
  balanceAgeUs(nowUs: number): number | null {
    return this._account.balanceAgeUs(nowUs);
  }

  /** What the account has told last; null = not yet. */
  get available(): Money | null {
    return this._account.balance.availableForTrade;
  }

  /** What the last verdict held against the account, in the field's names. */
  get reasons(): string {
    return this._reasons;
  }

  snapshot(): MarginSnapshot {
    const snapshot = this._account.snapshot();
    if (!snapshot.hasPosition || snapshot.liquidationDistanceBps !== null) return snapshot;
    const { markPrice, positionLots } = this._account;
    if (markPrice === null || snapshot.equity === null) return snapshot;
    const worth = notional(this._scale, markPrice, Math.abs(positionLots));
    return worth <= snapshot.equity ? { ...snapshot, liquidationDistanceBps: UNLEVERAGED_DISTANCE_BPS } : snapshot;
  }

  /** Clips what of a size opens or grows the position by the free collateral; `openNotional` is that of the other live own orders. */
  fitted(
    allowed: AllowedSize,
    reducingLots: number,
    openNotional: Money,
    midHalfTicks: number | null,
    nowUs: number,
    settings: Settings,
  ): AllowedSize {
    if (settings !== this._rulesOf) {
      this._rulesOf = settings;
      this._rules = balanceRulesOf(settings);
    }
    if (!this._rules.isEnabled || midHalfTicks === null || midHalfTicks <= 0) return allowed;
    const { availableForTrade } = this._account.balance;
    const reading = { availableForTrade, ageUs: this._account.balanceAgeUs(nowUs), openNotional };
    const sized = balanceClipped(this._rules, this._scale, allowed.lots, reducingLots, reading, midHalfTicks);
    return sized.limit === null ? allowed : sized;
  }

  /** Judges the margin; true when its breach has lasted so long that the session must end. */
  judge(nowUs: Micros, settings: Settings): boolean {
    const verdict = this._guard.read(nowUs, this.snapshot(), settings);
    const reasons = verdict.reasons.join(" ");
    const hasChanged = reasons !== this._reasons;
    this._reasons = reasons;
    if (verdict.status === "clear" || verdict.status === "off") {
      const message = "the account's margin allows quoting";
      this._halts.lift("margin-guard", nowUs, { detail: verdict.status, message, severity: "info" });
      return false;
    }
    this._hold(verdict, reasons, hasChanged, nowUs);
    return verdict.mustEndSession;
  }

  private _hold(verdict: MarginVerdict, reasons: string, hasChanged: boolean, nowUs: Micros): void {
    const isBreach = verdict.status === "breached";
    const finding = {
      detail: isBreach ? reasons : `not-ready ${reasons}`,
      message: isBreach
        ? `quoting halted, the account breaches its margin limits: ${reasons}`
        : `quoting waits for the account: ${reasons}`,
      severity: isBreach ? ("critical" as const) : ("info" as const),
    };
    if (this._halts.halt("margin-guard", nowUs, finding)) return;
    if (hasChanged || verdict.isBreaching) this._halts.tell("margin-guard", "changed", nowUs, finding);
  }
}
