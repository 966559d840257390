import type { Slot } from "../decision.ts";
import type { CancelReason, OrderPurpose, OrderStatus } from "../effects.ts";
import type { RejectReason } from "../events.ts";
import { invariant } from "../values/invariant.ts";
import type { MarketScale } from "../values/market-rules.ts";
import {
  money,
  type BookSide,
  type Lots,
  type Micros,
  type Money,
  type OrderSide,
  type Ticks,
} from "../values/units.ts";
import { isLive, ORDER_TRANSITIONS, type OrderHappening } from "./order-status.ts";

/** An order of ours. Only the order manager changes it. */
export interface Order {
  readonly orderId: number;
  readonly slot: Slot;
  readonly slotIndex: number;
  readonly side: OrderSide;
  readonly purpose: OrderPurpose;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  readonly placedUs: Micros;
  filledLots: number;
  status: OrderStatus;
  /** When the last request about it left; a silence of `SWEEP_AFTER_US` makes it unresolved. */
  requestedUs: Micros;
  reason: CancelReason | RejectReason | null;
  /** When the venue last refused to cancel it; null = never. */
  cancelRefusedUs: Micros | null;
  /** The venue has answered its placement or reported anything else of it. */
  isAnswered: boolean;
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
  private readonly _live = new Map<number, Order>();
  private readonly _bySlot: (Order | null)[];
  private readonly _recent = new Map<number, Order>();
  private readonly _trades = new Set<string>();
  private _nextOrderId = 1;

  constructor(slotCount: number) {
    this._bySlot = Array.from({ length: slotCount }, () => null);
  }

  get liveCount(): number {
    return this._live.size;
  }

  live(): IterableIterator<Order> {
    return this._live.values();
  }

  inSlot(slotIndex: number): Order | null {
    return this._bySlot[slotIndex] ?? null;
  }

  /** Live or recently ended order; null for an id that was never ours or is long gone. */
  find(orderId: number): Order | null {
    return this._live.get(orderId) ?? this._recent.get(orderId) ?? null;
  }

  /** Id that the next order will have: every lower one was ours. */
  get nextOrderId(): number {
    return this._nextOrderId;
  }

  open(
    slot: Slot,
    slotIndex: number,
    priceTicks: Ticks,
    sizeLots: Lots,
    nowUs: Micros,
    purpose: OrderPurpose = "quote",
  ): Order {
    invariant(this.inSlot(slotIndex) === null, `slot ${slot.side}:${slot.level} already holds an order`);
    const order: Order = {
      orderId: this._nextOrderId,
      slot,
      slotIndex,
      side: slot.side,
      purpose,
      priceTicks,
      sizeLots,
      placedUs: nowUs,
      filledLots: 0,
      status: "in-flight",
      requestedUs: nowUs,
      reason: null,
      cancelRefusedUs: null,
      isAnswered: false,
    };
    this._nextOrderId += 1;
    this._live.set(order.orderId, order);
    this._bySlot[slotIndex] = order;
    return order;
  }

  /** Moves an order along the transition table. Returns true when its status changed. */
  apply(order: Order, happening: OrderHappening): boolean {
    const next = ORDER_TRANSITIONS[order.status][happening];
    if (next === null || next === order.status) return false;
    order.status = next;
    if (!isLive(next)) this._retire(order);
    return true;
  }

  /** Notes an execution; false when its id was seen before. */
  isNewTrade(tradeId: string): boolean {
    if (this._trades.has(tradeId)) return false;
    this._trades.add(tradeId);
    if (this._trades.size > REMEMBERED_TRADES) {
      const oldest = this._trades.values().next();
      if (oldest.done !== true) this._trades.delete(oldest.value);
    }
    return true;
  }

  /** Unfilled lots of live orders of a side, all states, except those of one slot. */
  reservedLots(side: OrderSide, exceptSlotIndex: number): number {
    let sum = 0;
    for (const order of this._live.values()) {
      if (order.side === side && order.slotIndex !== exceptSlotIndex) sum += order.sizeLots - order.filledLots;
    }
    return sum;
  }

  /** Value of the unfilled lots of live orders of both sides, all states, except those of one slot; exact. */
  openNotional(scale: MarketScale, exceptSlotIndex: number): Money {
    let tickLots = 0;
    for (const order of this._live.values()) {
      if (order.slotIndex !== exceptSlotIndex) tickLots += order.priceTicks * (order.sizeLots - order.filledLots);
    }
    if (Number.isSafeInteger(tickLots)) return money(BigInt(tickLots) * scale.tickLotMoney);
    let sum = 0n;
    for (const order of this._live.values()) {
      if (order.slotIndex === exceptSlotIndex) continue;
      sum += BigInt(order.priceTicks) * BigInt(order.sizeLots - order.filledLots);
    }
    return money(sum * scale.tickLotMoney);
  }

  /** Unfilled lots of own orders that a venue's public book shows at a price. */
  restingLots(side: BookSide, priceTicks: number): number {
    let sum = 0;
    for (const order of this._live.values()) {
      if (order.priceTicks !== priceTicks || order.status === "in-flight") continue;
      if ((order.side === "buy") === (side === "bid")) sum += order.sizeLots - order.filledLots;
    }
    return sum;
  }

  private _retire(order: Order): void {
    this._live.delete(order.orderId);
    if (this._bySlot[order.slotIndex] === order) this._bySlot[order.slotIndex] = null;
    this._recent.set(order.orderId, order);
    if (this._recent.size > REMEMBERED_ORDERS) {
      const oldest = this._recent.keys().next();
      if (oldest.done !== true) this._recent.delete(oldest.value);
    }
  }
}
