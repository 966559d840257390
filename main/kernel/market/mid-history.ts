import { MonotonicDeque } from "./monotonic-deque.ts";
import { TimedRing } from "./timed-ring.ts";

/** Older mids are never seen, however long a window is (reference, section B). */
export const HISTORY_US = 120_000_000;

const BPS = 10_000;

interface MidWindow {
  readonly lengthUs: number;
  /** Index of the oldest sample inside. */
  first: number;
  readonly highest: MonotonicDeque;
  readonly lowest: MonotonicDeque;
}

/**
 * Mids of whole book updates over the last 120 s, seen through sliding windows named by their place in `lengthsUs`.
 *
 * A window holds the samples with time >= now - length. A length of 0 or less is an empty window. Every reading first moves its window to `nowUs`, which must
 * not run backwards; each sample enters and leaves a window once. A mid may be in any unit, as long as it is positive: bid + ask in ticks keeps it whole.
 */
export class MidHistory {
  readonly #ring = new TimedRing(HISTORY_US);
  /** Sum of all squared log returns up to each mid, in step with the mids: a window's sum is the difference of two. */
  readonly #squares = new TimedRing(HISTORY_US);
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
    const before = ring.tail > ring.head ? ring.valueAt(ring.tail - 1) : mid;
    const sum = ring.tail > ring.head ? this.#squares.valueAt(ring.tail - 1) : 0;
    this.#squares.append(nowUs, mid === before ? sum : sum + Math.log(mid / before) ** 2);
    ring.append(nowUs, mid);
    for (const window of this.#windows) {
      this.#enter(window, ring.tail - 1);
      this.#advance(window, nowUs);
    }
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this.#ring.reset();
    this.#squares.reset();
    for (const window of this.#windows) {
      window.first = 0;
      window.highest.reset();
      window.lowest.reset();
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
    const { first } = this.#at(window, nowUs);
    const last = this.#ring.tail - 1;
    if (last - first < 1) return null;
    return Math.sqrt(Math.max(0, this.#squares.valueAt(last) - this.#squares.valueAt(first))) * BPS;
  }

  /** Samples that memory is held for. */
  get capacity(): number {
    return this.#ring.capacity;
  }

  #at(index: number, nowUs: number): MidWindow {
    const window = this.#windows[index];
    if (window === undefined) throw new RangeError(`window must be below ${this.#windows.length}, was ${index}`);
    this.#advance(window, nowUs);
    return window;
  }

  #enter(window: MidWindow, index: number): void {
    const mid = this.#ring.valueAt(index);
    window.highest.push(index, mid);
    window.lowest.push(index, mid);
  }

  /** Lets go of samples that are too old or no longer remembered. */
  #advance(window: MidWindow, nowUs: number): void {
    const ring = this.#ring;
    const oldestUs = nowUs - Math.min(window.lengthUs, HISTORY_US);
    const before = window.first;
    if (window.lengthUs > 0) window.first = Math.max(before, ring.head);
    else window.first = ring.tail;
    while (window.first < ring.tail && ring.timeAt(window.first) < oldestUs) window.first += 1;
    if (window.first === before) return;
    window.highest.dropBefore(window.first);
    window.lowest.dropBefore(window.first);
  }
}

function emptyWindow(lengthUs: number): MidWindow {
  return {
    lengthUs,
    first: 0,
    highest: new MonotonicDeque("max"),
    lowest: new MonotonicDeque("min"),
  };
}
