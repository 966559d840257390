import { WindowSums } from "./window-sums.ts";

/** The spread held against what is typical of late. */
export type SpreadRegime = "TIGHT" | "NORMAL" | "WIDE";

/** The windows that spread jumps are counted over, in microseconds, longest last. */
export const SPREAD_JUMP_WINDOWS_US = [15_000_000, 60_000_000] as const;

/** Time constant of the typical spread; also how long it is measured before a regime is told. */
const TAU_US = 60_000_000;

/** At or below this multiple of the typical spread it is tight, at or above that one wide. */
const TIGHT_RATIO = 2 / 3;
const WIDE_RATIO = 1.5;

/** A spread that reaches this multiple of the typical one has jumped. */
const JUMP_RATIO = 2;

/**
 * Regime of the spread and how often it jumps.
 *
 * The typical spread is a time-weighted mean in ticks: a spread that has stood for `dt` moves it by `1 - exp(-dt / 60 s)` of the difference, so that a market
 * that updates often does not forget faster. Regime: spread / typical against 2/3 and 3/2. A jump: the spread reaches
 * twice the typical one; the next counts only after it was no longer wide. A crossed or locked book feeds nothing.
 */
export class SpreadRegimeSignal {
  private readonly _jumps = new WindowSums(SPREAD_JUMP_WINDOWS_US);
  private _typicalTicks = 0;
  private _spreadTicks = 0;
  private _firstUs: number | null = null;
  private _lastUs = 0;
  private _isJumped = false;

  update(nowUs: number, bidTicks: number, askTicks: number): void {
    if (!(askTicks > bidTicks)) return;
    const spreadTicks = askTicks - bidTicks;
    if (this._firstUs === null) {
      this._firstUs = nowUs;
      this._typicalTicks = spreadTicks;
    } else {
      this._typicalTicks = this._typicalAt(nowUs);
      const ratio = spreadTicks / this._typicalTicks;
      if (ratio >= JUMP_RATIO && !this._isJumped) this._jumps.add(nowUs, 1);
      // Between the two bounds it stays as it is: the typical spread creeps up to a jumped one
      if (ratio >= JUMP_RATIO) this._isJumped = true;
      else if (ratio < WIDE_RATIO) this._isJumped = false;
    }
    this._spreadTicks = spreadTicks;
    this._lastUs = nowUs;
  }

  /** Time-weighted mean of the spread, in ticks; null before the first update. */
  typicalTicks(nowUs: number): number | null {
    return this._firstUs === null ? null : this._typicalAt(nowUs);
  }

  /** Spread over the typical one; null for the first minute. */
  ratio(nowUs: number): number | null {
    if (this._firstUs === null || nowUs - this._firstUs < TAU_US) return null;
    return this._spreadTicks / this._typicalAt(nowUs);
  }

  /** Null for the first minute. */
  regime(nowUs: number): SpreadRegime | null {
    const ratio = this.ratio(nowUs);
    if (ratio === null) return null;
    if (ratio >= WIDE_RATIO) return "WIDE";
    return ratio <= TIGHT_RATIO ? "TIGHT" : "NORMAL";
  }

  /** Jumps over a window, named by its place in `SPREAD_JUMP_WINDOWS_US`. */
  jumps(window: number, nowUs: number): number {
    return this._jumps.sum(window, nowUs);
  }

  jumpsPerMinute(window: number, nowUs: number): number {
    return (this.jumps(window, nowUs) * 60) / this._jumps.lengthS(window);
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this._jumps.reset();
    this._firstUs = null;
    this._isJumped = false;
  }

  private _typicalAt(nowUs: number): number {
    const weight = 1 - Math.exp(-(nowUs - this._lastUs) / TAU_US);
    return this._typicalTicks + weight * (this._spreadTicks - this._typicalTicks);
  }
}
