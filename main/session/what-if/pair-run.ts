import { openTape } from "../../../db/tape-reader.ts";
import { InvariantError } from "../../kernel/values/invariant.ts";
import type { LoadedProfile } from "../../profiles/loader.ts";
import { simulatedSession, type VenueSpec } from "../session-factory.ts";
import { discardingSink, SessionRecorder } from "../session-recorder.ts";
import type { SessionResult } from "../session-result.ts";
import type { SimulatedSession } from "../simulated-session.ts";
import { TapeSource } from "../tape-source.ts";
import type { RunName } from "./fill-matcher.ts";
import type { KeptCommand } from "./kept-commands.ts";
import { RunDiff, type RunDiffResult } from "./run-diff.ts";
import type { PlannedCell, WhatIfPlan } from "./what-if-plan.ts";

/** Both runs of one cell, compared. */
export interface CellOutcome {
  readonly cell: PlannedCell;
  readonly baseline: SessionResult;
  readonly alternative: SessionResult;
  readonly diff: RunDiffResult;
}

/** Both runs are stopped at this distance of session time to be compared; it bounds what has to be held. */
const STEP_US = 1_000_000;
/** Events of one run between two breaths. */
const SLICE_EVENTS = 500;

/**
 * Two sessions over one recorded market, in step.
 *
 * Each is to the bit what `backtest` makes of the tape with the same settings: being stopped at the steps changes nothing.
 * `TapeDamagedError` is thrown where the tape is damaged. Owns its two readers until `close`.
 */
export class PairRun {
  readonly #plan: WhatIfPlan;
  readonly #cell: PlannedCell;
  readonly #runs: Readonly<Record<RunName, SimulatedSession>>;
  readonly #diff: RunDiff;
  #nextKept = 0;
  #stepEndUs: number;

  constructor(plan: WhatIfPlan, cell: PlannedCell) {
    this.#plan = plan;
    this.#cell = cell;
    this.#diff = new RunDiff(plan.firstUs);
    this.#stepEndUs = this.#endOfStepAfter(plan.firstUs);
    const baseline = sessionOn(plan, plan.baseline, cell.baseline);
    this.#runs = { baseline, alternative: sessionOn(plan, plan.alternative, cell.alternative) };
    for (const [run, session] of this.#both()) {
      session.observe((_event, effects) => this.#diff.add(run, session.nowUs, effects));
    }
  }

  /** Share of the market that both runs have behind them. */
  get share(): number {
    const { firstUs, lastUs } = this.#plan;
    if (lastUs <= firstUs || this.#stepEndUs === Infinity) return 1;
    return Math.min(1, Math.max(0, (this.#stepEndUs - STEP_US - firstUs) / (lastUs - firstUs)));
  }

  /** Does a slice of work; true when both runs are over. */
  advance(): boolean {
    for (const [, session] of this.#both()) {
      if (!session.advance(this.#stepEndUs, SLICE_EVENTS)) return false;
    }
    this.#diff.settle();
    if (this.#stepEndUs === Infinity) return this.#end();
    this.#command(this.#stepEndUs);
    this.#stepEndUs = this.#endOfStepAfter(this.#stepEndUs);
    return false;
  }

  /** Call once `advance` has said that both are over. */
  outcome(): CellOutcome {
    const { baseline, alternative } = this.#runs;
    const endUs = Math.max(baseline.nowUs, alternative.nowUs);
    return {
      cell: this.#cell,
      baseline: resultOf("baseline", baseline),
      alternative: resultOf("alternative", alternative),
      diff: this.#diff.finish(endUs),
    };
  }

  close(): void {
    for (const [, session] of this.#both()) session.close();
  }

  #both(): readonly (readonly [RunName, SimulatedSession])[] {
    return [
      ["baseline", this.#runs.baseline],
      ["alternative", this.#runs.alternative],
    ];
  }

  /** A step ends at a command too. The last one is open, as a backtest's is: nothing but events moves its clock. */
  #endOfStepAfter(us: number): number {
    const command = this.#plan.kept[this.#nextKept];
    if (command !== undefined && command.atUs <= us + STEP_US) return Math.max(command.atUs, us);
    return us + STEP_US >= this.#plan.lastUs ? Infinity : us + STEP_US;
  }

  #command(untilUs: number): void {
    for (let next = this.#nextCommand(untilUs); next !== undefined; next = this.#nextCommand(untilUs)) {
      this.#nextKept += 1;
      this.#runs.baseline.command(next.event);
      if (!next.isForBaselineOnly) this.#runs.alternative.command(next.event);
    }
  }

  #nextCommand(untilUs: number): KeptCommand | undefined {
    const next = this.#plan.kept[this.#nextKept];
    return next !== undefined && next.atUs <= untilUs ? next : undefined;
  }

  /** Ends what is not over yet as a backtest ends: with a stop, then to the last report of the venue. */
  #end(): boolean {
    let isOver = true;
    for (const [, session] of this.#both()) {
      if (session.isOver) continue;
      if (session.kernel.state.isWindingDown)
        throw new InvariantError("a run that was stopped must end with its market");
      session.command({ type: "operator-commanded", commandId: "house-1", command: "stop", by: "end of the tape" });
      isOver &&= session.isOver;
    }
    if (isOver) for (const [, session] of this.#both()) session.finish();
    return isOver;
  }
}

function sessionOn(plan: WhatIfPlan, profile: LoadedProfile, venue: VenueSpec): SimulatedSession {
  const opened = openTape(plan.request.tape);
  if (!opened.ok) throw new Error(opened.message);
  const recorder = new SessionRecorder("what-if", discardingSink);
  const source = new TapeSource(opened.tape);
  return simulatedSession({ source, profile, venue, recorder, startUs: plan.firstUs, carried: plan.carried });
}

function resultOf(run: RunName, session: SimulatedSession): SessionResult {
  return session.tally.result(run, session.kernel, {
    effectHash: session.hash.digest(),
    endedHow: session.endedHow,
    eventsPerSecond: 0,
  });
}
