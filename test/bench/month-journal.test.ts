import { expect, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { recordTables } from "../../db/journal-tables.ts";
import { closeDb, openReadable } from "../../db/open.ts";
import { readJournal, temporaryFolder } from "../db/journal-harness.ts";
import { makeMonth } from "./month-journal.ts";

test("a month's journal has rows in every table, in proportion, in sessions of a day and of an hour", () => {
  const dataDir = temporaryFolder();
  const month = makeMonth(dataDir, { days: 2, decisionsPerDay: 2_880 });
  const opened = openReadable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  const count = (table: string): number => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const rows = new Map(
    [...recordTables(db), "journal_chain", "latches", "session_progress"].map((table) => [table, count(table)]),
  );
  expect([...rows].filter(([, found]) => found === 0)).toEqual([]);
  const perDay = (table: string): number => (rows.get(table) ?? 0) / 2;
  expect(perDay("reprice_decisions")).toBeCloseTo(2_880, -2);
  expect(perDay("orders")).toBeCloseTo(2_880, -2);
  expect(perDay("samples")).toBeCloseTo(864, -2);
  expect(perDay("journal_chain")).toBeGreaterThan(1_000);
  expect(perDay("markouts") / perDay("fills")).toBeGreaterThan(2);
  expect(month.rows).toBe(
    [...recordTables(db), "journal_chain"].reduce((sum, table) => sum + (rows.get(table) ?? 0), 0),
  );
  closeDb(db);
  const listed = readJournal(dataDir).sessions(100);
  expect(listed.map(({ sessionId }) => sessionId)).toEqual([
    ...month.sessions.map(({ sessionId }) => sessionId).toReversed(),
    "template",
  ]);
  expect(month.sessions).toHaveLength(25);
  expect(listed.filter(({ endedHow }) => endedHow === "running").map(({ sessionId }) => sessionId)).toEqual([
    month.sessions.at(-1)?.sessionId,
  ]);
  expect(listed.every(({ fills, net }) => fills > 0 && net !== null)).toBe(true);
});
