import type { DecisionCode } from "../decision.ts";
import type { CancelReason, Regime } from "../effects.ts";
import type { Settings } from "../settings/settings.ts";
import { secondsToUs, type OrderSide } from "../values/units.ts";
import { legacyToxicity, pauseBoundBps, type ToxicitySettings } from "./legacy-toxicity.ts";

export type GuardSettings = ToxicitySettings &
  Pick<
    Settings,
    "marketProfile" | "minSpreadBps" | "imbalancePauseThreshold" | "imbalanceWindowS" | "volRegimeShortWindowS"
  >;

/** What the guard reads of the market; null = not known. */
export interface GuardReadings {
  readonly nowUs: number;
  readonly settings: GuardSettings;
  readonly spreadBps: number | null;
  /** Mean over the imbalance window, -1 to 1; positive = more size on the bid. */
  readonly imbalance: number | null;
  readonly microVolBps: number | null;
  readonly microDriftBps: number | null;
  readonly regime: Regime;
  /** The regime asks for a pause: EXTREME, in the crypto profile. */
  readonly isRegimePause: boolean;
}

export type GuardCode =
  | "allow"
  | Extract<DecisionCode, "skip_min_spread" | "skip_imbalance" | "skip_imbalance_pause" | "skip_toxicity">;

/** Answer of the guard. The guard owns the object: it holds until the next evaluation. */
export interface GuardVerdict {
  readonly code: GuardCode;
  /** Set when only the reducing side's override let the quote pass. */
  readonly override: Extract<DecisionCode, "allow_imbalance_inventory_override"> | null;
  /** Widening to add, in bps. The regime's is not in it: the offset already carries the scale. */
  readonly extraBps: number;
  readonly detail: string | null;
  readonly reading: number | null;
  readonly bound: number | null;
  /** End of the pause behind a denial; null where it lasts as long as its condition. */
  readonly pauseUntilUs: number | null;
  /** Why a resting order goes with the denial; null = it stays. */
  readonly cancelReason: Extract<CancelReason, "min_spread" | "imbalance" | "imbalance_pause" | "toxicity"> | null;
}

type MutableVerdict = { -readonly [Field in keyof GuardVerdict]: GuardVerdict[Field] };

/**
 * The gates before any pricing: least spread, imbalance pause, toxicity. Pauses are kept per slot and survive a change of profile.
 *
 * Legacy: an imbalance keeps the resting order; toxicity is static and lasts while its condition does. Crypto: every denial cancels; an EXTREME regime pauses; a
 * side that reduces a loaded inventory (`hasOverride`) passes an imbalance, and an EXTREME regime too, there at the EXTREME scale, which its
 * offset carries anyway (decisions, Signals).
 */
export class ToxicityGuard {
  private _imbalanceUntilUs = new Float64Array(0);
  private _regimeUntilUs = new Float64Array(0);
  private readonly _verdict: MutableVerdict = {
    code: "allow",
    override: null,
    extraBps: 0,
    detail: null,
    reading: null,
    bound: null,
    pauseUntilUs: null,
    cancelReason: null,
  };

  /** Widening of the last evaluation, in bps. */
  get extraBps(): number {
    return this._verdict.extraBps;
  }

  evaluate(slotIndex: number, side: OrderSide, hasOverride: boolean, readings: GuardReadings): GuardVerdict {
    this._makeRoom(slotIndex);
    this._clear();
    const { settings, spreadBps } = readings;
    if (settings.minSpreadBps > 0 && spreadBps !== null && spreadBps < settings.minSpreadBps) {
      return this._deny("skip_min_spread", "min_spread", null, spreadBps, settings.minSpreadBps, null);
    }
    return settings.marketProfile === "legacy"
      ? this._evaluateLegacy(slotIndex, side, readings)
      : this._evaluateCrypto(slotIndex, side, hasOverride, readings);
  }

  private _evaluateLegacy(slotIndex: number, side: OrderSide, readings: GuardReadings): GuardVerdict {
    const { settings, imbalance, nowUs } = readings;
    const untilUs = this._imbalanceUntilUs[slotIndex] ?? 0;
    const threshold = settings.imbalancePauseThreshold;
    if (nowUs < untilUs) return this._deny("skip_imbalance_pause", null, null, imbalance, threshold, untilUs);
    if (isAgainst(side, imbalance, threshold)) {
      const pauseUntilUs = this._pauseForImbalance(slotIndex, readings);
      return this._deny("skip_imbalance", null, null, imbalance, threshold, pauseUntilUs);
    }
    const { pause, extraBps } = legacyToxicity(readings.microVolBps, readings.microDriftBps, settings);
    if (pause !== null) {
      const isVolatility = pause === "volatility_spike";
      const limitBps = isVolatility ? settings.microVolMaxBps : settings.microDriftMaxBps;
      const reading = isVolatility ? readings.microVolBps : readings.microDriftBps;
      return this._deny("skip_toxicity", "toxicity", pause, reading, pauseBoundBps(limitBps), null);
    }
    this._verdict.extraBps = extraBps;
    return this._verdict;
  }

  private _evaluateCrypto(
    slotIndex: number,
    side: OrderSide,
    hasOverride: boolean,
    readings: GuardReadings,
  ): GuardVerdict {
    const { settings, imbalance, nowUs, isRegimePause } = readings;
    const threshold = settings.imbalancePauseThreshold;
    const imbalanceUntilUs = this._imbalanceUntilUs[slotIndex] ?? 0;
    if (nowUs < imbalanceUntilUs) {
      if (hasOverride) return this._allowOverride(imbalance, threshold);
      return this._deny("skip_imbalance_pause", "imbalance_pause", null, imbalance, threshold, imbalanceUntilUs);
    }
    const regimeUntilUs = this._regimeUntilUs[slotIndex] ?? 0;
    const isPausing = nowUs < regimeUntilUs;
    // An override passes an EXTREME regime at its scale, but not the rest of a pause, when the scale is gone
    if (isPausing && !(hasOverride && isRegimePause)) return this._denyRegime(readings, regimeUntilUs);
    if (isAgainst(side, imbalance, threshold)) {
      if (hasOverride) return this._allowOverride(imbalance, threshold);
      const pauseUntilUs = this._pauseForImbalance(slotIndex, readings);
      return this._deny("skip_imbalance", "imbalance", null, imbalance, threshold, pauseUntilUs);
    }
    if (!isRegimePause) return this._verdict;
    if (!isPausing) {
      this._regimeUntilUs[slotIndex] =
        nowUs + Math.max(1_000_000, Math.round(settings.volRegimeShortWindowS * 100_000));
    }
    return hasOverride ? this._verdict : this._denyRegime(readings, this._regimeUntilUs[slotIndex] ?? 0);
  }

  private _allowOverride(imbalance: number | null, threshold: number): GuardVerdict {
    const verdict = this._verdict;
    verdict.override = "allow_imbalance_inventory_override";
    verdict.reading = imbalance;
    verdict.bound = threshold;
    return verdict;
  }

  private _denyRegime(readings: GuardReadings, untilUs: number): GuardVerdict {
    return this._deny("skip_toxicity", "toxicity", readings.regime.toLowerCase(), null, null, untilUs);
  }

  private _pauseForImbalance(slotIndex: number, readings: GuardReadings): number {
    const untilUs = readings.nowUs + Math.max(1_000_000, secondsToUs(readings.settings.imbalanceWindowS));
    this._imbalanceUntilUs[slotIndex] = untilUs;
    return untilUs;
  }

  private _deny(
    code: Exclude<GuardCode, "allow">,
    cancelReason: GuardVerdict["cancelReason"],
    detail: string | null,
    reading: number | null,
    bound: number | null,
    pauseUntilUs: number | null,
  ): GuardVerdict {
    const verdict = this._verdict;
    verdict.code = code;
    verdict.cancelReason = cancelReason;
    verdict.detail = detail;
    verdict.reading = reading;
    verdict.bound = bound;
    verdict.pauseUntilUs = pauseUntilUs;
    return verdict;
  }

  private _clear(): void {
    const verdict = this._verdict;
    verdict.code = "allow";
    verdict.override = null;
    verdict.extraBps = 0;
    verdict.detail = null;
    verdict.reading = null;
    verdict.bound = null;
    verdict.pauseUntilUs = null;
    verdict.cancelReason = null;
  }

  private _makeRoom(slotIndex: number): void {
    if (slotIndex < this._imbalanceUntilUs.length) return;
    this._imbalanceUntilUs = grown(this._imbalanceUntilUs, slotIndex + 1);
    this._regimeUntilUs = grown(this._regimeUntilUs, slotIndex + 1);
  }
}

/** Size piles up on the side that this quote would be run over from: bids against a sell, asks against a buy. */
function isAgainst(side: OrderSide, imbalance: number | null, threshold: number): boolean {
  if (!(threshold > 0) || imbalance === null) return false;
  return side === "sell" ? imbalance > threshold : imbalance < -threshold;
}

function grown(values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(length);
  copy.set(values);
  return copy;
}
