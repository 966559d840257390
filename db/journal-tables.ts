import type { ReadableDb } from "./open.ts";

/** Columns of a table in their order. */
export function columnsOf(db: ReadableDb, table: string): readonly string[] {
  return db.prepare<[string], string>("SELECT name FROM pragma_table_info(?) ORDER BY cid").pluck().all(table);
}

/** Tables whose rows are the records of a session, keyed (session_id, seq, idx), by name. */
export function recordTables(db: ReadableDb): readonly string[] {
  return db
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND (SELECT group_concat(info.name) FROM
       (SELECT name FROM pragma_table_info(sqlite_schema.name) WHERE pk > 0 ORDER BY pk) AS info) = 'session_id,seq,idx' ORDER BY name`,
    )
    .pluck()
    .all();
}
