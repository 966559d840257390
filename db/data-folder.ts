import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { failureOf, journalFailure, type JournalFailure } from "./journal-failure.ts";
import { makeFolder } from "./make-folder.ts";
import { closeDb, openLocked, type WritableDb } from "./open.ts";

/** Where things lie in a data folder; absolute paths. */
export interface DataFolderPaths {
  readonly dataDir: string;
  readonly journalFile: string;
  readonly tapesDir: string;
  readonly backupsDir: string;
}

export function dataFolderPaths(dataDir: string): DataFolderPaths {
  const root = resolve(dataDir);
  return {
    dataDir: root,
    journalFile: join(root, "journal.sqlite"),
    tapesDir: join(root, "tapes"),
    backupsDir: join(root, "backups"),
  };
}

/** The tape of a session. Throws on an id that could leave the folder. */
export function tapeFile(paths: DataFolderPaths, sessionId: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(sessionId))
    throw new RangeError(`session id must be 1 to 64 letters, digits and dashes, was "${sessionId}"`);
  return join(paths.tapesDir, `${sessionId}.tape`);
}

/** The replay's snapshots of a session: made from its tape, and made anew when they are gone. */
export function snapshotsFile(paths: DataFolderPaths, sessionId: string): string {
  return tapeFile(paths, sessionId).replace(/\.tape$/, ".replay");
}

export type Claimed = { readonly ok: true; readonly folder: DataFolder } | JournalFailure;

/**
 * A data folder that this process alone may write.
 *
 * The claim is SQLite's write lock on `lock.sqlite`: the operating system drops it with the process, however that ends, so it cannot
 * go stale. That file must never be opened by other means in this process: closing any handle of it would drop the lock.
 */
export class DataFolder {
  readonly paths: DataFolderPaths;
  readonly #lock: WritableDb;

  private constructor(paths: DataFolderPaths, lock: WritableDb) {
    this.paths = paths;
    this.#lock = lock;
  }

  /** Creates the folder where needed and claims it. A folder in use is a failure that names the folder and its holder. */
  static claim(dataDir: string): Claimed {
    const paths = dataFolderPaths(dataDir);
    try {
      makeFolder(paths.tapesDir);
    } catch (error) {
      return failureOf(error, paths.dataDir);
    }
    const locked = openLocked(join(paths.dataDir, "lock.sqlite"));
    if (!locked.ok) return locked.code === "database-locked" ? inUse(paths) : locked;
    try {
      writeFileSync(holderFile(paths), `${process.pid}\n`);
    } catch (error) {
      closeDb(locked.db);
      return failureOf(error, paths.dataDir);
    }
    return { ok: true, folder: new DataFolder(paths, locked.db) };
  }

  /** Gives the folder up. Never throws. */
  release(): void {
    try {
      rmSync(holderFile(this.paths), { force: true });
    } catch {
      // A stale holder file misleads nobody: it is read only while somebody holds the lock
    }
    closeDb(this.#lock);
  }
}

/** Says who holds the claim, for messages only; written after the claim, so it is never the authority. */
function holderFile(paths: DataFolderPaths): string {
  return join(paths.dataDir, "lock.pid");
}

function inUse(paths: DataFolderPaths): JournalFailure {
  const holder = holderOf(paths);
  const who = holder === null ? "another Ballast" : `another Ballast (process ${holder})`;
  return journalFailure(
    "data-folder-in-use",
    `Data folder ${paths.dataDir} is in use by ${who}. Quit that one first, or choose another data folder.`,
  );
}

function holderOf(paths: DataFolderPaths): string | null {
  try {
    return /^\d+/.exec(readFileSync(holderFile(paths), "utf8"))?.[0] ?? null;
  } catch {
    return null;
  }
}
