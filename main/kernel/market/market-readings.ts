import type { SessionFlags } from "./session-flags.ts";
import type { SpreadRegime } from "./spread-regime.ts";

/** One value a window, shortest first; null = not known yet, or the window is not half covered. */
export type Windowed = readonly (number | null)[];

/** What the market shows at one moment, for screens and records. Nothing here gates a quote by itself. Null = not known. */
export interface MarketReadings {
  /** Volatility over the settings' short, medium and long windows, in bps: high-low range. */
  readonly rangeBps: Windowed;
  /** The same windows: square root of the sum of squared log returns, in bps. */
  readonly realizedBps: Windowed;
  /** Order flow imbalance over `FLOW_WINDOWS_US`, in lots; positive = demand. */
  readonly orderFlowLots: Windowed;
  /** Share of aggressive buys less that of sells over `TRADE_FLOW_WINDOWS_US`, -1 to 1. */
  readonly tradeImbalance: Windowed;
  /** Size that left the best levels untraded over `FLOW_WINDOWS_US`, in lots per second. */
  readonly cancelledBidLotsPerS: Windowed;
  readonly cancelledAskLotsPerS: Windowed;
  /** VPIN, 0 to 1: by aggressor flags, by bulk classification, and how much of its buckets is full. */
  readonly vpin: number | null;
  readonly bulkVpin: number | null;
  readonly vpinCoverage: number;
  readonly vpinBucketLots: number | null;
  /** Imbalance of the best 5 levels, and of the best 10 weighed less with depth; -1 (all on the ask) to 1. */
  readonly depthImbalance: number | null;
  readonly weightedDepthImbalance: number | null;
  /** Weighted mid above the mid, in bps. */
  readonly micropriceDivergenceBps: number | null;
  readonly spreadRegime: SpreadRegime | null;
  /** Spread over the typical spread. */
  readonly spreadRatio: number | null;
  /** Jumps of the spread per minute over `SPREAD_JUMP_WINDOWS_US`. */
  readonly spreadJumpsPerMinute: Windowed;
  /** Jumps of the mid over `JUMP_WINDOWS_US`, a count. */
  readonly jumps: Windowed;
  readonly sessions: SessionFlags;
  readonly openInterestLots: number | null;
  /** Change over `OPEN_INTEREST_WINDOWS_US` as a fraction. */
  readonly openInterestChange: Windowed;
  /** Liquidated over `LIQUIDATION_WINDOWS_US`, in lots; null until the venue has told of one. */
  readonly liquidatedLongLots: Windowed;
  readonly liquidatedShortLots: Windowed;
  /** Fraction of notional an interval, positive = longs pay; null until the venue has told. */
  readonly fundingRate: number | null;
  /** Time until the next funding, microseconds, never below 0; null until the venue has told. */
  readonly fundingInUs: number | null;
}
