import type { JournalEntry } from "../../db/journal-protocol.ts";
import type { Decision } from "../kernel/decision.ts";

interface Run {
  readonly seq: number;
  readonly index: number;
  readonly decision: Decision;
  count: number;
  lastAtUs: number;
}

/**
 * Folds runs of equal answers of a slot into one journal entry: a market maker holds thousands of times for every time it acts.
 *
 * Two looks are equal when slot, code, detail and resting order are; an entry carries the first look's build-up, the count and the last time.
 * Only what leaves the book as it is folds; placing and replacing always stand alone.
 */
export class DecisionRuns {
  readonly #open = new Map<string, Run>();

  /** Takes a look; returns the entry of the run it ended, if any. */
  add(seq: number, index: number, decision: Decision): JournalEntry | null {
    const key = `${decision.slot.side}:${decision.slot.level}`;
    const run = this.#open.get(key);
    if (run && isSameAnswer(run.decision, decision)) {
      run.count += 1;
      run.lastAtUs = decision.atUs;
      return null;
    }
    this.#open.set(key, { seq, index, decision, count: 1, lastAtUs: decision.atUs });
    return run ? entryOf(run) : null;
  }

  /** Ends the runs that started before `beforeUs`, so that a long hold still reaches the journal. */
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
