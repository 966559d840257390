import type { Effect, RecordProfileChange } from "../kernel/effects.ts";
import type { ProfileSnapshot } from "../kernel/settings/profile.ts";
import { diffSettings } from "../kernel/settings/settings-diff.ts";
import type { MarketScale } from "../kernel/values/market-rules.ts";
import type { Money } from "../kernel/values/units.ts";

/** A change is judged after this long, and not before this many fills. Source: reference, section L. */
const JUDGED_AFTER_US = 300_000_000;
const JUDGED_AFTER_FILLS = 5;
/** Worse than before by more than this is degraded. */
const MARKOUT_BPS = -2;
const CAPTURE_BPS = -2;
const NET_USD = -50;
const MARKOUT_HORIZON_US = 1_000_000;
const ATTO = 1e18;

export const ROLLBACK_BY = "rollback";

/** What the watchdog wants done: put this profile back, and why. */
export interface Rollback {
  readonly to: ProfileSnapshot;
  readonly why: string;
}

/** Running totals of the session; doubles, for a comparison only. */
interface Totals {
  readonly fills: number;
  readonly notionalUsd: number;
  readonly captureUsd: number;
  readonly netUsd: number;
  readonly markouts: number;
  readonly markoutSumBps: number;
}

interface Pending {
  readonly sinceUs: number;
  readonly since: Totals;
  /** Mean 1 s markout and spread capture over notional before the first change that is not yet judged, bps; null = no fills then. */
  readonly markoutBps: number | null;
  readonly captureBps: number | null;
}

const NOTHING: Totals = { fills: 0, notionalUsd: 0, captureUsd: 0, netUsd: 0, markouts: 0, markoutSumBps: 0 };

/**
 * Judges each changed profile by what came of it, and asks for the last good one back when it did worse.
 *
 * Mends the reference (decisions, 31): the baseline is taken before the change and outlives further changes; what is rolled back to is the last
 * profile that was judged good, or the one before the first change. Works on the session's own clock, so the same session judges alike.
 */
export class RollbackWatchdog {
  readonly #scale: MarketScale;
  #totals = NOTHING;
  /** Where the stretch under the last good profile began. */
  #good = NOTHING;
  #goodProfile: ProfileSnapshot | null = null;
  #pending: Pending | null = null;

  constructor(scale: MarketScale) {
    this.#scale = scale;
  }

  /** Call with every event's time and effects, and the profile in force after it. */
  observe(nowUs: number, effects: readonly Effect[], present: ProfileSnapshot): Rollback | null {
    for (const effect of effects) this.#take(effect, nowUs);
    const pending = this.#pending;
    if (pending === null) return null;
    if (!present.settings.configRollbackEnabled) return this.#accept(present);
    const fills = this.#totals.fills - pending.since.fills;
    if (nowUs - pending.sinceUs < JUDGED_AFTER_US || fills < JUDGED_AFTER_FILLS) return null;
    const complaint = this.#complaint(pending);
    const to = this.#goodProfile;
    // What it brought while it was judged is what a later change is measured against
    this.#accept(present, pending.since);
    if (complaint === null || to === null) return null;
    const seconds = Math.round((nowUs - pending.sinceUs) / 1e6);
    const from = `profile ${present.name} revision ${present.revision}`;
    return {
      to,
      why: `${from} was rolled back to ${to.name} revision ${to.revision} after ${seconds} s: ${complaint}`,
    };
  }

  #take(effect: Effect, nowUs: number): void {
    const totals = this.#totals;
    switch (effect.type) {
      case "record-fill": {
        const { tickSize, lotSize } = this.#scale;
        const notionalUsd = totals.notionalUsd + effect.priceTicks * tickSize * effect.sizeLots * lotSize;
        const captureUsd = usd(effect.pnl.spreadCapture);
        this.#totals = { ...totals, fills: totals.fills + 1, notionalUsd, captureUsd, netUsd: usd(effect.pnl.net) };
        return;
      }
      case "record-sample":
        this.#totals = { ...totals, netUsd: usd(effect.pnl.net) };
        return;
      case "record-markout": {
        const { horizonUs, markoutBps } = effect;
        if (horizonUs !== MARKOUT_HORIZON_US || markoutBps === null) return;
        const markoutSumBps = totals.markoutSumBps + markoutBps;
        this.#totals = { ...totals, markouts: totals.markouts + 1, markoutSumBps };
        return;
      }
      case "record-profile-change":
        this.#changed(effect, nowUs);
        return;
      default:
    }
  }

  #changed({ before, after, by }: RecordProfileChange, nowUs: number): void {
    if (by === ROLLBACK_BY) {
      this.#accept(after);
      return;
    }
    if (diffSettings(before.settings, after.settings).length === 0) return;
    if (this.#pending === null) this.#goodProfile = before;
    const { markoutBps, captureBps } = this.#pending ?? meansOf(this.#good, this.#totals);
    this.#pending = { sinceUs: nowUs, since: this.#totals, markoutBps, captureBps };
  }

  #complaint(pending: Pending): string | null {
    const now = meansOf(pending.since, this.#totals);
    const net = this.#totals.netUsd - pending.since.netUsd;
    if (changeOf(pending.markoutBps, now.markoutBps) < MARKOUT_BPS)
      return `mean 1 s markout ${words(now.markoutBps)} bps, was ${words(pending.markoutBps)} bps`;
    if (net < NET_USD) return `the session's result changed by ${net.toFixed(2)}, bound ${NET_USD}`;
    const isCaptureWorse = (pending.captureBps ?? 0) > 0 && changeOf(pending.captureBps, now.captureBps) < CAPTURE_BPS;
    return isCaptureWorse ? `spread capture ${words(now.captureBps)} bps, was ${words(pending.captureBps)} bps` : null;
  }

  #accept(profile: ProfileSnapshot, since = this.#totals): null {
    this.#good = since;
    this.#goodProfile = profile;
    this.#pending = null;
    return null;
  }
}

function meansOf(from: Totals, to: Totals): Pick<Pending, "markoutBps" | "captureBps"> {
  const markouts = to.markouts - from.markouts;
  const notionalUsd = to.notionalUsd - from.notionalUsd;
  return {
    markoutBps: markouts === 0 ? null : (to.markoutSumBps - from.markoutSumBps) / markouts,
    captureBps: notionalUsd === 0 ? null : ((to.captureUsd - from.captureUsd) / notionalUsd) * 10_000,
  };
}

/** 0 where one of the two is not known: that proves nothing. */
function changeOf(before: number | null, after: number | null): number {
  return before === null || after === null ? 0 : after - before;
}

function usd(value: Money): number {
  return Number(value) / ATTO;
}

function words(bps: number | null): string {
  return bps === null ? "unknown" : bps.toFixed(2);
}
