/** Decimal text of a double in whole units of `unit`, for the eye; null stays null. */
export function decimalOf(value: number | null, unit: number, decimals: number): string | null {
  return value === null || !Number.isFinite(value) ? null : (value * unit).toFixed(decimals);
}
