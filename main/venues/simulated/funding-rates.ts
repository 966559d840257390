import type { SeededRandom } from "./seeded-random.ts";

const EVERY_US = 30_000_000;
/** Rates are whole multiples of 1e-7, so that they print and multiply exactly. */
const UNITS_PER_ONE = 10_000_000;
const USUAL_UNITS = 125;
const LARGEST_UNITS = 3_000;

/** A funding rate that wanders around its usual 0.00125 % an hour and leans with the trend. */
export class FundingRates {
  readonly #random: SeededRandom;
  readonly #intervalUs: number;
  #units = USUAL_UNITS;
  #dueUs = Number.NEGATIVE_INFINITY;

  constructor(random: SeededRandom, intervalS: number) {
    this.#random = random;
    this.#intervalUs = intervalS * 1_000_000;
  }

  isDue(nowUs: number): boolean {
    return nowUs >= this.#dueUs;
  }

  /** The rate now; payments fall on whole intervals since the epoch. */
  next(nowUs: number, trendSign: number): { rate: number; nextFundingUs: number; intervalUs: number } {
    this.#dueUs = nowUs + EVERY_US;
    const wander = Math.round(this.#random.normal() * 25) + trendSign * 15;
    const pulled = this.#units + wander + Math.round((USUAL_UNITS - this.#units) * 0.02);
    this.#units = Math.max(-LARGEST_UNITS, Math.min(LARGEST_UNITS, pulled));
    const nextFundingUs = (Math.floor(nowUs / this.#intervalUs) + 1) * this.#intervalUs;
    return { rate: this.#units / UNITS_PER_ONE, nextFundingUs, intervalUs: this.#intervalUs };
  }
}
