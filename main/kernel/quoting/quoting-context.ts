import type { Regime } from "../effects.ts";
import type { OrderBook } from "../market/order-book.ts";
import type { InventoryBand } from "../pricing/inventory-skew.ts";
import type { Limits } from "../risk/limits.ts";
import type { Settings } from "../settings/settings.ts";
import type { Lots, Micros } from "../values/units.ts";

/** Readings of the market that every slot's look shares; made once an event. */
export interface QuotingContext {
  readonly nowUs: Micros;
  readonly settings: Settings;
  readonly limits: Limits;
  readonly book: OrderBook;
  /** Two-sided, in sequence, not crossed, not stale. */
  readonly isBookUsable: boolean;
  readonly isBookStale: boolean;
  readonly isBookCrossed: boolean;
  /** Twice the mid, in ticks; null without a usable book. */
  readonly midHalfTicks: number | null;
  readonly spreadBps: number | null;
  readonly spreadEmaBps: number | null;
  readonly imbalance: number | null;
  readonly microVolBps: number | null;
  readonly microDriftBps: number | null;
  readonly shortVolBps: number | null;
  readonly mediumVolBps: number | null;
  readonly micropriceTicks: number | null;
  readonly regime: Regime;
  readonly regimeScale: number;
  readonly isRegimePause: boolean;
  readonly minRepriceIntervalUs: number;
  readonly maxOrderAgeUs: number;
  readonly positionLots: number;
  readonly inventoryNorm: number;
  /** Band of the inventory by the settings; the legacy profile shows it and does not act on it. */
  readonly band: InventoryBand;
  readonly adverseTrendStrength: number | null;
  readonly fundingBiasBps: number;
  /** Least size that the venue takes now. */
  readonly leastLots: number;
  readonly baseLots: Lots;
}
