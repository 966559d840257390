/** The ids of a depth update. */
export interface SequencedDelta {
  readonly firstUpdateId: number;
  readonly updateId: number;
  readonly previousUpdateId: number;
}

export type DeltaVerdict = "applies" | "old" | "gap" | "held";

/** Deltas kept for a snapshot that has not come; at ten to twenty a second these are minutes, and a REST answer takes a second. */
const MAX_HELD = 4096;

/**
 * The venue's depth rule over ids alone. Deltas are held until a snapshot comes; the first that applies after it has
 * `U <= lastUpdateId <= u`, each further one names the last as its `pu`.
 *
 * Invariants: its verdicts are those of the kernel's `OrderBook` fed with what it lets through; at most `MAX_HELD` deltas are held.
 */
export class DepthSequencer<D extends SequencedDelta> {
  #held: D[] = [];
  #lastId = -1;
  #isSynchronized = false;
  #isFirst = false;
  #dropped = 0;

  get isSynchronized(): boolean {
    return this.#isSynchronized;
  }

  /** True from a snapshot until the first delta that applies to it. */
  get awaitsFirst(): boolean {
    return this.#isSynchronized && this.#isFirst;
  }

  /** Deltas that wait for a snapshot. */
  get held(): readonly D[] {
    return this.#held;
  }

  /** Deltas that waited too long and were let go. */
  get droppedCount(): number {
    return this.#dropped;
  }

  /** Judges the next delta. One that shows a gap is held too: a later snapshot may turn out to be older than it. */
  delta(delta: D): DeltaVerdict {
    if (!this.#isSynchronized) {
      this.#hold(delta);
      return "held";
    }
    if (delta.updateId < this.#lastId || (delta.updateId === this.#lastId && !this.#isFirst)) return "old";
    const follows = delta.previousUpdateId === this.#lastId || (this.#isFirst && delta.firstUpdateId <= this.#lastId);
    if (!follows) {
      this.#isSynchronized = false;
      this.#hold(delta);
      return "gap";
    }
    this.#lastId = delta.updateId;
    this.#isFirst = false;
    return "applies";
  }

  /**
   * Takes a snapshot. Null: it is no newer than the synchronized book and must be left out. Else the deltas held so far, to be put
   * to `delta` again in this order right after it.
   */
  snapshot(updateId: number): readonly D[] | null {
    if (this.#isSynchronized && updateId <= this.#lastId) return null;
    const held = this.#held;
    this.#held = [];
    this.#lastId = updateId;
    this.#isSynchronized = true;
    this.#isFirst = true;
    return held;
  }

  #hold(delta: D): void {
    if (this.#held.length === MAX_HELD) {
      this.#held.shift();
      this.#dropped += 1;
    }
    this.#held.push(delta);
  }
}
