import type { Settings } from "../settings/settings.ts";
import { secondsToUs, type OrderSide } from "../values/units.ts";
import { SlidingTally } from "./sliding-tally.ts";

/**
 * Latches when too many fills on one side come within a window: the sign of a strategy that runs away. Times are microseconds.
 *
 * The latch holds until a person clears it, over changes of settings and, by `latchedSide` handed to the constructor, over restarts.
 * Source: RTS 6 article 15(3); the limit and window are `MM_REPEATED_EXECUTION_LIMIT` and `MM_REPEATED_EXECUTION_WINDOW_S`.
 */
export class RepeatedExecution {
  private readonly _fills = { buy: new SlidingTally(), sell: new SlidingTally() };
  private _latchedSide: OrderSide | null;

  constructor(latchedSide: OrderSide | null = null) {
    this._latchedSide = latchedSide;
  }

  /** The side that ran away; null while quoting may go on. */
  get latchedSide(): OrderSide | null {
    return this._latchedSide;
  }

  /** A fill, once for each trade id; true when the latch falls by it. */
  filled(nowUs: number, side: OrderSide, settings: Settings): boolean {
    const fills = this._fills[side];
    fills.add(nowUs);
    fills.forgetBefore(nowUs - windowUs(settings));
    if (this._latchedSide !== null || this.count(nowUs, side, settings) < settings.repeatedExecutionLimit) return false;
    this._latchedSide = side;
    return true;
  }

  /** Fills of a side in the window that ends now, both ends included. */
  count(nowUs: number, side: OrderSide, settings: Settings): number {
    return this._fills[side].since(nowUs - windowUs(settings));
  }

  /** A person lifts the latch; the counts start again. False when there was none. */
  clear(): boolean {
    if (this._latchedSide === null) return false;
    this._latchedSide = null;
    this._fills.buy.clear();
    this._fills.sell.clear();
    return true;
  }
}

function windowUs(settings: Settings): number {
  return secondsToUs(settings.repeatedExecutionWindowS);
}
