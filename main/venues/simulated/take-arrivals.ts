import type { SeededRandom } from "./seeded-random.ts";

/** Two memories of a self-exciting process: mean number of takes that one take brings about, and how long that lasts. */
const FAST = { offspring: 0.6, memoryS: 0.15 } as const;
const SLOW = { offspring: 0.29, memoryS: 8 } as const;
const LARGEST_RATE_PER_S = 300;
const LARGEST_COUNT = 24;

/**
 * Clustered arrivals of takes: a Hawkes process with two exponential memories, in steps of a frame. A memory decays by
 * 1 / (1 + step / memory), which needs no exponential function.
 */
export class TakeArrivals {
  readonly #random: SeededRandom;
  #fastPerS = 0;
  #slowPerS = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Number of takes in the next `elapsedS`, given the rate that comes from outside. */
  next(outsidePerS: number, elapsedS: number): number {
    this.#fastPerS /= 1 + elapsedS / FAST.memoryS;
    this.#slowPerS /= 1 + elapsedS / SLOW.memoryS;
    const rate = Math.min(LARGEST_RATE_PER_S, outsidePerS + this.#fastPerS + this.#slowPerS);
    const expected = rate * elapsedS;
    const again = expected / (1 + expected);
    let count = 0;
    while (count < LARGEST_COUNT && this.#random.chance(again)) count += 1;
    this.#fastPerS += (count * FAST.offspring) / FAST.memoryS;
    this.#slowPerS += (count * SLOW.offspring) / SLOW.memoryS;
    return count;
  }
}
