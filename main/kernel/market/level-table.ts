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
  private _keys = new Float64Array(FIRST_CAPACITY);
  private _sizes = new Float64Array(FIRST_CAPACITY);
  private _count = 0;
  private readonly _sign: 1 | -1;

  constructor(side: Side) {
    this.side = side;
    this._sign = side === "bid" ? 1 : -1;
  }

  get count(): number {
    return this._count;
  }

  /** Price of the level at `depth` (0 = best), in ticks; `depth` must be below `count`. */
  ticksAt(depth: number): number {
    return this._sign * (this._keys[this._count - 1 - depth] ?? Number.NaN);
  }

  /** Size of the level at `depth` (0 = best), in lots. */
  lotsAt(depth: number): number {
    return this._sizes[this._count - 1 - depth] ?? Number.NaN;
  }

  /** Size at a price, in lots; 0 where there is none. */
  lotsAtPrice(ticks: number): number {
    const key = this._sign * ticks;
    const at = this._search(key);
    return at < this._count && this._keys[at] === key ? (this._sizes[at] ?? 0) : 0;
  }

  clear(): void {
    this._count = 0;
  }

  /** Sets the absolute size of a price; 0 removes it, and removing an unknown price is nothing unusual. */
  set(ticks: number, lots: number): void {
    const key = this._sign * ticks;
    const at = this._search(key);
    const isKnown = at < this._count && this._keys[at] === key;
    if (lots > 0) {
      if (!isKnown) this._insert(at, key);
      this._sizes[at] = lots;
    } else if (isKnown) {
      this._remove(at);
    }
  }

  /** First index whose key is not below `key`. Looks near the touch first: that is where books change. */
  private _search(key: number): number {
    const keys = this._keys;
    let low = 0;
    let high = this._count;
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

  private _insert(at: number, key: number): void {
    if (this._count === this._keys.length) this._grow();
    this._keys.copyWithin(at + 1, at, this._count);
    this._sizes.copyWithin(at + 1, at, this._count);
    this._keys[at] = key;
    this._count += 1;
  }

  private _remove(at: number): void {
    this._keys.copyWithin(at, at + 1, this._count);
    this._sizes.copyWithin(at, at + 1, this._count);
    this._count -= 1;
  }

  private _grow(): void {
    const keys = new Float64Array(this._keys.length * 2);
    const sizes = new Float64Array(keys.length);
    keys.set(this._keys);
    sizes.set(this._sizes);
    this._keys = keys;
    this._sizes = sizes;
  }
}
