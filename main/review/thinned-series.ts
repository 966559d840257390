/**
 * At most `capacity` points of a series of any length, evenly spaced, and always the last one. Constant memory: when it is full, every second
 * point goes and from then on half as many are taken.
 */
export class ThinnedSeries<T> {
  readonly #capacity: number;
  #points: T[] = [];
  #stride = 1;
  #seen = 0;
  #last: T | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(point: T): void {
    this.#last = point;
    if (this.#seen % this.#stride === 0) this.#points.push(point);
    this.#seen += 1;
    if (this.#points.length < this.#capacity) return;
    this.#points = this.#points.filter((_point, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  get points(): readonly T[] {
    const newest = this.#points.at(-1);
    return this.#last === null || newest === this.#last ? this.#points : [...this.#points, this.#last];
  }
}
