import { setTimeout as wait } from "node:timers/promises";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { closeWritable, openWritable, type WritableDb } from "../../db/open.ts";
import { startJournal } from "../../main/session/journal-host.ts";
import { decision, fill, manifest, sample } from "../db/journal-builders.ts";
import { fillsTable } from "../../db/tables/fills.ts";
import { repriceDecisionsTable } from "../../db/tables/reprice-decisions.ts";
import { samplesTable } from "../../db/tables/samples.ts";
import { atMost, reported, type BenchResult } from "./bench-result.ts";

const DAYS = 30;
const DECISIONS_PER_MINUTE = 200;
const DECISIONS_PER_DAY = DECISIONS_PER_MINUTE * 60 * 24;
const FILLS_PER_DAY = 2_000;
const SAMPLES_PER_DAY = 86_400;
const DAY_US = 86_400_000_000;
const START_US = 1_723_075_200_000_000;
const EVENTS_PER_DECISION = 5;
const MOST_OPEN_MS = 300;
const MOST_PAGE_MS = 50;
const PAGE_ROWS = 200;
const PLACES = 40;

/**
 * A journal of thirty days of one session each, at 200 decisions a minute: how long it takes to open and to page. The rows are copies
 * of one row a table under places of their own, written past the journal's writer (no chain: neither opening nor paging reads it).
 */
export async function benchMonth(dataDir: string): Promise<BenchResult[]> {
  await makeFolder(dataDir);
  const startedMs = performance.now();
  fillMonth(dataDir);
  const buildS = (performance.now() - startedMs) / 1000;
  const openMs = await timeOpening(dataDir);
  const pages = timePages(dataDir);
  const rows = DAYS * (DECISIONS_PER_DAY + FILLS_PER_DAY + SAMPLES_PER_DAY);
  return [
    reported("rows of a journal of 30 days at 200 decisions a minute", rows, "rows"),
    reported("building it", buildS, "s"),
    atMost("opening it: the journal thread claims, migrates nothing, reconciles, answers", openMs, "ms", MOST_OPEN_MS),
    ...pages.map(([name, worstMs]) => atMost(`paging it: ${name}, the slowest page`, worstMs, "ms", MOST_PAGE_MS)),
    reported("the first records of a day, merged from all tables", timeMerge(dataDir), "ms"),
  ];
}

async function makeFolder(dataDir: string): Promise<void> {
  const journal = startJournal(dataDir);
  const ready = await journal.client.ready();
  if (!ready.ok) throw new Error(ready.message);
  for (let day = 0; day < DAYS; day += 1) {
    const startedAtUs = START_US + day * DAY_US;
    journal.client.begin(manifest({ sessionId: `day-${day}`, startedAtUs }));
    const endedAtUs = startedAtUs + DAY_US;
    await journal.client.end({ endedAtUs, endedHow: "ended", effectHash: "0".repeat(64), events: 1, resultJson: "{}" });
  }
  await journal.close();
}

function fillMonth(dataDir: string): void {
  const opened = openWritable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  db.pragma("synchronous = OFF");
  // One transaction through the write-ahead log would write everything twice
  db.pragma("journal_mode = OFF");
  db.transaction(() => {
    for (let day = 0; day < DAYS; day += 1) fillDay(db, `day-${day}`);
  })();
  db.pragma("journal_mode = WAL");
  closeWritable(db);
}

function fillDay(db: WritableDb, sessionId: string): void {
  const [look, execution, second] = [decision(1), fill(1), sample(1)];
  if (look.record.type !== "record-decision" || execution.record.type !== "record-fill") return;
  if (second.record.type !== "record-sample") return;
  const every = EVENTS_PER_DECISION * DECISIONS_PER_DAY;
  const rows = [
    ["reprice_decisions", repriceDecisionsTable.toRow(sessionId, look, look.record), DECISIONS_PER_DAY],
    ["fills", fillsTable.toRow(sessionId, execution, execution.record), FILLS_PER_DAY],
    ["samples", samplesTable.toRow(sessionId, second, second.record), SAMPLES_PER_DAY],
  ] as const;
  for (const [table, row, count] of rows) copies(db, table, row, count, Math.floor(every / count));
}

/** Writes a row so many times, `step` events apart. */
function copies(db: WritableDb, table: string, row: object, count: number, step: number): void {
  const names = Object.keys(row);
  const values = names.map((name) => (name === "seq" ? "at.n * @step" : `@${name}`)).join(", ");
  const given = Object.fromEntries(Object.entries(row).filter(([name]) => name !== "seq"));
  db.prepare(
    `WITH RECURSIVE at (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM at WHERE n < @count)
     INSERT INTO ${table} (${names.join(", ")}) SELECT ${values} FROM at`,
  ).run({ ...given, count, step });
}

/** From the start of the journal thread to its first answer, and a reader with the list of sessions. */
async function timeOpening(dataDir: string): Promise<number> {
  const startedMs = performance.now();
  const journal = startJournal(dataDir);
  const ready = await journal.client.ready();
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!ready.ok || !opened.ok) throw new Error("the journal of a month must open");
  opened.reader.sessions(50);
  const tookMs = performance.now() - startedMs;
  opened.reader.close();
  await journal.close();
  // The thread's end must not be measured with the pages
  await wait(100);
  return tookMs;
}

/** Slowest of many pages of each kind, at places all over the month. */
function timePages(dataDir: string): readonly (readonly [string, number])[] {
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { reader } = opened;
  const seqAt = (place: number): number => Math.floor((place / PLACES) * DECISIONS_PER_DAY * EVENTS_PER_DECISION) + 1;
  const day = (place: number): string => `day-${(place * 7) % DAYS}`;
  const pages: readonly (readonly [string, (place: number) => readonly unknown[]])[] = [
    ["sessions", () => reader.sessions(50)],
    ["decisions", (place) => reader.decisions(day(place), PAGE_ROWS, { seq: seqAt(place + 1), index: 0 })],
    ["fills", (place) => reader.fills(day(place), PAGE_ROWS, { seq: seqAt(place), index: 0 })],
    ["alerts", (place) => reader.alerts(day(place), PAGE_ROWS, null)],
  ];
  const worst = pages.map(([name, page]) => {
    let worstMs = 0;
    for (let place = 0; place < PLACES; place += 1) {
      const startedMs = performance.now();
      page(place);
      worstMs = Math.max(worstMs, performance.now() - startedMs);
    }
    return [name, worstMs] as const;
  });
  reader.close();
  return worst;
}

/** What a replay does before its first comparison. */
function timeMerge(dataDir: string): number {
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const startedMs = performance.now();
  firstOf(opened.reader.entries("day-3"));
  const tookMs = performance.now() - startedMs;
  opened.reader.close();
  return tookMs;
}

function firstOf<T>(entries: Iterable<T>): readonly T[] {
  const first: T[] = [];
  for (const entry of entries) {
    first.push(entry);
    if (first.length === PAGE_ROWS) break;
  }
  return first;
}
