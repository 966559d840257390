import { mkdirSync } from "node:fs";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { columnsOf, recordTables } from "../../db/journal-tables.ts";
import { JournalWriter } from "../../db/journal-writer.ts";
import { migrate } from "../../db/migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "../../db/open.ts";
import { everyRecord } from "../db/every-record.ts";
import { batch, manifest, summary } from "../db/journal-builders.ts";

export interface MonthShape {
  readonly days: number;
  readonly decisionsPerDay: number;
}

export interface MonthSession {
  readonly sessionId: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly decisions: number;
}

export interface Month {
  /** Oldest first; the last has no end. */
  readonly sessions: readonly MonthSession[];
  /** Records and links. */
  readonly rows: number;
}

/** After a paced session of the crypto profile on the embedded market, with the links and the samples of one that decides 200 times a minute. */
const ROWS_PER_DECISION: Readonly<Record<string, number>> = {
  reprice_decisions: 1,
  orders: 1,
  samples: 0.3,
  fills: 1 / 144,
  markouts: 5 / 144,
  alerts: 1 / 144,
  regime_changes: 1 / 180,
  risk_events: 1 / 180,
  operator_commands: 1 / 6_000,
  profile_changes: 1 / 12_000,
  late_fills: 1 / 100_000,
  journal_chain: 0.42,
};
const LINK_BYTES = 286;
const HOURS = 24;
const HOUR_US = 3_600_000_000;
/** Noon, so that sessions of a day reach over midnight. */
const START_US = 1_723_118_400_000_000;
const EVENTS_PER_DECISION = 5;
const TEMPLATE = "template";

/** What a column of a copy holds where it is not that of the template. `at.n` counts the copies of a session from 1. */
const CHANGED: Readonly<Record<string, string>> = {
  session_id: "@sessionId",
  seq: "at.n * @step",
  at_us: "@startUs + at.n * @stepUs",
  order_id: "at.n / 4",
  trade_id: "'t' || at.n",
  status: "CASE at.n % 4 WHEN 0 THEN 'in-flight' WHEN 1 THEN 'resting' WHEN 2 THEN 'cancelling' ELSE 'cancelled' END",
};

/**
 * Writes the journal of so many days, by turns one session of a day and one an hour. The rows are copies of one row a table under places,
 * times and order ids of their own, written past the journal's writer, so that no chain covers them; there are no tapes.
 */
export function makeMonth(dataDir: string, { days, decisionsPerDay }: MonthShape): Month {
  mkdirSync(dataDir, { recursive: true });
  const db = openFast(dataDir);
  const writer = new JournalWriter(db);
  writeTemplate(db, writer);
  const sessions = sessionsOf(days, decisionsPerDay);
  db.exec("BEGIN");
  for (const [index, session] of sessions.entries()) {
    const { sessionId, startUs, endUs } = session;
    writer.begin(
      manifest({
        sessionId,
        startedAtUs: startUs,
        sessionStartUs: startUs,
        profileName: index % 2 === 0 ? "legacy" : "crypto",
      }),
    );
    fillSession(db, session);
    if (index < sessions.length - 1) writer.end(sessionId, summary({ endedAtUs: endUs }));
  }
  db.exec("COMMIT");
  const rows = [...recordTables(db), "journal_chain"].map((table) =>
    Number(db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get()),
  );
  db.pragma("journal_mode = WAL");
  closeWritable(db);
  return { sessions, rows: rows.reduce((sum, found) => sum + found, 0) };
}

/** Nothing is flushed, and the write-ahead log would write everything twice: a month that a crash leaves half made is made anew. */
function openFast(dataDir: string): WritableDb {
  const { journalFile, backupsDir } = dataFolderPaths(dataDir);
  const opened = openWritable(journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  const migrated = migrate(db, backupsDir);
  if (!migrated.ok) throw new Error(migrated.message);
  const settings = [
    "synchronous = OFF",
    "journal_mode = DELETE",
    "foreign_keys = OFF",
    "ignore_check_constraints = ON",
  ];
  for (const setting of [...settings, "cache_size = -100000"]) db.pragma(setting);
  return db;
}

/** One session with a row of every kind, and a latch that was set and cleared. */
function writeTemplate(db: WritableDb, writer: JournalWriter): void {
  const startedAtUs = START_US - HOURS * HOUR_US;
  writer.begin(manifest({ sessionId: TEMPLATE, startedAtUs, sessionStartUs: startedAtUs }));
  writer.commit([batch(1, everyRecord(1), { sessionId: TEMPLATE, block: null })], startedAtUs);
  db.exec(LATE_FILL_OF_TEMPLATE);
  writer.end(TEMPLATE, summary({ endedAtUs: startedAtUs + HOUR_US }));
  writer.setLatch({ latch: "kill", reason: "bench", sessionId: TEMPLATE, setAtUs: startedAtUs });
  writer.clearLatch("kill", "bench", "bench", startedAtUs + 1);
}

function sessionsOf(days: number, decisionsPerDay: number): readonly MonthSession[] {
  const sessions: MonthSession[] = [];
  for (let hour = 0; hour < days * HOURS;) {
    const hours = Math.floor(hour / HOURS) % 2 === 0 ? HOURS : 1;
    const startUs = START_US + hour * HOUR_US;
    const sessionId = `session-${sessions.length}`;
    const decisions = Math.round((decisionsPerDay * hours) / HOURS);
    sessions.push({ sessionId, startUs, endUs: startUs + hours * HOUR_US, decisions });
    hour += hours;
  }
  return sessions;
}

function fillSession(db: WritableDb, { sessionId, startUs, endUs, decisions }: MonthSession): void {
  for (const table of [...recordTables(db), "journal_chain"]) {
    const count = Math.max(1, Math.round(decisions * (ROWS_PER_DECISION[table] ?? 0)));
    const step = Math.max(1, Math.floor((EVENTS_PER_DECISION * decisions) / count));
    const stepUs = Math.floor((endUs - startUs) / (count + 1));
    db.prepare(table === "journal_chain" ? COPY_LINKS : copyRecords(db, table)).run({
      sessionId,
      startUs,
      count,
      step,
      stepUs,
    });
  }
}

function copyRecords(db: WritableDb, table: string): string {
  const columns = columnsOf(db, table);
  const values = columns.map((column) => changedColumn(table, column) ?? `one."${column}"`);
  return `${COUNTED} INSERT INTO "${table}" ("${columns.join('", "')}") SELECT ${values.join(", ")}
    FROM at CROSS JOIN (SELECT * FROM "${table}" WHERE session_id = '${TEMPLATE}' LIMIT 1) AS one`;
}

function changedColumn(table: string, column: string): string | null {
  return column === "status" && table !== "orders" ? null : (CHANGED[column] ?? null);
}

const COUNTED = `WITH RECURSIVE at (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM at WHERE n < @count)`;

/** The first link of a session is its own. */
const COPY_LINKS = `${COUNTED} INSERT INTO journal_chain (session_id, link, rows, hash)
  SELECT @sessionId, at.n + 1, randomblob(${LINK_BYTES}), randomblob(32) FROM at`;

const LATE_FILL_OF_TEMPLATE = `INSERT INTO late_fills (session_id, seq, idx, at_us, order_id, trade_id, side, price_ticks, size_lots,
  liquidity, fee, found_on, entered_at_us)
  SELECT session_id, 2, 0, at_us, order_id, 'late', side, price_ticks, size_lots, liquidity, fee, 'tape', at_us
  FROM fills WHERE session_id = '${TEMPLATE}'`;
