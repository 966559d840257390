import type { Order } from "../orders/order-manager.ts";
import { signOf, type Lots, type OrderSide, type Ticks } from "../values/units.ts";
import { leastOrderLots, lotsWithin, type Limits } from "./limits.ts";
import type { TradingState } from "./trading-state.ts";

/** An order about to leave. */
export interface Proposal {
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  readonly slotIndex: number;
}

export type DeniedLimit =
  | "halted"
  | "no_price"
  | "min_size"
  | "reduce_only"
  | "max_order_notional"
  | "max_position"
  | "max_position_notional"
  | "gross_exposure"
  | "price_collar"
  | "self_match";

/**
 * The last word on an order: knows no strategy, only the book's mid, the position, the live orders and the limits.
 * Returns the limit that denies it, or null. Cancels are never asked about.
 */
export function denialOf(
  proposal: Proposal,
  state: TradingState,
  limits: Limits,
  positionLots: number,
  live: Iterable<Order>,
  midHalfTicks: number | null,
): DeniedLimit | null {
  if (!state.mayPlace) return "halted";
  if (midHalfTicks === null) return "no_price";
  if (proposal.sizeLots < leastOrderLots(limits, midHalfTicks)) return "min_size";
  if (Math.abs(proposal.priceTicks * 2 - midHalfTicks) * 10_000 > limits.collarBps * midHalfTicks)
    return "price_collar";
  let sameSideLots = proposal.sizeLots as number;
  let openLots = proposal.sizeLots as number;
  for (const order of live) {
    const leftLots = order.sizeLots - order.filledLots;
    openLots += leftLots;
    if (order.side === proposal.side) sameSideLots += leftLots;
    else if (signOf(proposal.side) * (proposal.priceTicks - order.priceTicks) >= 0) return "self_match";
  }
  return exposureDenial(proposal, state, limits, positionLots, sameSideLots, openLots, midHalfTicks);
}

/**
 * The last word on an order that takes: a close-out or a hedge. Whatever else is so, it only shrinks the position, with every live order of
 * its side filled too, stays within the collar and never meets an own order. The value of one order does not bound it: the position does.
 * A close passes every halt, for a halt must not block the way out; a hedge passes none. Neither passes a kill.
 */
export function takingDenialOf(
  proposal: Proposal,
  purpose: "close" | "hedge",
  state: TradingState,
  limits: Limits,
  positionLots: number,
  live: Iterable<Order>,
  midHalfTicks: number | null,
): DeniedLimit | null {
  if (purpose === "close" ? !state.mayClose : !state.mayPlace) return "halted";
  if (midHalfTicks === null) return "no_price";
  if (proposal.sizeLots < limits.minOrderLots) return "min_size";
  if (Math.abs(proposal.priceTicks * 2 - midHalfTicks) * 10_000 > limits.collarBps * midHalfTicks)
    return "price_collar";
  let sameSideLots = proposal.sizeLots as number;
  for (const order of live) {
    if (order.side === proposal.side) sameSideLots += order.sizeLots - order.filledLots;
    else if (signOf(proposal.side) * (proposal.priceTicks - order.priceTicks) >= 0) return "self_match";
  }
  return signOf(proposal.side) * positionLots + sameSideLots > 0 ? "reduce_only" : null;
}

function exposureDenial(
  proposal: Proposal,
  state: TradingState,
  limits: Limits,
  positionLots: number,
  sameSideLots: number,
  openLots: number,
  midHalfTicks: number,
): DeniedLimit | null {
  const { scale } = limits;
  if (limits.orderNotional && proposal.sizeLots > lotsWithin(limits.orderNotional, midHalfTicks, scale))
    return "max_order_notional";
  // With every order of this side filled: does it still only shrink the position?
  const towards = signOf(proposal.side) * positionLots;
  if (towards + sameSideLots <= 0) return null;
  if (state.isReduceOnly) return "reduce_only";
  const reached = towards + sameSideLots;
  if (reached > (proposal.side === "buy" ? limits.maxLongLots : limits.maxShortLots)) return "max_position";
  if (limits.positionNotional && reached > lotsWithin(limits.positionNotional, midHalfTicks, scale))
    return "max_position_notional";
  if (
    limits.grossNotional &&
    Math.abs(positionLots) + openLots > lotsWithin(limits.grossNotional, midHalfTicks, scale)
  ) {
    return "gross_exposure";
  }
  return null;
}
