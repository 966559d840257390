import { ticks, type Ticks } from "../values/units.ts";

/** The price nearest to a wanted one that the collar around the mid (twice the mid, in ticks) lets pass. */
export function withinCollar(priceTicks: number, midHalfTicks: number, collarBps: number): Ticks {
  const reachTicks = Math.floor((collarBps * midHalfTicks) / 20_000);
  const lowest = Math.ceil(midHalfTicks / 2) - reachTicks;
  const highest = Math.floor(midHalfTicks / 2) + reachTicks;
  return ticks(Math.max(1, lowest, Math.min(highest, priceTicks)));
}
