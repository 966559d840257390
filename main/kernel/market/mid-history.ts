import { MonotonicDeque } from "./monotonic-deque.ts";
import { TimedRing } from "./timed-ring.ts";

/** Older mids are never seen, however long a window is (reference, section B). */
export const HISTORY_US = 120_000_000;

const BPS = 10_000;

/** After so many samples have left a window its running sum is taken anew, so that rounding cannot pile up. */
const REBUILD_AFTER = 256;

interface MidWindow {
  readonly lengthUs: number;
  /** Index of the oldest sample inside. */
  first: number;
  readonly highest: MonotonicDeque;
  readonly lowest: MonotonicDeque;
  /** Sum of squared log returns between neighbours inside, as a plain ratio. */
  squares: number;
  leftSinceRebuild: number;
}

/**
 * Mids of whole book updates over the last 120 s, seen through sliding windows named by their place in `lengthsUs`.
 *
 * A window holds the samples with time >= now - length. A length of 0 or less is an empty window. Every reading first moves its window to `nowUs`, which must
 * not run backwards; each sample enters and leaves a window once. A mid may be in any unit, as long as it is positive: bid + ask in ticks keeps it whole.
 */
export class MidHistory {
  readonly #ring = new TimedRing(HISTORY_US);
  #windows: readonly MidWindow[];

  constructor(lengthsUs: readonly number[]) {
    this.#windows = lengthsUs.map(emptyWindow);
  }

  /** Changes the windows and fills them from what is remembered. */
  setWindows(lengthsUs: readonly number[]): void {
    this.#windows = lengthsUs.map(emptyWindow);
    for (const window of this.#windows) {
      window.first = this.#ring.head;
      for (let i = this.#ring.head; i < this.#ring.tail; i += 1) this.#enter(window, i);
    }
    // What is too old for a shorter window leaves at the next reading
  }

  append(nowUs: number, mid: number): void {
    const ring = this.#ring;
    // Windows let go before the ring does, for leaving a window reads the neighbour of what leaves
    const least = ring.isAtLimit ? ring.head + 1 : ring.head;
    for (const window of this.#windows) this.#advance(window, nowUs, least);
    ring.append(nowUs, mid);
    for (const window of this.#windows) {
      this.#enter(window, ring.tail - 1);
      if (!(window.lengthUs > 0)) this.#advance(window, nowUs, ring.tail);
    }
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this.#ring.reset();
    for (const window of this.#windows) {
      window.first = 0;
      window.highest.reset();
      window.lowest.reset();
      window.squares = 0;
      window.leftSinceRebuild = 0;
    }
  }

  /** Number of mids inside. */
  count(window: number, nowUs: number): number {
    return this.#ring.tail - this.#at(window, nowUs).first;
  }

  /** Age of the oldest mid inside, 0 when there is none: how much of the window is covered. */
  coverageUs(window: number, nowUs: number): number {
    const { first } = this.#at(window, nowUs);
    return first < this.#ring.tail ? nowUs - this.#ring.timeAt(first) : 0;
  }

  /** (highest - lowest) / latest in bps; null with fewer than two mids. */
  rangeBps(window: number, nowUs: number): number | null {
    const at = this.#at(window, nowUs);
    if (this.#ring.tail - at.first < 2) return null;
    return ((at.highest.value - at.lowest.value) / this.#ring.valueAt(this.#ring.tail - 1)) * BPS;
  }

  /** (last - first) / first in bps, signed; null with fewer than two mids. */
  driftBps(window: number, nowUs: number): number | null {
    const { first } = this.#at(window, nowUs);
    if (this.#ring.tail - first < 2) return null;
    const oldest = this.#ring.valueAt(first);
    return ((this.#ring.valueAt(this.#ring.tail - 1) - oldest) / oldest) * BPS;
  }

  /** Square root of the sum of squared log returns in bps; null with fewer than two mids. */
  realizedBps(window: number, nowUs: number): number | null {
    const at = this.#at(window, nowUs);
    return this.#ring.tail - at.first < 2 ? null : Math.sqrt(Math.max(0, at.squares)) * BPS;
  }

  /** Samples that memory is held for. */
  get capacity(): number {
    return this.#ring.capacity;
  }

  #at(index: number, nowUs: number): MidWindow {
    const window = this.#windows[index];
    if (window === undefined) throw new RangeError(`window must be below ${this.#windows.length}, was ${index}`);
    this.#advance(window, nowUs, window.lengthUs > 0 ? this.#ring.head : this.#ring.tail);
    return window;
  }

  #enter(window: MidWindow, index: number): void {
    const mid = this.#ring.valueAt(index);
    window.highest.push(index, mid);
    window.lowest.push(index, mid);
    if (index > window.first) window.squares += this.#squareAt(index);
  }

  /** Lets go of samples that are too old, and of those before `least`. */
  #advance(window: MidWindow, nowUs: number, least: number): void {
    const ring = this.#ring;
    const oldestUs = nowUs - Math.min(window.lengthUs, HISTORY_US);
    const before = window.first;
    while (window.first < ring.tail && (window.first < least || ring.timeAt(window.first) < oldestUs)) {
      window.first += 1;
      if (window.first < ring.tail) window.squares -= this.#squareAt(window.first);
    }
    if (window.first === before) return;
    window.highest.dropBefore(window.first);
    window.lowest.dropBefore(window.first);
    window.leftSinceRebuild += window.first - before;
    if (window.leftSinceRebuild > Math.max(REBUILD_AFTER, ring.tail - window.first)) this.#rebuildSquares(window);
  }

  #rebuildSquares(window: MidWindow): void {
    window.leftSinceRebuild = 0;
    window.squares = 0;
    for (let i = window.first + 1; i < this.#ring.tail; i += 1) window.squares += this.#squareAt(i);
  }

  /** Squared log return from the sample before; both must be remembered. */
  #squareAt(index: number): number {
    const mid = this.#ring.valueAt(index);
    const before = this.#ring.valueAt(index - 1);
    return mid === before ? 0 : Math.log(mid / before) ** 2;
  }
}

function emptyWindow(lengthUs: number): MidWindow {
  return {
    lengthUs,
    first: 0,
    highest: new MonotonicDeque("max"),
    lowest: new MonotonicDeque("min"),
    squares: 0,
    leftSinceRebuild: 0,
  };
}
