/** Entries kept before neighbours are merged. */
const DEFAULT_CAPACITY = 4096;
/** Room at first; it grows to the capacity as it is needed. */
const FIRST_CAPACITY = 64;

/**
 * Counts of things in time order, answered over any span that ends now. Times are whole microseconds, counts whole numbers.
 *
 * Memory is constant: a full tally merges neighbouring entries under the later one's time. Counts then hold on a little too long, never too short,
 * so that a limit counted here errs on the safe side. Exact while fewer than `capacity` times lie in the span.
 * Invariant: entries `head` to `tail - 1` are in order of time; `_before` holds the sum of everything ever added up to and without an entry.
 */
export class SlidingTally {
  private readonly _capacity: number;
  private _times: Float64Array;
  private _before: Float64Array;
  private _head = 0;
  private _tail = 0;
  private _sum = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    this._capacity = Math.max(4, capacity);
    this._times = new Float64Array(Math.min(FIRST_CAPACITY, this._capacity));
    this._before = new Float64Array(this._times.length);
  }

  /** Adds `count` at a time; one that runs backwards counts as the time of the entry before it. */
  add(nowUs: number, count = 1): void {
    if (count <= 0) return;
    const newestUs = this._tail > this._head ? (this._times[this._tail - 1] ?? nowUs) : -Infinity;
    if (nowUs > newestUs) {
      if (this._tail === this._times.length) this._makeRoom();
      this._times[this._tail] = nowUs;
      this._before[this._tail] = this._sum;
      this._tail += 1;
    }
    this._sum += count;
  }

  /** Sum of what was added at `fromUs` or later. */
  since(fromUs: number): number {
    const first = this._firstFrom(fromUs);
    return first === this._tail ? 0 : this._sum - (this._before[first] ?? 0);
  }

  /** Lets go of what was added before `fromUs`. */
  forgetBefore(fromUs: number): void {
    while (this._head < this._tail && (this._times[this._head] ?? fromUs) < fromUs) this._head += 1;
  }

  /** Time at which the `rank`-th newest was added, 1 = the newest; null when fewer are remembered. */
  timeOfNewest(rank: number): number | null {
    const place = this._sum - rank;
    if (rank < 1 || this._head === this._tail || place < (this._before[this._head] ?? 0)) return null;
    let low = this._head;
    let high = this._tail;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this._before[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return this._times[low] ?? null;
  }

  clear(): void {
    this._head = 0;
    this._tail = 0;
    this._sum = 0;
  }

  private _grow(): void {
    const length = Math.min(this._capacity, this._times.length * 2);
    const [times, before] = [new Float64Array(length), new Float64Array(length)];
    times.set(this._times.subarray(this._head, this._tail));
    before.set(this._before.subarray(this._head, this._tail));
    this._times = times;
    this._before = before;
    this._tail -= this._head;
    this._head = 0;
  }

  private _firstFrom(fromUs: number): number {
    let low = this._head;
    let high = this._tail;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this._times[middle] ?? fromUs) < fromUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves the entries to the front; where at least half are still in use, merges each pair of them first. */
  private _makeRoom(): void {
    if (this._times.length < this._capacity) return this._grow();
    const times = this._times;
    const before = this._before;
    if (this._head < times.length / 2) {
      let kept = this._head;
      for (let i = this._head; i < this._tail; i += 2) {
        times[kept] = times[Math.min(i + 1, this._tail - 1)] ?? 0;
        before[kept] = before[i] ?? 0;
        kept += 1;
      }
      this._tail = kept;
    }
    const base = before[this._head] ?? 0;
    times.copyWithin(0, this._head, this._tail);
    before.copyWithin(0, this._head, this._tail);
    this._tail -= this._head;
    this._head = 0;
    // Sums start again from what is remembered, so that they stay whole numbers for ever.
    for (let i = 0; i < this._tail; i += 1) before[i] = (before[i] ?? 0) - base;
    this._sum -= base;
  }
}
