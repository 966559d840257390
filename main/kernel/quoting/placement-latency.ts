/** Samples that the average is taken over (reference, section F). */
const CAPACITY = 50;

/** Average latency of the last 50 placements, each from sending the order to its first report. Microseconds, whole numbers, so the sum never drifts. */
export class PlacementLatency {
  private readonly _samples = new Float64Array(CAPACITY);
  private _count = 0;
  private _sumUs = 0;

  sample(latencyUs: number): void {
    const place = this._count % CAPACITY;
    this._sumUs += latencyUs - (this._samples[place] ?? 0);
    this._samples[place] = latencyUs;
    this._count += 1;
  }

  /** 0 before the first sample. */
  get averageUs(): number {
    return this._count === 0 ? 0 : this._sumUs / Math.min(this._count, CAPACITY);
  }
}

/** Ticks that the market moves while an order is under way: average latency by the time of one tick, rounded up; 0 when either is unknown. */
export function latencyTicks(averageLatencyMs: number, tickTimeMs: number): number {
  return averageLatencyMs > 0 && tickTimeMs > 0 ? Math.ceil(averageLatencyMs / tickTimeMs) : 0;
}
