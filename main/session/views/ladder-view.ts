import type { StreamItem } from "../../../preload/bridge.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { LevelTable } from "../../kernel/market/level-table.ts";
import type { Order } from "../../kernel/orders/order-manager.ts";
import { formatLots, formatTicks } from "../../kernel/values/market-rules.ts";
import type { OrderSide } from "../../kernel/values/units.ts";
import { decimalOf } from "./decimal-of.ts";

export type LadderView = StreamItem<"ladder">;
type Row = LadderView["rows"][number];

/** Rows on each side of the mid. */
const HALF_ROWS = 90;
/** Own orders should lie within this many rows of the mid. */
const OWN_WITHIN_ROWS = 16;
const TRADES_KEPT = 2000;
const NICE = [1, 2, 5] as const;

interface Traded {
  readonly priceTicks: number;
  readonly sizeLots: number;
  readonly aggressor: OrderSide;
}

/** What the ladder remembers between two pictures: recent trades, and its grouping, which changes only when it must. */
export class LadderFeed {
  readonly #trades: Traded[] = [];
  #groupTicks = 0;

  trade(priceTicks: number, sizeLots: number, aggressor: OrderSide): void {
    this.#trades.push({ priceTicks, sizeLots, aggressor });
    if (this.#trades.length > TRADES_KEPT * 2) this.#trades.splice(0, TRADES_KEPT);
  }

  /** Recent trades, three numbers each: price in ticks, size in lots, 1 for a buyer's. */
  saved(): readonly number[] {
    return this.#trades
      .slice(-TRADES_KEPT)
      .flatMap(({ priceTicks, sizeLots, aggressor }) => [priceTicks, sizeLots, aggressor === "buy" ? 1 : 0]);
  }

  restore(trades: readonly number[]): void {
    this.#trades.length = 0;
    for (let at = 0; at + 2 < trades.length; at += 3) {
      const [priceTicks = 0, sizeLots = 0, isBuy = 0] = trades.slice(at, at + 3);
      this.#trades.push({ priceTicks, sizeLots, aggressor: isBuy === 1 ? "buy" : "sell" });
    }
  }

  /** Null without a two-sided book. */
  view(kernel: Kernel, queueAheadLots: (orderId: number) => number | null): LadderView | null {
    const { market, scale } = kernel;
    // A book that is not believed is shown all the same
    const mid = market.midHalfTicks ?? market.plausibility.midHalfTicks;
    const orders = [...kernel.orders.live()];
    this.#regroup(mid, orders);
    const rows = mid === null ? [] : this.#rows(kernel, mid / 2, orders, queueAheadLots);
    const { bestBidTicks, bestAskTicks } = market.book;
    const { lastTrade } = market;
    return {
      sizeDecimals: scale.sizeDecimals,
      groupTicks: Math.max(1, this.#groupTicks),
      bestBid: bestBidTicks === null ? null : formatTicks(scale, bestBidTicks),
      bestAsk: bestAskTicks === null ? null : formatTicks(scale, bestAskTicks),
      mid: mid === null ? null : formatTicks(scale, mid / 2),
      spreadBps: market.spreadBps,
      lastTrade: lastTrade && {
        price: formatTicks(scale, lastTrade.priceTicks),
        size: formatLots(scale, lastTrade.sizeLots),
        aggressor: lastTrade.aggressor,
        atUs: lastTrade.atUs,
      },
      averageEntry: decimalOf(kernel.ledger.averageEntryTicks(), scale.tickSize, scale.priceDecimals),
      breakEven: decimalOf(breakEvenTicks(kernel), scale.tickSize, scale.priceDecimals),
      rows,
    };
  }

  /** Coarse enough that own orders are in view; finer only when they have come much closer. */
  #regroup(mid: number | null, orders: readonly Order[]): void {
    if (mid === null) return;
    // An order that takes reaches far beyond the touch for a moment: the ladder does not follow it
    const farthest = orders
      .filter(({ purpose }) => purpose === "quote")
      .reduce((most, order) => Math.max(most, Math.abs(order.priceTicks - mid / 2)), 0);
    const wanted = niceAtLeast(farthest / OWN_WITHIN_ROWS);
    const isFirst = this.#groupTicks === 0;
    if (isFirst || wanted > this.#groupTicks || (farthest > 0 && wanted * 4 < this.#groupTicks))
      this.#groupTicks = wanted;
  }

  #rows(
    kernel: Kernel,
    midTicks: number,
    orders: readonly Order[],
    queueAheadLots: (orderId: number) => number | null,
  ): Row[] {
    const group = Math.max(1, this.#groupTicks);
    const centre = Math.round(midTicks / group);
    const top = centre + HALF_ROWS;
    const rows: Row[] = [];
    for (let at = top; at >= Math.max(1, centre - HALF_ROWS); at -= 1) {
      const ticks = at * group;
      const price = formatTicks(kernel.scale, ticks);
      rows.push({ price, ticks, bidSize: 0, askSize: 0, tradedBuy: 0, tradedSell: 0, own: [] });
    }
    const { lotSize } = kernel.scale;
    // Bids go to the row at or below, asks to the row at or above, so that a row never shows both sides of the touch as one price
    const rowOf = (priceTicks: number, side: OrderSide): Row | undefined =>
      rows[top - (side === "buy" ? Math.floor(priceTicks / group) : Math.ceil(priceTicks / group))];
    spread(kernel.market.book.bids, (ticks, lots) => {
      const row = rowOf(ticks, "buy");
      if (row) row.bidSize += lots * lotSize;
      return row !== undefined;
    });
    spread(kernel.market.book.asks, (ticks, lots) => {
      const row = rowOf(ticks, "sell");
      if (row) row.askSize += lots * lotSize;
      return row !== undefined;
    });
    for (const trade of this.#trades.slice(-TRADES_KEPT)) {
      const row = rowOf(trade.priceTicks, trade.aggressor === "buy" ? "sell" : "buy");
      if (row && trade.aggressor === "buy") row.tradedBuy += trade.sizeLots * lotSize;
      else if (row) row.tradedSell += trade.sizeLots * lotSize;
    }
    for (const order of orders) rowOf(order.priceTicks, order.side)?.own.push(ownView(kernel, order, queueAheadLots));
    return rows;
  }
}

function ownView(kernel: Kernel, order: Order, queueAheadLots: (orderId: number) => number | null): Row["own"][number] {
  const ahead = queueAheadLots(order.orderId);
  return {
    orderId: order.orderId,
    side: order.side,
    level: order.slot.level,
    size: formatLots(kernel.scale, order.sizeLots - order.filledLots),
    status: liveStatus(order),
    queueAhead: ahead === null ? null : formatLots(kernel.scale, Math.round(ahead)),
  };
}

/** Status of an order that still counts. */
export function liveStatus(order: Order): "in-flight" | "resting" | "cancelling" | "unresolved" {
  const { status } = order;
  return status === "in-flight" || status === "cancelling" || status === "unresolved" ? status : "resting";
}

function spread(table: LevelTable, visit: (ticks: number, lots: number) => boolean): void {
  for (let depth = 0; depth < table.count; depth += 1) {
    if (!visit(table.ticksAt(depth), table.lotsAt(depth))) return;
  }
}

/** Price at which closing the position now would bring the session's result before closing costs to zero; null when flat. */
function breakEvenTicks(kernel: Kernel): number | null {
  const { ledger, scale } = kernel;
  const { positionLots } = ledger;
  const entry = ledger.averageEntryTicks();
  if (entry === null) return null;
  const parts = ledger.parts(null);
  const carried = Number(ledger.realized + parts.fees + parts.funding) / Number(scale.tickLotMoney);
  return entry - carried / positionLots;
}

function niceAtLeast(value: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const nice of NICE) if (nice * decade >= value) return nice * decade;
  }
}
