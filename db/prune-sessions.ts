import { existsSync, rmSync } from "node:fs";
import { DataFolder, snapshotsFile, tapeFile, type DataFolderPaths } from "./data-folder.ts";
import { JournalChain } from "./journal-chain.ts";
import { failureOf, type JournalFailure } from "./journal-failure.ts";
import { recordTables } from "./journal-tables.ts";
import { migrate } from "./migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "./open.ts";
import { planPrune, type PrunableSession, type PrunePlan, type PruneRule } from "./prune-plan.ts";

/** Who had sessions removed, and why; both stay in the journal. */
export interface PruneOrder {
  readonly by: string;
  readonly reason: string;
  /** Wall clock in microseconds. */
  readonly atUs: number;
}

export type OpenedPruning = { readonly ok: true; readonly pruning: Pruning } | JournalFailure;

/**
 * Removes whole sessions of a data folder that this process alone has claimed.
 *
 * Invariants: the rows of a session go in one transaction, which leaves its tombstone in `pruned_sessions`; its tape goes after that
 * is on disk, so that a crash between leaves a tape too many and never a session without one; the next pruning takes that tape.
 */
export class Pruning {
  readonly #folder: DataFolder;
  readonly #db: WritableDb;
  readonly #chain: JournalChain;
  readonly #tables: readonly string[];

  private constructor(folder: DataFolder, db: WritableDb) {
    this.#folder = folder;
    this.#db = db;
    this.#chain = new JournalChain(db);
    this.#tables = [...recordTables(db), "session_progress", "journal_chain", "sessions"];
  }

  /** Claims a data folder. A running Ballast on it is a failure that names its process. */
  static open(dataDir: string): OpenedPruning {
    const claimed = DataFolder.claim(dataDir);
    if (!claimed.ok) return claimed;
    const { folder } = claimed;
    const opened = openWritable(folder.paths.journalFile);
    if (!opened.ok) {
      folder.release();
      return opened;
    }
    const { db } = opened;
    const migrated = migrate(db, folder.paths.backupsDir);
    if (migrated.ok) return { ok: true, pruning: new Pruning(folder, db) };
    closeWritable(db);
    folder.release();
    return migrated;
  }

  plan(rule: PruneRule): PrunePlan {
    return planPrune(this.#db, this.#folder.paths, rule);
  }

  /** Removes sessions, one transaction each. A failure says so; what was removed before it is whole. */
  remove(sessions: readonly PrunableSession[], order: PruneOrder): JournalFailure | null {
    const { paths } = this.#folder;
    try {
      for (const session of sessions) {
        this.#removeRows(session, order);
        rmSync(tapeFile(paths, session.sessionId), { force: true });
        rmSync(snapshotsFile(paths, session.sessionId), { force: true });
      }
      this.#removeLeftTapes(paths);
      return null;
    } catch (error) {
      return failureOf(error, paths.dataDir);
    }
  }

  /** Gives the freed pages back to the disk; needs as much room again as the journal has. */
  shrink(): JournalFailure | null {
    try {
      this.#db.exec("VACUUM");
      return null;
    } catch (error) {
      return failureOf(error, this.#folder.paths.journalFile);
    }
  }

  close(): void {
    closeWritable(this.#db);
    this.#folder.release();
  }

  #removeRows(session: PrunableSession, { by, reason, atUs }: PruneOrder): void {
    const { sessionId } = session;
    this.#db
      .transaction(() => {
        this.#chain.beginJournal();
        const last = this.#chain.lastLink(sessionId);
        this.#db.prepare<[string]>("INSERT INTO pruning VALUES (?)").run(sessionId);
        for (const table of this.#tables)
          this.#db.prepare<[string]>(`DELETE FROM "${table}" WHERE session_id = ?`).run(sessionId);
        this.#db.prepare<[string]>("DELETE FROM pruning WHERE session_id = ?").run(sessionId);
        this.#db.prepare(INSERT_TOMBSTONE).run({
          ...session,
          links: last?.link ?? 0,
          lastHash: last === null ? null : Buffer.from(last.hash).toString("hex"),
          by,
          reason,
          atUs,
        });
        this.#chain.coverPruned(sessionId);
      })
      .immediate();
  }

  #removeLeftTapes(paths: DataFolderPaths): void {
    const pruned = this.#db.prepare<[], string>("SELECT session_id FROM pruned_sessions").pluck().all();
    for (const sessionId of pruned) {
      for (const path of [tapeFile(paths, sessionId), snapshotsFile(paths, sessionId)]) {
        if (existsSync(path)) rmSync(path);
      }
    }
  }
}

const INSERT_TOMBSTONE = `INSERT INTO pruned_sessions (session_id, mode, market, profile_name, started_at_us, ended_at_us, ended_how,
  rows_removed, tape_bytes, links, last_hash, pruned_at_us, by, reason)
  VALUES (@sessionId, @mode, @market, @profileName, @startedAtUs, @endedAtUs, @endedHow,
  @rows, @tapeBytes, @links, @lastHash, @atUs, @by, @reason)`;
