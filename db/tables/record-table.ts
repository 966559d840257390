import type { JournalRecord } from "../../main/kernel/effects.ts";
import type { JournalEntry } from "../journal-protocol.ts";

/** Columns that every row of a session has. */
export interface KeyColumns {
  readonly session_id: string;
  readonly seq: number;
  readonly idx: number;
}

export type EntryOf<R extends JournalRecord> = JournalEntry & { readonly record: R };

/**
 * How one kind of record lies in its table. `fromRow` of a row is its entry again, to the bit.
 *
 * `insert` takes the columns by name; `after` selects the rows of `@sessionId` that follow (`@seq`, `@idx`), in order, at most `@limit`.
 */
export interface RecordTable<R extends JournalRecord, Row extends KeyColumns> {
  readonly type: R["type"];
  readonly insert: string;
  readonly after: string;
  toRow(sessionId: string, entry: JournalEntry, record: R): Row;
  fromRow(row: Row): EntryOf<R>;
}

export function keyOf(sessionId: string, entry: JournalEntry): KeyColumns {
  return { session_id: sessionId, seq: entry.seq, idx: entry.index };
}

/** Parses a JSON column that holds an object. Throws, naming the row, on anything else. */
export function jsonObject(text: string, row: KeyColumns): object {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null)
    throw new TypeError(`session ${row.session_id}, seq ${row.seq}: a JSON column must hold an object, was ${text}`);
  return value;
}
