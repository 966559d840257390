import type { MessageEnd } from "../../db/journal-port.ts";
import type { JournalClient } from "../../db/journal-client.ts";
import type {
  EngineAnswer,
  EngineErrorCode,
  EngineRequest,
  FromEngine,
  SessionEnded,
  ToEngine,
} from "./engine-protocol.ts";
import { sessionJournal } from "./journaled-session.ts";
import { keepLatches } from "./latch-keeper.ts";
import { prepareSession, type PreparedSession } from "./session-factory.ts";
import { superviseProfile } from "./profile-supervision.ts";
import type { SessionProfile } from "./session-profile.ts";
import { discardingSink } from "./session-recorder.ts";
import { SessionRunner, type RunOutcome } from "./session-runner.ts";
import type { SessionSpec } from "./session-spec.ts";
import type { ViewFeed } from "./view-feed.ts";
import { viewsOfRun } from "./viewed-run.ts";

const VIEW_MS = 66;
const BEAT_MS = 1000;

interface Running {
  readonly runner: SessionRunner;
  readonly spec: SessionSpec;
  readonly feed: ViewFeed;
  readonly profile: SessionProfile;
  readonly done: Promise<SessionEnded>;
}

/**
 * The engine thread's body over any port: one session at a time, its views to the screens, the operator's requests to the kernel.
 *
 * Invariants: every request is answered once; a session's last views leave after its end; no session starts once the house winds down.
 */
export class Engine {
  readonly #port: MessageEnd<FromEngine, ToEngine>;
  readonly #journal: JournalClient | null;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #running: Running | null = null;
  #isWindingDown = false;

  constructor(port: MessageEnd<FromEngine, ToEngine>, journal: JournalClient | null) {
    this.#port = port;
    this.#journal = journal;
    port.on("message", (message) => void this.#receive(message));
    journal?.onDurable((durable) => this.#running?.feed.fills.durable(durable.throughSeq));
    this.#timers.push(setInterval(() => this.#sendViews(), VIEW_MS));
    this.#timers.push(setInterval(() => port.postMessage({ type: "beat" }), BEAT_MS));
  }

  /** Stops the clocks; a session that still runs is not ended. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #receive(message: ToEngine): Promise<void> {
    let answer: EngineAnswer;
    try {
      answer = await this.#answer(message.request);
    } catch (error) {
      answer = refused("internal", error instanceof Error ? error.message : String(error));
    }
    this.#port.postMessage({ type: "answer", id: message.id, answer });
  }

  async #answer(request: EngineRequest): Promise<EngineAnswer> {
    if (request.type === "start") return this.#start(request.spec);
    if (request.type === "journal-lost") {
      this.#journal?.lost(request.message);
      return done(null, 0);
    }
    const running = this.#running;
    if (request.type === "wind-down") {
      this.#isWindingDown = true;
      return running === null ? this.#windedDown() : this.#windDown(running, request.reason);
    }
    if (running === null) return refused("no-session", "no session is running");
    switch (request.type) {
      case "command":
        return this.#command(running, request);
      case "clear-latch":
        if (!running.runner.session.kernel.state.isHaltedBy(request.latch))
          return refused("not-latched", `the latch ${request.latch} is not set`);
        return running.runner.clearLatch(request.commandId, request.latch, request.by, request.reason)
          ? accepted(running)
          : ending();
      case "change-profile":
        return this.#changeProfile(running, request);
      case "acknowledge-alert":
        running.runner.operatorSeen("operator");
        return running.feed.alerts.acknowledge(request.alertId)
          ? accepted(running)
          : refused("unknown-alert", `there is no alert ${request.alertId}`);
      default:
        return refused("internal", "unknown request");
    }
  }

  #command(running: Running, request: Extract<EngineRequest, { type: "command" }>): EngineAnswer {
    const { kernel } = running.runner.session;
    const { commandId, command, by, profileRevision } = request;
    if (profileRevision !== null && profileRevision !== kernel.profile.revision) {
      return stale(profileRevision, kernel.profile.revision);
    }
    if (command === "resume" && kernel.state.isKilled)
      return refused("killed", "the session was killed; start a new one");
    return running.runner.command(commandId, command, by) ? accepted(running) : ending();
  }

  async #windDown(running: Running, reason: string): Promise<EngineAnswer> {
    running.runner.command(`wind-down-${running.runner.session.seq}`, "stop", reason);
    const ended = await running.done;
    return ended.isWhole ? this.#windedDown() : refused("internal", ended.message);
  }

  #windedDown(): EngineAnswer {
    const failure = this.#journal?.failure ?? null;
    return failure === null ? done(null, 0) : refused("journal-failed", failure.message);
  }

  #start(spec: SessionSpec): EngineAnswer {
    if (this.#isWindingDown) return refused("internal", "the console is closing");
    if (this.#running !== null)
      return refused("session-running", `session ${this.#running.runner.sessionId} is running`);
    const failure = this.#journal?.failure ?? null;
    if (failure !== null) return refused("journal-failed", failure.message);
    const outcome = prepareSession(spec, this.#journal ?? discardingSink);
    if (!outcome.ok) return refused(outcome.code, outcome.message);
    const { prepared } = outcome;
    this.#journal?.begin(prepared.manifest);
    if (this.#journal !== null && spec.mode !== "backtest")
      keepLatches(prepared.session, this.#journal, prepared.manifest.sessionId);
    const runner = new SessionRunner({
      sessionId: prepared.manifest.sessionId,
      session: prepared.session,
      recorder: prepared.recorder,
      journal: this.#journal === null ? null : sessionJournal(this.#journal),
      startUs: prepared.startUs,
      endUs: spec.durationUs === null ? null : prepared.startUs + spec.durationUs,
      speed: spec.speed,
    });
    this.#port.postMessage({ type: "feed-reset" });
    const feed = viewsOfRun({ runner, spec, sourceText: sourceText(spec), startedUs: prepared.startUs });
    warnOfProfile(feed, prepared);
    const profile = superviseProfile(runner, {
      spec,
      file: prepared.profileFile,
      onApplied: (applied) => this.#port.postMessage({ type: "profile-applied", applied }),
    });
    const finished = this.#runToEnd(runner, feed).finally(() => profile.close());
    this.#running = { runner, spec, feed, profile, done: finished };
    return done(runner.sessionId, runner.session.kernel.profile.revision);
  }

  async #runToEnd(runner: SessionRunner, feed: ViewFeed): Promise<SessionEnded> {
    let ended: SessionEnded;
    try {
      ended = endOf(await runner.run());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `The engine failed: ${why}`;
      ended = { sessionId: runner.sessionId, endedHow: "crashed", isWhole: false, message };
      this.#port.postMessage({ type: "session-ended", ended });
      // Its end is not in the journal, so none can begin there: the thread dies of this, and the house starts a fresh one
      throw error;
    }
    this.#port.postMessage({ type: "feed", updates: feed.updates(performance.now()) });
    this.#running = null;
    this.#port.postMessage({ type: "session-ended", ended });
    return ended;
  }

  #changeProfile(running: Running, request: Extract<EngineRequest, { type: "change-profile" }>): EngineAnswer {
    const { kernel } = running.runner.session;
    if (request.profileRevision !== kernel.profile.revision)
      return stale(request.profileRevision, kernel.profile.revision);
    const flipped = running.profile.flip(request.commandId, request.profile, request.by);
    return flipped.ok ? accepted(running) : refused(flipped.code, flipped.message);
  }

  #sendViews(): void {
    if (this.#running === null) return;
    this.#port.postMessage({ type: "feed", updates: this.#running.feed.updates(performance.now()) });
  }
}

function done(sessionId: string | null, profileRevision: number): EngineAnswer {
  return { ok: true, value: { sessionId, profileRevision } };
}

function accepted({ runner }: Running): EngineAnswer {
  return done(runner.sessionId, runner.session.kernel.profile.revision);
}

function ending(): EngineAnswer {
  return refused("no-session", "the session is ending");
}

function refused(code: EngineErrorCode, message: string): EngineAnswer {
  return { ok: false, code, message };
}

function stale(seen: number, present: number): EngineAnswer {
  return refused("stale-revision", `the profile has changed: revision is ${present}, was looking at ${seen}`);
}

function endOf(outcome: RunOutcome): SessionEnded {
  const { sessionId, endedHow } = outcome.result;
  if (outcome.ok) {
    const how = endedHow === "killed" ? "was killed" : "ended";
    return { sessionId, endedHow, isWhole: true, message: `Session ${sessionId} ${how}; no own order is left` };
  }
  const message = `Session ${sessionId} ended badly: ${outcome.message}`;
  return { sessionId, endedHow: "crashed", isWhole: false, message };
}

function sourceText(spec: SessionSpec): string {
  return spec.source.kind === "generated"
    ? `embedded market, seed ${spec.source.seed}`
    : `tape ${baseName(spec.source.path)}`;
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function warnOfProfile(feed: ViewFeed, prepared: PreparedSession): void {
  for (const warning of prepared.profile.warnings) {
    feed.alerts.add({
      atUs: prepared.session.kernel.nowUs,
      kind: "profile-warning",
      severity: "warning",
      message: warning.message,
    });
  }
}
