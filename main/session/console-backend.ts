import type { CallHandlers, ConsoleBackend, StreamItem, StreamName } from "../../preload/bridge.ts";
import type { Latch, SessionRecovery } from "../../db/journal-protocol.ts";
import { isLatchKind } from "./carried-risk.ts";
import { ConsoleHandlers, type HandledHouse } from "./console-handlers.ts";
import { ProfileHistory } from "../profiles/profile-history.ts";
import { startEngine, type EngineHost, type EngineNews } from "./engine-host.ts";
import type { SessionEnded } from "./engine-protocol.ts";
import { ReplayHost } from "./playback/replay-host.ts";
import { JournalReads } from "./journal-reads.ts";
import { wallUs } from "./journaled-session.ts";
import type { AppliedProfile } from "./session-profile.ts";
import { StreamCache } from "./stream-cache.ts";
import { WhatIfHost } from "./what-if/what-if-host.ts";

export interface ConsoleBackendOptions {
  readonly dataDir: string;
  readonly face: "electron" | "web";
}

/** The screens take silence for a dead console, so an idle one says so again and again. */
const IDLE_STATUS_MS = 1000;

/** An engine that dies more often than this within the span is not started again: something is wrong that a fresh one does not mend. */
const MOST_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;

const SESSION_STREAMS = [
  "ladder",
  "slots",
  "result",
  "signals",
  "readings",
  "risk",
  "decisions",
  "fills",
  "alerts",
  "chart",
  "trends",
] as const;

/**
 * The main side of the console: starts the journal and the engine, answers the contract's calls, keeps the streams, and starts the
 * engine anew when it dies. Rejects with a message for the operator when the data folder cannot be used.
 */
export async function createConsoleBackend(options: ConsoleBackendOptions): Promise<ConsoleBackend> {
  const house = new ConsoleHouse(options);
  try {
    await house.open();
  } catch (error) {
    await house.shutDown("the data folder cannot be used");
    throw error;
  }
  return house;
}

/** Invariant: while no session runs the status stream says idle, with how the last one ended. */
class ConsoleHouse implements ConsoleBackend, HandledHouse {
  readonly handlers: CallHandlers;
  readonly options: ConsoleBackendOptions;
  readonly reads: JournalReads;
  readonly whatIf = new WhatIfHost();
  readonly streams = new StreamCache();
  readonly replay: ReplayHost;
  #engine: EngineHost | null = null;
  #isShuttingDown = false;
  #shutDown: Promise<void> | null = null;
  latches: readonly Latch[] = [];
  #killLatch: Latch | null = null;
  #lastEnd: SessionEnded | null = null;
  #crashedSessions: readonly string[] = [];
  #recoveries: readonly SessionRecovery[] = [];
  #isRunning = false;
  #runningSessionId: string | null = null;
  #restarting: Promise<void> | null = null;
  /** When engines died lately. */
  #deathsMs: readonly number[] = [];
  /** A kill whose latch is not on disk yet; it holds all the same, and the next journal gets it. */
  #pendingKill: Latch | null = null;
  readonly #idleClock = setInterval(() => {
    if (!this.#isRunning) this.#sendIdle();
  }, IDLE_STATUS_MS);

  constructor(options: ConsoleBackendOptions) {
    this.options = options;
    this.reads = new JournalReads(options.dataDir);
    this.replay = new ReplayHost(options.dataDir, this.streams);
    this.handlers = new ConsoleHandlers(this).handlers;
  }

  get engine(): EngineHost | null {
    return this.#engine;
  }

  get killLatch(): Latch | null {
    return this.#killLatch ?? this.#pendingKill;
  }

  get crashedSessions(): readonly string[] {
    return this.#crashedSessions;
  }

  get recoveries(): readonly SessionRecovery[] {
    return this.#recoveries;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  subscribe: ConsoleBackend["subscribe"] = (name, listener) => this.streams.subscribe(name, listener);

  async open(): Promise<void> {
    const started = await startEngine(this.options.dataDir, {
      onFeed: (message) => this.#feed(message),
      onLatches: (latches) => this.#latched(latches),
      onDead: (why) => {
        this.#restarting = this.#restart(why);
      },
    });
    if (!started.ok) throw new Error(started.message);
    this.#engine = started.host;
    this.#crashedSessions = started.crashedSessions;
    this.#recoveries = started.recoveries;
    this.#latched(started.latches);
    if (this.#pendingKill !== null) await this.#writeKill(started.host, this.#pendingKill);
  }

  async latchKill(by: string): Promise<string | null> {
    const where = this.#runningSessionId === null ? "with no session running" : `in session ${this.#runningSessionId}`;
    const latch: Latch = {
      latch: "kill",
      reason: `killed by ${by} ${where}`,
      sessionId: this.#runningSessionId ?? "",
      setAtUs: wallUs(),
    };
    this.#pendingKill = latch;
    if (!this.#isRunning) this.#sendIdle();
    if (this.#engine === null) return "the journal is being opened anew; the latch is set as soon as it is there";
    return this.#writeKill(this.#engine, latch);
  }

  async #writeKill({ journal }: EngineHost, latch: Latch): Promise<string | null> {
    const failure = await journal.client.setLatch(latch);
    if (failure !== null) return failure.message;
    if (this.#pendingKill === latch) this.#pendingKill = null;
    return null;
  }

  shutDown(reason: string): Promise<void> {
    this.#isShuttingDown = true;
    this.#shutDown ??= this.#close(reason);
    return this.#shutDown;
  }

  /** Rejects with what went wrong after all is closed: a session that ended badly must not look like a clean end. */
  async #close(reason: string): Promise<void> {
    clearInterval(this.#idleClock);
    await this.#restarting;
    const answer = await this.#engine?.request({ type: "wind-down", reason });
    // An engine that died of it is closed by its restart
    await this.#restarting;
    await this.#engine?.close();
    await this.reads.close();
    await this.whatIf.close();
    await this.replay.close();
    if (answer !== undefined && !answer.ok) throw new Error(answer.message);
  }

  /** A simulated venue dies with the engine and leaves no order behind; its session is marked crashed when the journal opens again. */
  async #restart(why: string): Promise<void> {
    const crashed = this.#runningSessionId;
    this.#isRunning = false;
    this.#runningSessionId = null;
    const dead = this.#engine;
    this.#engine = null;
    this.#sendIdle();
    const nowMs = performance.now();
    this.#deathsMs = [...this.#deathsMs.filter((atMs) => nowMs - atMs < DEATHS_WITHIN_MS), nowMs];
    const deaths = this.#deathsMs.length;
    let trouble = "";
    try {
      await dead?.close();
      if (deaths > MOST_DEATHS)
        trouble = ` It died ${deaths} times within a minute and is given up: start Ballast again.`;
      else if (!this.#isShuttingDown || this.#pendingKill !== null) await this.open();
    } catch (error) {
      trouble = ` The engine could not be started anew: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (crashed === null && trouble === "") return;
    const what = crashed === null ? `The engine died: ${why}.` : `Session ${crashed} crashed: ${why}.`;
    this.#lastEnd = { sessionId: crashed ?? "", endedHow: "crashed", isWhole: false, message: `${what}${trouble}` };
    this.#sendIdle();
  }

  #feed(message: EngineNews): void {
    switch (message.type) {
      case "feed-reset":
        this.#isRunning = true;
        for (const name of SESSION_STREAMS) this.streams.reset(name);
        return;
      case "feed":
        for (const { name, value } of message.updates) this.#forward(name, value);
        return;
      case "session-ended":
        this.#isRunning = false;
        this.#runningSessionId = null;
        this.#lastEnd = message.ended;
        this.#sendIdle();
        return;
      case "profile-applied":
        this.#keepProfile(message.applied);
        return;
      default:
    }
  }

  #keepProfile(applied: AppliedProfile): void {
    const kept = new ProfileHistory(this.options.dataDir).record(applied, wallUs(), applied.by);
    if (!kept.ok) process.stderr.write(`ballast: the history of profiles was not written: ${kept.message}\n`);
  }

  #forward<N extends StreamName>(name: N, value: StreamItem<N> | readonly StreamItem<N>[] | null): void {
    if (name === "status" && value !== null) {
      this.#runningSessionId = (value as StreamItem<"status">).sessionId;
      const status = { ...(value as StreamItem<"status">), ...this.#standing() };
      this.streams.update("status", status);
    } else {
      this.streams.update(name, value);
    }
  }

  #latched(latches: readonly Latch[]): void {
    this.latches = latches;
    this.#killLatch = latches.find(({ latch }) => latch === "kill") ?? null;
    if (!this.#isRunning) this.#sendIdle();
  }

  #standing(): Pick<StreamItem<"status">, "killLatch" | "riskLatches" | "lastEnd"> {
    const latch = this.killLatch;
    const end = this.#lastEnd;
    return {
      killLatch: latch && { reason: latch.reason, setAtUs: latch.setAtUs },
      riskLatches: this.latches.flatMap(({ latch: name, reason, setAtUs }) =>
        isLatchKind(name) ? [{ latch: name, reason, setAtUs }] : [],
      ),
      lastEnd: end && { sessionId: end.sessionId, endedHow: end.endedHow, message: end.message },
    };
  }

  #sendIdle(): void {
    this.streams.update("status", {
      mode: "idle",
      tradingState: "HALTED",
      haltReasons: [],
      sessionId: null,
      market: null,
      quoteCurrency: null,
      source: null,
      speed: 1,
      profile: null,
      profileRevision: 0,
      sessionUs: wallUs(),
      startedUs: 0,
      bookAgeMs: null,
      isBookUsable: false,
      journalBehindMs: null,
      loopP99Ms: 0,
      openOrders: 0,
      unresolvedOrders: 0,
      eventsPerSecond: 0,
      ...this.#standing(),
    });
  }
}
