/** A set of readings in figures; everything but `count` is null without a reading. */
export interface Distribution {
  readonly count: number;
  readonly mean: number | null;
  /** Of the readings as the whole population: the mean of the squared distances from the mean. */
  readonly variance: number | null;
  readonly least: number | null;
  readonly p5: number | null;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly greatest: number | null;
}

/** Figures of readings in any order and any unit; the readings are not changed. */
export function distributionOf(readings: readonly number[]): Distribution {
  const sorted = Float64Array.from(readings).sort();
  const mean = meanOf(sorted);
  return {
    count: sorted.length,
    mean,
    variance: mean === null ? null : (meanOf(sorted.map((reading) => (reading - mean) ** 2)) ?? null),
    least: sorted[0] ?? null,
    p5: nearestRank(sorted, 0.05),
    p10: nearestRank(sorted, 0.1),
    p50: nearestRank(sorted, 0.5),
    p90: nearestRank(sorted, 0.9),
    p95: nearestRank(sorted, 0.95),
    p99: nearestRank(sorted, 0.99),
    greatest: sorted.at(-1) ?? null,
  };
}

/** Mean; null of nothing. */
export function meanOf(readings: ArrayLike<number>): number | null {
  if (readings.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < readings.length; i += 1) sum += readings[i] ?? 0;
  return sum / readings.length;
}

/**
 * The reading at a share (0 to 1) of the way through sorted readings: nearest rank, a rank halfway between two goes to the even one.
 * Null of nothing. Source: reference, section M.
 */
export function nearestRank(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[roundHalfToEven(share * (sorted.length - 1))] ?? null;
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
