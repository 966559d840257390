/** Samples kept at most; at a steady 1,000 a second that is two minutes. Beyond it the oldest go, and coverage says so. */
export const MAX_SAMPLES = 2 ** 17;

const FIRST_CAPACITY = 1024;

/**
 * Timed samples of at most one horizon, in order of time, named by an index that only grows (masking keeps the low bits right up to 2^53).
 *
 * Invariants: `head <= tail`; the samples are `head` to `tail - 1`; memory grows by doubling up to `MAX_SAMPLES` and never beyond.
 */
export class TimedRing {
  readonly horizonUs: number;
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #head = 0;
  #tail = 0;

  constructor(horizonUs: number) {
    this.horizonUs = horizonUs;
  }

  get head(): number {
    return this.#head;
  }

  get tail(): number {
    return this.#tail;
  }

  get capacity(): number {
    return this.#mask + 1;
  }

  /** True when the next append may have to drop a sample that is not too old. */
  get isAtLimit(): boolean {
    return this.#tail - this.#head >= MAX_SAMPLES;
  }

  timeAt(index: number): number {
    return this.#times[index & this.#mask] ?? Number.NaN;
  }

  valueAt(index: number): number {
    return this.#values[index & this.#mask] ?? Number.NaN;
  }

  /** Appends a sample and forgets those older than the horizon. Time must not run backwards. */
  append(nowUs: number, value: number): void {
    const oldestUs = nowUs - this.horizonUs;
    while (this.#head < this.#tail && this.timeAt(this.#head) < oldestUs) this.#head += 1;
    if (this.#tail - this.#head > this.#mask) {
      if (this.capacity < MAX_SAMPLES) this.#grow();
      else this.#head += 1;
    }
    this.#times[this.#tail & this.#mask] = nowUs;
    this.#values[this.#tail & this.#mask] = value;
    this.#tail += 1;
  }

  reset(): void {
    this.#head = 0;
    this.#tail = 0;
  }

  #grow(): void {
    const times = new Float64Array(this.capacity * 2);
    const values = new Float64Array(this.capacity * 2);
    const mask = this.capacity * 2 - 1;
    for (let i = this.#head; i < this.#tail; i += 1) {
      times[i & mask] = this.timeAt(i);
      values[i & mask] = this.valueAt(i);
    }
    this.#times = times;
    this.#values = values;
    this.#mask = mask;
  }
}
