import { statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { openSessionTables } from "../../db/bundle/open-session-tables.ts";
import { readCarriedRisk } from "../../db/carried-risk-reads.ts";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { EVERY_SESSION, type SessionFilter } from "../../db/session-filter.ts";
import { startJournal } from "../../main/session/journal-host.ts";
import { manifest } from "../db/journal-builders.ts";
import { atMost, reported, type BenchResult } from "./bench-result.ts";
import { makeMonth, type Month, type MonthSession } from "./month-journal.ts";

const DECISIONS_PER_DAY = 200 * 60 * 24;
const DAY_US = 86_400_000_000;
const MOST_OPEN_MS = 300;
const MOST_PAGE_MS = 50;
/** As the console and `ballast sessions` list them. */
const LISTED_SESSIONS = 50;
const PAGE_ROWS = 500;
const PASSES = 3;

/**
 * A journal of thirty days at 200 decisions a minute: how long it takes to open, and to page through with what the console and the command
 * line ask of it. Neither reads the chain over the rows.
 */
export async function benchMonth(dataDir: string): Promise<BenchResult[]> {
  const startedMs = performance.now();
  const month = makeMonth(dataDir, { days: 30, decisionsPerDay: DECISIONS_PER_DAY });
  const buildS = (performance.now() - startedMs) / 1000;
  const gigabytes = statSync(dataFolderPaths(dataDir).journalFile).size / 1e9;
  const openMs = await timeOpening(dataDir);
  const pages = timePages(dataDir, month);
  return [
    reported("records and links of a journal of 30 days at 200 decisions a minute", month.rows, "rows"),
    reported("sessions of it", month.sessions.length, "sessions"),
    reported("its size", gigabytes, "GB"),
    reported("building it", buildS, "s"),
    atMost(
      "opening it: the journal thread claims, migrates nothing, ends a crashed session",
      openMs,
      "ms",
      MOST_OPEN_MS,
    ),
    ...pages.map(([name, worstMs]) => atMost(`paging it: ${name}`, worstMs, "ms", MOST_PAGE_MS)),
    reported("all records of a day, as a report reads them", timeDay(dataDir, month), "s"),
  ];
}

/** From the start of the journal thread to its first answer, and a reader with the list of sessions. */
async function timeOpening(dataDir: string): Promise<number> {
  const startedMs = performance.now();
  const journal = startJournal(dataDir);
  const ready = await journal.client.ready();
  if (!ready.ok || ready.crashedSessions.length !== 1)
    throw new Error("the journal of a month must open, with one crash");
  withReader(dataDir, (reader) => reader.sessions(LISTED_SESSIONS));
  const tookMs = performance.now() - startedMs;
  await journal.close();
  // The thread's end must not be measured with the pages
  await wait(100);
  return tookMs;
}

/** The slowest of all pages of each kind. A page of sessions or a look-up opens the journal anew, as those who ask do. */
function timePages(dataDir: string, { sessions }: Month): readonly (readonly [string, number])[] {
  const days = sessions.filter(({ startUs, endUs }) => endUs - startUs === DAY_US);
  const [ofADay] = days.slice(days.length / 2);
  if (ofADay === undefined) throw new RangeError("a month must have a session of a day");
  const crypto = { ...EVERY_SESSION, profile: "crypto" };
  const tenDays = {
    ...EVERY_SESSION,
    market: "BTCUSDT",
    sinceUs: ofADay.startUs,
    untilUs: ofADay.startUs + 10 * DAY_US,
  };
  return [
    [`${LISTED_SESSIONS} sessions`, slowestOf(() => sessionPages(dataDir, EVERY_SESSION))],
    [`${LISTED_SESSIONS} sessions of one profile`, slowestOf(() => sessionPages(dataDir, crypto))],
    [`${LISTED_SESSIONS} sessions of one market and ten days`, slowestOf(() => sessionPages(dataDir, tenDays))],
    ["one session, as explain, report and replay look it up", slowestOf(() => lookUps(dataDir, sessions))],
    [`${PAGE_ROWS} records of a session of a day, as report and replay read them`, timeRecords(dataDir, ofADay)],
    [`${PAGE_ROWS} rows of any table of it, as an export reads them`, timeRows(dataDir, ofADay)],
    ["the day's result, as the next session takes it over", slowestOf(() => carriedDays(dataDir, sessions))],
  ];
}

/** One step each page: a reader is opened, and asked as the thread that reads for the screens asks it. */
function* sessionPages(dataDir: string, filter: SessionFilter): Generator<void> {
  let beforeUs: number | null = null;
  for (;;) {
    const page = withReader(dataDir, (reader) => {
      reader.sessionKeys(EVERY_SESSION);
      reader.sessionKeys(filter);
      return reader.sessions(LISTED_SESSIONS, beforeUs, filter);
    });
    yield;
    if (page.length < LISTED_SESSIONS) return;
    beforeUs = page.at(-1)?.startedAtUs ?? null;
  }
}

function* lookUps(dataDir: string, sessions: readonly MonthSession[]): Generator<void> {
  for (const { sessionId } of sessions) {
    if (withReader(dataDir, (reader) => reader.session(sessionId)) === null)
      throw new Error(`${sessionId} must be there`);
    yield;
  }
}

/** A session that starts at the end of the month, or at the next noon. */
function* carriedDays(dataDir: string, sessions: readonly MonthSession[]): Generator<void> {
  const { mode, rules } = manifest();
  const endUs = sessions.at(-1)?.endUs ?? 0;
  for (const startUs of [endUs, endUs + DAY_US / 2]) {
    const dayStartUs = Math.floor(startUs / DAY_US) * DAY_US;
    const read = readCarriedRisk(dataDir, { mode, quoteCurrency: rules.quoteCurrency, dayStartUs });
    if (!read.ok) throw new Error(read.message);
    yield;
  }
}

function timeRecords(dataDir: string, { sessionId }: MonthSession): number {
  return withReader(dataDir, (reader) => slowestOf(() => everyPage(reader.entries(sessionId))));
}

function timeRows(dataDir: string, { sessionId }: MonthSession): number {
  const opened = openSessionTables(dataFolderPaths(dataDir), sessionId);
  if (!opened.ok) throw new Error(opened.message);
  const slowest = opened.tables.map((table) => slowestOf(() => everyPage(table.rows())));
  opened.close();
  return Math.max(...slowest);
}

/** Seconds of a whole walk. */
function timeDay(dataDir: string, { sessions }: Month): number {
  const { sessionId } = sessions[0] ?? {};
  if (sessionId === undefined) throw new RangeError("a month must have a session");
  const startedMs = performance.now();
  withReader(dataDir, (reader) => [...everyPage(reader.entries(sessionId))].length);
  return (performance.now() - startedMs) / 1000;
}

/** One step each page of rows, the last short. */
function* everyPage(rows: Iterable<unknown>): Generator<void> {
  let count = 0;
  for (const row of rows) {
    if (row === undefined) throw new Error("a row must be there");
    count += 1;
    if (count % PAGE_ROWS === 0) yield;
  }
  yield;
}

/** Milliseconds of the slowest step. The steps are gone through three times and the quickest of each counts: the rest is other work of the machine. */
function slowestOf(walk: () => Iterator<void>): number {
  const quickest: number[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    const steps = walk();
    for (let step = 0, isDone = false; !isDone; step += 1) {
      const startedMs = performance.now();
      isDone = steps.next().done === true;
      quickest[step] = Math.min(quickest[step] ?? Infinity, performance.now() - startedMs);
    }
  }
  return quickest.reduce((worst, ms) => Math.max(worst, ms), 0);
}

function withReader<T>(dataDir: string, use: (reader: JournalReader) => T): T {
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  try {
    return use(opened.reader);
  } finally {
    opened.reader.close();
  }
}
