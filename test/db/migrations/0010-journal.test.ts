import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../../../db/migrate.ts";
import { migration0010 } from "../../../db/migrations/0010-journal.ts";
import { closeWritable, openWritable, type WritableDb } from "../../../db/open.ts";

const SESSION = `INSERT INTO sessions (session_id, app_version, build_hash, mode, venue, market, rules, rules_hash, profile_name,
  profile_text, profile_hash, overrides, source, started_at_us, session_start_us)
  VALUES ('s', '1', 'b', 'paper', 'sim', 'BTC', '{}', 'h', 'legacy', '', 'h', '[]', '{}', 1, 1)`;
const PNL = "'0', '0', '0', '0', '0'";

/** One row of every append-only table. */
const ROWS: Readonly<Record<string, string>> = {
  orders: "('s', 1, 0, 1, 1, 'buy', 'buy', 0, 1, 1, 0, 'resting', NULL)",
  fills: `('s', 1, 0, 1, 1, 't', 'buy', 'buy', 0, 1, 1, 'maker', '0', NULL, NULL, NULL, 1, ${PNL}, 1)`,
  reprice_decisions:
    "('s', 1, 0, 1, 1, 1, 'buy', 0, 'skip_no_book', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
  regime_changes: "('s', 1, 0, 1, 'CALM', 'NORMAL', 1, 1.5, NULL)",
  profile_changes: "('s', 1, 0, 1, 'c', 'operator', 'legacy', 0, 'h', 'crypto', 1, 'h', '{}', '{}')",
  operator_commands: "('s', 1, 0, 1, 'c', 'pause', 'operator', 'applied')",
  alerts: "('s', 1, 0, 1, 1, 1, 'book-gapped', 'warning', 'gap')",
  samples: `('s', 1, 0, 1, NULL, 0, ${PNL}, 0)`,
  latches: "(1, 'kill', 'set', 'operator', 's', NULL, 1)",
};

function migrated(): WritableDb {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => closeWritable(opened.db));
  expect(migrate(opened.db, "", [migration0010])).toMatchObject({ ok: true, from: 0, to: 10 });
  opened.db.exec(SESSION);
  return opened.db;
}

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

test.each(Object.entries(ROWS).filter(([table]) => table !== "latches"))(
  "a row of %s must belong to a session, and its place must be free",
  (table, values) => {
    const db = migrated();
    db.exec(`INSERT INTO ${table} VALUES ${values}`);
    expect(() => db.exec(`INSERT INTO ${table} VALUES ${values}`)).toThrow(/UNIQUE/);
    expect(() => db.exec(`INSERT INTO ${table} VALUES ${values.replace("'s'", "'nobody'")}`)).toThrow(/FOREIGN KEY/);
  },
);

test("a session ends once and is never removed", () => {
  const db = migrated();
  db.exec("UPDATE sessions SET ended_how = 'ended'");
  expect(() => db.exec("UPDATE sessions SET ended_how = 'killed'")).toThrow(/never changed/);
  expect(() => db.exec("DELETE FROM sessions")).toThrow(/never removed/);
});

test.each([
  ["a fraction of a tick", `INSERT INTO samples VALUES ('s', 1, 0, 1, 0.5, 0, ${PNL}, 0)`],
  ["an unknown side", ROWS["orders"]?.replace("'buy'", "'bid'")],
  ["a column that is no JSON", ROWS["profile_changes"]?.replace("'{}'", "'{'")],
  ["a latch set by nobody's session", "INSERT INTO latches VALUES (1, 'kill', 'set', 'r', NULL, NULL, 1)"],
])("%s is refused", (_what, sql) => {
  const table = sql?.includes("'c', 'operator'") ? "profile_changes" : "orders";
  const statement = sql?.startsWith("INSERT") ? sql : `INSERT INTO ${table} VALUES ${sql}`;
  expect(() => migrated().exec(statement)).toThrow(/cannot store|CHECK/);
});
