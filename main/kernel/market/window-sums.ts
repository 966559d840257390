import { TimedRing } from "./timed-ring.ts";

interface SumWindow {
  readonly lengthUs: number;
  /** Index of the oldest sample inside. */
  first: number;
  sum: number;
}

/** The windows that short-term flow is measured over, in microseconds, longest last. */
export const FLOW_WINDOWS_US = [1_000_000, 5_000_000, 15_000_000] as const;

/**
 * Sums and counts of whole numbers over sliding windows, named by their place in `lengthsUs`; samples with time >= now - length count.
 *
 * Exact as long as every sum stays below 2^53. Time must not run backwards. Each sample enters and leaves a window once, and memory is that of one
 * `TimedRing`: beyond its limit the oldest samples go early.
 */
export class WindowSums {
  private readonly _ring: TimedRing;
  private readonly _windows: readonly SumWindow[];

  constructor(lengthsUs: readonly number[]) {
    this._ring = new TimedRing(Math.max(...lengthsUs));
    this._windows = lengthsUs.map((lengthUs) => ({ lengthUs, first: 0, sum: 0 }));
  }

  add(nowUs: number, value: number): void {
    // Samples that the append may drop must have left every window before
    const least = this._ring.isAtLimit ? this._ring.head + 1 : this._ring.head;
    for (const window of this._windows) this._advance(window, nowUs, least);
    this._ring.append(nowUs, value);
    for (const window of this._windows) window.sum += value;
  }

  sum(window: number, nowUs: number): number {
    return this._at(window, nowUs).sum;
  }

  /** Number of samples inside. */
  count(window: number, nowUs: number): number {
    return this._ring.tail - this._at(window, nowUs).first;
  }

  /** Length of a window, in seconds. */
  lengthS(window: number): number {
    return this._window(window).lengthUs / 1e6;
  }

  reset(): void {
    this._ring.reset();
    for (const window of this._windows) {
      window.first = 0;
      window.sum = 0;
    }
  }

  /** Samples that memory is held for. */
  get capacity(): number {
    return this._ring.capacity;
  }

  private _at(index: number, nowUs: number): SumWindow {
    const window = this._window(index);
    this._advance(window, nowUs, this._ring.head);
    return window;
  }

  private _window(index: number): SumWindow {
    const window = this._windows[index];
    if (window === undefined) throw new RangeError(`window must be below ${this._windows.length}, was ${index}`);
    return window;
  }

  private _advance(window: SumWindow, nowUs: number, least: number): void {
    const ring = this._ring;
    const oldestUs = nowUs - window.lengthUs;
    while (window.first < ring.tail && (window.first < least || ring.timeAt(window.first) < oldestUs)) {
      window.sum -= ring.valueAt(window.first);
      window.first += 1;
    }
  }
}
