const FIRST_CAPACITY = 64;

/** A deque of sample indices whose values only fall (or only rise) from front to back, so that the front is the extreme of a sliding window. */
export class MonotonicDeque {
  private _indices = new Float64Array(FIRST_CAPACITY);
  private _values = new Float64Array(FIRST_CAPACITY);
  private _mask = FIRST_CAPACITY - 1;
  private _front = 0;
  private _back = 0;
  private readonly _sign: 1 | -1;

  constructor(extreme: "max" | "min") {
    this._sign = extreme === "max" ? 1 : -1;
  }

  get length(): number {
    return this._back - this._front;
  }

  /** The extreme; NaN when empty. */
  get value(): number {
    return this.length > 0 ? this._sign * (this._values[this._front & this._mask] ?? Number.NaN) : Number.NaN;
  }

  /** Adds the newest sample and drops those that can never be the extreme again. */
  push(index: number, value: number): void {
    const key = this._sign * value;
    while (this._back > this._front && (this._values[(this._back - 1) & this._mask] ?? 0) <= key) this._back -= 1;
    if (this.length > this._mask) this._grow();
    this._indices[this._back & this._mask] = index;
    this._values[this._back & this._mask] = key;
    this._back += 1;
  }

  /** Drops samples that have left the window. */
  dropBefore(index: number): void {
    while (this._front < this._back && (this._indices[this._front & this._mask] ?? 0) < index) this._front += 1;
  }

  reset(): void {
    this._front = 0;
    this._back = 0;
  }

  private _grow(): void {
    const capacity = (this._mask + 1) * 2;
    const indices = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    for (let i = this._front; i < this._back; i += 1) {
      indices[i & (capacity - 1)] = this._indices[i & this._mask] ?? 0;
      values[i & (capacity - 1)] = this._values[i & this._mask] ?? 0;
    }
    this._indices = indices;
    this._values = values;
    this._mask = capacity - 1;
  }
}
