import type { BookSide as Side } from "../values/units.ts";

const FIRST_CAPACITY = 256;

/**
 * One side of a book: price levels in integer ticks with their size in lots.
 *
 * Invariants: prices are strictly ordered with the best price last, so that changes near the touch move few entries;
 * every size is above 0.
 */
export class LevelTable {
  readonly side: Side;
  /** Prices as a key that grows towards the touch: ticks for bids, minus ticks for asks. */
  #keys = new Float64Array(FIRST_CAPACITY);
  #sizes = new Float64Array(FIRST_CAPACITY);
  #count = 0;
  readonly #sign: 1 | -1;

  constructor(side: Side) {
    this.side = side;
    this.#sign = side === "bid" ? 1 : -1;
  }

  get count(): number {
    return this.#count;
  }

  /** Price of the level at `depth` (0 = best), in ticks; `depth` must be below `count`. */
  ticksAt(depth: number): number {
    return this.#sign * (this.#keys[this.#count - 1 - depth] ?? Number.NaN);
  }

  /** Size of the level at `depth` (0 = best), in lots. */
  lotsAt(depth: number): number {
    return this.#sizes[this.#count - 1 - depth] ?? Number.NaN;
  }

  /** Size at a price, in lots; 0 where there is none. */
  lotsAtPrice(ticks: number): number {
    const key = this.#sign * ticks;
    const at = this.#search(key);
    return at < this.#count && this.#keys[at] === key ? (this.#sizes[at] ?? 0) : 0;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Sets the absolute size of a price; 0 removes it, and removing an unknown price is nothing unusual. */
  set(ticks: number, lots: number): void {
    const key = this.#sign * ticks;
    const at = this.#search(key);
    const isKnown = at < this.#count && this.#keys[at] === key;
    if (lots > 0) {
      if (!isKnown) this.#insert(at, key);
      this.#sizes[at] = lots;
    } else if (isKnown) {
      this.#remove(at);
    }
  }

  /** First index whose key is not below `key`. Looks near the touch first: that is where books change. */
  #search(key: number): number {
    const keys = this.#keys;
    let low = 0;
    let high = this.#count;
    const probe = high - 32;
    if (probe > 0) {
      if ((keys[probe] ?? 0) < key) low = probe + 1;
      else high = probe;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, key: number): void {
    if (this.#count === this.#keys.length) this.#grow();
    this.#keys.copyWithin(at + 1, at, this.#count);
    this.#sizes.copyWithin(at + 1, at, this.#count);
    this.#keys[at] = key;
    this.#count += 1;
  }

  #remove(at: number): void {
    this.#keys.copyWithin(at, at + 1, this.#count);
    this.#sizes.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const sizes = new Float64Array(keys.length);
    keys.set(this.#keys);
    sizes.set(this.#sizes);
    this.#keys = keys;
    this.#sizes = sizes;
  }
}
