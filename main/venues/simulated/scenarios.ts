import type { GeneratedRegime } from "./generated-markets.ts";

export const SCENARIO_NAMES = ["mixed", "steady", "calm", "trending", "volatile", "jumping", "gaps"] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** How the weather of a market changes. Rates are per second of market time. */
export interface Scenario {
  readonly name: ScenarioName;
  readonly firstRegime: GeneratedRegime;
  /** Mean stay in each regime, in seconds; 0 = never entered. */
  readonly dwellS: Readonly<Record<GeneratedRegime, number>>;
  /** Multiplies the volatility of every regime. */
  readonly volatilityFactor: number;
  readonly trendsPerS: number;
  readonly meanTrendS: number;
  /** Drift of a trend per second, as a multiple of the regime's volatility. */
  readonly trendStrength: number;
  /** Multiplies the jump rate of every regime. */
  readonly jumpFactor: number;
  /** Holes in the feed per second. */
  readonly feedHolesPerS: number;
  /** Share of prints that are liquidations; above 0 the venue tells of them and of open interest. */
  readonly liquidatedShare: number;
}

const MIXED: Scenario = {
  name: "mixed",
  firstRegime: "normal",
  dwellS: { calm: 45, normal: 40, elevated: 25, extreme: 14 },
  volatilityFactor: 1,
  trendsPerS: 1 / 120,
  meanTrendS: 35,
  trendStrength: 0.3,
  jumpFactor: 1,
  feedHolesPerS: 0,
  liquidatedShare: 0,
};

const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  mixed: MIXED,
  steady: { ...MIXED, name: "steady", dwellS: { calm: 0, normal: 3_600, elevated: 0, extreme: 0 } },
  calm: {
    ...MIXED,
    name: "calm",
    firstRegime: "calm",
    dwellS: { calm: 600, normal: 20, elevated: 0, extreme: 0 },
    trendsPerS: 1 / 600,
    jumpFactor: 0.2,
  },
  trending: { ...MIXED, name: "trending", trendsPerS: 1 / 15, meanTrendS: 60, trendStrength: 0.4 },
  volatile: {
    ...MIXED,
    name: "volatile",
    firstRegime: "elevated",
    // High for good, with hardly a trend or a jump: what a guard of fixed thresholds takes for one long emergency
    dwellS: { calm: 0, normal: 5, elevated: 90, extreme: 0 },
    volatilityFactor: 1.2,
    trendsPerS: 1 / 900,
    jumpFactor: 0.2,
    liquidatedShare: 0.004,
  },
  jumping: { ...MIXED, name: "jumping", jumpFactor: 8, liquidatedShare: 0.004 },
  gaps: { ...MIXED, name: "gaps", feedHolesPerS: 1 / 20 },
};

/** The constants of a scenario. */
export function scenario(name: ScenarioName): Scenario {
  return SCENARIOS[name];
}
