import type { ReadableDb } from "./open.ts";

/** Tables that belong to the journal as a whole or have rules of their own; in all others a row is a record of a session. */
const OWN_RULES: ReadonlySet<string> = new Set([
  "sessions",
  "session_progress",
  "latches",
  "journal_chain",
  "unchained_sessions",
  "pruned_sessions",
  "pruning",
]);

/** Columns of a table in their order. */
export function columnsOf(db: ReadableDb, table: string): readonly string[] {
  return db.prepare<[string], string>("SELECT name FROM pragma_table_info(?) ORDER BY cid").pluck().all(table);
}

/** Tables whose rows are the records of a session, keyed (session_id, seq, idx), by name. */
export function recordTables(db: ReadableDb): readonly string[] {
  return db
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) AS info
       WHERE info.name = 'session_id') ORDER BY name`,
    )
    .pluck()
    .all()
    .filter((table) => !OWN_RULES.has(table));
}
