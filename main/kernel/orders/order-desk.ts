import type { Slot } from "../decision.ts";
import type { EffectSink } from "../effect-sink.ts";
import type { CancelReason, OrderPurpose } from "../effects.ts";
import type { OrderEvent, OrderFilled } from "../events.ts";
import { unreachable } from "../values/invariant.ts";
import type { Lots, Micros, Ticks } from "../values/units.ts";
import { SWEEP_AFTER_US, type Order, type OrderManager } from "./order-manager.ts";
import type { OrderHappening } from "./order-status.ts";

/** What a report of the venue meant beyond the order's own state. */
export type ReportOutcome =
  | { readonly kind: "nothing" }
  | { readonly kind: "unknown-order" }
  | { readonly kind: "duplicate-fill" }
  | { readonly kind: "accepted"; readonly order: Order }
  | { readonly kind: "found-resting"; readonly order: Order }
  | { readonly kind: "ended"; readonly order: Order }
  | { readonly kind: "post-only-rejected"; readonly order: Order }
  | { readonly kind: "unresolved"; readonly order: Order }
  | { readonly kind: "filled"; readonly order: Order; readonly fill: OrderFilled };

/** No execution is larger, in lots: a venue that says so says nonsense, and a position must stay a whole number. */
const MOST_FILL_LOTS = 2 ** 40;

/** A cancel that the venue has refused is asked for again this much later at the earliest: a venue that is asked too often refuses the more. */
const CANCEL_AGAIN_US = 250_000;

const NOTHING: ReportOutcome = { kind: "nothing" };

/**
 * Sends requests about own orders and takes the venue's reports. Every change of an order's state leaves as a `record-order`.
 *
 * Invariant: a request and the state it puts the order in are one step, so an order counts in every limit from the moment it is sent.
 */
export class OrderDesk {
  private readonly _orders: OrderManager;
  private readonly _effects: EffectSink;

  constructor(orders: OrderManager, effects: EffectSink) {
    this._orders = orders;
    this._effects = effects;
  }

  place(slot: Slot, slotIndex: number, priceTicks: Ticks, sizeLots: Lots, isReduceOnly: boolean, nowUs: Micros): Order {
    const order = this._orders.open(slot, slotIndex, priceTicks, sizeLots, nowUs);
    this._record(order, nowUs);
    this._effects.push({
      type: "place-order",
      orderId: order.orderId,
      slot,
      side: slot.side,
      priceTicks,
      sizeLots,
      purpose: "quote",
      postOnly: true,
      reduceOnly: isReduceOnly,
    });
    return order;
  }

  /** Takes at once what the price allows; the rest never rests. Only ever reduces. */
  take(
    purpose: Exclude<OrderPurpose, "quote">,
    slot: Slot,
    slotIndex: number,
    priceTicks: Ticks,
    sizeLots: Lots,
    nowUs: Micros,
  ): Order {
    const order = this._orders.open(slot, slotIndex, priceTicks, sizeLots, nowUs, purpose);
    this._record(order, nowUs);
    const { orderId } = order;
    const { side } = slot;
    const how = { purpose, postOnly: false, reduceOnly: true };
    this._effects.push({ type: "place-order", orderId, slot, side, priceTicks, sizeLots, ...how });
    return order;
  }

  /** Takes a resting order that the venue does not list for unresolved, and asks for it. */
  doubt(order: Order, nowUs: Micros): void {
    if (order.status !== "resting") return;
    this._unresolve(order, nowUs);
  }

  /** Asks for the cancel of a live order; one that is being cancelled already is not asked for again, one that was just refused a little later. */
  cancel(order: Order, reason: CancelReason, nowUs: Micros): void {
    if (order.status === "cancelling") return;
    if (order.cancelRefusedUs !== null && nowUs - order.cancelRefusedUs < CANCEL_AGAIN_US) return;
    if (!this._orders.apply(order, "cancel-requested")) return;
    order.reason = reason;
    order.requestedUs = nowUs;
    this._record(order, nowUs);
    this._effects.push({ type: "cancel-order", orderId: order.orderId, reason });
  }

  /** Asks the venue to cancel everything. Sent even when no live order is known: the venue may know better. */
  cancelAll(reason: CancelReason, nowUs: Micros): void {
    for (const order of this._orders.live()) {
      if (!this._orders.apply(order, "cancel-requested")) continue;
      order.reason = reason;
      order.requestedUs = nowUs;
      this._record(order, nowUs);
    }
    this._effects.push({ type: "cancel-all-orders", reason });
  }

  /** Requests without an answer for `SWEEP_AFTER_US` become unresolved and are asked for at the venue, again and again. */
  sweep(nowUs: Micros): Order[] {
    const unresolved: Order[] = [];
    for (const order of this._orders.live()) {
      if (order.status === "resting" || nowUs - order.requestedUs < SWEEP_AFTER_US) continue;
      if (this._orders.apply(order, "unresolved")) {
        unresolved.push(order);
        this._record(order, nowUs);
      }
      order.requestedUs = nowUs;
      this._effects.push({ type: "query-order", orderId: order.orderId });
    }
    return unresolved;
  }

  /** Takes a report in at kernel time `nowUs`, which never runs backwards, whatever the report's own stamp says. */
  report(event: OrderEvent, nowUs: Micros): ReportOutcome {
    const order = this._orders.find(event.orderId);
    if (order === null) return { kind: "unknown-order" };
    switch (event.type) {
      case "order-accepted":
        return this._move(order, "accepted", nowUs) ? { kind: "accepted", order } : NOTHING;
      case "order-rejected":
        if (!this._move(order, "rejected", nowUs, event.reason)) return NOTHING;
        return event.reason === "post-only" ? { kind: "post-only-rejected", order } : { kind: "ended", order };
      case "order-cancelled":
        return this._move(order, "cancelled", nowUs) ? { kind: "ended", order } : NOTHING;
      case "cancel-rejected":
        return this._cancelRefused(order, event.reason === "unknown-order", nowUs);
      case "order-unresolved":
        return this._unresolve(order, nowUs);
      case "order-reconciled":
        return this._reconcile(order, event.venueStatus, nowUs);
      case "order-filled":
        return this._fill(order, event, nowUs);
      default:
        return unreachable(event);
    }
  }

  private _fill(order: Order, fill: OrderFilled, nowUs: Micros): ReportOutcome {
    if (!(fill.sizeLots > 0 && fill.sizeLots <= MOST_FILL_LOTS)) return NOTHING;
    if (!this._orders.isNewTrade(fill.tradeId)) return { kind: "duplicate-fill" };
    order.filledLots += fill.sizeLots;
    const isComplete = order.filledLots >= order.sizeLots;
    this._orders.apply(order, isComplete ? "filled" : "part-filled");
    this._record(order, nowUs);
    return { kind: "filled", order, fill };
  }

  private _cancelRefused(order: Order, isUnknown: boolean, nowUs: Micros): ReportOutcome {
    const moved = this._move(order, isUnknown ? "cancel-refused-unknown" : "cancel-refused", nowUs);
    if (moved && !isUnknown) order.cancelRefusedUs = nowUs;
    if (moved && order.status === "unresolved") {
      order.requestedUs = nowUs;
      this._effects.push({ type: "query-order", orderId: order.orderId });
    }
    return NOTHING;
  }

  private _unresolve(order: Order, nowUs: Micros): ReportOutcome {
    if (!this._move(order, "unresolved", nowUs)) return NOTHING;
    order.requestedUs = nowUs;
    this._effects.push({ type: "query-order", orderId: order.orderId });
    return { kind: "unresolved", order };
  }

  /** `filled` without its executions changes nothing yet: the order stays reserved until they have come. */
  private _reconcile(
    order: Order,
    venueStatus: "resting" | "filled" | "cancelled" | "never-arrived",
    nowUs: Micros,
  ): ReportOutcome {
    if (venueStatus === "filled") return NOTHING;
    if (venueStatus === "resting")
      return this._move(order, "found-resting", nowUs) ? { kind: "found-resting", order } : NOTHING;
    return this._move(order, "found-gone", nowUs) ? { kind: "ended", order } : NOTHING;
  }

  private _move(
    order: Order,
    happening: OrderHappening,
    nowUs: Micros,
    reason: Order["reason"] = order.reason,
  ): boolean {
    if (!this._orders.apply(order, happening)) return false;
    order.reason = reason;
    this._record(order, nowUs);
    return true;
  }

  private _record(order: Order, atUs: Micros): void {
    this._effects.push({
      type: "record-order",
      atUs,
      orderId: order.orderId,
      slot: order.slot,
      side: order.side,
      priceTicks: order.priceTicks,
      sizeLots: order.sizeLots,
      filledLots: order.filledLots as Lots,
      status: order.status,
      reason: order.reason,
    });
  }
}
