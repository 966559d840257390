import { EventLoopDelay } from "../../db/event-loop-delay.ts";
import { TapeDamagedError } from "../../db/tape-reader.ts";
import type { OperatorCommand } from "../kernel/events.ts";
import { InvariantError } from "../kernel/values/invariant.ts";
import type { ProfileSnapshot } from "../kernel/settings/profile.ts";
import type { SessionJournal } from "./session-journal.ts";
import type { SessionRecorder } from "./session-recorder.ts";
import type { SessionResult } from "./session-result.ts";
import type { SimulatedSession } from "./simulated-session.ts";

export interface RunnerOptions {
  readonly sessionId: string;
  readonly session: SimulatedSession;
  readonly recorder: SessionRecorder;
  /** Null keeps nothing. */
  readonly journal: SessionJournal | null;
  readonly startUs: number;
  /** Session time at which the session stops by itself; null = at the end of its source. */
  readonly endUs: number | null;
  /** Session seconds a wall second; null = as fast as it goes. */
  readonly speed: number | null;
  readonly onProgress?: (nowUs: number, events: number) => void;
}

export type RunOutcome =
  | { readonly ok: true; readonly result: SessionResult }
  | {
      readonly ok: false;
      readonly code: "journal" | "invariant" | "tape";
      readonly message: string;
      readonly result: SessionResult;
    };

/** Events handled before the thread breathes. */
const SLICE_EVENTS = 2000;
const PACE_MS = 5;
/** A paced session's batches leave at least this often. */
const FLUSH_MS = 50;
/** Quoting halts when the journal is this far behind, and goes on when it has caught up. */
const JOURNAL_BEHIND_MS = 2000;
const JOURNAL_CAUGHT_UP_MS = 200;
/** A thread that was held up this long in the last second must not quote. */
const LOOP_DELAY_HALT_MS = 1000;
/** Batches on their way before a session at full speed waits for the disk. */
const MOST_BATCHES_AHEAD = 32;

/** Drives one simulated session on the wall clock or at full speed, journals it, and ends it safely whatever happens. */
export class SessionRunner {
  readonly sessionId: string;
  readonly session: SimulatedSession;
  readonly #options: RunnerOptions;
  readonly #loopDelay = new EventLoopDelay();
  #commandCount = 0;
  #wallStartMs = 0;
  #lastFlushMs = 0;
  #lastHealthMs = 0;
  #hasAskedToStop = false;
  #journalFailure: string | null = null;
  #lastTurnMs = 0;
  /** Longest time between two turns of the loop since the last look at it. */
  #longestTurnMs = 0;
  #resume: (() => void) | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.sessionId = options.sessionId;
    this.session = options.session;
  }

  /** Event-loop delay of this thread over the last seconds, 99th percentile. */
  get loopP99Ms(): number {
    return this.#loopDelay.p99Us() / 1000;
  }

  /** How far the durable journal is behind, in wall milliseconds; null = nothing is kept. */
  get journalBehindMs(): number | null {
    return this.#options.journal?.behindMs() ?? null;
  }

  command(commandId: string, command: OperatorCommand, by: string): void {
    this.session.command({ type: "operator-commanded", commandId, command, by });
    if (command === "stop" || command === "kill") this.#hasAskedToStop = true;
    this.#options.recorder.flush();
    this.#resume?.();
  }

  changeProfile(commandId: string, profile: ProfileSnapshot, by: string): void {
    this.session.command({ type: "profile-changed", commandId, profile, by });
    this.#options.recorder.flush();
  }

  /** Runs to the end. Resolves once the last row is durable, or with what went wrong. */
  async run(): Promise<RunOutcome> {
    const { journal } = this.#options;
    journal?.onFailed((message) => this.#journalFailed(message));
    this.#wallStartMs = performance.now();
    this.#lastTurnMs = this.#wallStartMs;
    try {
      while (!this.session.isOver) {
        const isIdle = this.#advance();
        this.#housekeeping();
        await (isIdle ? this.#pause(PACE_MS) : this.#breathe());
      }
      return await this.#end(null);
    } catch (error) {
      if (error instanceof InvariantError) return await this.#end({ code: "invariant", message: error.message });
      if (error instanceof TapeDamagedError) return await this.#end({ code: "tape", message: error.message });
      throw error;
    } finally {
      this.#loopDelay.stop();
      this.session.close();
    }
  }

  /** Returns true when there is nothing to do until the wall clock has moved. */
  #advance(): boolean {
    const { speed, startUs, endUs } = this.#options;
    const paceUs = speed === null ? Infinity : startUs + (performance.now() - this.#wallStartMs) * 1000 * speed;
    const untilUs = Math.min(paceUs, this.#hasAskedToStop ? Infinity : (endUs ?? Infinity));
    const isThere = this.session.advance(Math.floor(untilUs), SLICE_EVENTS);
    if (!isThere) return false;
    const isAtEnd = this.session.isSourceDone || (endUs !== null && this.session.nowUs >= endUs);
    if (isAtEnd && !this.#hasAskedToStop) this.#stopByItself(endUs !== null && this.session.nowUs >= endUs);
    return speed !== null && paceUs <= (endUs ?? Infinity);
  }

  #stopByItself(isTimeUp: boolean): void {
    this.#commandCount += 1;
    this.command(`house-${this.#commandCount}`, "stop", isTimeUp ? "session time is up" : "end of the tape");
  }

  #housekeeping(): void {
    const nowMs = performance.now();
    this.#longestTurnMs = Math.max(this.#longestTurnMs, nowMs - this.#lastTurnMs);
    this.#lastTurnMs = nowMs;
    this.#options.onProgress?.(this.session.nowUs, this.session.tally.events);
    if (nowMs - this.#lastFlushMs >= FLUSH_MS && this.#options.speed !== null) {
      this.#options.recorder.flush();
      this.#lastFlushMs = nowMs;
    }
    if (nowMs - this.#lastHealthMs >= 1000) {
      this.#lastHealthMs = nowMs;
      this.#checkHealth();
    }
  }

  /** Faults of our own house become events, so that a replay halts where the session did. Only a paced session quotes against a clock. */
  #checkHealth(): void {
    const worstMs = this.#longestTurnMs;
    this.#longestTurnMs = 0;
    if (this.#options.speed === null) return;
    this.#setFault("event-loop-delayed", worstMs > LOOP_DELAY_HALT_MS, worstMs <= LOOP_DELAY_HALT_MS);
    const behindMs = this.journalBehindMs;
    if (behindMs === null) return;
    this.#setFault("journal-behind", behindMs > JOURNAL_BEHIND_MS, behindMs < JOURNAL_CAUGHT_UP_MS);
  }

  #setFault(fault: "event-loop-delayed" | "journal-behind", isRaised: boolean, isCleared: boolean): void {
    const isStanding = this.session.kernel.state.reasons().includes(fault);
    if (isRaised && !isStanding) this.session.command({ type: "fault-raised", fault });
    if (isCleared && isStanding) this.session.command({ type: "fault-cleared", fault });
  }

  #journalFailed(message: string): void {
    if (this.#journalFailure !== null) return;
    this.#journalFailure = message;
    this.session.command({ type: "fault-raised", fault: "journal-failed" });
    if (!this.#hasAskedToStop) this.command("house-journal-failed", "stop", "the journal failed");
  }

  async #breathe(): Promise<void> {
    const { journal } = this.#options;
    if (journal && this.#journalFailure === null) await journal.whenFewerAhead(MOST_BATCHES_AHEAD);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resume = null;
  }

  async #end(broken: { readonly code: "invariant" | "tape"; readonly message: string } | null): Promise<RunOutcome> {
    const { session } = this;
    this.#options.recorder.finish();
    const seconds = (performance.now() - this.#wallStartMs) / 1000;
    const endedHow = broken === null ? session.endedHow : "crashed";
    const result = session.tally.result(this.sessionId, session.kernel, {
      effectHash: session.hash.digest(),
      endedHow,
      eventsPerSecond: session.tally.events / Math.max(seconds, 1e-6),
    });
    const failure = this.#journalFailure ?? (await this.#options.journal?.end(result)) ?? null;
    if (broken !== null) return { ok: false, ...broken, result };
    if (failure !== null) return { ok: false, code: "journal", message: failure, result };
    return { ok: true, result };
  }
}
