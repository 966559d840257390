import { weightedMid } from "./microprice.ts";

/**
 * How far the weighted mid lies from the mid, in bps of the mid; positive = above it, the next move is more likely up.
 *
 * `(Pw - M) / M x 10^4` with `Pw = Pb (1 - I) + Pa I`, `I = Qb / (Qb + Qa)`, `M = (Pb + Pa) / 2`; it is half the spread in bps times the imbalance of the touch,
 * so its size never exceeds half the spread. 0 when there is no size. Null without a positive bid or when the book is crossed or locked.
 */
export function micropriceDivergenceBps(
  bidTicks: number,
  bidLots: number,
  askTicks: number,
  askLots: number,
): number | null {
  if (!(bidTicks > 0) || !(askTicks > bidTicks)) return null;
  const mid = (bidTicks + askTicks) / 2;
  return ((weightedMid(bidTicks, bidLots, askTicks, askLots) - mid) / mid) * 10_000;
}
