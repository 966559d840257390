import { TapeDamagedError } from "../../../db/tape-reader.ts";
import { InvariantError } from "../../kernel/values/invariant.ts";
import type { WhatIfReport } from "./certainty.ts";
import { PairRun, type CellOutcome } from "./pair-run.ts";
import { planWhatIf, type PlannedCell, type WhatIfErrorCode, type WhatIfPlan } from "./what-if-plan.ts";
import { cellView, whatIfReport } from "./what-if-report.ts";
import type { WhatIfRequest } from "./what-if-request.ts";

export type WhatIfOutcome =
  | { readonly ok: true; readonly report: WhatIfReport }
  | { readonly ok: false; readonly code: WhatIfErrorCode | "cancelled" | "broken"; readonly message: string };

export interface WhatIfWatch {
  readonly signal: AbortSignal;
  /** @param share of the whole work, 0 to 1 */
  readonly onProgress: (share: number, words: string) => void;
  /** Lets others have the machine; called after every slice of work, a few milliseconds. */
  readonly breathe: () => Promise<void>;
}

/**
 * Runs the baseline and the alternative over the recorded market, once for every fill model and latency, and compares them. Memory does not
 * grow with the tape. What can go wrong is an outcome with a text for the operator.
 */
export async function runWhatIf(request: WhatIfRequest, watch: WhatIfWatch): Promise<WhatIfOutcome> {
  const planned = planWhatIf(request);
  if (!planned.ok) return planned;
  const { plan } = planned;
  try {
    return await runPlan(plan, watch);
  } catch (error) {
    if (error instanceof TapeDamagedError) return { ok: false, code: "unreadable-tape", message: error.message };
    if (error instanceof InvariantError)
      return { ok: false, code: "broken", message: `a run broke an invariant: ${error.message}` };
    throw error;
  }
}

async function runPlan(plan: WhatIfPlan, watch: WhatIfWatch): Promise<WhatIfOutcome> {
  const views: WhatIfReport["cells"] = [];
  let shown: CellOutcome | null = null;
  for (const [index, cell] of plan.cells.entries()) {
    const outcome = await runCell(plan, index, cell, watch);
    if (outcome === null) return { ok: false, code: "cancelled", message: "the what-if run was cancelled" };
    views.push(cellView(outcome));
    if (index === plan.shown) shown = outcome;
  }
  if (shown === null) throw new InvariantError(`the shown cell must be one of ${plan.cells.length}, was ${plan.shown}`);
  return { ok: true, report: whatIfReport(plan, views, shown) };
}

/** Null = cancelled. */
async function runCell(
  plan: WhatIfPlan,
  index: number,
  cell: PlannedCell,
  watch: WhatIfWatch,
): Promise<CellOutcome | null> {
  const { fillModel, latencyUs } = cell.alternative;
  const words = `${index + 1} of ${plan.cells.length}: ${fillModel}, ${latencyUs / 1000} ms`;
  const pair = new PairRun(plan, cell);
  try {
    while (!pair.advance()) {
      if (watch.signal.aborted) return null;
      watch.onProgress((index + pair.share) / plan.cells.length, words);
      await watch.breathe();
    }
    return pair.outcome();
  } finally {
    pair.close();
  }
}
