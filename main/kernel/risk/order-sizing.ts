import { signOf, type OrderSide } from "../values/units.ts";
import { lotsWithin, type Limits } from "./limits.ts";

/** What sizing must know of the account at one moment. */
export interface Exposure {
  /** Signed. */
  readonly positionLots: number;
  /** Unfilled lots of the other live own orders on the same side: resting, in flight, cancelling and unresolved alike. */
  readonly reservedLots: number;
  /** Unfilled lots of all other live own orders, both sides. */
  readonly openLots: number;
}

export interface AllowedSize {
  readonly lots: number;
  /** The tightest limit that clipped the request; null when nothing did. */
  readonly limit:
    | "max_order_notional"
    | "max_position"
    | "max_position_notional"
    | "gross_exposure"
    | "no_price"
    | "reduce_only"
    | "balance"
    | "balance_stale"
    | null;
}

/** Lots of a side that shrink the position with every other live order of that side filled. */
export function reducibleLots(side: OrderSide, exposure: Exposure): number {
  return Math.max(0, -signOf(side) * exposure.positionLots - exposure.reservedLots);
}

/**
 * Largest size that may be asked for, in lots, at most `requestedLots`.
 *
 * With every live order of the side filled at once the position stays within each limit. The part of an order that shrinks
 * the position passes the position, notional and gross limits: it is clipped by the position itself.
 * The collateral clips what comes of it (`AccountWatch.fitted`). Source: the reference's sizing chain (section G, steps 1 to 4) as amended by the decisions on reducing orders and reservations.
 */
export function allowedSize(
  limits: Limits,
  side: OrderSide,
  requestedLots: number,
  exposure: Exposure,
  midHalfTicks: number | null,
  isReduceOnly: boolean,
): AllowedSize {
  if (midHalfTicks === null || midHalfTicks <= 0) return { lots: 0, limit: "no_price" };
  let lots = Math.max(0, requestedLots);
  let limit: AllowedSize["limit"] = null;
  const clip = (most: number, by: AllowedSize["limit"]): void => {
    if (most < lots) {
      lots = Math.max(0, most);
      limit = by;
    }
  };
  const towards = signOf(side) * exposure.positionLots;
  const reducible = reducibleLots(side, exposure);
  const exempting = (most: number): number => Math.max(most, Math.min(reducible, lots));

  if (limits.orderNotional) clip(lotsWithin(limits.orderNotional, midHalfTicks, limits.scale), "max_order_notional");
  const cap = side === "buy" ? limits.maxLongLots : limits.maxShortLots;
  clip(exempting(cap - towards - exposure.reservedLots), "max_position");
  if (limits.positionNotional) {
    const most = lotsWithin(limits.positionNotional, midHalfTicks, limits.scale);
    clip(exempting(most - towards - exposure.reservedLots), "max_position_notional");
  }
  if (limits.grossNotional) {
    const most = lotsWithin(limits.grossNotional, midHalfTicks, limits.scale);
    clip(exempting(most - Math.abs(exposure.positionLots) - exposure.openLots), "gross_exposure");
  }
  if (isReduceOnly) clip(reducible, "reduce_only");
  return { lots, limit };
}
