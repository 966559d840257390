import { CommitGroup, MOST_WAIT_MS } from "./commit-group.ts";
import { DataFolder } from "./data-folder.ts";
import { EventLoopDelay } from "./event-loop-delay.ts";
import { failureOf, type JournalFailure } from "./journal-failure.ts";
import type { MessageEnd } from "./journal-port.ts";
import type { FromJournal, JournalBatch, SessionManifest, SessionSummary, ToJournal } from "./journal-protocol.ts";
import { JournalWriter } from "./journal-writer.ts";
import { migrate } from "./migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "./open.ts";
import { reconcileCrashed } from "./reconcile-crashed.ts";
import { SessionTapes, type CreateTape } from "./session-tapes.ts";

export type JournalPort = MessageEnd<FromJournal, ToJournal> & { close(): void };

export interface JournalServiceOptions {
  readonly dataDir: string;
  /** Wall clock in microseconds since the epoch. */
  readonly nowUs?: () => number;
  /** Tests put a failing tape in its place. */
  readonly createTape?: CreateTape;
  /** Called with the opened journal; tests bound its size or its patience. */
  readonly tune?: (db: WritableDb) => void;
}

interface OpenJournal {
  readonly folder: DataFolder;
  readonly db: WritableDb;
  readonly writer: JournalWriter;
  readonly tapes: SessionTapes;
}

type State =
  | { readonly name: "open"; readonly journal: OpenJournal }
  | { readonly name: "failed"; readonly journal: OpenJournal | null }
  | { readonly name: "closed" };

/**
 * The body of the journal thread: takes `ToJournal` from every port and answers all of them.
 *
 * Invariants: the tape blocks of a group are on disk before its rows are committed, and the rows before `durable` names them; after a
 * failure nothing more is written, and what was written stays as it is; only `close` is still obeyed.
 */
export class JournalService {
  readonly #ports: readonly JournalPort[];
  readonly #nowUs: () => number;
  readonly #group = new CommitGroup();
  readonly #loopDelay = new EventLoopDelay();
  #timer: NodeJS.Timeout | null = null;
  #state: State;

  /** Claims and opens the data folder, ends what crashed, answers `ready` or `failed`, and listens until `close`. */
  static start(ports: readonly JournalPort[], options: JournalServiceOptions): JournalService {
    return new JournalService(ports, options);
  }

  private constructor(ports: readonly JournalPort[], options: JournalServiceOptions) {
    this.#ports = ports;
    this.#nowUs = options.nowUs ?? (() => Date.now() * 1_000);
    const opened = openJournal(options);
    this.#state = opened.ok ? { name: "open", journal: opened.journal } : { name: "failed", journal: null };
    if (opened.ok) this.#announce(opened.journal);
    else this.#post({ type: "failed", code: opened.code, message: opened.message });
    for (const port of ports) port.on("message", (message) => this.#receive(message));
  }

  #announce(journal: OpenJournal): void {
    this.#guard(journal, () => {
      const recoveries = reconcileCrashed(journal.writer, journal.folder.paths, this.#nowUs());
      const latches = journal.writer.latches();
      const crashedSessions = recoveries.map(({ sessionId }) => sessionId);
      this.#post({ type: "ready", crashedSessions, recoveries, latches });
    });
  }

  #receive(message: ToJournal): void {
    if (message.type === "close") return this.#close();
    const state = this.#state;
    if (state.name !== "open") return;
    this.#guard(state.journal, () => this.#obey(state.journal, message));
  }

  #obey(journal: OpenJournal, message: Exclude<ToJournal, { type: "close" }>): void {
    switch (message.type) {
      case "batch":
        return this.#append(journal, message);
      case "begin-session":
        return this.#begin(journal, message.manifest);
      case "end-session":
        return this.#end(journal, message.sessionId, message.summary);
      case "set-latch": {
        this.#commit(journal);
        const { latch, reason, sessionId, atUs } = message;
        journal.writer.setLatch({ latch, reason, sessionId, setAtUs: atUs });
        return this.#post({ type: "latches-changed", latches: journal.writer.latches() });
      }
      case "clear-latch":
        this.#commit(journal);
        journal.writer.clearLatch(message.latch, message.reason, message.by, message.atUs);
        return this.#post({ type: "latches-changed", latches: journal.writer.latches() });
      default:
        return unknownMessage(message);
    }
  }

  #begin(journal: OpenJournal, manifest: SessionManifest): void {
    this.#commit(journal);
    journal.tapes.begin(manifest);
    journal.writer.begin(manifest);
  }

  #append(journal: OpenJournal, batch: JournalBatch): void {
    journal.tapes.mustBeOpen(batch.sessionId);
    if (batch.block !== null) journal.tapes.append(batch.sessionId, batch.block);
    const isDue = this.#group.add(batch, performance.now());
    if (isDue) this.#commit(journal);
    else this.#timer ??= setTimeout(() => this.#guard(journal, () => this.#commit(journal)), MOST_WAIT_MS);
  }

  #end(journal: OpenJournal, sessionId: string, summary: SessionSummary): void {
    this.#commit(journal);
    const tapeHash = journal.tapes.end(sessionId);
    journal.writer.end(sessionId, summary, tapeHash);
    this.#post({ type: "session-ended", sessionId });
  }

  #commit(journal: OpenJournal): void {
    this.#stopTimer();
    if (this.#group.isEmpty) return;
    const startedMs = performance.now();
    const batches = this.#group.take();
    journal.tapes.sync();
    journal.writer.commit(batches, this.#nowUs());
    const commitUs = Math.round((performance.now() - startedMs) * 1_000);
    const through = new Map(batches.map((batch) => [batch.sessionId, batch.throughSeq]));
    const eventLoopP99Us = this.#loopDelay.p99Us();
    for (const [sessionId, throughSeq] of through)
      this.#post({ type: "durable", sessionId, throughSeq, commitUs, eventLoopP99Us });
  }

  /** Whatever goes wrong ends the journal: a record that may be missing must not be followed by others. */
  #guard(journal: OpenJournal, work: () => void): void {
    if (this.#state.name !== "open") return;
    try {
      work();
    } catch (error) {
      this.#state = { name: "failed", journal };
      this.#stopTimer();
      const { code, message } = failureOf(error, fileBehind(error, journal));
      this.#post({ type: "failed", code, message });
    }
  }

  #close(): void {
    const { journal } = this.#state.name === "closed" ? { journal: null } : this.#state;
    if (this.#state.name === "closed") return;
    if (this.#state.name === "open" && journal !== null) this.#guard(journal, () => this.#commit(journal));
    this.#stopTimer();
    this.#state = { name: "closed" };
    if (journal !== null) release(journal);
    this.#loopDelay.stop();
    this.#post({ type: "closed" });
    for (const port of this.#ports) port.close();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #post(message: FromJournal): void {
    for (const port of this.#ports) port.postMessage(message);
  }
}

function openJournal(
  options: JournalServiceOptions,
): { readonly ok: true; readonly journal: OpenJournal } | JournalFailure {
  const claimed = DataFolder.claim(options.dataDir);
  if (!claimed.ok) return claimed;
  const { folder } = claimed;
  const opened = openDatabase(folder, options);
  if (!opened.ok) {
    folder.release();
    return opened;
  }
  const tapes = new SessionTapes(folder.paths, options.createTape);
  return { ok: true, journal: { folder, db: opened.db, writer: opened.writer, tapes } };
}

function openDatabase(
  folder: DataFolder,
  options: JournalServiceOptions,
): { readonly ok: true; readonly db: WritableDb; readonly writer: JournalWriter } | JournalFailure {
  const { journalFile, backupsDir } = folder.paths;
  const opened = openWritable(journalFile);
  if (!opened.ok) return opened;
  const { db } = opened;
  try {
    const migrated = migrate(db, backupsDir);
    if (migrated.ok) {
      options.tune?.(db);
      return { ok: true, db, writer: new JournalWriter(db) };
    }
    closeWritable(db);
    return migrated;
  } catch (error) {
    closeWritable(db);
    return failureOf(error, journalFile);
  }
}

/** Errors of SQLite are about the journal, all others about the tape that was being written. */
function fileBehind(error: unknown, journal: OpenJournal): string {
  const isSqlite = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_");
  return isSqlite ? journal.folder.paths.journalFile : journal.tapes.lastTouched;
}

/** Sessions that have not ended stay open in the journal: the next start calls them crashed. */
function release(journal: OpenJournal): void {
  journal.tapes.abandon();
  closeWritable(journal.db);
  journal.folder.release();
}

function unknownMessage(message: never): never {
  throw new TypeError(`a message to the journal must be one of its kinds, was ${JSON.stringify(message)}`);
}
