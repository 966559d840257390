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
  readonly #ring: TimedRing;
  readonly #windows: readonly SumWindow[];

  constructor(lengthsUs: readonly number[]) {
    this.#ring = new TimedRing(Math.max(...lengthsUs));
    this.#windows = lengthsUs.map((lengthUs) => ({ lengthUs, first: 0, sum: 0 }));
  }

  add(nowUs: number, value: number): void {
    // Samples that the append may drop must have left every window before
    const least = this.#ring.isAtLimit ? this.#ring.head + 1 : this.#ring.head;
    for (const window of this.#windows) this.#advance(window, nowUs, least);
    this.#ring.append(nowUs, value);
    for (const window of this.#windows) window.sum += value;
  }

  sum(window: number, nowUs: number): number {
    return this.#at(window, nowUs).sum;
  }

  /** Number of samples inside. */
  count(window: number, nowUs: number): number {
    return this.#ring.tail - this.#at(window, nowUs).first;
  }

  /** Length of a window, in seconds. */
  lengthS(window: number): number {
    return this.#window(window).lengthUs / 1e6;
  }

  reset(): void {
    this.#ring.reset();
    for (const window of this.#windows) {
      window.first = 0;
      window.sum = 0;
    }
  }

  /** Samples that memory is held for. */
  get capacity(): number {
    return this.#ring.capacity;
  }

  #at(index: number, nowUs: number): SumWindow {
    const window = this.#window(index);
    this.#advance(window, nowUs, this.#ring.head);
    return window;
  }

  #window(index: number): SumWindow {
    const window = this.#windows[index];
    if (window === undefined) throw new RangeError(`window must be below ${this.#windows.length}, was ${index}`);
    return window;
  }

  #advance(window: SumWindow, nowUs: number, least: number): void {
    const ring = this.#ring;
    const oldestUs = nowUs - window.lengthUs;
    while (window.first < ring.tail && (window.first < least || ring.timeAt(window.first) < oldestUs)) {
      window.sum -= ring.valueAt(window.first);
      window.first += 1;
    }
  }
}
