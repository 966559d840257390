import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBundle } from "../../db/bundle/write-bundle.ts";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { closeDb, openReadable, openWritable } from "../../db/open.ts";
import { batch, fill, manifest, summary } from "./journal-builders.ts";
import { JournalClient } from "../../db/journal-client.ts";
import { JournalService } from "../../db/journal-service.ts";
import { directPorts } from "./journal-harness.ts";
import { tampered, verified } from "./tampering.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ballast-verify-schema-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

beforeAll(async () => {
  const { client: port, service } = directPorts();
  const client = new JournalClient(port, () => 0);
  JournalService.start([service], { dataDir });
  client.begin(manifest({ sessionId: "ended" }));
  client.append(batch(1, [fill(1)], { sessionId: "ended", isUrgent: true }));
  await client.end(summary({ events: 1 }));
  await client.close();
});

function tables(): readonly string[] {
  const opened = openReadable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const names = opened.db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  closeDb(opened.db);
  return names;
}

/** A copy of the folder whose journal lacks a table, and with it the table's triggers and indexes. */
function dropped(table: string): string {
  const copy = tampered(dataDir, () => undefined);
  const opened = openWritable(dataFolderPaths(copy).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  opened.db.pragma("foreign_keys = OFF");
  opened.db.exec(`DROP TABLE ${table}`);
  closeDb(opened.db);
  return copy;
}

describe("a journal that lacks a table", () => {
  test("has it named, whichever it is, and is asked nothing more", () => {
    expect(tables()).toContain("journal_chain");
    for (const table of tables()) {
      const copy = dropped(table);
      for (const only of [null, "ended"]) {
        const { findings, sessions, isStoppedAtSchema } = verified(copy, only);
        expect(findings.map(({ message }) => message)).toContainEqual(
          expect.stringContaining(`table ${table} is missing`),
        );
        expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["schema"]));
        expect({ sessions, isStoppedAtSchema }).toEqual({ sessions: [], isStoppedAtSchema: true });
      }
    }
  });

  test("gives no bundle, and the message says why", async () => {
    const copy = dropped("late_fills");
    const options = { sessionId: "ended", out: join(copy, "out.bundle"), createdBy: "ballast test", nowUs: 1 };
    const written = await writeBundle({ paths: dataFolderPaths(copy), ...options });
    expect(written.ok ? "" : written.message).toContain("table late_fills is missing");
  });
});

test("a table that lost a column is named, and its rows are not asked for", () => {
  const copy = tampered(dataDir, (db) => db.exec("ALTER TABLE fills DROP COLUMN snapshot"));
  expect(verified(copy)).toMatchObject({
    isStoppedAtSchema: true,
    findings: [{ kind: "schema", message: expect.stringContaining("table fills was changed") as unknown }],
  });
});

test.each([
  ["table", "CREATE TABLE notes (session_id TEXT, note TEXT)"],
  ["table", "CREATE TABLE notes (session_id TEXT, seq INTEGER, idx INTEGER, PRIMARY KEY (session_id, seq, idx))"],
  ["view", "CREATE VIEW notes AS SELECT * FROM fills"],
  ["index", "CREATE INDEX notes ON fills (trade_id)"],
  ["trigger", "CREATE TRIGGER notes AFTER INSERT ON samples BEGIN SELECT 1; END"],
])("a %s that no Ballast made is named, and the rest is still checked", (type, sql) => {
  const copy = tampered(dataDir, (db) => db.exec(`${sql}; UPDATE fills SET fee = '9'`));
  expect(verified(copy)).toMatchObject({
    isStoppedAtSchema: false,
    findings: [
      { kind: "schema", message: expect.stringContaining(`${type} notes is unknown`) as unknown },
      { kind: "altered", table: "fills", column: "fee" },
    ],
  });
});

test("statistics of the query planner are no stranger's", () => {
  const copy = tampered(dataDir, (db) => db.exec("ANALYZE"));
  expect(verified(copy)).toMatchObject({ findings: [], sessions: [{ state: "intact" }] });
});
