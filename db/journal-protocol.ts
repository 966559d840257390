import type { JournalRecord } from "../main/kernel/effects.ts";
import type { MarketRules } from "../main/kernel/values/market-rules.ts";

/**
 * What the engine thread and the journal thread say to each other, over a MessagePort or its double.
 *
 * Order of durability: the tape block of a batch is on disk before its rows are committed, and the rows are committed before `durable` names them.
 */

export type SessionMode = "paper" | "backtest" | "live";
export type SessionEnd = "ended" | "crashed" | "killed";

/** The manifest of a session: enough to run it again. */
export interface SessionManifest {
  readonly sessionId: string;
  readonly appVersion: string;
  readonly buildHash: string;
  readonly mode: SessionMode;
  readonly venue: string;
  readonly rules: MarketRules;
  readonly rulesHash: string;
  readonly profileName: string;
  readonly profileText: string;
  readonly profileHash: string;
  /** `MM_` assignments laid over the profile's text by the command line, the market or the console: `MM_X=v` each. */
  readonly overrides: readonly string[];
  /** Where market events come from: a generator with its seed, or a tape. Free-form but JSON. */
  readonly source: Readonly<Record<string, string | number | boolean | null>>;
  readonly startedAtUs: number;
  /** Kernel time of the start: the wall clock in paper mode, the tape's in a backtest. */
  readonly sessionStartUs: number;
}

/** One encoded block of consecutive events, not yet compressed (`tape-codec.ts`). */
export interface EncodedBlock {
  readonly bytes: Uint8Array;
  readonly events: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstTsUs: number;
  readonly lastTsUs: number;
}

/** A decision as the journal keeps it: a run of equal holds is one entry. `count` and `lastAtUs` cover the run. */
export interface JournalEntry {
  /** Seq of the event that caused it. */
  readonly seq: number;
  /** Place within the effects of that event. */
  readonly index: number;
  readonly record: JournalRecord;
  readonly count: number;
  readonly lastAtUs: number;
}

export interface JournalBatch {
  readonly type: "batch";
  readonly sessionId: string;
  readonly block: EncodedBlock | null;
  readonly entries: readonly JournalEntry[];
  /** Highest event seq that this batch completes. */
  readonly throughSeq: number;
  /** A fill or a kill: commit at once instead of grouping. */
  readonly isUrgent: boolean;
}

export interface SessionSummary {
  readonly endedAtUs: number;
  readonly endedHow: SessionEnd;
  readonly effectHash: string;
  readonly events: number;
  /** The result object of the run as JSON text. */
  readonly resultJson: string;
}

export type ToJournal =
  | { readonly type: "begin-session"; readonly manifest: SessionManifest }
  | JournalBatch
  | { readonly type: "end-session"; readonly sessionId: string; readonly summary: SessionSummary }
  | {
      readonly type: "set-latch";
      readonly latch: string;
      readonly reason: string;
      readonly sessionId: string;
      readonly atUs: number;
    }
  | {
      readonly type: "clear-latch";
      readonly latch: string;
      readonly reason: string;
      readonly by: string;
      readonly atUs: number;
    }
  | { readonly type: "close" };

export type JournalFailureCode =
  | "disk-full"
  | "read-only"
  | "database-locked"
  | "database-corrupt"
  | "database-from-future"
  | "data-folder-in-use"
  | "io";

export type FromJournal =
  | {
      readonly type: "ready";
      readonly crashedSessions: readonly string[];
      /** What was found out about the crashed sessions, one entry each. */
      readonly recoveries: readonly SessionRecovery[];
      readonly latches: readonly Latch[];
    }
  | {
      readonly type: "durable";
      readonly sessionId: string;
      readonly throughSeq: number;
      readonly commitUs: number;
      readonly eventLoopP99Us: number;
    }
  | { readonly type: "session-ended"; readonly sessionId: string }
  /** Latches that are set now, on disk; follows every `set-latch` and `clear-latch`. */
  | { readonly type: "latches-changed"; readonly latches: readonly Latch[] }
  | { readonly type: "failed"; readonly code: JournalFailureCode; readonly message: string }
  | { readonly type: "closed" };

/** A session that had no end, as the next start found and left it. */
export interface SessionRecovery {
  readonly sessionId: string;
  /** The journal is complete up to this event. */
  readonly durableSeq: number;
  /** The last event on the tape; null = the tape cannot be read. */
  readonly tapeSeq: number | null;
  /** Fills that only the tape knew; they stand in `late_fills` now. */
  readonly lateFills: number;
  /** Where tape and journal differ, in the operator's words; empty = nowhere. */
  readonly differences: readonly string[];
}

export interface Latch {
  readonly latch: string;
  readonly reason: string;
  readonly sessionId: string;
  readonly setAtUs: number;
}
