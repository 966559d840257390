import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../../../db/migrate.ts";
import { migration0010 } from "../../../db/migrations/0010-journal.ts";
import { migration0020 } from "../../../db/migrations/0020-risk-events-and-markouts.ts";
import { closeWritable, openWritable, type WritableDb } from "../../../db/open.ts";
import { temporaryFolder } from "../journal-harness.ts";

const SESSION = `INSERT INTO sessions (session_id, app_version, build_hash, mode, venue, market, rules, rules_hash, profile_name,
  profile_text, profile_hash, overrides, source, started_at_us, session_start_us)
  VALUES ('s', '1', 'b', 'paper', 'sim', 'BTC', '{}', 'h', 'legacy', '', 'h', '[]', '{}', 1, 1)`;

/** One row of each table that the step adds. */
const ROWS: Readonly<Record<string, string>> = {
  risk_events: "('s', 1, 0, 1, 'circuit-breaker', 'tripped', 'failures', 5.0, 5.0, NULL)",
  markouts: "('s', 1, 0, 1, 1, 't', 'buy', 'buy', 0, 'maker', 1, 1000000, 600001, 1200004, 0.5)",
};

function databaseAt10(): WritableDb {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => closeWritable(opened.db));
  expect(migrate(opened.db, "", [migration0010])).toMatchObject({ ok: true, from: 0, to: 10 });
  opened.db.exec(SESSION);
  return opened.db;
}

function migrated(): WritableDb {
  const db = databaseAt10();
  expect(migrate(db, temporaryFolder(), [migration0010, migration0020])).toMatchObject({ ok: true, from: 10, to: 20 });
  return db;
}

test("a journal of the version before keeps its sessions", () => {
  expect(migrated().prepare("SELECT session_id FROM sessions").pluck().all()).toEqual(["s"]);
});

test("every table is strict", () => {
  const lax = migrated().prepare(
    "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'",
  );
  expect(lax.pluck().all()).toEqual([]);
});

test.each(Object.entries(ROWS))("rows of %s can be added and never changed or removed", (table, values) => {
  const db = migrated();
  db.exec(`INSERT INTO ${table} VALUES ${values}`);
  expect(() => db.exec(`UPDATE ${table} SET at_us = 2`)).toThrow(/append-only/);
  expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/append-only/);
  expect(db.prepare(`SELECT at_us FROM ${table}`).pluck().all()).toEqual([1]);
});

test.each(Object.entries(ROWS))("a row of %s must belong to a session, and its place must be free", (table, values) => {
  const db = migrated();
  db.exec(`INSERT INTO ${table} VALUES ${values}`);
  expect(() => db.exec(`INSERT INTO ${table} VALUES ${values}`)).toThrow(/UNIQUE/);
  expect(() => db.exec(`INSERT INTO ${table} VALUES ${values.replace("'s'", "'nobody'")}`)).toThrow(/FOREIGN KEY/);
});

test.each([
  ["an unknown happening", "risk_events", "'tripped'", "'exploded'"],
  ["an unknown side", "markouts", "'buy'", "'bid'"],
  ["an unknown liquidity", "markouts", "'maker'", "'both'"],
  ["a fraction of a tick", "markouts", "600001", "600001.5"],
  ["a markout without its mid", "markouts", "1200004", "NULL"],
  ["a mid without its markout", "markouts", "0.5", "NULL"],
])("%s is refused", (_what, table, good, bad) => {
  const values = ROWS[table]?.replace(good, bad);
  expect(() => migrated().exec(`INSERT INTO ${table} VALUES ${values}`)).toThrow(/cannot store|CHECK/);
});

test("a fill whose book was stale at the horizon has a row without a markout", () => {
  const db = migrated();
  db.exec(`INSERT INTO markouts VALUES ${ROWS["markouts"]?.replace("1200004, 0.5", "NULL, NULL")}`);
  expect(db.prepare("SELECT markout_bps FROM markouts").pluck().all()).toEqual([null]);
});
