import type { JournalEntry } from "../../db/journal-protocol.ts";
import { slotName, type Slot } from "../kernel/decision.ts";
import type { Effect, JournalRecord, RecordDecision } from "../kernel/effects.ts";
import { DecisionRuns } from "./decision-runs.ts";
import { differingFields, type FieldDifference } from "./record-fields.ts";

/** A record of one of two runs, and where in the run it stands. A decision stands for the run of equal looks that it began. */
export type RecordSide = JournalEntry;

/** Where two runs of one tape part: the first record that one has and the other has not, or has otherwise. */
export interface RecordDifference {
  /** Event at which they part. */
  readonly seq: number;
  readonly message: string;
  /** Null where the journal has nothing to set against the replay's; of a decision, the slot's one in force stands in where there is one. */
  readonly recorded: RecordSide | null;
  /** As `recorded`, of the replay. */
  readonly replayed: RecordSide | null;
  /** Fields in which the two differ; empty where one has nothing. */
  readonly fields: readonly FieldDifference[];
}

/** What both runs answered where they parted: the decisions of one slot. */
export interface DecisionPair {
  readonly recorded: RecordSide | null;
  readonly replayed: RecordSide | null;
}

/** What is to be compared with a replay. */
export interface RecordedJournal {
  /** All records of the session, in the order in which the kernel made them. */
  readonly entries: Iterator<JournalEntry>;
  /** Event up to which the journal of a session that did not end by itself is complete; null = the session ended, all of it is there. */
  readonly completeToSeq: number | null;
}

/**
 * Holds what a replay makes against the journal, record by record, decisions as the runs that the journal keeps of them.
 *
 * Invariants: memory does not grow with the session; the recorder and this fold decisions by the same rules (`DecisionRuns`). The journal
 * of a crashed session may lack the runs that were open then: of such a session a missing decision is no difference.
 */
export class JournalComparison {
  readonly #entries: Iterator<JournalEntry>;
  readonly #completeToSeq: number | null;
  readonly #runs = new DecisionRuns();
  /** The journal's decisions in force. */
  readonly #recordedRuns = new Map<string, JournalEntry>();
  #head: JournalEntry | null;
  #keepsDecisions: boolean;

  constructor(recorded: RecordedJournal, keepsDecisions: boolean) {
    this.#entries = recorded.entries;
    this.#completeToSeq = recorded.completeToSeq;
    this.#keepsDecisions = keepsDecisions;
    this.#head = this.#next();
  }

  /** Takes what the replay made of an event; returns where it differs, null = nowhere. `nowUs` is the kernel's time after it. */
  event(seq: number, nowUs: number, effects: readonly Effect[]): RecordDifference | null {
    if (this.#completeToSeq !== null && seq > this.#completeToSeq) return null;
    for (const [index, effect] of effects.entries()) {
      const difference = isRecord(effect)
        ? this.#record({ seq, index, record: effect, count: 1, lastAtUs: nowUs })
        : null;
      if (difference !== null) return difference;
    }
    if (this.#head !== null && this.#head.seq <= seq) return this.#onlyRecorded(this.#head);
    return this.#ended(this.#runs.flushLong(nowUs));
  }

  /**
   * Call at a difference, with the effects of its event: the decisions of the slot that it is about, those of the event or else those in
   * force; of a record without a slot, the first of the event that differ. Null when there are none. No comparing goes on after it.
   */
  decisionsAt({ seq, recorded, replayed }: RecordDifference, effects: readonly Effect[]): DecisionPair | null {
    if ((recorded ?? replayed)?.record.type === "record-decision") return { recorded, replayed };
    const here = new Map<string, JournalEntry>();
    for (let entry = this.#head; entry !== null && entry.seq <= seq; entry = this.#next()) {
      if (entry.record.type === "record-decision") here.set(runKey(entry.record), entry);
    }
    const there = new Map<string, JournalEntry>();
    for (const [index, record] of effects.entries()) {
      if (record.type !== "record-decision") continue;
      there.set(runKey(record), { seq, index, record, count: 1, lastAtUs: record.decision.atUs });
    }
    const slot = slotOf(recorded?.record ?? null) ?? slotOf(replayed?.record ?? null);
    if (slot === null) {
      const key = [...there.keys(), ...here.keys()].find((name) => isUnlike(here.get(name), there.get(name)));
      if (key === undefined) return null;
      return { recorded: here.get(key) ?? this.#recordedRuns.get(key) ?? null, replayed: there.get(key) ?? null };
    }
    const key = slotName(slot);
    const pair: DecisionPair = {
      recorded: here.get(key) ?? this.#recordedRuns.get(key) ?? null,
      replayed: there.get(key) ?? this.#runs.current(slot),
    };
    return pair.recorded === null && pair.replayed === null ? null : pair;
  }

  /** Call after the last event. */
  end(): RecordDifference | null {
    if (this.#completeToSeq !== null) {
      const isMissed = this.#head !== null && this.#head.seq <= this.#completeToSeq;
      return this.#head !== null && isMissed ? this.#onlyRecorded(this.#head) : null;
    }
    const ended = this.#ended(this.#runs.flush(Number.MAX_SAFE_INTEGER));
    if (ended !== null) return ended;
    return this.#head === null ? null : this.#onlyRecorded(this.#head);
  }

  #record(entry: JournalEntry): RecordDifference | null {
    const { record } = entry;
    if (record.type === "record-profile-change") this.#keepsDecisions = record.after.settings.journalRepriceDecisions;
    if (record.type !== "record-decision") return this.#compare(entry);
    if (!this.#keepsDecisions) return null;
    const isNew = !this.#runs.isContinuedBy(record.decision);
    const before = this.#runs.add(entry.seq, entry.index, record.decision);
    const ended = before === null ? null : this.#ended([before]);
    return ended ?? (isNew ? this.#compare({ ...entry, lastAtUs: record.decision.atUs }) : null);
  }

  /** Holds a record of the replay against the journal's next one. */
  #compare(replayed: JournalEntry): RecordDifference | null {
    const recorded = this.#head;
    if (recorded === null || isBefore(replayed, recorded)) return this.#onlyReplayed(replayed);
    if (isBefore(recorded, replayed)) return this.#onlyRecorded(recorded);
    const fields = differingFields(recorded.record, replayed.record);
    if (fields.length > 0) {
      const message = `at event ${replayed.seq} the journal has ${nameOf(recorded.record)}, the replay ${nameOf(replayed.record)}; they differ in ${fields.map(({ field }) => field).join(", ")}`;
      return { seq: replayed.seq, message, recorded, replayed, fields };
    }
    if (recorded.record.type === "record-decision") this.#recordedRuns.set(runKey(recorded.record), recorded);
    this.#head = this.#next();
    return null;
  }

  /** How long a run went on is known when it ends. */
  #ended(runs: readonly JournalEntry[]): RecordDifference | null {
    for (const replayed of runs) {
      if (replayed.record.type !== "record-decision") continue;
      const recorded = this.#recordedRuns.get(runKey(replayed.record));
      this.#recordedRuns.delete(runKey(replayed.record));
      if (recorded === undefined) continue;
      const { count, lastAtUs } = recorded;
      const fields = differingFields({ count, lastAtUs }, { count: replayed.count, lastAtUs: replayed.lastAtUs });
      if (fields.length === 0) continue;
      const message = `${nameOf(replayed.record)} from event ${replayed.seq} on was the answer to ${count} looks in the journal and to ${replayed.count} in the replay`;
      return { seq: replayed.seq, message, recorded, replayed, fields };
    }
    return null;
  }

  #onlyReplayed(replayed: JournalEntry): RecordDifference | null {
    const { record, seq } = replayed;
    const isDecision = record.type === "record-decision";
    if (isDecision && this.#completeToSeq !== null) return null;
    const recorded = isDecision ? (this.#recordedRuns.get(runKey(record)) ?? null) : null;
    const instead = recorded === null ? "" : `: there ${nameOf(recorded.record)} goes on`;
    const message = `at event ${seq} the replay has ${nameOf(record)} that the journal does not have${instead}`;
    const fields = recorded === null ? [] : differingFields(recorded.record, record);
    return { seq, message, recorded, replayed, fields };
  }

  #onlyRecorded(recorded: JournalEntry): RecordDifference {
    const { record, seq } = recorded;
    const replayed = record.type === "record-decision" ? this.#runs.current(record.decision.slot) : null;
    const instead = replayed === null ? "" : `: there ${nameOf(replayed.record)} goes on`;
    const message = `at event ${seq} the journal has ${nameOf(record)} that the replay does not have${instead}`;
    const fields = replayed === null ? [] : differingFields(record, replayed.record);
    return { seq, message, recorded, replayed, fields };
  }

  #next(): JournalEntry | null {
    const next = this.#entries.next();
    return next.done === true ? null : next.value;
  }
}

function isRecord(effect: Effect): effect is JournalRecord {
  return effect.type.startsWith("record-");
}

function isBefore(one: JournalEntry, other: JournalEntry): boolean {
  return one.seq < other.seq || (one.seq === other.seq && one.index < other.index);
}

function runKey(record: RecordDecision): string {
  return slotName(record.decision.slot);
}

/** Slot that a record is about; null = none. */
function slotOf(record: JournalRecord | null): Slot | null {
  if (record === null) return null;
  if (record.type === "record-decision") return record.decision.slot;
  return "slot" in record ? record.slot : null;
}

function isUnlike(one: JournalEntry | undefined, other: JournalEntry | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  return differingFields(one.record, other.record).length > 0;
}

/** A record as the operator calls it. */
function nameOf(record: JournalRecord): string {
  if (record.type !== "record-decision") return `a ${record.type.slice("record-".length)}`;
  const { slot, code, detail } = record.decision;
  return `the decision ${slotName(slot)} ${code}${detail === null ? "" : ` (${detail})`}`;
}
