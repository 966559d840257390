import type { Settings } from "../settings/settings.ts";

export type TrendDirection = "BULLISH" | "BEARISH" | "NEUTRAL";

export type TrendSettings = Pick<Settings, "trendEnabled" | "trendFastEmaS" | "trendSlowEmaS">;

/** Volatility that a trend is measured against when none is known, in bps. */
const UNKNOWN_VOLATILITY_BPS = 10;

/**
 * Trend of the mid: the difference of two time-weighted means. A mid that comes `dt` after the last weighs `1 - exp(-dt / tau)` with tau = half the horizon;
 * the first slow horizon after the start or a gap reads NEUTRAL (decisions, Signals).
 */
export class TrendSignal {
  #fast = 0;
  #slow = 0;
  #firstUs: number | null = null;
  #lastUs = 0;

  update(nowUs: number, mid: number, settings: TrendSettings): void {
    if (this.#firstUs === null) {
      this.#fast = mid;
      this.#slow = mid;
      this.#firstUs = nowUs;
    } else {
      const elapsedUs = nowUs - this.#lastUs;
      this.#fast += weight(elapsedUs, settings.trendFastEmaS) * (mid - this.#fast);
      this.#slow += weight(elapsedUs, settings.trendSlowEmaS) * (mid - this.#slow);
    }
    this.#lastUs = nowUs;
  }

  direction(nowUs: number, settings: TrendSettings): TrendDirection {
    const difference = this.#isReady(nowUs, settings) ? this.#fast - this.#slow : 0;
    return difference > 0 ? "BULLISH" : difference < 0 ? "BEARISH" : "NEUTRAL";
  }

  /** |fast - slow| / slow in bps over the medium window's volatility, at most 1; 0 while neutral. */
  strength(nowUs: number, settings: TrendSettings, mediumVolatilityBps: number | null): number {
    if (!this.#isReady(nowUs, settings)) return 0;
    const differenceBps = (Math.abs(this.#fast - this.#slow) / this.#slow) * 10_000;
    const reference =
      mediumVolatilityBps !== null && mediumVolatilityBps > 0 ? mediumVolatilityBps : UNKNOWN_VOLATILITY_BPS;
    return Math.min(1, differenceBps / reference);
  }

  /** Time until the first slow horizon is over; 0 when it is. */
  warmingUs(nowUs: number, settings: TrendSettings): number {
    if (this.#firstUs === null) return settings.trendSlowEmaS * 1e6;
    return Math.max(0, settings.trendSlowEmaS * 1e6 - (nowUs - this.#firstUs));
  }

  reset(): void {
    this.#firstUs = null;
  }

  #isReady(nowUs: number, settings: TrendSettings): boolean {
    return settings.trendEnabled && this.#firstUs !== null && this.warmingUs(nowUs, settings) === 0;
  }
}

/** Strength of a trend that pushes against the position (long in a fall, short in a rise); null when it does not. */
export function adverseStrength(direction: TrendDirection, strength: number, positionLots: number): number | null {
  const isAdverse = (direction === "BEARISH" && positionLots > 0) || (direction === "BULLISH" && positionLots < 0);
  return isAdverse ? strength : null;
}

function weight(elapsedUs: number, horizonS: number): number {
  // A horizon of 0 follows the mid
  return horizonS > 0 ? 1 - Math.exp(-elapsedUs / (horizonS * 500_000)) : 1;
}
