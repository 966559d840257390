/** Two build-ups side by side, part by part: pure, so that it can be tested without a page. */
import type { WhatIfReport } from "./what-if-runner.ts";

type Example = NonNullable<WhatIfReport["disagreements"][number]["example"]>;
type BuildUp = NonNullable<NonNullable<Example["baseline"]>["buildUp"]>;
type PartName = BuildUp["parts"][number]["name"];

export interface BuildUpRow {
  readonly name: PartName;
  /** Bps of each one's anchor; null = that run had no price, or no such part. */
  readonly baselineBps: number | null;
  readonly alternativeBps: number | null;
}

/** Every part that either has and that is not nothing in both, in the order of the stages. */
export function buildUpRows(baseline: BuildUp | null, alternative: BuildUp | null): readonly BuildUpRow[] {
  const names = [...new Set([...(baseline?.parts ?? []), ...(alternative?.parts ?? [])].map(({ name }) => name))];
  const bpsOf = (buildUp: BuildUp | null, wanted: PartName): number | null =>
    buildUp?.parts.find(({ name }) => name === wanted)?.bps ?? null;
  return names
    .map((name) => ({ name, baselineBps: bpsOf(baseline, name), alternativeBps: bpsOf(alternative, name) }))
    .filter(({ baselineBps, alternativeBps }) => (baselineBps ?? 0) !== 0 || (alternativeBps ?? 0) !== 0);
}
