import { roundTickCount } from "../pricing/round-to-tick.ts";
import { ticks, type OrderSide, type Ticks } from "../values/units.ts";

/**
 * Holds a price back from the opposite best by `safetyTicks` (at least 1), so that a post-only order rests; null when no positive price is left or a
 * side of the book is missing its price (reference, section F).
 *
 * All prices in ticks. A target between ticks is rounded away from the market, a buy down, a sell up; whole ones stay whole.
 */
export function postOnlyClamp(
  side: OrderSide,
  targetTicks: number,
  bidTicks: number,
  askTicks: number,
  safetyTicks: number,
): Ticks | null {
  if (!(bidTicks > 0) || !(askTicks > 0)) return null;
  const distance = Math.max(1, safetyTicks);
  const held = side === "buy" ? Math.min(targetTicks, askTicks - distance) : Math.max(targetTicks, bidTicks + distance);
  const price = roundTickCount(held, side);
  return price > 0 ? ticks(price) : null;
}
