/** Samples kept at most; at a steady 145 a second that is fifteen minutes. Beyond it the oldest go, and coverage says so. */
export const MAX_SAMPLES = 2 ** 17;

const FIRST_CAPACITY = 1024;

/**
 * Timed samples of at most one horizon, in order of time, named by an index that only grows (masking keeps the low bits right up to 2^53).
 *
 * Invariants: `head <= tail`; the samples are `head` to `tail - 1`; memory grows by doubling up to `MAX_SAMPLES` and never beyond.
 */
export class TimedRing {
  readonly horizonUs: number;
  private _times = new Float64Array(FIRST_CAPACITY);
  private _values = new Float64Array(FIRST_CAPACITY);
  private _mask = FIRST_CAPACITY - 1;
  private _head = 0;
  private _tail = 0;

  constructor(horizonUs: number) {
    this.horizonUs = horizonUs;
  }

  get head(): number {
    return this._head;
  }

  get tail(): number {
    return this._tail;
  }

  get capacity(): number {
    return this._mask + 1;
  }

  /** True when the next append may have to drop a sample that is not too old. */
  get isAtLimit(): boolean {
    return this._tail - this._head >= MAX_SAMPLES;
  }

  timeAt(index: number): number {
    return this._times[index & this._mask] ?? Number.NaN;
  }

  valueAt(index: number): number {
    return this._values[index & this._mask] ?? Number.NaN;
  }

  /** Appends a sample and forgets those older than the horizon. Time must not run backwards. */
  append(nowUs: number, value: number): void {
    const oldestUs = nowUs - this.horizonUs;
    while (this._head < this._tail && this.timeAt(this._head) < oldestUs) this._head += 1;
    if (this._tail - this._head > this._mask) {
      if (this.capacity < MAX_SAMPLES) this._grow();
      else this._head += 1;
    }
    this._times[this._tail & this._mask] = nowUs;
    this._values[this._tail & this._mask] = value;
    this._tail += 1;
  }

  reset(): void {
    this._head = 0;
    this._tail = 0;
  }

  private _grow(): void {
    const times = new Float64Array(this.capacity * 2);
    const values = new Float64Array(this.capacity * 2);
    const mask = this.capacity * 2 - 1;
    for (let i = this._head; i < this._tail; i += 1) {
      times[i & mask] = this.timeAt(i);
      values[i & mask] = this.valueAt(i);
    }
    this._times = times;
    this._values = values;
    this._mask = mask;
  }
}
