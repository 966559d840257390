/**
 * Time in ms that the market needs to move by one tick at its present volatility; 0 = unknown.
 *
 * `volatilityBps` is the reading over `windowUs`; tick and mid in one unit (reference, section B).
 */
export function tickTimeMs(
  volatilityBps: number | null,
  windowUs: number,
  tick: number,
  bid: number | null,
  ask: number | null,
): number {
  if (!(windowUs > 0) || volatilityBps === null || !(volatilityBps > 0) || bid === null || ask === null) return 0;
  const mid = (bid + ask) / 2;
  return mid > 0 ? ((tick / mid) * 10_000 * (windowUs / 1000)) / volatilityBps : 0;
}
