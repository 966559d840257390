import { recordTables } from "../journal-tables.ts";
import type { ReadableDb } from "../open.ts";
import type { ColumnValue } from "../row-bytes.ts";

/** A value as SQLite keeps it; integers are bigints, so that none loses a digit. */
export type CellValue = Exclude<ColumnValue, undefined>;

export interface TableColumn {
  readonly name: string;
  /** Declared type: tables are STRICT. */
  readonly type: "INTEGER" | "REAL" | "TEXT" | "BLOB";
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

/** One table of the journal with the rows of one session. */
export class SessionTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly #db: ReadableDb;
  readonly #sessionId: string;
  readonly #order: readonly string[];

  constructor(db: ReadableDb, name: string, sessionId: string) {
    const info = db
      .prepare<[string], ColumnInfo>("SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid")
      .all(name);
    this.name = name;
    this.columns = info.map((column) => ({ name: column.name, type: typeOf(name, column) }));
    this.#db = db;
    this.#sessionId = sessionId;
    this.#order = info
      .filter(({ pk }) => pk > 0)
      .toSorted((one, other) => one.pk - other.pk)
      .map((column) => column.name);
  }

  /** Rows in the order of their primary key; values in the order of the columns. One at a time, so that memory stays constant. */
  rows(): IterableIterator<CellValue[]> {
    // Names come from the schema itself
    const statement = this.#db.prepare<[string], CellValue[]>(
      `SELECT ${this.columns.map(({ name }) => quoted(name)).join(", ")} FROM ${quoted(this.name)} WHERE session_id = ? ORDER BY ${this.#order.map(quoted).join(", ")}`,
    );
    return statement.raw().safeIntegers().iterate(this.#sessionId);
  }
}

/** Every table that makes up a session, its chain among them: what has to travel for it to be the same elsewhere. */
export function travellingTables(db: ReadableDb, sessionId: string): readonly SessionTable[] {
  const names = ["sessions", "session_progress", ...recordTables(db), "journal_chain"];
  return names.map((name) => new SessionTable(db, name, sessionId));
}

/** Every table with something of a session in it, for a reader: with the latches that it set. */
export function readableTables(db: ReadableDb, sessionId: string): readonly SessionTable[] {
  return [...travellingTables(db, sessionId), new SessionTable(db, "latches", sessionId)];
}

/** Inserts rows as they were read, into the same table elsewhere. */
export function rowInserter(
  db: ReadableDb,
  table: string,
  columns: readonly string[],
): (row: readonly CellValue[]) => void {
  const statement = db.prepare<CellValue[]>(
    `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  return (row) => void statement.run(...row);
}

function typeOf(table: string, { name, type }: ColumnInfo): TableColumn["type"] {
  if (type === "INTEGER" || type === "REAL" || type === "TEXT" || type === "BLOB") return type;
  throw new TypeError(`column ${table}.${name} must be INTEGER, REAL, TEXT or BLOB, was ${type}`);
}

/** An identifier of SQL; only names of the schema come here. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
