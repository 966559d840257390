const FIRST_CAPACITY = 64;

/** A deque of sample indices whose values only fall (or only rise) from front to back, so that the front is the extreme of a sliding window. */
export class MonotonicDeque {
  #indices = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #front = 0;
  #back = 0;
  readonly #sign: 1 | -1;

  constructor(extreme: "max" | "min") {
    this.#sign = extreme === "max" ? 1 : -1;
  }

  get length(): number {
    return this.#back - this.#front;
  }

  /** The extreme; NaN when empty. */
  get value(): number {
    return this.length > 0 ? this.#sign * (this.#values[this.#front & this.#mask] ?? Number.NaN) : Number.NaN;
  }

  /** Adds the newest sample and drops those that can never be the extreme again. */
  push(index: number, value: number): void {
    const key = this.#sign * value;
    while (this.#back > this.#front && (this.#values[(this.#back - 1) & this.#mask] ?? 0) <= key) this.#back -= 1;
    if (this.length > this.#mask) this.#grow();
    this.#indices[this.#back & this.#mask] = index;
    this.#values[this.#back & this.#mask] = key;
    this.#back += 1;
  }

  /** Drops samples that have left the window. */
  dropBefore(index: number): void {
    while (this.#front < this.#back && (this.#indices[this.#front & this.#mask] ?? 0) < index) this.#front += 1;
  }

  reset(): void {
    this.#front = 0;
    this.#back = 0;
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    const indices = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    for (let i = this.#front; i < this.#back; i += 1) {
      indices[i & (capacity - 1)] = this.#indices[i & this.#mask] ?? 0;
      values[i & (capacity - 1)] = this.#values[i & this.#mask] ?? 0;
    }
    this.#indices = indices;
    this.#values = values;
    this.#mask = capacity - 1;
  }
}
