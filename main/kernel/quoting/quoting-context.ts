import type { Regime } from "../effects.ts";
import type { BookDoubt } from "../market/book-plausibility.ts";
import type { OrderBook } from "../market/order-book.ts";
import type { InventoryBand } from "../pricing/inventory-skew.ts";
import type { Limits } from "../risk/limits.ts";
import type { Settings } from "../settings/settings.ts";
import type { TrendDirection } from "../signals/trend-signal.ts";
import type { Lots, Micros } from "../values/units.ts";

/** Readings of the market that every slot's look shares; made once an event. */
export interface QuotingContext {
  readonly nowUs: Micros;
  readonly settings: Settings;
  readonly limits: Limits;
  readonly book: OrderBook;
  /** Two-sided, in sequence, not crossed, plausible, not stale. */
  readonly isBookUsable: boolean;
  readonly isBookStale: boolean;
  readonly isBookCrossed: boolean;
  /** Why what the book shows cannot be; null = it can. */
  readonly bookDoubt: BookDoubt | null;
  /** Twice the mid, in ticks; null without a usable book. */
  readonly midHalfTicks: number | null;
  /** What quotes hang on, in ticks: the best prices, mid or microprice of what others show; null without a book. */
  readonly bidAnchorTicks: number | null;
  readonly askAnchorTicks: number | null;
  readonly spreadBps: number | null;
  readonly spreadEmaBps: number | null;
  readonly imbalance: number | null;
  readonly microVolBps: number | null;
  readonly microDriftBps: number | null;
  readonly shortVolBps: number | null;
  readonly mediumVolBps: number | null;
  readonly longVolBps: number | null;
  readonly micropriceTicks: number | null;
  readonly regime: Regime;
  readonly regimeScale: number;
  readonly isRegimePause: boolean;
  /** Longer while the venue's rate limit is near. */
  readonly minRepriceIntervalUs: number;
  readonly maxOrderAgeUs: number;
  readonly positionLots: number;
  readonly inventoryNorm: number;
  /** Band of the inventory by the settings; the legacy profile shows it and does not act on it. */
  readonly band: InventoryBand;
  readonly trendDirection: TrendDirection;
  /** 0 to 1; 0 while neutral. */
  readonly trendStrength: number;
  readonly adverseTrendStrength: number | null;
  readonly fundingBiasBps: number;
  /** What funding makes of the skew; 1 = nothing. */
  readonly fundingSkewFactor: number;
  /** Ticks that the market moves while an order is under way. */
  readonly latencyTicks: number;
  /** Widening of all slots while too many placements are refused as post-only, in bps. */
  readonly postOnlyBoostBps: number;
  /** The venue has asked for fewer requests: replacements only cancel, quotes are wider by `rateLimitExtraBps`. */
  readonly isRateLimitDegraded: boolean;
  readonly rateLimitExtraBps: number;
  /** Least size that the venue takes now. */
  readonly leastLots: number;
  readonly baseLots: Lots;
}
