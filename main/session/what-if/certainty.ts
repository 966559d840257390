import type { CallHandlers } from "../../../preload/bridge.ts";
import { formatMoney } from "../../kernel/values/market-rules.ts";
import { money, type Money } from "../../kernel/values/units.ts";

export type WhatIfReport = Extract<
  Awaited<ReturnType<CallHandlers["whatIf"]["result"]>>,
  { readonly ok: true }
>["value"];
export type Certainty = WhatIfReport["certainty"];
type Verdict = Certainty["verdict"];

/** What one row of the table came to. */
export interface CellDifference {
  readonly fillModel: string;
  readonly latencyUs: number;
  /** Net of the alternative less that of the baseline. */
  readonly net: Money;
  /** Of both runs together. */
  readonly placements: number;
}

const ONE_WAY = "the one way of filling and latency that was tried";

/** What each of the two unknowns hides while a table does not vary it. */
const UNTRIED = {
  "fill model": "only one fill model was tried, and nobody knows where in the queue the orders would have stood",
  latency: "only one latency was tried, and nobody knows how fast they would have been",
} as const;

/**
 * How sure the sign of a difference is: counts and spread over all cells, then for each fill model and for each latency. Never one number
 * alone: nobody knows where in the queue the orders would have stood, so a table with one fill model or one latency is unsure whatever it
 * says, and so is one in which no run placed an order.
 *
 * @param cells at least one
 */
export function certaintyOf(
  cells: readonly CellDifference[],
  names: { baseline: string; alternative: string },
): Certainty {
  const nets = cells.map(({ net }) => net).toSorted(compareMoney);
  const better = nets.filter((net) => net > 0n).length;
  const worse = nets.filter((net) => net < 0n).length;
  const byFillModel = groupsOf(cells, ({ fillModel }) => fillModel);
  const byLatency = groupsOf(cells, ({ latencyUs }) => `${latencyUs / 1000} ms`);
  const notVaried = [
    ...(byFillModel.length < 2 ? (["fill model"] as const) : []),
    ...(byLatency.length < 2 ? (["latency"] as const) : []),
  ];
  const isSilent = cells.every(({ placements }) => placements === 0);
  const sign = verdictOf(nets);
  const words = isSilent
    ? `Neither run placed an order in ${cells.length === 1 ? ONE_WAY : `any of the ${cells.length} ways of filling and latency`}: there is nothing to compare.`
    : signWords(sign, { better, worse, cells: cells.length }, names, { byFillModel, byLatency });
  const doubt = notVaried.map((what) => UNTRIED[what]).join("; ");
  return {
    cells: cells.length,
    better,
    worse,
    equal: cells.length - better - worse,
    least: formatMoney(nets[0] ?? money(0n)),
    median: formatMoney(medianOf(nets)),
    most: formatMoney(nets.at(-1) ?? money(0n)),
    verdict: isSilent || notVaried.length > 0 ? "unsure" : sign,
    notVaried,
    byFillModel,
    byLatency,
    words: isSilent || doubt === "" ? words : `${words} Unsure all the same: ${doubt}.`,
  };
}

type Group = Certainty["byFillModel"][number];

function groupsOf(cells: readonly CellDifference[], nameOf: (cell: CellDifference) => string): Group[] {
  const groups = new Map<string, Money[]>();
  for (const cell of cells) {
    const name = nameOf(cell);
    groups.set(name, [...(groups.get(name) ?? []), cell.net]);
  }
  return [...groups].map(([name, unsorted]) => {
    const nets = unsorted.toSorted(compareMoney);
    return {
      name,
      least: formatMoney(nets[0] ?? money(0n)),
      most: formatMoney(nets.at(-1) ?? money(0n)),
      verdict: verdictOf(nets),
    };
  });
}

/** Sure only when every cell says the same. */
function verdictOf(nets: readonly Money[]): Verdict {
  if (nets.every((net) => net > 0n)) return "better";
  if (nets.every((net) => net < 0n)) return "worse";
  return nets.every((net) => net === 0n) ? "equal" : "unsure";
}

/** Mean of the middle two when there is no middle one; half an atto is dropped. */
function medianOf(sorted: readonly Money[]): Money {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? money(0n);
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper;
  return money((lower + upper) / 2n);
}

function signWords(
  verdict: Verdict,
  counts: { readonly better: number; readonly worse: number; readonly cells: number },
  { alternative }: { readonly alternative: string },
  groups: { readonly byFillModel: readonly Group[]; readonly byLatency: readonly Group[] },
): string {
  const { better, worse, cells } = counts;
  const every = cells === 1 ? ONE_WAY : `all ${cells} ways of filling and latency`;
  if (verdict === "equal") return `${alternative} came to the same in ${every}.`;
  if (verdict !== "unsure") return `${alternative} ${verdict} in ${every}.`;
  const head =
    better >= worse
      ? `${alternative} better in ${better} of ${cells}, worse in ${worse}.`
      : `${alternative} worse in ${worse} of ${cells}, better in ${better}.`;
  const cause = causeOf("fill model", groups.byFillModel) ?? causeOf("latency", groups.byLatency);
  return `${head} ${cause ?? "The answer hangs on queue and latency together: do not lean on it."}`;
}

/** Where each fill model (or latency) is of one mind, the sign hangs on it alone. */
function causeOf(what: string, groups: readonly Group[]): string | null {
  if (groups.length < 2 || groups.some(({ verdict }) => verdict === "unsure")) return null;
  const parts = groups.map(({ name, verdict }) => `${verdict} with ${name}`);
  return `The answer hangs on the ${what}: ${parts.join(", ")}.`;
}

function compareMoney(one: Money, other: Money): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
