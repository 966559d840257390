import type { Mutant } from "./mutants.ts";

/** Changes that alter no behaviour, so that no test could notice them. A field that is left out matches everything. */
interface Equivalent {
  readonly file: string;
  /** The line's text, without the blanks around it. */
  readonly code?: string;
  readonly was?: string;
  readonly becomes?: string;
  /** Only what concerns the right side of a `??`. */
  readonly isFallback?: true;
  readonly why: string;
}

const NEVER_ABSENT = "the place is always within the array: the fallback stands for the compiler alone";
const CLOSER_IS_SLOWER = "a wider margin only lets decimals answer more often, and they answer the same";
const STILL_FAR_ABOVE = "half of the margin is still far above the roundings that it covers";
const FLAT_IS_GONE = "a flat position has been answered before";
const ROOM_TO_SPARE = "the arrays only have more room than is asked for";
const SET_BY_THE_FIRST = "the first mid sets it";
const BOOK_IS_THERE = "slots are only priced on a usable book, which has both sides";

const EQUIVALENTS: readonly Equivalent[] = [
  { file: "main/kernel/risk/sliding-tally.ts", isFallback: true, why: NEVER_ABSENT },
  { file: "main/kernel/quoting/placement-latency.ts", isFallback: true, why: NEVER_ABSENT },
  {
    file: "main/kernel/risk/latency-sla.ts",
    code: "if ((this._times[i % CAPACITY] ?? 0) < nowUs - limits.windowUs) break;",
    isFallback: true,
    why: NEVER_ABSENT,
  },
  {
    file: "main/kernel/risk/latency-sla.ts",
    code: "const latencyUs = this._latencies[i % CAPACITY] ?? 0;",
    isFallback: true,
    why: NEVER_ABSENT,
  },
  ...["pricing/quote-sizing.ts", "quoting/reprice-gates.ts"].flatMap((file): Equivalent[] => [
    { file: `main/kernel/${file}`, code: "const RELATIVE_MARGIN = 2 ** -44;", was: "-44", why: CLOSER_IS_SLOWER },
    { file: `main/kernel/${file}`, code: "const RELATIVE_MARGIN = 2 ** -44;", was: "44", why: STILL_FAR_ABOVE },
  ]),
  {
    file: "main/kernel/risk/margin-guard.ts",
    code: "const RELATIVE_MARGIN = 2 ** -48;",
    was: "-48",
    why: CLOSER_IS_SLOWER,
  },
  { file: "main/kernel/risk/limits.ts", code: "const RELATIVE_MARGIN = 2 ** -50;", was: "-50", why: CLOSER_IS_SLOWER },
  {
    file: "main/kernel/pricing/target-price.ts",
    code: "if (!Number.isFinite(rawTicks)) return null;",
    becomes: "Number.isFinite(rawTicks)",
    why: CLOSER_IS_SLOWER,
  },
  {
    file: "main/kernel/risk/limits.ts",
    code: "if (!isNearBorder) return whole;",
    becomes: "false",
    why: CLOSER_IS_SLOWER,
  },
  {
    file: "main/kernel/quoting/reprice-pipeline.ts",
    code: "if (order !== null) {",
    was: "order !== null",
    becomes: "true",
    why: "an empty slot has been asked the same before, and has passed",
  },
  {
    file: "main/kernel/risk/hard-hedge.ts",
    code: 'const side: OrderSide = positionLots > 0 ? "sell" : "buy";',
    was: ">",
    becomes: ">=",
    why: FLAT_IS_GONE,
  },
  {
    file: "main/kernel/risk/flatten.ts",
    code: 'const side: OrderSide = inputs.positionLots > 0 ? "sell" : "buy";',
    was: ">",
    becomes: ">=",
    why: FLAT_IS_GONE,
  },
  ...["const bidTicks = context.book.bestBidTicks ?? 0;", "const askTicks = context.book.bestAskTicks ?? 0;"].map(
    (code): Equivalent => ({
      file: "main/kernel/quoting/reprice-pipeline.ts",
      code,
      isFallback: true,
      why: BOOK_IS_THERE,
    }),
  ),
  ...["Imbalance", "Regime"].map((pause): Equivalent => {
    const field = `this._${pause.toLowerCase()}UntilUs`;
    return {
      file: "main/kernel/signals/toxicity-guard.ts",
      code: `${field} = grown(${field}, slotIndex + 1);`,
      was: "1",
      why: ROOM_TO_SPARE,
    };
  }),
  ...["private _fast = 0;", "private _slow = 0;", "private _lastUs = 0;"].map((code): Equivalent => ({
    file: "main/kernel/signals/trend-signal.ts",
    code,
    why: SET_BY_THE_FIRST,
  })),
  {
    file: "main/kernel/signals/legacy-toxicity.ts",
    code: "const driftBps = Math.abs(microDriftBps ?? 0);",
    becomes: "microDriftBps",
    why: "the absolute value of null is 0",
  },
  ...[
    { was: ">", becomes: ">=", why: CLOSER_IS_SLOWER },
    { was: "-48", why: CLOSER_IS_SLOWER },
    { was: "48", why: STILL_FAR_ABOVE },
  ].map((change): Equivalent => ({
    file: "main/kernel/signals/legacy-toxicity.ts",
    code: "if (Math.abs(readingBps - boundBps) > boundBps * 2 ** -48) return readingBps > boundBps;",
    ...change,
  })),
  {
    file: "main/kernel/quoting/reprice-pipeline.ts",
    code: 'anchorTicks: (side === "buy" ? context.bidAnchorTicks : context.askAnchorTicks) ?? 0,',
    isFallback: true,
    why: BOOK_IS_THERE,
  },
];

/** True for a change that alters no behaviour. */
export function isEquivalent(mutant: Mutant): boolean {
  return EQUIVALENTS.some((entry) => isLike(entry, mutant));
}

/** Entries for these files that no mutant is like any more, each as text. */
export function staleEntries(files: readonly string[], mutants: readonly Mutant[]): string[] {
  return EQUIVALENTS.filter(
    (entry) => files.includes(entry.file) && !mutants.some((mutant) => isLike(entry, mutant)),
  ).map(({ file, code }) => `${file}: ${code ?? "any line"}`);
}

function isLike({ file, code, was, becomes, isFallback }: Equivalent, mutant: Mutant): boolean {
  return (
    file === mutant.file &&
    (code === undefined || code === mutant.code) &&
    (was === undefined || was === mutant.was) &&
    (becomes === undefined || becomes === mutant.becomes) &&
    (isFallback === undefined || concernsFallback(mutant))
  );
}

function concernsFallback({ code, column, was, becomes }: Mutant): boolean {
  return code.slice(0, column).endsWith("?? ") || was.startsWith(`${becomes} ?? `);
}
