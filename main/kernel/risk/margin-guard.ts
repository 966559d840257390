import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";
import { money, secondsToUs, MONEY_DECIMALS, type Money } from "../values/units.ts";

const ONE_USD = money(10n ** BigInt(MONEY_DECIMALS));

/** Relative closeness to a limit from which on decimals decide: far above the four roundings of the doubles. */
const RELATIVE_MARGIN = 2 ** -48;

/** What is known of the account. `null` = the venue has not said it. */
export interface MarginSnapshot {
  readonly availableForTrade: Money | null;
  readonly equity: Money | null;
  readonly initialMargin: Money | null;
  readonly hasPosition: boolean;
  /** |mark - liquidation| / mark in bps; null when flat or unknown. */
  readonly liquidationDistanceBps: number | null;
}

export type MarginReason =
  | "available_for_trade_missing"
  | "available_for_trade"
  | "available_ratio_missing"
  | "available_ratio"
  | "margin_utilization_missing"
  | "margin_utilization"
  | "liq_distance_missing"
  | "liq_distance";

/** `off`: switched off. `not-ready`: the account has not yet said all that is asked of it; nothing may be quoted, and nothing is wrong yet. */
export type MarginStatus = "off" | "not-ready" | "clear" | "breached";

export interface MarginVerdict {
  readonly status: MarginStatus;
  /** Limits that are breached or cannot be judged, in the reference's order. */
  readonly reasons: readonly MarginReason[];
  /** True at the reading that begins a breach: journal it and cancel all. */
  readonly isBreaching: boolean;
  /** True at the reading that ends a breach. */
  readonly isClearing: boolean;
  /** True once, when a breach has lasted `MM_MARGIN_GUARD_SHUTDOWN_BREACH_S`. */
  readonly mustEndSession: boolean;
}

/** Reasons why the account's margin does not allow quoting, in order. Exact in money. Source: reference, section G (margin guard). */
export function marginReasons(snapshot: MarginSnapshot, settings: Settings): readonly MarginReason[] {
  const { availableForTrade, initialMargin, liquidationDistanceBps } = snapshot;
  const equity = snapshot.equity !== null && snapshot.equity > 0n ? snapshot.equity : null;
  const reasons: MarginReason[] = [];
  // A minimum of 0 asks for a balance, whatever it is.
  if (availableForTrade === null) reasons.push("available_for_trade_missing");
  else if (compareWithShare(availableForTrade, ONE_USD, settings.minAvailableBalanceForTrading) < 0)
    reasons.push("available_for_trade");
  if (settings.minAvailableBalanceRatio > 0) {
    if (availableForTrade === null || equity === null) reasons.push("available_ratio_missing");
    else if (compareWithShare(availableForTrade, equity, settings.minAvailableBalanceRatio) < 0)
      reasons.push("available_ratio");
  }
  if (settings.maxMarginUtilization > 0) {
    if (initialMargin === null || equity === null) reasons.push("margin_utilization_missing");
    else if (compareWithShare(initialMargin, equity, settings.maxMarginUtilization) > 0)
      reasons.push("margin_utilization");
  }
  if (settings.minLiqDistanceBps > 0 && snapshot.hasPosition) {
    if (liquidationDistanceBps === null) reasons.push("liq_distance_missing");
    else if (liquidationDistanceBps < settings.minLiqDistanceBps) reasons.push("liq_distance");
  }
  return reasons;
}

/**
 * Follows the margin limits in time. Times are microseconds; a reading is due about every second and at every word of the account.
 *
 * A value that the account has never said is `not-ready`: it holds quoting back and never ends a session (the mend of N 23). One that was known
 * and goes missing is a breach like any other. A change of settings keeps the beginning of a breach.
 */
export class MarginGuard {
  private readonly _everKnown = new Set<MarginReason>();
  private _breachedSinceUs: number | null = null;
  private _hasAskedToEnd = false;

  /** When the present breach began; null without one. */
  get breachedSinceUs(): number | null {
    return this._breachedSinceUs;
  }

  read(nowUs: number, snapshot: MarginSnapshot, settings: Settings): MarginVerdict {
    this._remember(snapshot);
    const reasons = settings.marginGuardEnabled ? marginReasons(snapshot, settings) : [];
    const wasBreached = this._breachedSinceUs !== null;
    const isBreached = reasons.some((reason) => !reason.endsWith("_missing") || this._everKnown.has(reason));
    if (isBreached) this._breachedSinceUs ??= nowUs;
    else this._breachedSinceUs = null;
    if (!isBreached) this._hasAskedToEnd = false;
    const mustEndSession = isBreached && !this._hasAskedToEnd && this._isOverdue(nowUs, settings);
    if (mustEndSession) this._hasAskedToEnd = true;
    return {
      status: statusOf(settings, reasons, isBreached),
      reasons,
      isBreaching: isBreached && !wasBreached,
      isClearing: wasBreached && !isBreached,
      mustEndSession,
    };
  }

  /** Remembers under the name of its absence what the account has said at least once. */
  private _remember(snapshot: MarginSnapshot): void {
    const { availableForTrade, initialMargin, liquidationDistanceBps } = snapshot;
    const hasEquity = snapshot.equity !== null;
    if (availableForTrade !== null) this._everKnown.add("available_for_trade_missing");
    if (availableForTrade !== null && hasEquity) this._everKnown.add("available_ratio_missing");
    if (initialMargin !== null && hasEquity) this._everKnown.add("margin_utilization_missing");
    if (liquidationDistanceBps !== null) this._everKnown.add("liq_distance_missing");
  }

  private _isOverdue(nowUs: number, settings: Settings): boolean {
    const lastsUs = secondsToUs(settings.marginGuardShutdownBreachS);
    return lastsUs > 0 && this._breachedSinceUs !== null && nowUs - this._breachedSinceUs >= lastsUs;
  }
}

function statusOf(settings: Settings, reasons: readonly MarginReason[], isBreached: boolean): MarginStatus {
  if (!settings.marginGuardEnabled) return "off";
  if (isBreached) return "breached";
  return reasons.length > 0 ? "not-ready" : "clear";
}

/** Below 0, 0 or above 0 as money is less than, equal to or more than `share` of other money; exact for a share as typed. */
function compareWithShare(value: Money, whole: Money, share: number): number {
  const left = Number(value);
  const right = Number(whole) * share;
  if (Math.abs(left - right) > (Math.abs(left) + Math.abs(right)) * RELATIVE_MARGIN) return left - right;
  return new Decimal(value.toString()).cmp(new Decimal(whole.toString()).mul(share));
}
