import type { Settings } from "../settings/settings.ts";
import type { OrderSide } from "../values/units.ts";

export type TrendDirection = "BULLISH" | "BEARISH" | "NEUTRAL";

export type TrendSettings = Pick<Settings, "trendEnabled" | "trendFastEmaS" | "trendSlowEmaS">;

/** Volatility that a trend is measured against when none is known, in bps. */
const UNKNOWN_VOLATILITY_BPS = 10;

/**
 * Trend of the mid: the difference of two time-weighted means. A mid that comes `dt` after the last weighs `1 - exp(-dt / tau)` with tau = half the horizon;
 * the first slow horizon after the start or a gap reads NEUTRAL (decisions, Signals).
 */
export class TrendSignal {
  private _fast = 0;
  private _slow = 0;
  private _firstUs: number | null = null;
  private _lastUs = 0;

  update(nowUs: number, mid: number, settings: TrendSettings): void {
    if (this._firstUs === null) {
      this._fast = mid;
      this._slow = mid;
      this._firstUs = nowUs;
    } else {
      const elapsedUs = nowUs - this._lastUs;
      this._fast += weight(elapsedUs, settings.trendFastEmaS) * (mid - this._fast);
      this._slow += weight(elapsedUs, settings.trendSlowEmaS) * (mid - this._slow);
    }
    this._lastUs = nowUs;
  }

  direction(nowUs: number, settings: TrendSettings): TrendDirection {
    const difference = this._isReady(nowUs, settings) ? this._fast - this._slow : 0;
    return difference > 0 ? "BULLISH" : difference < 0 ? "BEARISH" : "NEUTRAL";
  }

  /** |fast - slow| / slow in bps over the medium window's volatility, at most 1; 0 while neutral. */
  strength(nowUs: number, settings: TrendSettings, mediumVolatilityBps: number | null): number {
    if (!this._isReady(nowUs, settings)) return 0;
    const differenceBps = (Math.abs(this._fast - this._slow) / this._slow) * 10_000;
    const reference =
      mediumVolatilityBps !== null && mediumVolatilityBps > 0 ? mediumVolatilityBps : UNKNOWN_VOLATILITY_BPS;
    return Math.min(1, differenceBps / reference);
  }

  /** Time until the first slow horizon is over; 0 when it is. */
  warmingUs(nowUs: number, settings: TrendSettings): number {
    if (this._firstUs === null) return settings.trendSlowEmaS * 1e6;
    return Math.max(0, settings.trendSlowEmaS * 1e6 - (nowUs - this._firstUs));
  }

  reset(): void {
    this._firstUs = null;
  }

  private _isReady(nowUs: number, settings: TrendSettings): boolean {
    return settings.trendEnabled && this._firstUs !== null && this.warmingUs(nowUs, settings) === 0;
  }
}

/** Strength of a trend that pushes against the position (long in a fall, short in a rise); null when it does not. */
export function adverseStrength(direction: TrendDirection, strength: number, positionLots: number): number | null {
  const isAdverse = (direction === "BEARISH" && positionLots > 0) || (direction === "BULLISH" && positionLots < 0);
  return isAdverse ? strength : null;
}

/** The side that a trend runs against: sells in a rise, buys in a fall. */
export function isCounterSide(direction: TrendDirection, side: OrderSide): boolean {
  return direction === "BULLISH" ? side === "sell" : direction === "BEARISH" && side === "buy";
}

function weight(elapsedUs: number, horizonS: number): number {
  // A horizon of 0 follows the mid
  return horizonS > 0 ? 1 - Math.exp(-elapsedUs / (horizonS * 500_000)) : 1;
}
