import { GENERATED_REGIMES, type GeneratedMarket, type GeneratedRegime } from "./generated-markets.ts";
import type { Scenario } from "./scenarios.ts";
import type { SeededRandom } from "./seeded-random.ts";

const JUMPS_PER_S: Readonly<Record<GeneratedRegime, number>> = {
  calm: 1 / 600,
  normal: 1 / 240,
  elevated: 1 / 60,
  extreme: 1 / 15,
};

/** Where a regime goes when its time is up; with the cumulated chance of each; what the scenario does not know is left out. */
const NEIGHBOURS: Readonly<Record<GeneratedRegime, readonly (readonly [GeneratedRegime, number])[]>> = {
  calm: [
    ["normal", 0.9],
    ["elevated", 1],
  ],
  normal: [
    ["calm", 0.4],
    ["elevated", 0.94],
    ["extreme", 1],
  ],
  elevated: [
    ["normal", 0.6],
    ["extreme", 1],
  ],
  extreme: [
    ["elevated", 0.8],
    ["normal", 1],
  ],
};

const SHORTEST_DWELL_S = 4;
const SHORTEST_TREND_S = 10;
/** Smallest and range of a jump, in multiples of the regime's volatility per square root of a second. */
const JUMP_MULTIPLE = [3, 5] as const;
/** Weak pull of the fair price back to where it began, per second. */
const REVERSION_PER_S = 2e-6;
/** How fast the push of an uninformed sweep is forgotten. */
const SWEEP_MEMORY_S = 2;

/**
 * The price that informed traders know and the book does not yet: a random walk whose volatility follows a Markov chain of regimes,
 * with trends and jumps, plus the fading push of uninformed sweeps.
 */
export class FairPrice {
  readonly #market: GeneratedMarket;
  readonly #scenario: Scenario;
  readonly #random: SeededRandom;
  #regime: GeneratedRegime;
  #regimeLeftS: number;
  #trendSign = 0;
  #trendLeftS = 0;
  #valueTicks: number;
  #pushTicks = 0;

  constructor(market: GeneratedMarket, scenario: Scenario, random: SeededRandom) {
    this.#market = market;
    this.#scenario = scenario;
    this.#random = random;
    this.#regime = scenario.firstRegime;
    this.#regimeLeftS = this.#dwellS();
    this.#valueTicks = market.firstPriceTicks;
  }

  get regime(): GeneratedRegime {
    return this.#regime;
  }

  /** Volatility of the regime in ticks per square root of a second. */
  get volatilityTicks(): number {
    const bps = this.#market.volatilityBps[this.#regime] * this.#scenario.volatilityFactor;
    return (bps * this.#valueTicks) / 10_000;
  }

  /** What informed traders think the price is, in ticks. */
  get ticks(): number {
    return this.#valueTicks + this.#pushTicks;
  }

  /** -1, 0 or 1: the trend of the moment. */
  get trendSign(): number {
    return this.#trendSign;
  }

  /** Lets `elapsedS` pass. */
  advance(elapsedS: number): void {
    const random = this.#random;
    this.#regimeLeftS -= elapsedS;
    if (this.#regimeLeftS <= 0) this.#changeRegime();
    this.#advanceTrend(elapsedS);
    const sigma = this.volatilityTicks;
    this.#valueTicks += sigma * Math.sqrt(elapsedS) * random.normal();
    this.#valueTicks += this.#trendSign * this.#scenario.trendStrength * sigma * elapsedS;
    if (random.chance(JUMPS_PER_S[this.#regime] * this.#scenario.jumpFactor * elapsedS))
      this.#valueTicks += random.sign() * sigma * (JUMP_MULTIPLE[0] + JUMP_MULTIPLE[1] * random.uniform());
    const first = this.#market.firstPriceTicks;
    this.#valueTicks += (first - this.#valueTicks) * REVERSION_PER_S * elapsedS;
    const factor = this.#market.priceRangeFactor;
    this.#valueTicks = Math.min(first * factor, Math.max(first / factor, this.#valueTicks));
    this.#pushTicks /= 1 + elapsedS / SWEEP_MEMORY_S;
  }

  /** An uninformed burst pushes the price away for some seconds. */
  push(ticks: number): void {
    this.#pushTicks += ticks;
  }

  #advanceTrend(elapsedS: number): void {
    this.#trendLeftS -= elapsedS;
    if (this.#trendLeftS > 0) return;
    this.#trendSign = 0;
    if (!this.#random.chance(this.#scenario.trendsPerS * elapsedS)) return;
    this.#trendSign = this.#random.sign();
    this.#trendLeftS = SHORTEST_TREND_S + this.#random.exponential() * (this.#scenario.meanTrendS - SHORTEST_TREND_S);
  }

  #changeRegime(): void {
    const draw = this.#random.uniform();
    const known = NEIGHBOURS[this.#regime].filter(([regime]) => this.#scenario.dwellS[regime] > 0);
    const chosen = known.find(([, below]) => draw < below) ?? known[0];
    const fallback = GENERATED_REGIMES.find((regime) => regime !== this.#regime && this.#scenario.dwellS[regime] > 0);
    this.#regime = chosen?.[0] ?? fallback ?? this.#regime;
    this.#regimeLeftS = this.#dwellS();
  }

  #dwellS(): number {
    const mean = this.#scenario.dwellS[this.#regime];
    return SHORTEST_DWELL_S + this.#random.exponential() * Math.max(0, mean - SHORTEST_DWELL_S);
  }
}
