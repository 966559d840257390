import { TapeDamagedError, type TapeReader } from "../../db/tape-reader.ts";
import type { KernelEvent } from "../kernel/events.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { EffectHash } from "./effect-hash.ts";
import {
  JournalComparison,
  type DecisionPair,
  type RecordDifference,
  type RecordedJournal,
  type RecordSide,
} from "./journal-comparison.ts";
import type { FieldDifference } from "./record-fields.ts";

/** Where a replay parted from what was recorded. */
export interface ReplayDifference {
  /** `record`: a record differs, is missing or is one too many; `end`: as that, after the last event of the tape. */
  readonly kind: "tape-damaged" | "record" | "hash" | "end";
  /** Event at which they part; null where none can be named. */
  readonly seq: number | null;
  /** What the event was; null where the tape has none at `seq`, or it lies behind. */
  readonly eventType: KernelEvent["type"] | null;
  /** Kernel time of the event, microseconds; null with `eventType`. */
  readonly atUs: number | null;
  readonly message: string;
  readonly recorded: RecordSide | null;
  readonly replayed: RecordSide | null;
  readonly fields: readonly FieldDifference[];
  /** What both runs answered there; null = no slot is concerned. */
  readonly decisions: DecisionPair | null;
}

export interface ReplayOutcome {
  readonly effectHash: string;
  readonly events: number;
  readonly firstDifference: ReplayDifference | null;
}

/**
 * Runs a kernel over a session's tape and compares what comes of it with the journal, record by record, and with the recorded effect hash.
 * Sends nothing anywhere. Stops at the first difference of a record, or at a block of the tape that was changed.
 */
export function replayTape(
  kernel: Kernel,
  tape: TapeReader,
  recorded: RecordedJournal | null,
  recordedHash: string | null,
  onProgress?: (seq: number) => void,
): ReplayOutcome {
  const hash = new EffectHash();
  const { journalRepriceDecisions } = kernel.profile.settings;
  const comparison = recorded === null ? null : new JournalComparison(recorded, journalRepriceDecisions);
  let events = 0;
  let seq = 0;
  try {
    for (let event = tape.next(); event !== null; event = tape.next()) {
      seq = event.seq;
      const effects = kernel.handle(event);
      hash.add(seq, effects);
      events += 1;
      if (events % 5000 === 0) onProgress?.(seq);
      const difference = comparison?.event(seq, kernel.nowUs, effects) ?? null;
      if (comparison === null || difference === null) continue;
      const decisions = comparison.decisionsAt(difference, effects);
      const firstDifference = { ...atEvent("record", difference, event, kernel), decisions };
      return { effectHash: hash.digest(), events, firstDifference };
    }
  } catch (error) {
    if (!(error instanceof TapeDamagedError)) throw error;
    return { effectHash: hash.digest(), events, firstDifference: damaged(error.message, seq + 1) };
  }
  const effectHash = hash.digest();
  const difference = comparison?.end() ?? null;
  if (difference !== null) return { effectHash, events, firstDifference: atEvent("end", difference, null, kernel) };
  return { effectHash, events, firstDifference: differenceOfHash(effectHash, recordedHash, recorded !== null) };
}

const NO_RECORDS = {
  eventType: null,
  atUs: null,
  recorded: null,
  replayed: null,
  fields: [],
  decisions: null,
} as const;

/** The difference of a tape that cannot be read from event `seq` on; null = from its first byte. */
export function damaged(message: string, seq: number | null): ReplayDifference {
  return { kind: "tape-damaged", seq, message, ...NO_RECORDS };
}

function atEvent(
  kind: "record" | "end",
  difference: RecordDifference,
  event: KernelEvent | null,
  kernel: Kernel,
): ReplayDifference {
  const isIt = event !== null && event.seq === difference.seq;
  const what = isIt ? { eventType: event.type, atUs: kernel.nowUs } : { eventType: null, atUs: null };
  return { kind, ...difference, ...what, decisions: null };
}

function differenceOfHash(
  effectHash: string,
  recordedHash: string | null,
  isCompared: boolean,
): ReplayDifference | null {
  if (recordedHash === null || recordedHash === effectHash) return null;
  const records = isCompared
    ? "every record agrees, but a request, a timer or a look that the journal does not keep differs: "
    : "";
  const message = `${records}effect hash must be ${recordedHash}, was ${effectHash}`;
  return { kind: "hash", seq: null, message, ...NO_RECORDS };
}
