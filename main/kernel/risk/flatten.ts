import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";
import { lots, ticks, type Lots, type OrderSide, type Ticks } from "../values/units.ts";

/** Least slippage against a mid that is no longer the book's (reference, section I). */
const LAST_MID_LEAST_BPS = 50;

/** What a close-out order is made from. */
export interface FlattenInputs {
  /** Signed. */
  readonly positionLots: number;
  readonly minOrderLots: number;
  readonly bestBidTicks: number | null;
  readonly bestAskTicks: number | null;
  /** Twice the last mid that was known, in ticks. */
  readonly lastMidHalfTicks: number | null;
  readonly slippageBps: Decimal;
}

/** The close-out order of one attempt, or why there is none. Only `missing_orderbook_price` and `below_min_order_size` end the attempts with a position left. */
export type FlattenPlan =
  | { readonly kind: "already_flat" }
  | {
      readonly kind: "below_min_order_size" | "missing_orderbook_price";
      readonly side: OrderSide;
      readonly sizeLots: Lots;
    }
  | { readonly kind: "order"; readonly side: OrderSide; readonly sizeLots: Lots; readonly priceTicks: Ticks };

/**
 * Slippage of an attempt (1 = the first), in bps, exact: min(base + step x (attempt - 1), greatest).
 * Source: reference, section I (flatten loop).
 */
export function flattenSlippageBps(attempt: number, settings: Settings): Decimal {
  const grown = new Decimal(settings.shutdownFlattenSlippageStepBps)
    .mul(Math.max(0, attempt - 1))
    .add(settings.shutdownFlattenSlippageBps);
  return Decimal.min(grown, settings.shutdownFlattenMaxSlippageBps);
}

/** Number of attempts that a close-out makes. */
export function flattenAttempts(settings: Settings): number {
  return Math.max(1, Math.floor(settings.shutdownFlattenRetries));
}

/**
 * The reduce-only order that closes the position at one attempt. The reference price is the side that takes it (the bid to sell), else the other side, else
 * the last mid with at least 50 bps; the slippage is added against us and the price rounded so that it crosses.
 * Source: reference, section I (flatten order). Not for the hot path.
 */
export function flattenPlan(inputs: FlattenInputs): FlattenPlan {
  if (inputs.positionLots === 0) return { kind: "already_flat" };
  const side: OrderSide = inputs.positionLots > 0 ? "sell" : "buy";
  const sizeLots = lots(Math.floor(Math.abs(inputs.positionLots)));
  if (sizeLots < Math.max(1, inputs.minOrderLots)) return { kind: "below_min_order_size", side, sizeLots };
  const [natural, other] =
    side === "sell" ? [inputs.bestBidTicks, inputs.bestAskTicks] : [inputs.bestAskTicks, inputs.bestBidTicks];
  const best = natural ?? other;
  const halfTicks = best === null ? inputs.lastMidHalfTicks : best * 2;
  if (halfTicks === null || halfTicks <= 0) return { kind: "missing_orderbook_price", side, sizeLots };
  const slippageBps = best === null ? Decimal.max(inputs.slippageBps, LAST_MID_LEAST_BPS) : inputs.slippageBps;
  const factor = (side === "sell" ? slippageBps.neg() : slippageBps).div(10_000).add(1);
  const mode = side === "sell" ? Decimal.ROUND_FLOOR : Decimal.ROUND_CEIL;
  const priceTicks = factor.mul(halfTicks).div(2).toDecimalPlaces(0, mode).toNumber();
  return { kind: "order", side, sizeLots, priceTicks: ticks(Math.max(1, priceTicks)) };
}
