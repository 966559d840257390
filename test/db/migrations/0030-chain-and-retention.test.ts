import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../../../db/migrate.ts";
import { migration0010 } from "../../../db/migrations/0010-journal.ts";
import { migration0020 } from "../../../db/migrations/0020-risk-events-and-markouts.ts";
import { migration0030 } from "../../../db/migrations/0030-chain-and-retention.ts";
import { closeWritable, openWritable, type WritableDb } from "../../../db/open.ts";
import { temporaryFolder } from "../journal-harness.ts";

const SESSION = `INSERT INTO sessions (session_id, app_version, build_hash, mode, venue, market, rules, rules_hash, profile_name,
  profile_text, profile_hash, overrides, source, started_at_us, session_start_us)
  VALUES ('s', '1', 'b', 'paper', 'sim', 'BTC', '{}', 'h', 'legacy', '', 'h', '[]', '{}', 1, 1)`;

/** One row of each append-only table that the step adds. */
const ROWS: Readonly<Record<string, string>> = {
  late_fills: "('s', 1, 0, 1, 1, 't', NULL, 600001, 2, 'maker', '0', 'tape', 1)",
  pruned_sessions: "('gone', 'paper', 'BTC', 'legacy', 1, 2, 'ended', 3, 4, 5, NULL, 6, 'anna', 'old')",
};

function migrated(): WritableDb {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  onTestFinished(() => closeWritable(db));
  expect(migrate(db, "", [migration0010, migration0020])).toMatchObject({ ok: true });
  db.exec(SESSION);
  const all = [migration0010, migration0020, migration0030];
  expect(migrate(db, temporaryFolder(), all)).toMatchObject({ ok: true, from: 20, to: 30 });
  return db;
}

test("a session from before the step is kept, and named as one without a chain", () => {
  const db = migrated();
  expect(db.prepare("SELECT session_id FROM sessions").pluck().all()).toEqual(["s"]);
  expect(db.prepare("SELECT session_id FROM unchained_sessions").pluck().all()).toEqual(["s"]);
});

test.each(Object.entries(ROWS))("rows of %s can be added and never changed or removed", (table, values) => {
  const db = migrated();
  db.exec(`INSERT INTO ${table} VALUES ${values}`);
  expect(() => db.exec(`UPDATE ${table} SET session_id = 'x'`)).toThrow(/append-only/);
  expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/append-only/);
  expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(1);
});

test("only the head of a chain may be rewritten", () => {
  const db = migrated();
  for (const link of [0, 1]) db.exec(`INSERT INTO journal_chain VALUES ('s', ${link}, x'00', zeroblob(32))`);
  db.exec("UPDATE journal_chain SET rows = x'01' WHERE link = 0");
  expect(() => db.exec("UPDATE journal_chain SET rows = x'01' WHERE link = 1")).toThrow(/append-only/);
  expect(() => db.exec("DELETE FROM journal_chain")).toThrow(/append-only/);
  expect(() => db.exec("INSERT INTO journal_chain VALUES ('s', 2, x'00', x'00')")).toThrow(/CHECK/);
});

test("rows of a session go only while that session is being pruned", () => {
  const db = migrated();
  db.exec("INSERT INTO risk_events VALUES ('s', 1, 0, 1, 'c', 'tripped', 'd', NULL, NULL, NULL)");
  db.exec("INSERT INTO pruning VALUES ('other')");
  expect(() => db.exec("DELETE FROM risk_events")).toThrow(/append-only/);
  expect(() => db.exec("DELETE FROM sessions")).toThrow(/never removed/);
  db.exec("INSERT INTO pruning VALUES ('s')");
  db.exec("DELETE FROM risk_events; DELETE FROM sessions");
  expect(db.prepare("SELECT count(*) FROM sessions").pluck().get()).toBe(0);
});
