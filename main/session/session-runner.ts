import { EventLoopDelay } from "../../db/event-loop-delay.ts";
import { TapeDamagedError } from "../../db/tape-reader.ts";
import type { LatchKind, OperatorCommand } from "../kernel/events.ts";
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
/** A journal that is silent for this long counts as failed: what waits for it must not grow without end. */
const JOURNAL_LOST_MS = 60_000;
/** A wait for the disk is interrupted this often, to look after the session's own health. */
const DISK_WAIT_MS = 1000;
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
  #wake: (() => void) | null = null;
  #breakage: Breakage | null = null;
  #isEnding = false;

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

  /** False when the session is over or ending: then nothing was done. */
  command(commandId: string, command: OperatorCommand, by: string): boolean {
    const isTaken = this.#deliver({ type: "operator-commanded", commandId, command, by });
    if (isTaken && (command === "stop" || command === "kill")) this.#hasAskedToStop = true;
    return isTaken;
  }

  /** A person clears a latch of the kernel's; false when the session is over or ending. */
  clearLatch(commandId: string, latch: LatchKind, by: string, reason: string): boolean {
    return this.#deliver({ type: "latch-cleared", commandId, latch, by, reason });
  }

  /** An operator gave a sign that is no command. */
  operatorSeen(by: string): void {
    this.#deliver({ type: "operator-seen", by });
  }

  /** False when the session is over or ending: then nothing was done. */
  changeProfile(commandId: string, profile: ProfileSnapshot, by: string): boolean {
    return this.#deliver({ type: "profile-changed", commandId, profile, by });
  }

  /** Says that a changed profile was not taken over, and why. False when the session is over or ending. */
  refuseProfile(message: string, by: string): boolean {
    return this.#deliver({ type: "profile-refused", message, by });
  }

  /** Runs to the end. Resolves once the last row is durable, or with what went wrong. */
  async run(): Promise<RunOutcome> {
    const stopListening = this.#options.journal?.onFailed((message) => this.#journalFailed(message));
    this.#wallStartMs = performance.now();
    this.#lastTurnMs = this.#wallStartMs;
    try {
      return await this.#end(await this.#runToEnd());
    } finally {
      stopListening?.();
      this.#loopDelay.stop();
      this.session.close();
    }
  }

  async #runToEnd(): Promise<Breakage | null> {
    try {
      while (!this.session.isOver) {
        const isIdle = this.#advance();
        this.#housekeeping();
        await (isIdle ? this.#wait(PACE_MS) : this.#breathe());
        if (this.#breakage !== null) return this.#breakage;
      }
      if (this.#journalFailure === null) this.session.finish();
      return null;
    } catch (error) {
      if (!(error instanceof TapeDamagedError)) return breakageOf(error);
      this.#drain();
      return { code: "tape", message: error.message };
    }
  }

  /** Puts an event in from outside the loop. What breaks there breaks the session, not the caller. */
  #deliver(event: Parameters<SimulatedSession["command"]>[0]): boolean {
    if (this.#isEnding || this.#breakage !== null) return false;
    try {
      this.session.command(event);
      this.#options.recorder.flush();
    } catch (error) {
      this.#breakage = breakageOf(error);
    }
    this.#wake?.();
    return this.#breakage === null;
  }

  /** The market cannot go on, but the kernel is sound: own orders are cancelled before the session ends. */
  #drain(): void {
    this.session.endSource();
    this.command("house-tape-damaged", "stop", "the tape is damaged");
    try {
      while (!this.session.isOver && !this.session.advance(Infinity, SLICE_EVENTS));
    } catch (error) {
      this.#breakage = breakageOf(error);
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
    if (behindMs > JOURNAL_LOST_MS)
      this.#journalFailed(`the journal has written nothing for ${JOURNAL_LOST_MS / 1000} s`);
    this.#setFault("journal-behind", behindMs > JOURNAL_BEHIND_MS, behindMs < JOURNAL_CAUGHT_UP_MS);
  }

  #setFault(fault: "event-loop-delayed" | "journal-behind", isRaised: boolean, isCleared: boolean): void {
    const isStanding = this.session.kernel.state.reasons().includes(fault);
    if (isRaised && !isStanding) this.#deliver({ type: "fault-raised", fault });
    if (isCleared && isStanding) this.#deliver({ type: "fault-cleared", fault });
  }

  #journalFailed(message: string): void {
    if (this.#journalFailure !== null) return;
    this.#journalFailure = message;
    this.#deliver({ type: "fault-raised", fault: "journal-failed" });
    if (!this.#hasAskedToStop) this.command("house-journal-failed", "stop", "the journal failed");
  }

  /** Lets the thread's messages in, and waits for the disk when too much is on its way; a stop is never held up by it. */
  async #breathe(): Promise<void> {
    const { journal } = this.#options;
    if (journal && this.#journalFailure === null && !this.#hasAskedToStop) {
      await Promise.race([journal.whenFewerAhead(MOST_BATCHES_AHEAD), this.#wait(DISK_WAIT_MS)]);
      this.#wake?.();
    }
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }

  /** Waits, or until something was put in. */
  async #wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  async #end(broken: Breakage | null): Promise<RunOutcome> {
    const { session } = this;
    this.#isEnding = true;
    this.#options.recorder.finish();
    const seconds = (performance.now() - this.#wallStartMs) / 1000;
    const isWhole = broken === null && this.#journalFailure === null;
    const result = session.tally.result(this.sessionId, session.kernel, {
      effectHash: session.hash.digest(),
      endedHow: isWhole ? session.endedHow : "crashed",
      eventsPerSecond: session.tally.events / Math.max(seconds, 1e-6),
    });
    const failure = this.#journalFailure ?? (await this.#options.journal?.end(result)) ?? null;
    if (broken !== null) return { ok: false, ...broken, result };
    if (failure !== null) return { ok: false, code: "journal", message: failure, result };
    return { ok: true, result };
  }
}

interface Breakage {
  readonly code: "invariant" | "tape";
  readonly message: string;
}

/** Whatever is thrown in a session ends it: nobody knows any more what is true. */
function breakageOf(error: unknown): Breakage {
  if (error instanceof InvariantError) return { code: "invariant", message: error.message };
  return {
    code: "invariant",
    message: `unexpected failure: ${error instanceof Error ? error.message : String(error)}`,
  };
}
