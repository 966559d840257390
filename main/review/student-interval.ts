import { meanOf } from "./distribution.ts";

/** Where the mean that stands behind a sample lies with 95 % confidence, in the readings' own unit. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How the intervals of the reports are made; stands beside them. */
export const INTERVAL_METHOD = "95 % Student t interval of the mean, fills taken as independent of each other";

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const T_975 = [
  12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814, 2.20099, 2.17881, 2.16037,
  2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387, 2.06866, 2.0639, 2.05954, 2.05553,
  2.05183, 2.04841, 2.04523, 2.04227,
] as const;

const Z_975 = 1.959963984540054;

/** The interval of readings' mean; null of fewer than two readings, which say nothing of their spread. */
export function studentInterval(readings: readonly number[]): Interval | null {
  const mean = meanOf(readings);
  if (mean === null || readings.length < 2) return null;
  const squares = readings.reduce((sum, reading) => sum + (reading - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (readings.length - 1) / readings.length);
  const reach = tQuantile(readings.length - 1) * standardError;
  return { low: mean - reach, high: mean + reach };
}

/** The 97.5 % quantile: by table to 30 degrees of freedom, beyond by the expansion of Cornish and Fisher, right to five digits. */
export function tQuantile(degrees: number): number {
  const known = T_975[degrees - 1];
  if (known !== undefined) return known;
  const z = Z_975;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
