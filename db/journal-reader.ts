import type { JournalRecord } from "../main/kernel/effects.ts";
import { failureOf, journalFailure, type JournalFailure } from "./journal-failure.ts";
import type { JournalEntry, Latch } from "./journal-protocol.ts";
import { newestVersion, refuseVersion, versionOf } from "./migrate.ts";
import {
  SELECT_LATCHES,
  SELECT_LATE_FILLS,
  SELECT_SESSION,
  SELECT_SESSION_KEYS,
  SELECT_SESSIONS,
} from "./journal-queries.ts";
import type { LateFillRow } from "./late-fills.ts";
import { closeDb, openReadable, type ReadableDb } from "./open.ts";
import { EVERY_SESSION, filterValues, type SessionFilter } from "./session-filter.ts";
import {
  storedSession,
  type SessionColumns,
  type SessionKey,
  type SessionListing,
  type StoredSession,
} from "./stored-session.ts";
import { alertsTable } from "./tables/alerts.ts";
import { fillsTable } from "./tables/fills.ts";
import { operatorCommandsTable } from "./tables/operator-commands.ts";
import { markoutsTable } from "./tables/markouts.ts";
import { ordersTable } from "./tables/orders.ts";
import { profileChangesTable } from "./tables/profile-changes.ts";
import type { EntryOf, KeyColumns, RecordTable } from "./tables/record-table.ts";
import { regimeChangesTable } from "./tables/regime-changes.ts";
import { repriceDecisionsTable } from "./tables/reprice-decisions.ts";
import { riskEventsTable } from "./tables/risk-events.ts";
import { samplesTable } from "./tables/samples.ts";

/** Place of an entry in its session. */
export interface EntryKey {
  readonly seq: number;
  readonly index: number;
}

export type OpenedReader = { readonly ok: true; readonly reader: JournalReader } | JournalFailure;

type FilterValues = ReturnType<typeof filterValues>;

type PageAfter<E extends JournalEntry> = (sessionId: string, after: EntryKey, limit: number) => readonly E[];

const BEFORE_ALL: EntryKey = { seq: -1, index: -1 };
/** The first record waits for a page of every table. */
const MERGE_PAGE_ROWS = 100;

/** Reads a journal over its own connection, also while it is being written: each call sees the last commit before it. */
export class JournalReader {
  readonly #db: ReadableDb;
  readonly #sessions;
  readonly #sessionKeys;
  readonly #session;
  readonly #lateFills;
  readonly #latches;
  readonly #pages: readonly PageAfter<JournalEntry>[];

  private constructor(db: ReadableDb) {
    this.#db = db;
    this.#sessions = db.prepare<[FilterValues & { limit: number }], SessionListing>(SELECT_SESSIONS);
    this.#sessionKeys = db.prepare<[FilterValues], SessionKey>(SELECT_SESSION_KEYS);
    this.#session = db.prepare<[{ sessionId: string }], SessionColumns>(SELECT_SESSION);
    this.#lateFills = db.prepare<[{ sessionId: string }], LateFillRow>(SELECT_LATE_FILLS);
    this.#latches = db.prepare<[], Latch>(SELECT_LATCHES);
    this.#pages = [
      pageAfter(db, fillsTable),
      pageAfter(db, alertsTable),
      pageAfter(db, operatorCommandsTable),
      pageAfter(db, ordersTable),
      pageAfter(db, profileChangesTable),
      pageAfter(db, regimeChangesTable),
      pageAfter(db, repriceDecisionsTable),
      pageAfter(db, samplesTable),
      pageAfter(db, riskEventsTable),
      pageAfter(db, markoutsTable),
    ];
  }

  /** Opens the journal at `file`. A missing, damaged, older or newer one is a failure that says so. */
  static open(file: string): OpenedReader {
    const opened = openReadable(file);
    if (!opened.ok) return opened;
    const { db } = opened;
    try {
      const refusal = refuseVersion(db) ?? refuseOlder(db);
      if (refusal === null) return { ok: true, reader: new JournalReader(db) };
      closeDb(db);
      return refusal;
    } catch (error) {
      closeDb(db);
      return failureOf(error, file);
    }
  }

  /** Sessions that fit, newest first, that started before `beforeUs`; null = from the newest. */
  sessions(limit: number, beforeUs: number | null = null, filter = EVERY_SESSION): readonly SessionListing[] {
    return this.#sessions.all({ limit, ...filterValues(filter, beforeUs) });
  }

  /** Every session that fits, newest first. */
  sessionKeys(filter: SessionFilter): readonly SessionKey[] {
    return this.#sessionKeys.all(filterValues(filter, null));
  }

  session(sessionId: string): StoredSession | null {
    const row = this.#session.get({ sessionId });
    return row === undefined ? null : storedSession(row);
  }

  /** Fills that the journal lacked when its session crashed, found on the tape by the next start; in order. */
  lateFills(sessionId: string): readonly LateFillRow[] {
    return this.#lateFills.all({ sessionId });
  }

  /** Latches that are set now. */
  latches(): readonly Latch[] {
    return this.#latches.all();
  }

  /** Every record of a session, in the order in which the kernel made them; constant memory. */
  *entries(sessionId: string): Generator<JournalEntry> {
    const cursors = this.#pages.map((page) => new TableCursor(page, sessionId));
    for (;;) {
      let first: TableCursor | null = null;
      for (const cursor of cursors) if (first === null || isBefore(cursor.head, first.head)) first = cursor;
      const entry = first?.head ?? null;
      if (first === null || entry === null) return;
      yield entry;
      first.advance();
    }
  }

  close(): void {
    closeDb(this.#db);
  }
}

/** Walks one table of a session page by page. */
class TableCursor {
  readonly #page: PageAfter<JournalEntry>;
  readonly #sessionId: string;
  #rows: readonly JournalEntry[] = [];
  #next = 0;
  head: JournalEntry | null = null;

  constructor(page: PageAfter<JournalEntry>, sessionId: string) {
    this.#page = page;
    this.#sessionId = sessionId;
    this.advance();
  }

  advance(): void {
    const row = this.#rows[this.#next] ?? this.#firstOfNextPage();
    this.#next += 1;
    this.head = row;
  }

  #firstOfNextPage(): JournalEntry | null {
    if (this.#rows.length > 0 && this.#rows.length < MERGE_PAGE_ROWS) return null;
    this.#rows = this.#page(this.#sessionId, this.#rows.at(-1) ?? BEFORE_ALL, MERGE_PAGE_ROWS);
    this.#next = 0;
    return this.#rows[0] ?? null;
  }
}

/** Order of entries; an exhausted table (null) comes last. */
function isBefore(one: EntryKey | null, other: EntryKey | null): boolean {
  if (one === null || other === null) return one !== null;
  return one.seq < other.seq || (one.seq === other.seq && one.index < other.index);
}

interface PageKey {
  readonly sessionId: string;
  readonly seq: number;
  readonly idx: number;
  readonly limit: number;
}

function pageAfter<R extends JournalRecord, Row extends KeyColumns>(
  db: ReadableDb,
  table: RecordTable<R, Row>,
): PageAfter<EntryOf<R>> {
  const statement = db.prepare<[PageKey], Row>(table.after);
  return (sessionId, after, limit) =>
    statement.all({ sessionId, seq: after.seq, idx: after.index, limit }).map((row) => table.fromRow(row));
}

function refuseOlder(db: ReadableDb): JournalFailure | null {
  const version = versionOf(db);
  return version === newestVersion()
    ? null
    : journalFailure(
        "io",
        `${db.name} has schema version ${version}; reading needs ${newestVersion()}. Start Ballast on this data folder once: it brings the file up to date.`,
      );
}
