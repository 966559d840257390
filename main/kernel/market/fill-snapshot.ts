import type { FillSnapshot } from "../effects.ts";
import type { Settings } from "../settings/settings.ts";
import { MID_WINDOW } from "./book-signals.ts";
import type { LevelTable } from "./level-table.ts";
import type { MarketState } from "./market-state.ts";

/** The market as it is at a fill, with as many levels a side as the settings say. Source: reference, section B. */
export function fillSnapshot(market: MarketState, nowUs: number, settings: Settings): FillSnapshot {
  const { book, signals } = market;
  const { orderFlowLots, micropriceDivergenceBps, vpin } = market.readings(nowUs, settings);
  return {
    spreadBps: market.spreadBps,
    volatilityBps: signals.mids.rangeBps(MID_WINDOW.microVol, nowUs),
    driftBps: signals.mids.driftBps(MID_WINDOW.microDrift, nowUs),
    imbalance: signals.imbalance.mean(nowUs),
    orderFlowLots,
    micropriceDivergenceBps,
    vpin,
    isStale: market.isStale(nowUs, settings),
    bookAgeUs: market.ageUs(nowUs),
    bids: topLevels(book.bids, settings.fillSnapshotDepth),
    asks: topLevels(book.asks, settings.fillSnapshotDepth),
  };
}

/** Flat pairs of ticks and lots, best first. */
function topLevels(table: LevelTable, most: number): number[] {
  const pairs: number[] = [];
  for (let depth = 0; depth < Math.min(most, table.count); depth += 1)
    pairs.push(table.ticksAt(depth), table.lotsAt(depth));
  return pairs;
}
