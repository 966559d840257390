import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 5;
/** The reading covers the last one to two windows, so that an old stall does not stay on the screen. */
const WINDOW_MS = 10_000;

/** Measures how late timers of this thread run, for as long as it is not stopped. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #windowStartMs = performance.now();
  #lastWindowP99Us = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** 99th percentile of the delay, in microseconds. */
  p99Us(): number {
    const current = this.#currentP99Us();
    const worst = Math.max(current, this.#lastWindowP99Us);
    if (performance.now() - this.#windowStartMs >= WINDOW_MS) {
      this.#histogram.reset();
      this.#windowStartMs = performance.now();
      this.#lastWindowP99Us = current;
    }
    return worst;
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** The histogram records the whole interval between two timers, of which the delay is the part beyond the resolution. */
  #currentP99Us(): number {
    if (this.#histogram.count === 0) return 0;
    return Math.max(0, Math.round(this.#histogram.percentile(99) / 1_000) - RESOLUTION_MS * 1_000);
  }
}
