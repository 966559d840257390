import { distributionOf } from "./distribution.ts";
import { studentInterval, type Interval } from "./student-interval.ts";

/** Markouts of one kind of fill at one horizon. */
export interface MarkoutSummary {
  /** Markouts that could be taken. */
  readonly count: number;
  /** Fills whose horizon passed while the book was stale, or lies after the end. */
  readonly missing: number;
  /** Positive = good for us; null of none. */
  readonly meanBps: number | null;
  /** Nearest rank; null of none. */
  readonly medianBps: number | null;
  /** Share of markouts below zero, 0 to 1; null of none. */
  readonly adverseShare: number | null;
  /** See `INTERVAL_METHOD`; null of fewer than two. */
  readonly interval: Interval | null;
}

/** Sums up markouts in bps; null stands for one that could not be taken. */
export function summarizeMarkouts(markoutsBps: readonly (number | null)[]): MarkoutSummary {
  const known = markoutsBps.filter((bps) => bps !== null);
  const { mean, p50 } = distributionOf(known);
  const adverse = known.filter((bps) => bps < 0).length;
  return {
    count: known.length,
    missing: markoutsBps.length - known.length,
    meanBps: mean,
    medianBps: p50,
    adverseShare: known.length === 0 ? null : adverse / known.length,
    interval: studentInterval(known),
  };
}
