/** Samples that the average is taken over (reference, section F). */
const CAPACITY = 50;

/** Average latency of the last 50 placements, each from sending the order to its first report. Microseconds, whole numbers, so the sum never drifts. */
export class PlacementLatency {
  readonly #samples = new Float64Array(CAPACITY);
  #count = 0;
  #sumUs = 0;

  sample(latencyUs: number): void {
    const place = this.#count % CAPACITY;
    this.#sumUs += latencyUs - (this.#samples[place] ?? 0);
    this.#samples[place] = latencyUs;
    this.#count += 1;
  }

  /** 0 before the first sample. */
  get averageUs(): number {
    return this.#count === 0 ? 0 : this.#sumUs / Math.min(this.#count, CAPACITY);
  }
}

/** Ticks that the market moves while an order is under way: average latency by the time of one tick, rounded up; 0 when either is unknown. */
export function latencyTicks(averageLatencyMs: number, tickTimeMs: number): number {
  return averageLatencyMs > 0 && tickTimeMs > 0 ? Math.ceil(averageLatencyMs / tickTimeMs) : 0;
}
