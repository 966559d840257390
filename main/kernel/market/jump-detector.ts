import { WindowSums } from "./window-sums.ts";

/** The windows that jumps are counted over, in microseconds, longest last. */
export const JUMP_WINDOWS_US = [15_000_000, 60_000_000, 300_000_000] as const;

/** Moves that the local volatility is taken from. */
const LOCAL_MOVES = 64;

/** Larger moves enter the local volatility as this many half ticks: the sum of products stays below 2^53 and exact. */
const LARGEST_MOVE = 2 ** 23;

/** Jumps are this many local volatilities; a normal move is as large once in 16,000. */
const DEFAULT_MULTIPLE = 4;

/**
 * Jumps of the mid: moves beyond `multiple` x the local volatility of a move.
 *
 * The local volatility is the bipower variation of the last 64 moves before, which a single jump hardly lifts: `s^2 = (pi / 2) sum |m(j)| |m(j-1)| / 63`, a
 * jump is `m^2 > multiple^2 s^2` (Lee and Mykland, Review of Financial Studies 21(6), 2535-2563). Moves are in half ticks, whole numbers; updates that leave the mid
 * where it was are no moves, so the clock is the market's own. Nothing is judged before 64 moves are known. Windows are named by their place in `JUMP_WINDOWS_US`.
 */
export class JumpDetector {
  private readonly _multiple: number;
  private readonly _moves = new WindowSums(JUMP_WINDOWS_US);
  private readonly _jumps = new WindowSums(JUMP_WINDOWS_US);
  /** Sizes of the last moves, newest at `_count - 1`. */
  private readonly _sizes = new Float64Array(LOCAL_MOVES);
  private _count = 0;
  private _products = 0;
  private _lastMid: number | null = null;
  private _lastJumpUs: number | null = null;

  constructor(multiple: number = DEFAULT_MULTIPLE) {
    this._multiple = multiple;
  }

  /** Takes in the mid after one whole update of a book that is not crossed, as bid + ask in ticks. True when it jumped. */
  update(nowUs: number, midHalfTicks: number): boolean {
    const before = this._lastMid;
    this._lastMid = midHalfTicks;
    if (before === null || midHalfTicks === before) return false;
    const size = Math.abs(midHalfTicks - before);
    const volatility = this.localVolatility;
    const isJump = volatility !== null && size > this._multiple * volatility;
    if (volatility !== null) this._moves.add(nowUs, 1);
    if (isJump) {
      this._jumps.add(nowUs, 1);
      this._lastJumpUs = nowUs;
    }
    this._remember(Math.min(size, LARGEST_MOVE));
    return isJump;
  }

  /** Volatility of one move, in half ticks; null before 64 moves are known. */
  get localVolatility(): number | null {
    if (this._count < LOCAL_MOVES) return null;
    return Math.sqrt(((Math.PI / 2) * this._products) / (LOCAL_MOVES - 1));
  }

  /** Time of the last jump; null when there was none. */
  get lastJumpUs(): number | null {
    return this._lastJumpUs;
  }

  jumps(window: number, nowUs: number): number {
    return this._jumps.sum(window, nowUs);
  }

  /** Share of the judged moves that were jumps, 0 to 1; null when none was judged. */
  share(window: number, nowUs: number): number | null {
    const moves = this._moves.sum(window, nowUs);
    return moves > 0 ? this._jumps.sum(window, nowUs) / moves : null;
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this._moves.reset();
    this._jumps.reset();
    this._count = 0;
    this._products = 0;
    this._lastMid = null;
    this._lastJumpUs = null;
  }

  private _remember(size: number): void {
    const sizes = this._sizes;
    const at = this._count % LOCAL_MOVES;
    if (this._count >= LOCAL_MOVES) this._products -= (sizes[at] ?? 0) * (sizes[(at + 1) % LOCAL_MOVES] ?? 0);
    if (this._count > 0) this._products += size * (sizes[(at + LOCAL_MOVES - 1) % LOCAL_MOVES] ?? 0);
    sizes[at] = size;
    this._count += 1;
  }
}
