import type { OrderSide } from "../values/units.ts";

/** Distance of a quote behind its anchor, in bps of the anchor; positive is away from the market, 0 where the anchor is not positive. */
export function theoreticalEdgeBps(side: OrderSide, anchorTicks: number, quoteTicks: number): number {
  if (!(anchorTicks > 0)) return 0;
  const behind = side === "buy" ? anchorTicks - quoteTicks : quoteTicks - anchorTicks;
  return (behind / anchorTicks) * 10_000;
}
