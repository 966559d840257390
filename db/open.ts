/** The only file that loads better-sqlite3. */
import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { failureOf, journalFailure, type JournalFailure } from "./journal-failure.ts";

declare const access: unique symbol;

/** A connection that can only read. Prepare statements once per connection. */
export type ReadableDb = Pick<Database.Database, "prepare" | "pragma" | "name"> & {
  readonly [access]: "read" | "write";
};

/** The one connection that writes a file. */
export type WritableDb = ReadableDb & Pick<Database.Database, "exec" | "transaction"> & { readonly [access]: "write" };

export type Opened<Db> = { readonly ok: true; readonly db: Db } | JournalFailure;

/** First Node with what the journal and its tapes need (zstd). */
const LEAST_NODE = [22, 15] as const;

/** SQLite takes a shorter file for a new one and would write over what is left of it. */
const SMALLEST_PAGE_BYTES = 512;

/** Waits this long for another program's write lock before it gives up. */
const BUSY_TIMEOUT_MS = 2_000;

/** Says why this Node cannot run the journal; null = it can. */
export function nodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return isEnough ? null : `The journal needs Node ${LEAST_NODE.join(".")} or newer, was ${version}.`;
}

/** Opens or creates a database for writing: WAL, every commit flushed to the disk. Throws on a Node that is too old. */
export function openWritable(file: string): Opened<WritableDb> {
  return open(file, false, (db) => {
    const mode = db.pragma("journal_mode = WAL", { simple: true });
    if (mode !== "wal" && mode !== "memory") throw new Error(`journal mode must be wal, was ${String(mode)}`);
    db.pragma("synchronous = FULL");
    // On macOS a plain fsync stops at the drive's cache; elsewhere this does nothing
    db.pragma("fullfsync = ON");
    db.pragma("foreign_keys = ON");
    db.pragma("cell_size_check = ON");
  });
}

/** Opens an existing database for reading, also while another connection writes it. Throws on a Node that is too old. */
export function openReadable(file: string): Opened<ReadableDb> {
  return open(file, true, (db) => {
    db.pragma("query_only = ON");
    // The first read of the header; a file that is no database fails here
    db.pragma("schema_version");
  });
}

/** Takes SQLite's write lock on `file` without waiting and holds it until the connection closes or the process dies. */
export function openLocked(file: string): Opened<WritableDb> {
  return open(file, false, (db) => {
    db.pragma("busy_timeout = 0");
    db.exec("BEGIN IMMEDIATE");
  });
}

/** Closes a reader or a lock. */
export function closeDb(db: ReadableDb): void {
  connectionOf(db).close();
}

/** Closes a writer: statistics are refreshed and the write-ahead log is folded into the file, where that is still possible. */
export function closeWritable(db: WritableDb): void {
  const connection = connectionOf(db);
  try {
    connection.pragma("optimize");
    connection.pragma("wal_checkpoint(TRUNCATE)");
  } catch {
    // A full or broken disk: the log stays beside the file and is read at the next opening
  }
  connection.close();
}

/** Undoes the narrowing: what this file hands out is always a whole connection. */
function connectionOf(db: ReadableDb): Database.Database {
  return db as unknown as Database.Database;
}

function open(file: string, isReadOnly: boolean, prepare: (db: Database.Database) => void): Opened<WritableDb> {
  const problem = nodeProblem(process.versions.node);
  if (problem !== null) throw new Error(problem);
  let connection: Database.Database | null = null;
  const length = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (length > 0 && length < SMALLEST_PAGE_BYTES)
    return journalFailure(
      "database-corrupt",
      `${file} is damaged: it was cut to ${length} bytes. Move it away and restore a backup, or start with an empty data folder.`,
    );
  try {
    connection = new Database(file, { readonly: isReadOnly, fileMustExist: isReadOnly, timeout: BUSY_TIMEOUT_MS });
    connection.pragma("trusted_schema = OFF");
    prepare(connection);
  } catch (error) {
    connection?.close();
    return failureOf(error, file);
  }
  return { ok: true, db: connection as unknown as WritableDb };
}
