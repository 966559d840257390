import type { BookSide, OrderSide, Ticks } from "../../kernel/values/units.ts";

/** One own order in the venue's book. */
export interface RestingOrder {
  readonly orderId: number;
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly reduceOnly: boolean;
  remainingLots: number;
  /** Public size in front, in lots; other own orders are not in it. May hold a fraction: a queue model guesses. */
  frontLots: number;
  /** Size that traded at the price since its recorded size last changed. */
  tradedLots: number;
}

/** Own orders at one price, oldest first. */
export interface OwnLevel {
  readonly priceTicks: Ticks;
  /** Recorded public size at the price when it was last looked at. */
  depthLots: number;
  readonly orders: RestingOrder[];
}

/**
 * Own orders at rest in price-time priority.
 *
 * Invariants: levels are sorted best first and never empty; within a level an older order has no more public size in front than a
 * younger one.
 */
export class RestingOrders {
  readonly #bids: OwnLevel[] = [];
  readonly #asks: OwnLevel[] = [];
  /** In order of arrival. */
  readonly #byId = new Map<number, RestingOrder>();

  get count(): number {
    return this.#byId.size;
  }

  levels(side: BookSide): readonly OwnLevel[] {
    return side === "bid" ? this.#bids : this.#asks;
  }

  get(orderId: number): RestingOrder | undefined {
    return this.#byId.get(orderId);
  }

  /** A copy, in order of arrival: safe to remove from while walking. */
  all(): RestingOrder[] {
    return [...this.#byId.values()];
  }

  /** Adds an order behind `depthLots` of public size. */
  add(order: Omit<RestingOrder, "frontLots" | "tradedLots">, depthLots: number): void {
    const resting: RestingOrder = { ...order, frontLots: depthLots, tradedLots: 0 };
    const levels = order.side === "buy" ? this.#bids : this.#asks;
    const sign = order.side === "buy" ? 1 : -1;
    let at = 0;
    while (at < levels.length && sign * (levels[at]?.priceTicks ?? 0) > sign * order.priceTicks) at += 1;
    const level = levels[at];
    if (level !== undefined && level.priceTicks === order.priceTicks) level.orders.push(resting);
    else levels.splice(at, 0, { priceTicks: order.priceTicks, depthLots, orders: [resting] });
    this.#byId.set(order.orderId, resting);
  }

  remove(order: RestingOrder): void {
    const levels = order.side === "buy" ? this.#bids : this.#asks;
    const at = levels.findIndex((level) => level.priceTicks === order.priceTicks);
    const level = levels[at];
    if (level === undefined || !this.#byId.delete(order.orderId))
      throw new Error(`order ${order.orderId} was removed although it does not rest`);
    level.orders.splice(level.orders.indexOf(order), 1);
    if (level.orders.length === 0) levels.splice(at, 1);
  }

  /** Public size in front plus own older orders at the price, in whole lots; null when the order does not rest. */
  queueAheadLots(orderId: number): number | null {
    const order = this.#byId.get(orderId);
    if (order === undefined) return null;
    let ahead = Math.round(order.frontLots);
    const level = this.levels(order.side === "buy" ? "bid" : "ask").find((one) => one.priceTicks === order.priceTicks);
    for (const older of level?.orders ?? []) {
      if (older === order) break;
      ahead += older.remainingLots;
    }
    return ahead;
  }
}
