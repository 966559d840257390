/** Which rows of the ladder are on the screen. The price column stands still: the window moves only when told to, or when the market is about to leave it. */
import type { StreamItem } from "../../../preload/bridge.ts";
import { decimalsOf } from "../../lib/format.ts";

export type Ladder = StreamItem<"ladder">;
export type LadderRow = Ladder["rows"][number];
export type OwnOrder = LadderRow["own"][number];

/** Share of the window at either end that the market may not enter without a re-centre. */
const EDGE_SHARE = 0.12;
/** Bars are drawn against this quantile of the sizes seen, so that one wall does not flatten all others. */
const BAR_QUANTILE = 0.92;

export interface ShownRow {
  readonly ticks: number;
  readonly price: string;
  readonly bidSize: number;
  readonly askSize: number;
  readonly tradedBuy: number;
  readonly tradedSell: number;
  readonly own: readonly OwnOrder[];
  readonly isBidTouch: boolean;
  readonly isAskTouch: boolean;
  readonly isLastTrade: boolean;
  readonly isAverageEntry: boolean;
  readonly isBreakEven: boolean;
}

/** A price for one tick, read off two rows; null with fewer than two. */
function tickSizeOf(rows: readonly LadderRow[]): number | null {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined || first.ticks === last.ticks) return null;
  return (Number(first.price) - Number(last.price)) / (first.ticks - last.ticks);
}

/** Ticks of the row that holds a price; null when the ladder cannot tell. Doubles are enough: this places marks, never orders. */
export function rowTicksOfPrice(ladder: Ladder, price: string | null): number | null {
  const [first] = ladder.rows;
  const tickSize = tickSizeOf(ladder.rows);
  if (price === null || first === undefined || tickSize === null || tickSize === 0) return null;
  const ticksAboveFirst = (Number(price) - Number(first.price)) / tickSize;
  if (!Number.isFinite(ticksAboveFirst)) return null;
  return first.ticks + Math.floor(ticksAboveFirst / ladder.groupTicks + 1e-6) * ladder.groupTicks;
}

/** Rows of the touch: the highest with bids, the lowest with asks. */
export function touchTicks(ladder: Ladder): { readonly bid: number | null; readonly ask: number | null } {
  return {
    bid: ladder.rows.find((row) => row.bidSize > 0)?.ticks ?? null,
    ask: ladder.rows.findLast((row) => row.askSize > 0)?.ticks ?? null,
  };
}

function middleTicks(ladder: Ladder): number | null {
  const { bid, ask } = touchTicks(ladder);
  return ask ?? bid ?? ladder.rows[Math.floor(ladder.rows.length / 2)]?.ticks ?? null;
}

/** Top row of a window with the market in its middle; null while there is no market. */
export function centredTop(ladder: Ladder, rowCount: number): number | null {
  const middle = middleTicks(ladder);
  return middle === null ? null : middle + Math.floor(rowCount / 2) * ladder.groupTicks;
}

export type WindowPlace = "inside" | "near-edge" | "outside";

/** Where the market stands in the window; "outside" also when the window's rows do not fall on the ladder's. */
export function placeInWindow(ladder: Ladder, topTicks: number, rowCount: number): WindowPlace {
  const middle = middleTicks(ladder);
  if (middle === null) return "inside";
  const index = (topTicks - middle) / ladder.groupTicks;
  if (!Number.isInteger(index) || index < 1 || index > rowCount - 1) return "outside";
  const edgeRows = Math.max(2, Math.round(rowCount * EDGE_SHARE));
  return index < edgeRows || index > rowCount - edgeRows ? "near-edge" : "inside";
}

/** The rows of the window from the highest price down; prices that the ladder did not send are filled in without sizes. */
export function shownRows(ladder: Ladder, topTicks: number, rowCount: number): readonly ShownRow[] {
  const [first] = ladder.rows;
  const tickSize = tickSizeOf(ladder.rows);
  if (first === undefined || tickSize === null) return [];
  const decimals = decimalsOf(first.price);
  const byTicks = new Map(ladder.rows.map((row) => [row.ticks, row]));
  const touch = touchTicks(ladder);
  const lastTrade = rowTicksOfPrice(ladder, ladder.lastTrade?.price ?? null);
  const entry = rowTicksOfPrice(ladder, ladder.averageEntry);
  const breakEven = rowTicksOfPrice(ladder, ladder.breakEven);
  return Array.from({ length: rowCount }, (_, index) => {
    const ticks = topTicks - index * ladder.groupTicks;
    const row = byTicks.get(ticks);
    return {
      ticks,
      price: row?.price ?? (Number(first.price) + (ticks - first.ticks) * tickSize).toFixed(decimals),
      bidSize: row?.bidSize ?? 0,
      askSize: row?.askSize ?? 0,
      tradedBuy: row?.tradedBuy ?? 0,
      tradedSell: row?.tradedSell ?? 0,
      own: row?.own ?? [],
      isBidTouch: ticks === touch.bid,
      isAskTouch: ticks === touch.ask,
      isLastTrade: ticks === lastTrade,
      isAverageEntry: ticks === entry,
      isBreakEven: ticks === breakEven,
    };
  });
}

/** Size that fills a depth bar. */
export function barScale(sizes: readonly number[]): number {
  const sorted = sizes.filter((size) => size > 0).toSorted((first, second) => first - second);
  return sorted[Math.floor((sorted.length - 1) * BAR_QUANTILE)] ?? 1;
}
