import type { Regime } from "../effects.ts";
import { MID_WINDOW } from "../market/book-signals.ts";
import { HISTORY_US, type MidHistory } from "../market/mid-history.ts";
import type { Cadence, Settings } from "../settings/settings.ts";

export type RegimeSettings = Pick<
  Settings,
  | "volRegimeEnabled"
  | "volRegimeCalmBps"
  | "volRegimeElevatedBps"
  | "volRegimeExtremeBps"
  | "volRegimeHysteresisPct"
  | "volRegimeMinDwellS"
  | "volRegimeMediumWindowS"
  | "volEstimator"
  | "volUnknownRegime"
>;

const RANK = { CALM: 0, NORMAL: 1, ELEVATED: 2, EXTREME: 3 } as const satisfies Record<Regime, number>;
const BY_RANK = ["CALM", "NORMAL", "ELEVATED", "EXTREME"] as const satisfies readonly Regime[];

/** Volatility over one window. */
export interface VolatilityReading {
  /** Null with fewer than two mids. */
  readonly bps: number | null;
  /** Less than half of the window is covered: the true volatility is this or more. */
  readonly isMeasuring: boolean;
}

/** Volatility by the settings' estimator: the high-low range, or the square root of the sum of squared log returns. */
export function volatilityBps(
  mids: MidHistory,
  window: number,
  nowUs: number,
  estimator: Settings["volEstimator"],
): number | null {
  return estimator === "range" ? mids.rangeBps(window, nowUs) : mids.realizedBps(window, nowUs);
}

/** The reading that decides the regime: the medium window's, else the short one's. */
export function decidingBps(mediumBps: number | null, shortBps: number | null): number | null {
  return mediumBps ?? shortBps;
}

/** Volatility as it decides the regime, and whether enough of the medium window is covered to trust it. */
export function regimeReading(settings: RegimeSettings, mids: MidHistory, nowUs: number): VolatilityReading {
  const bps = decidingBps(
    volatilityBps(mids, MID_WINDOW.medium, nowUs, settings.volEstimator),
    volatilityBps(mids, MID_WINDOW.short, nowUs, settings.volEstimator),
  );
  const halfUs = Math.min(settings.volRegimeMediumWindowS * 1_000_000, HISTORY_US) / 2;
  return { bps, isMeasuring: bps === null || mids.coverageUs(MID_WINDOW.medium, nowUs) < halfUs };
}

/**
 * Regime of a known reading, without memory: at or above the extreme and elevated bounds, at or below the calm one, else NORMAL. With `margin` (a
 * fraction) a bound counts as undercut only that much below it.
 */
export function classifyVolatility(settings: RegimeSettings, bps: number, margin = 0): Regime {
  if (!settings.volRegimeEnabled) return "NORMAL";
  const share = 1 - margin;
  if (bps >= settings.volRegimeExtremeBps * share) return "EXTREME";
  if (bps >= settings.volRegimeElevatedBps * share) return "ELEVATED";
  if (bps <= settings.volRegimeCalmBps * share) return "CALM";
  return "NORMAL";
}

/** Multiplier of the offset in a regime. */
export function regimeScale(
  settings: Pick<Settings, "volOffsetScaleCalm" | "volOffsetScaleElevated" | "volOffsetScaleExtreme">,
  regime: Regime,
): number {
  switch (regime) {
    case "CALM":
      return settings.volOffsetScaleCalm;
    case "NORMAL":
      return 1;
    case "ELEVATED":
      return settings.volOffsetScaleElevated;
    case "EXTREME":
      return settings.volOffsetScaleExtreme;
  }
}

/** Only EXTREME asks for a pause. */
export function regimePauses(regime: Regime): boolean {
  return regime === "EXTREME";
}

/** Pace of quoting: the two settings in the legacy profile, the regime's own in crypto. */
export function cadence(
  settings: Pick<
    Settings,
    | "marketProfile"
    | "minRepriceIntervalS"
    | "maxOrderAgeS"
    | "regimeCadenceCalm"
    | "regimeCadenceNormal"
    | "regimeCadenceElevated"
    | "regimeCadenceExtreme"
  >,
  regime: Regime,
): Cadence {
  if (settings.marketProfile === "legacy") {
    return { minRepriceIntervalS: settings.minRepriceIntervalS, maxOrderAgeS: settings.maxOrderAgeS };
  }
  switch (regime) {
    case "CALM":
      return settings.regimeCadenceCalm;
    case "NORMAL":
      return settings.regimeCadenceNormal;
    case "ELEVATED":
      return settings.regimeCadenceElevated;
    case "EXTREME":
      return settings.regimeCadenceExtreme;
  }
}

/**
 * The market's volatility regime over time. Up at once; down only after the reading has stayed below the bound less its hysteresis for the dwell
 * time, and then no further than the worst seen while waiting. A window that is less than half covered counts as the settings' unknown regime, or
 * worse if what is covered, or the regime so far, already says worse.
 */
export class VolatilityRegime {
  private _regime: Regime | null = null;
  private _lowerSinceUs: number | null = null;
  private _worstWhileLower: Regime = "CALM";
  private _isMeasuring = true;

  /** The present regime; null before the first update. */
  get regime(): Regime | null {
    return this._regime;
  }

  /** True while the volatility is not known well enough to be trusted. */
  get isMeasuring(): boolean {
    return this._isMeasuring;
  }

  update(nowUs: number, settings: RegimeSettings, reading: VolatilityReading): Regime {
    this._isMeasuring = settings.volRegimeEnabled && reading.isMeasuring;
    const up = wanted(settings, reading, 0);
    // What is not measured is not calmer: after a gap the regime stays until half of the window is there again
    if (this._isMeasuring && this._regime !== null) return this._settle(worse(this._regime, up));
    if (this._regime === null || RANK[up] >= RANK[this._regime]) return this._settle(up);
    const down = wanted(settings, reading, settings.volRegimeHysteresisPct);
    if (RANK[down] >= RANK[this._regime]) return this._settle(this._regime);
    if (this._lowerSinceUs === null) {
      this._lowerSinceUs = nowUs;
      this._worstWhileLower = down;
    } else {
      this._worstWhileLower = worse(this._worstWhileLower, down);
    }
    if (nowUs - this._lowerSinceUs >= settings.volRegimeMinDwellS * 1e6) return this._settle(this._worstWhileLower);
    return this._regime;
  }

  private _settle(regime: Regime): Regime {
    this._regime = regime;
    this._lowerSinceUs = null;
    return regime;
  }
}

function wanted(settings: RegimeSettings, reading: VolatilityReading, margin: number): Regime {
  if (!settings.volRegimeEnabled) return "NORMAL";
  if (reading.bps === null) return settings.volUnknownRegime;
  const seen = classifyVolatility(settings, reading.bps, margin);
  return reading.isMeasuring ? worse(settings.volUnknownRegime, seen) : seen;
}

function worse(one: Regime, other: Regime): Regime {
  return BY_RANK[Math.max(RANK[one], RANK[other])] ?? "EXTREME";
}
