import { othersLots } from "./imbalance.ts";
import type { LevelTable } from "./level-table.ts";
import { weightedMid } from "./microprice.ts";
import type { OrderBook } from "./order-book.ts";
import { spreadBps } from "./spread-ema.ts";
import type { BookSide } from "../values/units.ts";

/** Own size as a venue's public book shows it. */
export interface OwnSizes {
  /** Unfilled lots of own orders that rest at a price. */
  restingLots(side: BookSide, priceTicks: number): number;
}

/**
 * The best prices and sizes that others show: what signals and anchors are made of. Without own sizes to take out it is the book's own touch.
 *
 * A level that only we hold is passed over, so that no quote chases itself. Ticks and lots; a side that nobody else is on has no price and size 0.
 */
export class OthersTouch {
  bidTicks: number | null = null;
  bidLots = 0;
  askTicks: number | null = null;
  askLots = 0;

  /** Takes the touch of a book as it is now; `own` null = the book does not show our orders, or they are to count. */
  read(book: OrderBook, own: OwnSizes | null): void {
    const bidDepth = othersDepth(book.bids, own);
    this.bidTicks = bidDepth < book.bids.count ? book.bids.ticksAt(bidDepth) : null;
    this.bidLots = this.bidTicks === null ? 0 : sizeAt(book.bids, bidDepth, own);
    const askDepth = othersDepth(book.asks, own);
    this.askTicks = askDepth < book.asks.count ? book.asks.ticksAt(askDepth) : null;
    this.askLots = this.askTicks === null ? 0 : sizeAt(book.asks, askDepth, own);
  }

  /** Twice the mid in ticks; null unless both sides are there and not crossed. */
  get midHalfTicks(): number | null {
    const { bidTicks, askTicks } = this;
    return bidTicks === null || askTicks === null || bidTicks >= askTicks ? null : bidTicks + askTicks;
  }

  /** Null unless both sides are there and not crossed. */
  get spreadBps(): number | null {
    const { bidTicks, askTicks } = this;
    return bidTicks === null || askTicks === null || bidTicks >= askTicks ? null : spreadBps(bidTicks, askTicks);
  }

  get micropriceTicks(): number | null {
    const { bidTicks, askTicks } = this;
    return bidTicks === null || askTicks === null ? null : weightedMid(bidTicks, this.bidLots, askTicks, this.askLots);
  }
}

function othersDepth(levels: LevelTable, own: OwnSizes | null): number {
  let depth = 0;
  if (own === null) return depth;
  while (depth < levels.count && sizeAt(levels, depth, own) <= 0) depth += 1;
  return depth;
}

function sizeAt(levels: LevelTable, depth: number, own: OwnSizes | null): number {
  const lots = levels.lotsAt(depth);
  return own === null ? lots : othersLots(lots, own.restingLots(levels.side, levels.ticksAt(depth)));
}
