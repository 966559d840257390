import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { closeDb, openReadable, type ReadableDb } from "../../db/open.ts";
import { batch, decision, fill, manifest, markout, riskEvent } from "./journal-builders.ts";
import { startJournal, temporaryFolder } from "./journal-harness.ts";

const page = readFileSync(new URL("../../docs/journal.md", import.meta.url), "utf8");
const queries = (/```sql\n([\s\S]*?)```/.exec(page)?.[1] ?? "").split(";").filter((query) => query.trim() !== "");

function journalToRead(): ReadableDb {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(4, [fill(1), decision(2), riskEvent(3), markout(4)], { fromSeq: 1, isUrgent: true }));
  void client.setLatch({ latch: "kill", reason: "operator", sessionId: "session-1", setAtUs: 1 });
  const opened = openReadable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => closeDb(opened.db));
  return opened.db;
}

test("every query of the journal's page finds its row", () => {
  const db = journalToRead();
  expect(queries.length).toBeGreaterThanOrEqual(7);
  const rowsFound = queries.map((query) => [query, db.prepare(query.replace("'ID'", "'session-1'")).all().length]);
  expect(rowsFound).toEqual(queries.map((query) => [query, 1]));
});

test("the page explains every table", () => {
  const tables = journalToRead()
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all();
  for (const table of tables.filter((name) => !name.startsWith("sqlite_"))) expect(page).toContain(`| \`${table}\` |`);
});
