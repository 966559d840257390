import { BEGUN, JOURNAL_CHAIN, LinkDraft, type CoveredRow, type RowKey, type StoredRow } from "./chain-link.ts";
import { columnsOf, recordTables } from "./journal-tables.ts";
import type { ReadableDb } from "./open.ts";

/** Columns of a session's row that its end writes; its first link covers them as null. */
export const END_COLUMNS = [
  "ended_at_us",
  "ended_how",
  "effect_hash",
  "events",
  "result",
  "fills",
  "net",
] as const satisfies readonly string[];

const BEFORE_END: StoredRow = Object.fromEntries(END_COLUMNS.map((column) => [column, null]));

/** A row of a table beside what a link says of it. */
export interface FoundRow {
  readonly key: RowKey;
  readonly row: StoredRow;
}

type Fetch = (chain: string, key: RowKey) => StoredRow | undefined;

/** Reads the rows that links name. */
export class ChainedRows {
  /** Tables with the records of sessions. */
  readonly recordTables: readonly string[];
  readonly #db: ReadableDb;
  readonly #columns = new Map<string, readonly string[]>();
  readonly #fetch = new Map<string, Fetch>();
  readonly #counts;
  readonly #all;

  constructor(db: ReadableDb) {
    this.#db = db;
    this.recordTables = recordTables(db);
    for (const table of this.recordTables) this.#fetch.set(table, byPlace(db, table));
    for (const table of ["sessions", "session_progress", "unchained_sessions", "pruned_sessions"])
      this.#fetch.set(table, byName(db, table, "session_id"));
    this.#fetch.set("latches", byName(db, "latches", "id"));
    const isKnown = db.prepare<[string, string], number>(SELECT_KNOWN).pluck();
    this.#fetch.set(BEGUN, (_chain, key) =>
      typeof key === "string" && isKnown.get(key, key) !== undefined ? {} : undefined,
    );
    this.#counts = new Map(
      this.recordTables.map((table) => [
        table,
        db.prepare<[string], number>(`SELECT count(*) FROM "${table}" WHERE session_id = ?`).pluck(),
      ]),
    );
    this.#all = new Map(
      this.recordTables.map((table) => [
        table,
        db.prepare<[string], PlacedRow>(`SELECT * FROM "${table}" WHERE session_id = ? ORDER BY seq, idx`),
      ]),
    );
  }

  columns(table: string): readonly string[] {
    const columns = this.#columns.get(table) ?? columnsOf(this.#db, table);
    this.#columns.set(table, columns);
    return columns;
  }

  /** The row as its link must have seen it; undefined = it is not there. */
  rowOf(chain: string, link: number, { table, key }: CoveredRow): StoredRow | undefined {
    const row = this.#fetch.get(table)?.(chain, key);
    return row !== undefined && table === "sessions" && link === 1 ? { ...row, ...BEFORE_END } : row;
  }

  count(table: string, sessionId: string): number {
    return this.#counts.get(table)?.get(sessionId) ?? 0;
  }

  /** Rows of a session in a table, in order. */
  *rowsOf(table: string, sessionId: string): Generator<FoundRow> {
    for (const row of this.#all.get(table)?.iterate(sessionId) ?? [])
      yield { key: { seq: row.seq, idx: row.idx }, row };
  }

  tagsOf(table: string, { key, row }: FoundRow): readonly number[] {
    return new LinkDraft().add(table, key, this.columns(table), row);
  }
}

interface PlacedRow extends StoredRow {
  readonly seq: number;
  readonly idx: number;
}

/** Columns of the primary key as a finding names them. */
export function keyColumns(chain: string, table: string, key: RowKey): Readonly<Record<string, string | number>> {
  if (typeof key !== "string") return { session_id: chain, seq: key.seq, idx: key.idx };
  if (table === "latches") return { id: Number(key) };
  return { session_id: key === "" && chain !== JOURNAL_CHAIN ? chain : key };
}

/** A key as one text, for sets. */
export function keyText(key: RowKey): string {
  return typeof key === "string" ? key : `${key.seq}:${key.idx}`;
}

const SELECT_KNOWN = `SELECT 1 FROM sessions WHERE session_id = ? UNION ALL SELECT 1 FROM pruned_sessions WHERE session_id = ? LIMIT 1`;

function byPlace(db: ReadableDb, table: string): Fetch {
  const statement = db.prepare<[string, number, number], StoredRow>(
    `SELECT * FROM "${table}" WHERE session_id = ? AND seq = ? AND idx = ?`,
  );
  return (chain, key) => (typeof key === "string" ? undefined : statement.get(chain, key.seq, key.idx));
}

function byName(db: ReadableDb, table: string, column: string): Fetch {
  const statement = db.prepare<[string], StoredRow>(`SELECT * FROM ${table} WHERE ${column} = ?`);
  return (_chain, key) => (typeof key === "string" ? statement.get(key) : undefined);
}
