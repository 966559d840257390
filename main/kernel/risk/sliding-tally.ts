/** Entries kept before neighbours are merged. */
const DEFAULT_CAPACITY = 4096;

/**
 * Counts of things in time order, answered over any span that ends now. Times are whole microseconds, counts whole numbers.
 *
 * Memory is constant: a full tally merges neighbouring entries under the later one's time. Counts then hold on a little too long, never too short,
 * so that a limit counted here errs on the safe side. Exact while fewer than `capacity` times lie in the span.
 * Invariant: entries `head` to `tail - 1` are in order of time; `#before` holds the sum of everything ever added up to and without an entry.
 */
export class SlidingTally {
  readonly #times: Float64Array;
  readonly #before: Float64Array;
  #head = 0;
  #tail = 0;
  #sum = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#times = new Float64Array(Math.max(4, capacity));
    this.#before = new Float64Array(Math.max(4, capacity));
  }

  /** Adds `count` at a time; one that runs backwards counts as the time of the entry before it. */
  add(nowUs: number, count = 1): void {
    if (count <= 0) return;
    const newestUs = this.#tail > this.#head ? (this.#times[this.#tail - 1] ?? nowUs) : -Infinity;
    if (nowUs > newestUs) {
      if (this.#tail === this.#times.length) this.#makeRoom();
      this.#times[this.#tail] = nowUs;
      this.#before[this.#tail] = this.#sum;
      this.#tail += 1;
    }
    this.#sum += count;
  }

  /** Sum of what was added at `fromUs` or later. */
  since(fromUs: number): number {
    const first = this.#firstFrom(fromUs);
    return first === this.#tail ? 0 : this.#sum - (this.#before[first] ?? 0);
  }

  /** Lets go of what was added before `fromUs`. */
  forgetBefore(fromUs: number): void {
    while (this.#head < this.#tail && (this.#times[this.#head] ?? fromUs) < fromUs) this.#head += 1;
  }

  /** Time at which the `rank`-th newest was added, 1 = the newest; null when fewer are remembered. */
  timeOfNewest(rank: number): number | null {
    const place = this.#sum - rank;
    if (rank < 1 || this.#head === this.#tail || place < (this.#before[this.#head] ?? 0)) return null;
    let low = this.#head;
    let high = this.#tail;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#before[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return this.#times[low] ?? null;
  }

  clear(): void {
    this.#head = 0;
    this.#tail = 0;
    this.#sum = 0;
  }

  #firstFrom(fromUs: number): number {
    let low = this.#head;
    let high = this.#tail;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? fromUs) < fromUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves the entries to the front; where at least half are still in use, merges each pair of them first. */
  #makeRoom(): void {
    const times = this.#times;
    const before = this.#before;
    if (this.#head < times.length / 2) {
      let kept = this.#head;
      for (let i = this.#head; i < this.#tail; i += 2) {
        times[kept] = times[Math.min(i + 1, this.#tail - 1)] ?? 0;
        before[kept] = before[i] ?? 0;
        kept += 1;
      }
      this.#tail = kept;
    }
    const base = before[this.#head] ?? 0;
    times.copyWithin(0, this.#head, this.#tail);
    before.copyWithin(0, this.#head, this.#tail);
    this.#tail -= this.#head;
    this.#head = 0;
    // Sums start again from what is remembered, so that they stay whole numbers for ever.
    for (let i = 0; i < this.#tail; i += 1) before[i] = (before[i] ?? 0) - base;
    this.#sum -= base;
  }
}
