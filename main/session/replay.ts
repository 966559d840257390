import { TapeDamagedError, type TapeReader } from "../../db/tape-reader.ts";
import type { JournalEntry } from "../../db/journal-protocol.ts";
import type { JournalRecord } from "../kernel/effects.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { EffectHash } from "./effect-hash.ts";
import { flatEncoding } from "./flat-encoding.ts";

/** Where a replay parted from what was recorded. */
export interface ReplayDifference {
  readonly kind: "tape-damaged" | "record" | "hash" | "end";
  /** Event at which it showed; null where none can be named. */
  readonly seq: number | null;
  readonly message: string;
}

export interface ReplayOutcome {
  readonly effectHash: string;
  readonly events: number;
  readonly firstDifference: ReplayDifference | null;
}

/** Orders, fills and the like of the journal in their order; decisions are left out, for the journal keeps their runs. */
export type RecordedEntries = Iterator<JournalEntry>;

const COMPARED: ReadonlySet<JournalRecord["type"]> = new Set([
  "record-order",
  "record-fill",
  "record-regime-change",
  "record-profile-change",
  "record-operator-command",
  "record-alert",
  "record-risk-event",
  "record-markout",
  "record-sample",
]);

/**
 * Runs a kernel over a session's tape and compares what comes of it with the journal, record by record, and with the recorded effect hash.
 * Sends nothing anywhere. Stops at the first difference of a record, or at a block of the tape that was changed.
 */
export function replayTape(
  kernel: Kernel,
  tape: TapeReader,
  recorded: RecordedEntries | null,
  recordedHash: string | null,
  onProgress?: (seq: number) => void,
): ReplayOutcome {
  const hash = new EffectHash();
  let events = 0;
  let seq = 0;
  try {
    for (let event = tape.next(); event !== null; event = tape.next()) {
      seq = event.seq;
      const effects = kernel.handle(event);
      hash.add(seq, effects);
      events += 1;
      if (events % 5000 === 0) onProgress?.(seq);
      if (recorded === null) continue;
      for (const effect of effects) {
        if (!COMPARED.has(effect.type as JournalRecord["type"])) continue;
        const difference = compare(effect as JournalRecord, recorded.next(), seq);
        if (difference !== null) return { effectHash: hash.digest(), events, firstDifference: difference };
      }
    }
  } catch (error) {
    if (!(error instanceof TapeDamagedError)) throw error;
    const firstDifference: ReplayDifference = { kind: "tape-damaged", seq: seq + 1, message: error.message };
    return { effectHash: hash.digest(), events, firstDifference };
  }
  const effectHash = hash.digest();
  return { effectHash, events, firstDifference: differenceAtEnd(effectHash, recorded, recordedHash) };
}

function differenceAtEnd(
  effectHash: string,
  recorded: RecordedEntries | null,
  recordedHash: string | null,
): ReplayDifference | null {
  const left = recorded?.next();
  if (left !== undefined && left.done !== true) {
    const { seq, record } = left.value;
    return { kind: "end", seq, message: `the journal has a ${record.type} at event ${seq} that the replay does not` };
  }
  if (recordedHash === null || recordedHash === effectHash) return null;
  return { kind: "hash", seq: null, message: `effect hash must be ${recordedHash}, was ${effectHash}` };
}

function compare(replayed: JournalRecord, next: IteratorResult<JournalEntry>, seq: number): ReplayDifference | null {
  if (next.done === true) {
    return {
      kind: "record",
      seq,
      message: `the replay has a ${replayed.type} at event ${seq} that the journal does not`,
    };
  }
  const { record, seq: recordedSeq } = next.value;
  const isSame = recordedSeq === seq && flatEncoding(record) === flatEncoding(replayed);
  if (isSame) return null;
  return {
    kind: "record",
    seq: Math.min(seq, recordedSeq),
    message: `at event ${seq} the replay has ${flatEncoding(replayed)}; the journal has, at event ${recordedSeq}, ${flatEncoding(record)}`,
  };
}
