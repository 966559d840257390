import { MessageChannel, Worker } from "node:worker_threads";
import type { Latch, SessionRecovery } from "../../db/journal-protocol.ts";
import type { EngineAnswer, EngineRequest, FromEngine, ToEngine } from "./engine-protocol.ts";
import { startJournal, type JournalHost } from "./journal-host.ts";

/** The engine beats every second; so many silent ones and it counts as dead. */
const MISSED_BEATS = 3;
const BEAT_MS = 1000;
/** A thread that has never beaten may still be reading its code from a slow disk. */
const STARTING_BEATS = 30;

/** What the engine says of its own accord. */
export type EngineNews = Extract<FromEngine, { type: "feed" | "feed-reset" | "session-ended" | "profile-applied" }>;

export interface EngineHostEvents {
  readonly onFeed: (message: EngineNews) => void;
  readonly onLatches: (latches: readonly Latch[]) => void;
  /** The engine stopped answering or fell; the host is of no more use. */
  readonly onDead: (why: string) => void;
}

export type StartedEngine =
  | {
      readonly ok: true;
      readonly host: EngineHost;
      readonly crashedSessions: readonly string[];
      readonly recoveries: readonly SessionRecovery[];
      readonly latches: readonly Latch[];
    }
  | { readonly ok: false; readonly message: string };

/** Starts the journal thread and, once it is open, the engine thread with a line of its own to it. */
export async function startEngine(dataDir: string, events: EngineHostEvents): Promise<StartedEngine> {
  const line = new MessageChannel();
  let host: EngineHost | null = null;
  const journal = startJournal(dataDir, {
    enginePort: line.port1,
    onLost: (message) => void host?.request({ type: "journal-lost", message }),
  });
  const ready = await journal.client.ready();
  if (!ready.ok) {
    await journal.close();
    return { ok: false, message: ready.message };
  }
  journal.client.onLatches(events.onLatches);
  const worker = new Worker(new URL("./engine-thread.ts", import.meta.url), {
    workerData: { journalPort: line.port2 },
    transferList: [line.port2],
  });
  host = new EngineHost(worker, journal, events);
  const { crashedSessions, recoveries, latches } = ready;
  return { ok: true, host, crashedSessions, recoveries, latches };
}

/** The engine thread as the main thread sees it: requests with answers, streams, and a watch on its heartbeat. */
export class EngineHost {
  readonly journal: JournalHost;
  readonly #worker: Worker;
  readonly #events: EngineHostEvents;
  readonly #waiting = new Map<number, (answer: EngineAnswer) => void>();
  readonly #watch: ReturnType<typeof setInterval>;
  #nextId = 1;
  #silentBeats = -STARTING_BEATS;
  #isOver = false;

  constructor(worker: Worker, journal: JournalHost, events: EngineHostEvents) {
    this.#worker = worker;
    this.journal = journal;
    this.#events = events;
    worker.on("message", (message: FromEngine) => this.#receive(message));
    worker.on("error", (error) => this.#die(error.message));
    worker.on("exit", (code) => this.#die(`the engine thread ended with code ${code}`));
    this.#watch = setInterval(() => this.#watchBeat(), BEAT_MS);
  }

  request(request: EngineRequest): Promise<EngineAnswer> {
    if (this.#isOver) return Promise.resolve(gone());
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve } = Promise.withResolvers<EngineAnswer>();
    this.#waiting.set(id, resolve);
    this.#worker.postMessage({ type: "request", id, request } satisfies ToEngine);
    return promise;
  }

  /** Ends both threads; what is pending is committed first. */
  async close(): Promise<void> {
    this.#retire();
    await this.#worker.terminate();
    await this.journal.close();
  }

  #receive(message: FromEngine): void {
    // What a thread that counts as dead still says would bring its session back to the screens
    if (this.#isOver) return;
    this.#silentBeats = 0;
    switch (message.type) {
      case "beat":
        return;
      case "answer":
        this.#waiting.get(message.id)?.(message.answer);
        this.#waiting.delete(message.id);
        return;
      case "feed":
      case "feed-reset":
      case "session-ended":
      case "profile-applied":
        this.#events.onFeed(message);
        return;
      default:
    }
  }

  #watchBeat(): void {
    this.#silentBeats += 1;
    if (this.#silentBeats > MISSED_BEATS) this.#die(`the engine thread missed ${MISSED_BEATS} heartbeats`);
  }

  #die(why: string): void {
    if (this.#isOver) return;
    this.#retire();
    this.#events.onDead(why);
  }

  #retire(): void {
    this.#isOver = true;
    clearInterval(this.#watch);
    for (const resolve of this.#waiting.values()) resolve(gone());
    this.#waiting.clear();
  }
}

function gone(): EngineAnswer {
  return { ok: false, code: "internal", message: "the engine is not running" };
}
