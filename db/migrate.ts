import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { failureOf, journalFailure, type JournalFailure } from "./journal-failure.ts";
import { migration0010 } from "./migrations/0010-journal.ts";
import { migration0020 } from "./migrations/0020-risk-events-and-markouts.ts";
import { migration0030 } from "./migrations/0030-chain-and-retention.ts";
import { migration0040 } from "./migrations/0040-fill-snapshots.ts";
import { migration0050 } from "./migrations/0050-indexes-by-need.ts";
import type { Migration } from "./migration.ts";
import type { ReadableDb, WritableDb } from "./open.ts";

export const MIGRATIONS: readonly Migration[] = [
  migration0010,
  migration0020,
  migration0030,
  migration0040,
  migration0050,
];

/** "BLST": tells our files from any other SQLite database. */
export const APPLICATION_ID = 0x42_4c_53_54;

export type Migrated =
  | { readonly ok: true; readonly from: number; readonly to: number; readonly backupFile: string | null }
  | JournalFailure;

/**
 * Brings a database to the newest version, one transaction a step. An existing database is copied to `backupsDir` first.
 *
 * Refuses a database of a newer version and one that is not ours; neither is touched.
 */
export function migrate(db: WritableDb, backupsDir: string, migrations: readonly Migration[] = MIGRATIONS): Migrated {
  checkOrder(migrations);
  try {
    const refusal = refuseVersion(db, migrations);
    if (refusal !== null) return refusal;
    const from = versionOf(db);
    const pending = migrations.filter((migration) => migration.version > from);
    const backupFile = from > 0 && pending.length > 0 ? backUp(db, backupsDir, from) : null;
    for (const migration of pending) apply(db, migration);
    return { ok: true, from, to: versionOf(db), backupFile };
  } catch (error) {
    return failureOf(error, db.name);
  }
}

/** Why this program must not use the database as it is; null = it may, perhaps after `migrate`. Reads only. */
export function refuseVersion(db: ReadableDb, migrations: readonly Migration[] = MIGRATIONS): JournalFailure | null {
  const version = versionOf(db);
  const newest = newestVersion(migrations);
  if (applicationIdOf(db) !== APPLICATION_ID && !isEmpty(db))
    return journalFailure("database-corrupt", `${db.name} is a database of another program, not a journal of Ballast.`);
  if (version > newest)
    return journalFailure(
      "database-from-future",
      `${db.name} has schema version ${version}; this Ballast knows versions up to ${newest}. Use the newer Ballast that wrote it, or another data folder.`,
    );
  return null;
}

/** Schema version of a database; 0 = empty. */
export function versionOf(db: ReadableDb): number {
  return Number(db.pragma("user_version", { simple: true }));
}

export function newestVersion(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.at(-1)?.version ?? 0;
}

function applicationIdOf(db: ReadableDb): number {
  return Number(db.pragma("application_id", { simple: true }));
}

function isEmpty(db: ReadableDb): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function checkOrder(migrations: readonly Migration[]): void {
  let last = 0;
  for (const { version, name } of migrations) {
    if (version % 10 !== 0 || version <= last)
      throw new RangeError(`migration ${name} must be numbered in tens above ${last}, was ${version}`);
    last = version;
  }
}

function apply(db: WritableDb, migration: Migration): void {
  db.transaction(() => {
    migration.up(db);
    // Both are part of the file's header and so of the transaction
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migration.version}`);
  }).exclusive();
}

/** Copies the database under its final name only when the copy is whole and on disk. */
function backUp(db: WritableDb, backupsDir: string, version: number): string {
  mkdirSync(backupsDir, { recursive: true });
  const file = join(backupsDir, `${basename(db.name)}.v${version}`);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  db.prepare("VACUUM INTO ?").run(partial);
  const handle = openSync(partial, "r+");
  fsyncSync(handle);
  closeSync(handle);
  renameSync(partial, file);
  return file;
}
