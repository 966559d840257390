import type { SeededRandom } from "./seeded-random.ts";

const REPORTED_EVERY_US = 10_000_000;
/** Largest change of open interest between two reports, as a fraction. */
const WANDER = 0.002;

/**
 * What some venues tell of everybody's positions: open interest from time to time, and which takes closed somebody by force.
 *
 * It draws from a generator of its own, so that book and trades of a seed are the same with and without it.
 */
export class PositionNews {
  readonly #random: SeededRandom;
  readonly #liquidatedShare: number;
  #openInterestLots: number;
  #dueUs = Number.NEGATIVE_INFINITY;

  /** `liquidatedShare`: share of prints that are liquidations; 0 = the venue tells nothing at all. */
  constructor(random: SeededRandom, liquidatedShare: number, openInterestLots: number) {
    this.#random = random;
    this.#liquidatedShare = liquidatedShare;
    this.#openInterestLots = openInterestLots;
  }

  /** Whether the print of this size closed somebody by force. */
  isLiquidation(sizeLots: number): boolean {
    if (this.#liquidatedShare === 0 || !this.#random.chance(this.#liquidatedShare)) return false;
    this.#openInterestLots = Math.max(1, this.#openInterestLots - sizeLots);
    return true;
  }

  /** Open interest in lots when a report is due; null = not now. */
  report(nowUs: number): number | null {
    if (this.#liquidatedShare === 0 || nowUs < this.#dueUs) return null;
    this.#dueUs = nowUs + REPORTED_EVERY_US;
    const change = (2 * this.#random.uniform() - 1) * WANDER;
    this.#openInterestLots = Math.max(1, Math.round(this.#openInterestLots * (1 + change)));
    return this.#openInterestLots;
  }
}
