import { MonotonicDeque } from "./monotonic-deque.ts";
import { TimedRing } from "./timed-ring.ts";

/** Older mids are never seen: the longest window that the settings allow. The reference forgets after 120 s, less than its own windows may ask for. */
export const HISTORY_US = 900_000_000;

const BPS = 10_000;

interface MidWindow {
  readonly lengthUs: number;
  /** Index of the oldest sample inside. */
  first: number;
  readonly highest: MonotonicDeque;
  readonly lowest: MonotonicDeque;
}

/**
 * Mids of whole book updates over the last `historyUs`, seen through sliding windows named by their place in `lengthsUs`.
 *
 * A window holds the samples with time >= now - length. A length of 0 or less is an empty window. Every reading first moves its window to `nowUs`, which must
 * not run backwards; each sample enters and leaves a window once. A mid may be in any unit, as long as it is positive: bid + ask in ticks keeps it whole.
 */
export class MidHistory {
  private readonly _ring: TimedRing;
  /** Sum of all squared log returns up to each mid, in step with the mids: a window's sum is the difference of two. */
  private readonly _squares: TimedRing;
  private _windows: readonly MidWindow[];

  constructor(lengthsUs: readonly number[], historyUs = HISTORY_US) {
    this._ring = new TimedRing(historyUs);
    this._squares = new TimedRing(historyUs);
    this._windows = lengthsUs.map(emptyWindow);
  }

  /** Changes the windows and fills them from what is remembered. */
  setWindows(lengthsUs: readonly number[]): void {
    this._windows = lengthsUs.map(emptyWindow);
    for (const window of this._windows) {
      window.first = this._ring.head;
      for (let i = this._ring.head; i < this._ring.tail; i += 1) this._enter(window, i);
    }
    // What is too old for a shorter window leaves at the next reading
  }

  append(nowUs: number, mid: number): void {
    const ring = this._ring;
    const before = ring.tail > ring.head ? ring.valueAt(ring.tail - 1) : mid;
    const sum = ring.tail > ring.head ? this._squares.valueAt(ring.tail - 1) : 0;
    this._squares.append(nowUs, mid === before ? sum : sum + Math.log(mid / before) ** 2);
    ring.append(nowUs, mid);
    for (const window of this._windows) {
      this._enter(window, ring.tail - 1);
      this._advance(window, nowUs);
    }
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this._ring.reset();
    this._squares.reset();
    for (const window of this._windows) {
      window.first = 0;
      window.highest.reset();
      window.lowest.reset();
    }
  }

  /** Number of mids inside. */
  count(window: number, nowUs: number): number {
    return this._ring.tail - this._at(window, nowUs).first;
  }

  /** Age of the oldest mid inside, 0 when there is none: how much of the window is covered. */
  coverageUs(window: number, nowUs: number): number {
    const { first } = this._at(window, nowUs);
    return first < this._ring.tail ? nowUs - this._ring.timeAt(first) : 0;
  }

  /** (highest - lowest) / latest in bps; null with fewer than two mids. */
  rangeBps(window: number, nowUs: number): number | null {
    const at = this._at(window, nowUs);
    if (this._ring.tail - at.first < 2) return null;
    return ((at.highest.value - at.lowest.value) / this._ring.valueAt(this._ring.tail - 1)) * BPS;
  }

  /** (last - first) / first in bps, signed; null with fewer than two mids. */
  driftBps(window: number, nowUs: number): number | null {
    const { first } = this._at(window, nowUs);
    if (this._ring.tail - first < 2) return null;
    const oldest = this._ring.valueAt(first);
    return ((this._ring.valueAt(this._ring.tail - 1) - oldest) / oldest) * BPS;
  }

  /** Square root of the sum of squared log returns in bps; null with fewer than two mids. */
  realizedBps(window: number, nowUs: number): number | null {
    const { first } = this._at(window, nowUs);
    const last = this._ring.tail - 1;
    if (last - first < 1) return null;
    return Math.sqrt(Math.max(0, this._squares.valueAt(last) - this._squares.valueAt(first))) * BPS;
  }

  /** Samples that memory is held for. */
  get capacity(): number {
    return this._ring.capacity;
  }

  private _at(index: number, nowUs: number): MidWindow {
    const window = this._windows[index];
    if (window === undefined) throw new RangeError(`window must be below ${this._windows.length}, was ${index}`);
    this._advance(window, nowUs);
    return window;
  }

  private _enter(window: MidWindow, index: number): void {
    const mid = this._ring.valueAt(index);
    window.highest.push(index, mid);
    window.lowest.push(index, mid);
  }

  /** Lets go of samples that are too old or no longer remembered. */
  private _advance(window: MidWindow, nowUs: number): void {
    const ring = this._ring;
    const oldestUs = nowUs - Math.min(window.lengthUs, ring.horizonUs);
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
