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
  readonly #multiple: number;
  readonly #moves = new WindowSums(JUMP_WINDOWS_US);
  readonly #jumps = new WindowSums(JUMP_WINDOWS_US);
  /** Sizes of the last moves, newest at `#count - 1`. */
  readonly #sizes = new Float64Array(LOCAL_MOVES);
  #count = 0;
  #products = 0;
  #lastMid: number | null = null;
  #lastJumpUs: number | null = null;

  constructor(multiple: number = DEFAULT_MULTIPLE) {
    this.#multiple = multiple;
  }

  /** Takes in the mid after one whole update of a book that is not crossed, as bid + ask in ticks. True when it jumped. */
  update(nowUs: number, midHalfTicks: number): boolean {
    const before = this.#lastMid;
    this.#lastMid = midHalfTicks;
    if (before === null || midHalfTicks === before) return false;
    const size = Math.abs(midHalfTicks - before);
    const volatility = this.localVolatility;
    const isJump = volatility !== null && size > this.#multiple * volatility;
    if (volatility !== null) this.#moves.add(nowUs, 1);
    if (isJump) {
      this.#jumps.add(nowUs, 1);
      this.#lastJumpUs = nowUs;
    }
    this.#remember(Math.min(size, LARGEST_MOVE));
    return isJump;
  }

  /** Volatility of one move, in half ticks; null before 64 moves are known. */
  get localVolatility(): number | null {
    if (this.#count < LOCAL_MOVES) return null;
    return Math.sqrt(((Math.PI / 2) * this.#products) / (LOCAL_MOVES - 1));
  }

  /** Time of the last jump; null when there was none. */
  get lastJumpUs(): number | null {
    return this.#lastJumpUs;
  }

  jumps(window: number, nowUs: number): number {
    return this.#jumps.sum(window, nowUs);
  }

  /** Share of the judged moves that were jumps, 0 to 1; null when none was judged. */
  share(window: number, nowUs: number): number | null {
    const moves = this.#moves.sum(window, nowUs);
    return moves > 0 ? this.#jumps.sum(window, nowUs) / moves : null;
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this.#moves.reset();
    this.#jumps.reset();
    this.#count = 0;
    this.#products = 0;
    this.#lastMid = null;
    this.#lastJumpUs = null;
  }

  #remember(size: number): void {
    const sizes = this.#sizes;
    const at = this.#count % LOCAL_MOVES;
    if (this.#count >= LOCAL_MOVES) this.#products -= (sizes[at] ?? 0) * (sizes[(at + 1) % LOCAL_MOVES] ?? 0);
    if (this.#count > 0) this.#products += size * (sizes[(at + LOCAL_MOVES - 1) % LOCAL_MOVES] ?? 0);
    sizes[at] = size;
    this.#count += 1;
  }
}
