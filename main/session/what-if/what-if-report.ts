import type { RecordFill } from "../../kernel/effects.ts";
import { slotName } from "../../kernel/decision.ts";
import { diffSettings } from "../../kernel/settings/settings-diff.ts";
import {
  formatLots,
  formatMoney,
  formatTicks,
  marketScale,
  parseMoney,
  type MarketScale,
} from "../../kernel/values/market-rules.ts";
import { money, type Money } from "../../kernel/values/units.ts";
import type { SessionResult } from "../session-result.ts";
import { decisionText } from "../views/decision-text.ts";
import { buildUpView } from "../views/slots-view.ts";
import { certaintyOf, type WhatIfReport } from "./certainty.ts";
import type { Disagreement, DisagreementExample } from "./decision-diff.ts";
import type { CellOutcome } from "./pair-run.ts";
import { MATCH_WINDOW_US, type FillTotals, type PathPoint } from "./run-diff.ts";
import type { StandingAnswer } from "./standing-answer.ts";
import type { WhatIfPlan } from "./what-if-plan.ts";
import { whatIfNotes } from "./what-if-notes.ts";

const MOST_DISAGREEMENTS = 40;
const PARTS = ["spreadCapture", "inventory", "fees", "funding", "net"] as const;

type Cell = WhatIfReport["cells"][number];

/** A row of the table as it is shown; of the run itself no more is kept. */
export function cellView({ cell, baseline, alternative, diff }: CellOutcome): Cell {
  const difference = Object.fromEntries(
    PARTS.map((part) => [part, formatMoney(lessOf(alternative.pnl[part], baseline.pnl[part]))]),
  ) as Cell["difference"];
  return {
    baselineFillModel: cell.baseline.fillModel,
    alternativeFillModel: cell.alternative.fillModel,
    latencyMs: cell.alternative.latencyUs / 1000,
    baseline: runView(baseline, diff.maxDrawdown.baseline),
    alternative: runView(alternative, diff.maxDrawdown.alternative),
    difference,
  };
}

/** The whole answer: the table of all cells, and what lies behind the one that is looked into. */
export function whatIfReport(plan: WhatIfPlan, cells: readonly Cell[], shown: CellOutcome): WhatIfReport {
  const scale = marketScale(plan.header.rules);
  const { rules } = plan.header;
  const { diff } = shown;
  const { decisions } = diff;
  const changes = diffSettings(plan.baseline.settings, plan.alternative.settings);
  const names = namesOf(plan);
  return {
    source: plan.request.sourceName,
    market: rules.market,
    quoteCurrency: rules.quoteCurrency,
    baseCurrency: rules.baseCurrency,
    firstUs: plan.firstUs,
    lastUs: plan.lastUs,
    baseline: { name: names.baseline, hash: plan.baseline.hash },
    alternative: { name: names.alternative, hash: plan.alternative.hash },
    settings: changes.map(({ variable, before, after }) => ({ variable, baseline: before, alternative: after })),
    certainty: certaintyOf(
      cells.map((cell) => ({
        fillModel: cell.alternativeFillModel,
        latencyUs: Math.round(cell.latencyMs * 1000),
        net: parseMoney(cell.difference.net),
        placements: cell.baseline.placements + cell.alternative.placements,
      })),
      names,
    ),
    cells: [...cells],
    shown: plan.shown,
    fills: {
      windowMs: MATCH_WINDOW_US / 1000,
      matched: totalsView(scale, diff.matched),
      baselineOnly: totalsView(scale, diff.baselineOnly),
      alternativeOnly: totalsView(scale, diff.alternativeOnly),
      pairs: diff.pairs.map(({ baseline, alternative }) => ({
        side: (baseline ?? alternative)?.side ?? "buy",
        baseline: baseline && fillView(scale, baseline),
        alternative: alternative && fillView(scale, alternative),
      })),
      isCut: diff.isCut,
    },
    path: diff.path.map((point) => pointView(scale, point)),
    agreement: decisions.slotUs === 0 ? 1 : decisions.agreedUs / decisions.slotUs,
    disagreements: decisions.disagreements
      .slice(0, MOST_DISAGREEMENTS)
      .map((disagreement) => disagreementView(scale, disagreement, decisions.slotUs)),
    notes: whatIfNotes(
      plan,
      decisions,
      cells.some(({ baseline, alternative }) => baseline.placements + alternative.placements > 0),
    ),
  };
}

/** What both runs are called: the profile, and beside it what makes the alternative another. */
function namesOf({ baseline, alternative, request, cells, shown }: WhatIfPlan): {
  baseline: string;
  alternative: string;
} {
  const changed = request.overrides.length === 0 ? "" : ` with ${request.overrides.join(", ")}`;
  const cell = cells[shown];
  const isModelOnly = alternative.hash === baseline.hash && cell !== undefined;
  return {
    baseline: isModelOnly ? `${baseline.name} filled by ${cell.baseline.fillModel}` : baseline.name,
    alternative: isModelOnly ? `${alternative.name} filled otherwise` : `${alternative.name}${changed}`,
  };
}

function lessOf(one: string, other: string): Money {
  return money(parseMoney(one) - parseMoney(other));
}

function runView(result: SessionResult, maxDrawdown: string): Cell["baseline"] {
  return {
    ...result.pnl,
    fillsMaker: result.fills.maker,
    fillsTaker: result.fills.taker,
    placements: result.placements,
    cancels: result.cancels,
    uptime: result.uptime,
    position: result.position,
    maxAbsPosition: result.maxAbsPosition,
    maxDrawdown,
    effectHash: result.effectHash,
  };
}

function totalsView(scale: MarketScale, { fills, lots }: FillTotals): { fills: number; size: string } {
  return { fills, size: formatLots(scale, lots) };
}

function fillView(
  scale: MarketScale,
  fill: RecordFill,
): NonNullable<WhatIfReport["fills"]["pairs"][number]["baseline"]> {
  return {
    atUs: fill.atUs,
    level: fill.slot.level,
    price: formatTicks(scale, fill.priceTicks),
    size: formatLots(scale, fill.sizeLots),
    liquidity: fill.liquidity,
    fee: formatMoney(fill.fee),
    position: formatLots(scale, fill.positionLots),
  };
}

function pointView(scale: MarketScale, point: PathPoint): WhatIfReport["path"][number] {
  return {
    atUs: point.atUs,
    mid: point.midHalfTicks === null ? null : (point.midHalfTicks * scale.tickSize) / 2,
    baselinePosition: point.baselineLots * scale.lotSize,
    alternativePosition: point.alternativeLots * scale.lotSize,
    baselineNet: Number(formatMoney(point.baselineNet)),
    alternativeNet: Number(formatMoney(point.alternativeNet)),
  };
}

type DisagreementView = WhatIfReport["disagreements"][number];

function disagreementView(scale: MarketScale, disagreement: Disagreement, allSlotUs: number): DisagreementView {
  const { baseline, alternative, slotUs, stretches, widerBps, example } = disagreement;
  return {
    baseline,
    alternative,
    seconds: slotUs / 1_000_000,
    share: allSlotUs === 0 ? 0 : slotUs / allSlotUs,
    stretches,
    widerBps,
    example: example && exampleView(scale, example),
  };
}

function exampleView(scale: MarketScale, example: DisagreementExample): NonNullable<DisagreementView["example"]> {
  return {
    fromUs: example.fromUs,
    toUs: example.toUs,
    slot: slotName(example.slot),
    baseline: example.baseline && answerView(scale, example.baseline),
    alternative: example.alternative && answerView(scale, example.alternative),
  };
}

function answerView(
  scale: MarketScale,
  { decision, ticks, lots }: StandingAnswer,
): NonNullable<NonNullable<DisagreementView["example"]>["baseline"]> {
  return {
    code: decision.code,
    text: decisionText(decision, scale),
    price: ticks === null ? null : formatTicks(scale, ticks),
    size: lots === null ? null : formatLots(scale, lots),
    buildUp: decision.buildUp && buildUpView(scale, decision.buildUp),
  };
}
