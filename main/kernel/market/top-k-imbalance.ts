import type { LevelTable } from "./level-table.ts";
import type { OrderBook } from "./order-book.ts";
import type { OwnSizes } from "./others-touch.ts";

/** `flat` counts every level alike; `linear` weighs level i (0 = best) with k - i, so that size far from the touch says less. */
export type DepthWeighting = "flat" | "linear";

/**
 * Signed imbalance of the sizes on the k best levels of each side, -1 (all on the ask) to 1 (all on the bid): `(B - A) / (B + A)` with `B`, `A` the
 * weighted sums of lots, whole numbers. Null when the book is one-sided, crossed or locked, or when there is no size. At most k levels a side are read,
 * and those that `own` empties: what is only ours is no level.
 */
export function topKImbalance(
  book: OrderBook,
  k: number,
  weighting: DepthWeighting = "flat",
  own: OwnSizes | null = null,
): number | null {
  if (!book.isTwoSided || book.isCrossed) return null;
  const bidLots = weightedLots(book.bids, k, weighting, own);
  const askLots = weightedLots(book.asks, k, weighting, own);
  const sum = bidLots + askLots;
  return sum > 0 ? (bidLots - askLots) / sum : null;
}

function weightedLots(table: LevelTable, k: number, weighting: DepthWeighting, own: OwnSizes | null): number {
  let sum = 0;
  let rank = 0;
  for (let depth = 0; depth < table.count && rank < k; depth += 1) {
    const levelLots = table.lotsAt(depth);
    const sizeLots =
      own === null ? levelLots : Math.max(0, levelLots - own.restingLots(table.side, table.ticksAt(depth)));
    if (sizeLots === 0) continue;
    sum += weighting === "flat" ? sizeLots : sizeLots * (k - rank);
    rank += 1;
  }
  return sum;
}
