import { meanOf } from "./distribution.ts";
import { indexReadings, type MarkoutReading } from "./markout-figures.ts";
import type { Split } from "./result-splits.ts";
import type { SessionReading } from "./session-reading.ts";

/** What a revision of the profile came to; the stretches share no time and add up to the session. */
export interface StretchFigures extends Split {
  readonly revision: number;
  readonly hash: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Mean of the 5 s markouts of its fills; null of none. */
  readonly markout5sBps: number | null;
}

const HORIZON_5S = 2;

/** Before and after each change of the profile. */
export function profileStretches(
  reading: SessionReading,
  markouts: readonly MarkoutReading[],
): readonly StretchFigures[] {
  const byFill = indexReadings(markouts);
  const fills = reading.fillRecords;
  return reading.profiles.map(({ name, revision, hash, fromUs, toUs, fillsBefore, sum }, index) => {
    const mine = fills.slice(fillsBefore, reading.profiles[index + 1]?.fillsBefore);
    const taken = mine.flatMap(({ tradeId }) => byFill.get(tradeId)?.[HORIZON_5S]?.bps ?? []);
    return {
      name,
      revision,
      hash,
      fromUs,
      toUs,
      ...sum.figures,
      markout5sBps: meanOf(taken),
    };
  });
}
