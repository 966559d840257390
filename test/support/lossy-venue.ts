import type { Effect } from "../../main/kernel/effects.ts";
import type { OrderEvent, VenueStateReported } from "../../main/kernel/events.ts";
import { lots, micros, money, signOf, ticks, type OrderSide } from "../../main/kernel/values/units.ts";

type Body<E> = E extends OrderEvent ? Omit<E, "seq" | "tsEvent" | "tsInit"> : never;

interface VenueOrder {
  readonly side: OrderSide;
  readonly sizeLots: number;
  readonly fills: { readonly tradeId: string; readonly sizeLots: number }[];
  isOpen: boolean;
}

/**
 * What is true at a venue, however little of it gets through: requests and reports wait here until they are delivered or lost.
 * A request that was overtaken by nothing is handled in order; reports may come in any order, twice, or not at all.
 */
export class LossyVenue {
  readonly orders = new Map<number, VenueOrder>();
  readonly requests: Effect[] = [];
  readonly reports: Body<OrderEvent>[] = [];
  /** Answers about position and resting orders, each as it was true when the question came. */
  readonly states: Omit<VenueStateReported, "seq" | "tsEvent" | "tsInit">[] = [];
  #trades = 0;

  /** Handles the oldest request, or loses it. */
  handleRequest(isLost: boolean): void {
    const request = this.requests.shift();
    if (request === undefined || isLost) return;
    if (request.type === "place-order") {
      const { orderId, side, sizeLots } = request;
      this.orders.set(orderId, { side, sizeLots, fills: [], isOpen: true });
      this.reports.push({ type: "order-accepted", orderId: request.orderId, venueOrderId: "v" });
    } else if (request.type === "cancel-order") {
      if (!this.#close(request.orderId))
        this.reports.push({ type: "cancel-rejected", orderId: request.orderId, reason: "unknown-order" });
    } else if (request.type === "cancel-all-orders") {
      for (const orderId of this.orders.keys()) this.#close(orderId);
    } else if (request.type === "query-order") {
      this.#answer(request.orderId);
    } else if (request.type === "query-venue-state") {
      const { queryId } = request;
      const restingOrderIds = [...this.orders].flatMap(([orderId, { isOpen }]) => (isOpen ? [orderId] : []));
      this.states.push({ type: "venue-state-reported", queryId, positionLots: this.positionLots, restingOrderIds });
    }
  }

  /** What all executions come to. */
  get positionLots(): number {
    return [...this.orders].reduce((sum, [orderId, { side }]) => sum + signOf(side) * this.filled(orderId), 0);
  }

  /** Fills at most so much of an order. */
  match(orderId: number, sizeLots: number): void {
    const order = this.orders.get(orderId);
    if (order === undefined || !order.isOpen) return;
    this.#trades += 1;
    const fill = { tradeId: `t${this.#trades}`, sizeLots: Math.min(sizeLots, order.sizeLots - this.filled(orderId)) };
    order.fills.push(fill);
    order.isOpen = this.filled(orderId) < order.sizeLots;
    this.#report(orderId, fill);
  }

  /** Ends an order that nobody has asked back. */
  expire(orderId: number): void {
    this.#close(orderId, "venue");
  }

  filled(orderId: number): number {
    return this.orders.get(orderId)?.fills.reduce((sum, fill) => sum + fill.sizeLots, 0) ?? 0;
  }

  #close(orderId: number, cause: "requested" | "venue" = "requested"): boolean {
    const order = this.orders.get(orderId);
    if (order === undefined || !order.isOpen) return false;
    order.isOpen = false;
    this.reports.push({ type: "order-cancelled", orderId, cause });
    return true;
  }

  /** A query tells the executions again, before the order's status. */
  #answer(orderId: number): void {
    const order = this.orders.get(orderId);
    for (const fill of order?.fills ?? []) this.#report(orderId, fill);
    const isFilled = order !== undefined && this.filled(orderId) === order.sizeLots;
    const ended = isFilled ? ("filled" as const) : ("cancelled" as const);
    const venueStatus = order === undefined ? ("never-arrived" as const) : order.isOpen ? ("resting" as const) : ended;
    this.reports.push({ type: "order-reconciled", orderId, venueStatus });
  }

  #report(orderId: number, fill: { readonly tradeId: string; readonly sizeLots: number }): void {
    this.reports.push({
      type: "order-filled",
      orderId,
      tradeId: fill.tradeId,
      priceTicks: ticks(100),
      sizeLots: lots(fill.sizeLots),
      liquidity: "maker",
      fee: money(0n),
    });
  }
}

/** A report with a stamp. */
export function stamped(report: Body<OrderEvent>, atUs: number): OrderEvent {
  return { ...report, seq: 1, tsEvent: micros(atUs), tsInit: micros(atUs) };
}
