import type { JournalBatch, JournalEntry } from "../../db/journal-protocol.ts";
import { BlockEncoder } from "../../db/tape-codec.ts";
import type { Effect } from "../kernel/effects.ts";
import type { KernelEvent } from "../kernel/events.ts";
import { DecisionRuns } from "./decision-runs.ts";

/** Where batches go: the journal thread's client, or memory in a run that keeps nothing. */
export interface BatchSink {
  append(batch: JournalBatch): void;
}

/** A block is closed at this size whatever its age. */
const BLOCK_BYTES = 96 * 1024;
/** Entries held back at most. */
const MAX_ENTRIES = 200;

/**
 * Writes the tape and the journal of a session: every event before the kernel handles it, every record after.
 *
 * Invariant: a batch's block holds every event up to its `throughSeq` that no earlier batch held, so a row is never durable before its tape.
 */
export class SessionRecorder {
  readonly #sessionId: string;
  readonly #sink: BatchSink;
  readonly #encoder = new BlockEncoder();
  readonly #runs = new DecisionRuns();
  #entries: JournalEntry[] = [];
  #lastSeq = 0;
  #isUrgent = false;
  #keepsDecisions: boolean;

  /** `keepsDecisions`: `MM_JOURNAL_REPRICE_DECISIONS` of the first profile; later ones tell by themselves. */
  constructor(sessionId: string, sink: BatchSink, keepsDecisions = true) {
    this.#sessionId = sessionId;
    this.#sink = sink;
    this.#keepsDecisions = keepsDecisions;
  }

  /** Call before the kernel sees the event. */
  event(event: KernelEvent): void {
    this.#encoder.add(event);
    this.#lastSeq = event.seq;
    if (event.type === "operator-commanded" && event.command === "kill") this.#isUrgent = true;
  }

  /** Call with what the kernel answered to the event of `seq`. */
  effects(seq: number, nowUs: number, effects: readonly Effect[]): void {
    for (let index = 0; index < effects.length; index += 1) {
      const effect = effects[index];
      if (effect) this.#record(seq, nowUs, index, effect);
    }
    this.#entries.push(...this.#runs.flushLong(nowUs));
    if (this.#isUrgent || this.#encoder.byteLength >= BLOCK_BYTES || this.#entries.length >= MAX_ENTRIES) this.flush();
  }

  /** Sends what is held back. Called by a clock in a paced session, so that little is lost with the process. */
  flush(): void {
    const block = this.#encoder.finish();
    if (block === null && this.#entries.length === 0) return;
    this.#sink.append({
      type: "batch",
      sessionId: this.#sessionId,
      block,
      entries: this.#entries,
      throughSeq: this.#lastSeq,
      isUrgent: this.#isUrgent,
    });
    this.#entries = [];
    this.#isUrgent = false;
  }

  /** Ends all runs and sends everything. */
  finish(): void {
    this.#entries.push(...this.#runs.flush(Number.MAX_SAFE_INTEGER));
    this.flush();
  }

  #record(seq: number, atUs: number, index: number, effect: Effect): void {
    switch (effect.type) {
      case "record-decision": {
        if (!this.#keepsDecisions) return;
        const ended = this.#runs.add(seq, index, effect.decision);
        if (ended) this.#entries.push(ended);
        return;
      }
      case "record-fill":
        this.#isUrgent = true;
        this.#entries.push({ seq, index, record: effect, count: 1, lastAtUs: atUs });
        return;
      case "record-profile-change":
        this.#keepsDecisions = effect.after.settings.journalRepriceDecisions;
        this.#entries.push({ seq, index, record: effect, count: 1, lastAtUs: atUs });
        return;
      case "place-order":
      case "cancel-order":
      case "cancel-all-orders":
      case "query-order":
      case "query-venue-state":
      case "set-timer":
        return;
      default:
        this.#entries.push({ seq, index, record: effect, count: 1, lastAtUs: atUs });
    }
  }
}

/** Keeps nothing: a backtest without a data folder. */
export const discardingSink: BatchSink = { append: () => undefined };
