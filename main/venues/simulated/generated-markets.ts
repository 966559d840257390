import type { MarketRules } from "../../kernel/values/market-rules.ts";
import type { QuantileTable } from "./seeded-random.ts";

/** The markets that the generator knows. */
export type GeneratedMarketName = "btc" | "alt";

/** What one generated market looks like. Lots and ticks are those of its rules; rates are per second of market time. */
export interface GeneratedMarket {
  readonly rules: MarketRules;
  readonly firstPriceTicks: number;
  /** Open in the whole market at the start. */
  readonly openInterestLots: number;
  /** The price is kept within this factor of the first, up and down. */
  readonly priceRangeFactor: number;
  /** Volatility of the fair price in bps per square root of a second, by regime. */
  readonly volatilityBps: Readonly<Record<GeneratedRegime, number>>;
  /** Spread in ticks that quoters come back to, by regime: smallest, and the mean of what comes on top. */
  readonly spreadTicks: Readonly<Record<GeneratedRegime, readonly [number, number]>>;
  /** Levels kept on each side of the touch, in ticks. */
  readonly depthTicks: number;
  /** Share of prices that hold a level, near the touch and far from it. */
  readonly occupancy: readonly [near: number, far: number];
  /** Distance from the touch that counts as near, in ticks. */
  readonly nearTicks: number;
  readonly touchLots: QuantileTable;
  readonly levelLots: QuantileTable;
  /** Levels farther than `nearTicks` are larger by this factor. */
  readonly farSizeFactor: number;
  readonly takeLots: QuantileTable;
  /** Takes that nothing excites and nobody informs, per second in a normal regime. */
  readonly baseTakesPerS: number;
  /** Takes per second that a gap of one threshold between fair price and book adds. */
  readonly informedTakesPerS: number;
  /** Gap between the fair price and the book's mid at which quoters begin to follow, as a multiple of the regime's volatility. */
  readonly followThreshold: number;
  /** Bursts of uninformed flow that push the price away for seconds, per second in a normal regime. */
  readonly sweepsPerS: number;
  /** Levels looked at for cancellations and arrivals, per frame and side. */
  readonly churnPicks: number;
}

export const GENERATED_REGIMES = ["calm", "normal", "elevated", "extreme"] as const;
export type GeneratedRegime = (typeof GENERATED_REGIMES)[number];

const HOUR_S = 3_600;

// Quantiles of sizes: measured on the recorded BTC perp, rounded; see docs/market-generator.md
const BTC: GeneratedMarket = {
  rules: {
    market: "BTC-USD-PERP",
    venue: "simulated",
    baseCurrency: "BTC",
    quoteCurrency: "USD",
    tickSize: "0.1",
    lotSize: "0.001",
    minOrderLots: 1,
    minNotional: "0",
    fundingIntervalS: HOUR_S,
  },
  firstPriceTicks: 617_000,
  openInterestLots: 80_000_000,
  priceRangeFactor: 1.4,
  volatilityBps: { calm: 0.3, normal: 0.65, elevated: 1.4, extreme: 3 },
  spreadTicks: { calm: [1, 0.02], normal: [1, 0.1], elevated: [1, 0.6], extreme: [1, 4] },
  depthTicks: 1_000,
  occupancy: [0.33, 0.33],
  nearTicks: 60,
  touchLots: [
    [0, 1],
    [0.1, 200],
    [0.25, 900],
    [0.4, 2_000],
    [0.6, 4_000],
    [0.8, 6_500],
    [0.9, 9_500],
    [0.98, 17_000],
    [1, 27_000],
  ],
  levelLots: [
    [0, 1],
    [0.25, 2],
    [0.4, 18],
    [0.5, 62],
    [0.7, 144],
    [0.8, 243],
    [0.9, 700],
    [0.95, 1_300],
    [0.98, 3_500],
    [1, 11_000],
  ],
  farSizeFactor: 3,
  takeLots: [
    [0, 1],
    [0.1, 2],
    [0.25, 7],
    [0.4, 16],
    [0.6, 50],
    [0.7, 101],
    [0.8, 237],
    [0.9, 765],
    [0.95, 1_910],
    [0.98, 5_121],
    [0.99, 8_941],
    [1, 24_000],
  ],
  baseTakesPerS: 0.85,
  informedTakesPerS: 0.9,
  followThreshold: 0.4,
  sweepsPerS: 0.16,
  churnPicks: 9,
};

const ALT: GeneratedMarket = {
  rules: { ...BTC.rules, market: "ALT-USD-PERP", baseCurrency: "ALT", tickSize: "0.0001", lotSize: "1" },
  firstPriceTicks: 12_000,
  openInterestLots: 40_000_000,
  priceRangeFactor: 2.4,
  volatilityBps: { calm: 0.6, normal: 1.3, elevated: 2.5, extreme: 4.5 },
  spreadTicks: { calm: [2, 0.5], normal: [2, 1.5], elevated: [4, 2.5], extreme: [6, 6] },
  depthTicks: 150,
  occupancy: [0.85, 0.4],
  nearTicks: 12,
  touchLots: [
    [0, 5],
    [0.25, 150],
    [0.5, 450],
    [0.75, 1_100],
    [0.95, 3_500],
    [1, 9_000],
  ],
  levelLots: [
    [0, 3],
    [0.25, 120],
    [0.5, 420],
    [0.75, 1_300],
    [0.95, 5_000],
    [1, 20_000],
  ],
  farSizeFactor: 2,
  takeLots: [
    [0, 5],
    [0.25, 25],
    [0.5, 90],
    [0.75, 330],
    [0.9, 1_000],
    [0.98, 3_500],
    [1, 12_000],
  ],
  baseTakesPerS: 0.05,
  informedTakesPerS: 1,
  followThreshold: 0.9,
  sweepsPerS: 0.07,
  churnPicks: 4,
};

const MARKETS: Readonly<Record<GeneratedMarketName, GeneratedMarket>> = { btc: BTC, alt: ALT };

/** The constants of a generated market. */
export function generatedMarket(name: GeneratedMarketName): GeneratedMarket {
  return MARKETS[name];
}
