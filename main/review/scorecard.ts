/** Five readings of a session; null = not known, and then it neither warns nor comforts. */
export interface ScorecardInput {
  /** In quote currency. */
  readonly net: number | null;
  /** Percent of fills with a markout below zero. */
  readonly adversePct: number | null;
  readonly uptimePct: number | null;
  /** Largest position in percent of the largest allowed. */
  readonly peakUtilizationPct: number | null;
  /** Percent of fills at a price worse than the mid. */
  readonly negativeEdgePct: number | null;
}

export type Verdict = "red" | "amber" | "green";

interface Bound {
  readonly reading: keyof ScorecardInput;
  readonly name: string;
  readonly isBad: "below" | "atLeast";
  readonly red: number;
  readonly amber: number;
}

/** Source: reference, section M. */
const BOUNDS: readonly Bound[] = [
  { reading: "net", name: "net", isBad: "below", red: 0, amber: 10 },
  { reading: "adversePct", name: "adverse fills %", isBad: "atLeast", red: 65, amber: 55 },
  { reading: "uptimePct", name: "uptime %", isBad: "below", red: 25, amber: 40 },
  { reading: "peakUtilizationPct", name: "largest position %", isBad: "atLeast", red: 70, amber: 50 },
  { reading: "negativeEdgePct", name: "fills with negative edge %", isBad: "atLeast", red: 40, amber: 25 },
];

export interface Scorecard {
  readonly verdict: Verdict;
  /** The readings that are not green, with the bound that each missed. */
  readonly marks: readonly { readonly name: string; readonly verdict: "red" | "amber"; readonly evidence: string }[];
}

/** Red when any reading is, amber when any reading is, else green. */
export function scorecard(input: ScorecardInput): Scorecard {
  const marks = BOUNDS.flatMap((bound) => {
    const reading = input[bound.reading];
    const verdict = reading === null ? "green" : verdictOf(bound, reading);
    if (reading === null || verdict === "green") return [];
    const words = bound.isBad === "below" ? "below" : "at or above";
    return [{ name: bound.name, verdict, evidence: `${Number(reading.toFixed(2))} ${words} ${bound[verdict]}` }];
  });
  const isRed = marks.some(({ verdict }) => verdict === "red");
  return { verdict: isRed ? "red" : marks.length > 0 ? "amber" : "green", marks };
}

function verdictOf({ isBad, red, amber }: Bound, reading: number): Verdict {
  const misses = (bound: number): boolean => (isBad === "below" ? reading < bound : reading >= bound);
  return misses(red) ? "red" : misses(amber) ? "amber" : "green";
}
