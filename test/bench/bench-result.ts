/** One measured figure. `floor` is what it is held against, in the same unit; `ratio` is value by floor. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number | null;
  readonly ratio: number | null;
  /** What the ratio must be; null = reported only. */
  readonly bound: "at most 1" | "at least 1" | null;
  readonly holds: boolean | null;
}

/** A figure that is only reported. */
export function reported(name: string, value: number, unit: string, floor: number | null = null): BenchResult {
  const ratio = floor === null ? null : rounded(value / floor);
  return {
    name,
    value: rounded(value),
    unit,
    floor: floor === null ? null : rounded(floor),
    ratio,
    bound: null,
    holds: null,
  };
}

export function atMost(name: string, value: number, unit: string, floor: number): BenchResult {
  return { ...reported(name, value, unit, floor), bound: "at most 1", holds: value <= floor };
}

export function atLeast(name: string, value: number, unit: string, floor: number): BenchResult {
  return { ...reported(name, value, unit, floor), bound: "at least 1", holds: value >= floor };
}

/** Value below which `share` of the sorted samples lie. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
