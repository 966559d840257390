import type { JournalEntry } from "../../db/journal-protocol.ts";
import type { Decision, Slot } from "../kernel/decision.ts";

interface Run {
  readonly seq: number;
  readonly index: number;
  readonly decision: Decision;
  count: number;
  lastAtUs: number;
}

/** A run reaches the journal after this long in session time, though it may go on. */
const LONGEST_RUN_US = 60_000_000;

/**
 * Folds runs of equal answers of a slot into one journal entry: a market maker holds thousands of times for every time it acts.
 *
 * Two looks are equal when slot, code, detail and resting order are; an entry carries the first look's build-up, the count and the last time.
 * Only what leaves the book as it is folds; placing and replacing always stand alone.
 */
export class DecisionRuns {
  readonly #open = new Map<string, Run>();
  #lastFlushUs = 0;

  /** The run that a slot is in, so far; null = none. */
  current(slot: Slot): JournalEntry | null {
    const run = this.#open.get(keyOf(slot));
    return run ? entryOf(run) : null;
  }

  /** True when `add` would count the look to the run its slot is in. */
  isContinuedBy(decision: Decision): boolean {
    const run = this.#open.get(keyOf(decision.slot));
    return run !== undefined && isSameAnswer(run.decision, decision);
  }

  /** Takes a look; returns the entry of the run it ended, if any. */
  add(seq: number, index: number, decision: Decision): JournalEntry | null {
    const key = keyOf(decision.slot);
    const run = this.#open.get(key);
    if (run && isSameAnswer(run.decision, decision)) {
      run.count += 1;
      run.lastAtUs = decision.atUs;
      return null;
    }
    this.#open.set(key, { seq, index, decision, count: 1, lastAtUs: decision.atUs });
    return run ? entryOf(run) : null;
  }

  /** Call after every event: from time to time it ends the runs that have gone on for long, so that a long hold still reaches the journal. */
  flushLong(nowUs: number): JournalEntry[] {
    if (nowUs - this.#lastFlushUs <= LONGEST_RUN_US) return [];
    this.#lastFlushUs = nowUs;
    return this.flush(nowUs - LONGEST_RUN_US);
  }

  /** Ends the runs that started before `beforeUs`. */
  flush(beforeUs: number): JournalEntry[] {
    const entries: JournalEntry[] = [];
    for (const [key, run] of this.#open) {
      if (run.decision.atUs >= beforeUs) continue;
      entries.push(entryOf(run));
      this.#open.delete(key);
    }
    return entries;
  }
}

function keyOf({ side, level }: Slot): string {
  return `${side}:${level}`;
}

function isSameAnswer(a: Decision, b: Decision): boolean {
  if (a.code !== b.code || a.detail !== b.detail || a.restingTicks !== b.restingTicks) return false;
  return !(a.code.startsWith("place") || a.code.startsWith("replace"));
}

function entryOf(run: Run): JournalEntry {
  return {
    seq: run.seq,
    index: run.index,
    record: { type: "record-decision", decision: run.decision },
    count: run.count,
    lastAtUs: run.lastAtUs,
  };
}
