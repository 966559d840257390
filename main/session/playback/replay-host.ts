import { Worker } from "node:worker_threads";
import type { CallHandlers, StreamItem, StreamName } from "../../../preload/bridge.ts";
import { replayStreamOf, SESSION_STREAM_NAMES } from "../../../preload/channels.ts";
import type { StreamCache } from "../stream-cache.ts";
import {
  CLOSED,
  type FromReplay,
  type ReplayAnswer,
  type ReplayErrorCode,
  type ReplayRequest,
  type ToReplay,
} from "./replay-protocol.ts";

interface Link {
  postMessage(message: ToReplay): void;
  terminate(): Promise<unknown>;
}

/** Starts a replay thread; tests start its body in their own thread. */
export type StartReplay = (
  dataDir: string,
  onMessage: (message: FromReplay) => void,
  onDead: (why: string) => void,
) => Link;

/**
 * The replay thread as the main thread sees it. It is started with the first session that is opened and ended when that is closed.
 *
 * Invariant: knows the streams and its own thread, and nothing that could send an order.
 */
export class ReplayHost {
  readonly handlers: CallHandlers["replay"];
  readonly #dataDir: string;
  readonly #streams: StreamCache;
  readonly #start: StartReplay;
  readonly #waiting = new Map<number, (answer: ReplayAnswer) => void>();
  #link: Link | null = null;
  #nextId = 1;

  constructor(dataDir: string, streams: StreamCache, start: StartReplay = startThread) {
    this.#dataDir = dataDir;
    this.#streams = streams;
    this.#start = start;
    this.handlers = this.#handlers();
    streams.update("replay", CLOSED);
  }

  /** Ends the thread; what it showed is gone. */
  async close(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#failAll("the replay was closed");
    await link?.terminate();
    this.#forget();
  }

  #handlers(): CallHandlers["replay"] {
    return {
      open: async (input) => {
        this.#link ??= this.#startLink();
        this.#forget();
        return as(await this.#ask({ call: "open", input }), ["unknown-session", "unreadable-tape"]);
      },
      close: async () => {
        await this.close();
        return { ok: true, value: {} };
      },
      play: async (input) => as(await this.#ask({ call: "play", input }), ["no-replay"]),
      pause: async (input) => as(await this.#ask({ call: "pause", input }), ["no-replay"]),
      seek: async (input) => as(await this.#ask({ call: "seek", input }), ["no-replay"]),
      step: async (input) => as(await this.#ask({ call: "step", input }), ["no-replay", "nothing-there"]),
      jump: async (input) => as(await this.#ask({ call: "jump", input }), ["no-replay", "nothing-there"]),
      timeline: async (input) => as(await this.#ask({ call: "timeline", input }), ["no-replay"]),
    };
  }

  #startLink(): Link {
    const link: Link = this.#start(
      this.#dataDir,
      (message) => {
        // What a thread that was ended still says belongs to nobody
        if (this.#link === link) this.#receive(message);
      },
      (why) => {
        if (this.#link === link) this.#dead(why);
      },
    );
    return link;
  }

  #ask(request: ReplayRequest): Promise<ReplayAnswer> {
    if (this.#link === null)
      return Promise.resolve({ ok: false, code: "no-replay", message: "no past session is open" });
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve } = Promise.withResolvers<ReplayAnswer>();
    this.#waiting.set(id, resolve);
    this.#link.postMessage({ type: "request", id, request });
    return promise;
  }

  #receive(message: FromReplay): void {
    switch (message.type) {
      case "answer":
        this.#waiting.get(message.id)?.(message.answer);
        this.#waiting.delete(message.id);
        return;
      case "transport":
        this.#streams.update("replay", message.transport);
        return;
      case "shown":
        for (const { name, value } of message.updates) {
          const stream = replayStreamOf(name) as StreamName;
          if (message.isAnew && Array.isArray(value)) this.#streams.replace(stream, value as StreamItem<never>[]);
          else this.#streams.update(stream, value);
        }
        return;
      default:
    }
  }

  #dead(why: string): void {
    this.#link = null;
    this.#failAll(why);
    this.#streams.update("replay", { ...CLOSED, phase: "failed", problem: `The replay broke off: ${why}` });
  }

  #forget(): void {
    for (const name of SESSION_STREAM_NAMES) this.#streams.reset(replayStreamOf(name) as StreamName);
    this.#streams.update("replay", CLOSED);
  }

  #failAll(message: string): void {
    for (const resolve of this.#waiting.values()) resolve({ ok: false, code: "internal", message });
    this.#waiting.clear();
  }
}

function startThread(dataDir: string, onMessage: (message: FromReplay) => void, onDead: (why: string) => void): Worker {
  const worker = new Worker(new URL("./replay-thread.ts", import.meta.url), { workerData: { dataDir } });
  worker.on("message", onMessage);
  worker.on("error", (error) => onDead(error.message));
  worker.on("exit", (code) => onDead(`its thread ended with code ${code}`));
  return worker;
}

/** A thread's answer as the contract has it; a code that this call does not know is `internal`. */
function as<V, const C extends ReplayErrorCode>(
  answer: ReplayAnswer,
  codes: readonly C[],
):
  | { readonly ok: true; readonly value: V }
  | { readonly ok: false; readonly code: C | "internal"; readonly message: string } {
  // The thread answers what the contract says of the call; the gate checks it in development and in tests
  if (answer.ok) return { ok: true, value: answer.value as V };
  return { ok: false, code: codes.find((code) => code === answer.code) ?? "internal", message: answer.message };
}
