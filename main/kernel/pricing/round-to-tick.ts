import { Decimal } from "../values/decimal.ts";
import type { OrderSide } from "../values/units.ts";

/**
 * Rounds a price to the tick, away from the market: a buy truncates towards zero, a sell rounds away from zero; without a side like a buy.
 * A tick that is not positive leaves the price as it is. Price and tick share a unit; a price in ticks has tick 1.
 */
export function roundToTick(price: Decimal, tick: Decimal, side: OrderSide | null): Decimal {
  if (!tick.gt(0)) return price;
  const mode = side === "sell" ? Decimal.ROUND_UP : Decimal.ROUND_DOWN;
  return price.div(tick).toDecimalPlaces(0, mode).mul(tick);
}

/** The same rule for a double in units of ticks, for values known to lie clear of every grid line or exactly on one. */
export function roundTickCount(value: number, side: OrderSide): number {
  const whole = side === "buy" ? Math.trunc(value) : value < 0 ? Math.floor(value) : Math.ceil(value);
  // Turns -0 into 0, which would print and compare differently
  return whole + 0;
}
