import type { Slot } from "../decision.ts";
import type { CancelReason, OrderStatus } from "../effects.ts";
import type { RejectReason } from "../events.ts";
import { invariant } from "../values/invariant.ts";
import type { Lots, Micros, OrderSide, Ticks } from "../values/units.ts";
import { isLive, ORDER_TRANSITIONS, type OrderHappening } from "./order-status.ts";

/** An order of ours. Only the order manager changes it. */
export interface Order {
  readonly orderId: number;
  readonly slot: Slot;
  readonly slotIndex: number;
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  readonly placedUs: Micros;
  filledLots: number;
  status: OrderStatus;
  /** When the last request about it left; a silence of `SWEEP_AFTER_US` makes it unresolved. */
  requestedUs: Micros;
  reason: CancelReason | RejectReason | null;
}

/** A request without an answer for this long is asked for at the venue. */
export const SWEEP_AFTER_US = 10_000_000;

/** Terminal orders kept for late reports. */
const REMEMBERED_ORDERS = 1024;
const REMEMBERED_TRADES = 10_000;

/**
 * Own orders by our own counter.
 *
 * Invariants: a slot has at most one live order; an order's status changes only along `ORDER_TRANSITIONS`;
 * an execution id counts once; memory is bounded.
 */
export class OrderManager {
  readonly #live = new Map<number, Order>();
  readonly #bySlot: (Order | null)[];
  readonly #recent = new Map<number, Order>();
  readonly #trades = new Set<string>();
  #nextOrderId = 1;

  constructor(slotCount: number) {
    this.#bySlot = Array.from({ length: slotCount }, () => null);
  }

  get liveCount(): number {
    return this.#live.size;
  }

  live(): IterableIterator<Order> {
    return this.#live.values();
  }

  inSlot(slotIndex: number): Order | null {
    return this.#bySlot[slotIndex] ?? null;
  }

  /** Live or recently ended order; null for an id that was never ours or is long gone. */
  find(orderId: number): Order | null {
    return this.#live.get(orderId) ?? this.#recent.get(orderId) ?? null;
  }

  open(slot: Slot, slotIndex: number, priceTicks: Ticks, sizeLots: Lots, nowUs: Micros): Order {
    invariant(this.inSlot(slotIndex) === null, `slot ${slot.side}:${slot.level} already holds an order`);
    const order: Order = {
      orderId: this.#nextOrderId,
      slot,
      slotIndex,
      side: slot.side,
      priceTicks,
      sizeLots,
      placedUs: nowUs,
      filledLots: 0,
      status: "in-flight",
      requestedUs: nowUs,
      reason: null,
    };
    this.#nextOrderId += 1;
    this.#live.set(order.orderId, order);
    this.#bySlot[slotIndex] = order;
    return order;
  }

  /** Moves an order along the transition table. Returns true when its status changed. */
  apply(order: Order, happening: OrderHappening): boolean {
    const next = ORDER_TRANSITIONS[order.status][happening];
    if (next === null || next === order.status) return false;
    order.status = next;
    if (!isLive(next)) this.#retire(order);
    return true;
  }

  /** Notes an execution; false when its id was seen before. */
  isNewTrade(tradeId: string): boolean {
    if (this.#trades.has(tradeId)) return false;
    this.#trades.add(tradeId);
    if (this.#trades.size > REMEMBERED_TRADES) {
      const oldest = this.#trades.values().next();
      if (oldest.done !== true) this.#trades.delete(oldest.value);
    }
    return true;
  }

  /** Unfilled lots of live orders of a side, all states, except those of one slot. */
  reservedLots(side: OrderSide, exceptSlotIndex: number): number {
    let sum = 0;
    for (const order of this.#live.values()) {
      if (order.side === side && order.slotIndex !== exceptSlotIndex) sum += order.sizeLots - order.filledLots;
    }
    return sum;
  }

  #retire(order: Order): void {
    this.#live.delete(order.orderId);
    if (this.#bySlot[order.slotIndex] === order) this.#bySlot[order.slotIndex] = null;
    this.#recent.set(order.orderId, order);
    if (this.#recent.size > REMEMBERED_ORDERS) {
      const oldest = this.#recent.keys().next();
      if (oldest.done !== true) this.#recent.delete(oldest.value);
    }
  }
}
