import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { closeDb, closeWritable, nodeProblem, openLocked, openReadable, openWritable } from "../../db/open.ts";
import { temporaryFolder } from "./journal-harness.ts";

function writable(file: string) {
  const opened = openWritable(file);
  if (!opened.ok) throw new Error(opened.message);
  return opened.db;
}

test("a writer has a write-ahead log, full flushes and foreign keys", () => {
  const db = writable(join(temporaryFolder(), "a.sqlite"));
  expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(db.pragma("synchronous", { simple: true })).toBe(2);
  expect(db.pragma("foreign_keys", { simple: true })).toBe(1);
  expect(db.pragma("busy_timeout", { simple: true })).toBeGreaterThan(0);
  closeWritable(db);
});

test("a reader sees what a writer committed and cannot write", () => {
  const file = join(temporaryFolder(), "a.sqlite");
  const db = writable(file);
  db.exec("CREATE TABLE t (x INTEGER) STRICT");
  const opened = openReadable(file);
  if (!opened.ok) throw new Error(opened.message);
  db.exec("INSERT INTO t VALUES (7)");
  expect(opened.db.prepare("SELECT x FROM t").pluck().all()).toEqual([7]);
  expect(() => opened.db.prepare("INSERT INTO t VALUES (8)").run()).toThrow(/readonly/);
  closeDb(opened.db);
  closeWritable(db);
});

test("a missing file is not created by a reader", () => {
  const file = join(temporaryFolder(), "missing.sqlite");
  expect(openReadable(file)).toMatchObject({ ok: false, code: "io", message: expect.stringContaining(file) });
});

test("a file that is no database is called damaged, by reader and writer", () => {
  const file = join(temporaryFolder(), "a.sqlite");
  writeFileSync(file, "this is a letter to my aunt, not a database ".repeat(100));
  const failure = { ok: false, code: "database-corrupt", message: expect.stringContaining(file) };
  expect(openReadable(file)).toMatchObject(failure);
  expect(openWritable(file)).toMatchObject(failure);
});

test("a lock is exclusive until it is closed", () => {
  const file = join(temporaryFolder(), "lock.sqlite");
  const first = openLocked(file);
  expect(openLocked(file)).toMatchObject({ ok: false, code: "database-locked" });
  if (first.ok) closeDb(first.db);
  const second = openLocked(file);
  expect(second.ok).toBe(true);
  if (second.ok) closeDb(second.db);
});

test.each([
  ["20.19.0", true],
  ["22.14.9", true],
  ["22.15.0", false],
  ["23.0.0", false],
  ["24.21.0", false],
])("Node %s is refused: %s", (version, isRefused) => {
  const problem = nodeProblem(version);
  expect(problem !== null).toBe(isRefused);
  if (problem !== null) expect(problem).toContain(version);
});
