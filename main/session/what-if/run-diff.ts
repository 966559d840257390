import type { Effect, RecordFill, RecordSample } from "../../kernel/effects.ts";
import type { Money } from "../../kernel/values/units.ts";
import { Drawdown } from "../../review/drawdown.ts";
import { DecisionDiff, type DecisionDiffResult } from "./decision-diff.ts";
import { FillMatcher, type FillPair, type RunName } from "./fill-matcher.ts";
import { standingAnswer } from "./standing-answer.ts";
import { ThinnedPath } from "./thinned-path.ts";
import { isWaitingAnswer } from "../views/slots-view.ts";

/** Fills further apart than this have nothing to do with each other. */
export const MATCH_WINDOW_US = 1_000_000;
const MOST_PAIRS = 400;
const MOST_POINTS = 600;

/** Both runs at one moment, from the sample that each made last. */
export interface PathPoint {
  readonly atUs: number;
  readonly midHalfTicks: number | null;
  readonly baselineLots: number;
  readonly alternativeLots: number;
  readonly baselineNet: Money;
  readonly alternativeNet: Money;
}

export interface FillTotals {
  fills: number;
  lots: number;
}

export interface RunDiffResult {
  readonly matched: Readonly<FillTotals>;
  readonly baselineOnly: Readonly<FillTotals>;
  readonly alternativeOnly: Readonly<FillTotals>;
  /** In order of time, the first so many. */
  readonly pairs: readonly FillPair<RecordFill>[];
  readonly isCut: boolean;
  readonly path: readonly PathPoint[];
  readonly decisions: DecisionDiffResult;
  /** Depth of the worst fall of the net result from a peak, as a report of the run says it: exact, in quote currency. */
  readonly maxDrawdown: Readonly<Record<RunName, string>>;
}

interface Buffered {
  readonly run: RunName;
  readonly atUs: number;
  readonly effect: Effect;
}

/**
 * What differs between two runs over one market: fills matched in time, the path of inventory and result, the answers for every slot.
 *
 * Feed both runs in steps: every effect of a step by `add`, then `settle`, so that both runs have got equally far. Pure, and constant in
 * memory: it holds one step, and of the rest counts, thinned points and one example a kind.
 */
export class RunDiff {
  readonly #decisions = new DecisionDiff();
  readonly #path = new ThinnedPath<PathPoint>(MOST_POINTS);
  readonly #matcher = new FillMatcher<RecordFill>(MATCH_WINDOW_US, (pair) => this.#count(pair));
  readonly #matched: FillTotals = { fills: 0, lots: 0 };
  readonly #only: Record<RunName, FillTotals> = {
    baseline: { fills: 0, lots: 0 },
    alternative: { fills: 0, lots: 0 },
  };
  readonly #pairs: FillPair<RecordFill>[] = [];
  readonly #drawdown: Readonly<Record<RunName, Drawdown>>;
  readonly #samples: Record<RunName, RecordSample | null> = { baseline: null, alternative: null };
  #isCut = false;
  #step: Buffered[] = [];

  constructor(startUs: number) {
    this.#drawdown = { baseline: new Drawdown(startUs), alternative: new Drawdown(startUs) };
  }

  /** Takes what one event brought about in one run, at session time `atUs`. */
  add(run: RunName, atUs: number, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "record-decision" || effect.type === "record-fill" || effect.type === "record-sample")
        this.#step.push({ run, atUs, effect });
    }
  }

  /** Both runs have got to the same time: compares what the step brought, in order of time. */
  settle(): void {
    const step = this.#step.toSorted((one, other) => one.atUs - other.atUs);
    this.#step = [];
    let sampled = false;
    for (const { run, effect } of step) {
      if (effect.type === "record-decision") {
        if (!isWaitingAnswer(effect.decision)) this.#decisions.add(run, standingAnswer(effect.decision));
      } else if (effect.type === "record-fill") {
        this.#matcher.add(run, effect);
        this.#drawdown[run].add(effect.atUs, effect.pnl.net);
      } else if (effect.type === "record-sample") {
        this.#samples[run] = effect;
        this.#drawdown[run].add(effect.atUs, effect.pnl.net);
        sampled = true;
      }
    }
    if (sampled) this.#addPoint();
  }

  /** Ends both runs. */
  finish(atUs: number): RunDiffResult {
    this.settle();
    this.#matcher.finish();
    const timeOf = ({ baseline, alternative }: FillPair<RecordFill>): number =>
      Math.min(baseline?.atUs ?? Infinity, alternative?.atUs ?? Infinity);
    return {
      matched: this.#matched,
      baselineOnly: this.#only.baseline,
      alternativeOnly: this.#only.alternative,
      pairs: this.#pairs.toSorted((one, other) => timeOf(one) - timeOf(other)),
      isCut: this.#isCut,
      path: this.#path.points(),
      decisions: this.#decisions.finish(atUs),
      maxDrawdown: {
        baseline: this.#drawdown.baseline.figures.worst,
        alternative: this.#drawdown.alternative.figures.worst,
      },
    };
  }

  #count(pair: FillPair<RecordFill>): void {
    const { baseline, alternative } = pair;
    let totals = this.#matched;
    if (baseline === null) totals = this.#only.alternative;
    if (alternative === null) totals = this.#only.baseline;
    totals.fills += 1;
    totals.lots += (baseline ?? alternative)?.sizeLots ?? 0;
    if (this.#pairs.length < MOST_PAIRS) this.#pairs.push(pair);
    else this.#isCut = true;
  }

  #addPoint(): void {
    const { baseline, alternative } = this.#samples;
    if (baseline === null || alternative === null) return;
    this.#path.add({
      atUs: Math.max(baseline.atUs, alternative.atUs),
      midHalfTicks: baseline.midHalfTicks ?? alternative.midHalfTicks,
      baselineLots: baseline.positionLots,
      alternativeLots: alternative.positionLots,
      baselineNet: baseline.pnl.net,
      alternativeNet: alternative.pnl.net,
    });
  }
}
