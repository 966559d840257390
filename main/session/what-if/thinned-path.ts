/**
 * Points of a path at even distances, never more than `most`: when there are too many, every second one goes and from then on only every
 * second one is taken. The newest point is always among them.
 */
export class ThinnedPath<P> {
  readonly #most: number;
  #kept: P[] = [];
  #stride = 1;
  #seen = 0;
  #newest: P | null = null;

  /** @param most at least 2 */
  constructor(most: number) {
    this.#most = most;
  }

  add(point: P): void {
    this.#newest = point;
    if (this.#seen % this.#stride === 0) {
      this.#kept.push(point);
      if (this.#kept.length >= this.#most) {
        this.#kept = this.#kept.filter((_point, index) => index % 2 === 0);
        this.#stride *= 2;
      }
    }
    this.#seen += 1;
  }

  points(): readonly P[] {
    const newest = this.#newest;
    return newest === null || this.#kept.at(-1) === newest ? this.#kept : [...this.#kept, newest];
  }
}
