/**
 * Weighted mid: each best price weighs as much as the size on the other side, `Pb (1 - I) + Pa I` with `I = Qb / (Qb + Qa)`; the plain mid when there is no
 * size. In the unit of the prices.
 */
export function weightedMid(bidTicks: number, bidLots: number, askTicks: number, askLots: number): number {
  const sum = bidLots + askLots;
  if (!(sum > 0)) return (bidTicks + askTicks) / 2;
  return (bidTicks * askLots + askTicks * bidLots) / sum;
}
