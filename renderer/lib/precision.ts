/** Digits after the point for prices and sizes, read off what the market sends, so that columns line up whatever the number. */
import { decimalsOf } from "./format.ts";
import type { FeedState } from "./feed-store.ts";

/** Rows that are looked at: prices of one market carry one precision, so a few tell it. */
const LOOKED_AT_ROWS = 4;

export function selectPriceDecimals(state: FeedState): number {
  const { ladder, slots, fills } = state;
  const prices = [
    ladder?.bestBid,
    ladder?.bestAsk,
    ...(ladder?.rows.slice(0, LOOKED_AT_ROWS).map((row) => row.price) ?? []),
    ...(slots?.slots.slice(0, LOOKED_AT_ROWS).map((slot) => slot.price) ?? []),
    ...fills.slice(-LOOKED_AT_ROWS).map((fill) => fill.price),
  ];
  return prices.reduce((most, price) => Math.max(most, decimalsOf(price ?? "")), 0);
}

export function selectSizeDecimals(state: FeedState): number {
  if (state.ladder !== null) return state.ladder.sizeDecimals;
  return state.fills.slice(-LOOKED_AT_ROWS).reduce((most, fill) => Math.max(most, decimalsOf(fill.size)), 0);
}
