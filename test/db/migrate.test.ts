import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { APPLICATION_ID, migrate, MIGRATIONS, newestVersion, versionOf } from "../../db/migrate.ts";
import type { Migration } from "../../db/migration.ts";
import { closeDb, closeWritable, openReadable, openWritable, type ReadableDb, type WritableDb } from "../../db/open.ts";
import { temporaryFolder } from "./journal-harness.ts";

const first: Migration = { version: 10, name: "first", up: (db) => void db.exec("CREATE TABLE a (x INTEGER) STRICT") };
const second: Migration = { version: 20, name: "second", up: (db) => void db.exec("ALTER TABLE a ADD COLUMN y TEXT") };

function fresh(): { db: WritableDb; backupsDir: string } {
  const folder = temporaryFolder();
  const opened = openWritable(join(folder, "journal.sqlite"));
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => closeWritable(opened.db));
  return { db: opened.db, backupsDir: join(folder, "backups") };
}

function schemaOf(db: ReadableDb): string {
  const rows = db
    .prepare<[], string>(
      "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, tbl_name, name",
    )
    .pluck()
    .all();
  return `-- Schema version ${versionOf(db)}; written by test/db/migrate.test.ts (vitest run -u), not by hand\n${rows.join("\n")}\n`;
}

test("the newest schema is the one in schema.sql", async () => {
  const { db, backupsDir } = fresh();
  migrate(db, backupsDir);
  await expect(schemaOf(db)).toMatchFileSnapshot("../../db/schema.sql");
});

test("an empty database comes to the newest version without a backup, and a second run changes nothing", () => {
  const { db, backupsDir } = fresh();
  const newest = newestVersion();
  expect(migrate(db, backupsDir)).toEqual({ ok: true, from: 0, to: newest, backupFile: null });
  expect(db.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
  expect(migrate(db, backupsDir)).toEqual({ ok: true, from: newest, to: newest, backupFile: null });
  expect(existsSync(backupsDir)).toBe(false);
});

test("an existing database is copied before it is changed, and keeps its rows", () => {
  const { db, backupsDir } = fresh();
  migrate(db, backupsDir, [first]);
  db.exec("INSERT INTO a VALUES (7)");
  const backupFile = join(backupsDir, "journal.sqlite.v10");
  expect(migrate(db, backupsDir, [first, second])).toEqual({ ok: true, from: 10, to: 20, backupFile });
  expect(db.prepare("SELECT * FROM a").all()).toEqual([{ x: 7, y: null }]);
  const backup = openReadable(backupFile);
  if (!backup.ok) throw new Error(backup.message);
  expect(versionOf(backup.db)).toBe(10);
  expect(backup.db.prepare("SELECT * FROM a").all()).toEqual([{ x: 7 }]);
  closeDb(backup.db);
});

test("a step that fails leaves the version before it whole, and the next try makes its backup anew", () => {
  const { db, backupsDir } = fresh();
  migrate(db, backupsDir, [first]);
  const broken: Migration = {
    version: 20,
    name: "broken",
    up: (target) => void target.exec("CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT"),
  };
  expect(migrate(db, backupsDir, [first, broken])).toMatchObject({
    ok: false,
    message: expect.stringContaining(db.name),
  });
  expect(versionOf(db)).toBe(10);
  expect(db.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["a"]);
  expect(migrate(db, backupsDir, [first, second])).toMatchObject({ ok: true, from: 10, to: 20 });
});

test("a database from the future is refused, naming both versions and the file, and stays as it was", () => {
  const { db, backupsDir } = fresh();
  migrate(db, backupsDir, [first, second]);
  const refused = migrate(db, backupsDir, [first]);
  expect(refused).toMatchObject({ ok: false, code: "database-from-future" });
  if (refused.ok) return;
  expect(refused.message).toContain("version 20");
  expect(refused.message).toContain("up to 10");
  expect(refused.message).toContain(db.name);
  expect(versionOf(db)).toBe(20);
});

test("a database of another program is refused and stays as it was", () => {
  const { db, backupsDir } = fresh();
  db.exec("CREATE TABLE bookmarks (url TEXT)");
  expect(migrate(db, backupsDir)).toMatchObject({
    ok: false,
    code: "database-corrupt",
    message: expect.stringContaining(db.name),
  });
  expect(db.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["bookmarks"]);
});

test.each([
  ["not in tens", [{ ...first, version: 15 }]],
  ["falling", [second, first]],
  ["repeated", [first, { ...second, version: 10 }]],
])("migrations that are %s are a broken invariant", (_what, migrations) => {
  const { db, backupsDir } = fresh();
  expect(() => migrate(db, backupsDir, migrations)).toThrow(/numbered in tens/);
});

test("the released migrations are in order", () => {
  const versions = MIGRATIONS.map((migration) => migration.version);
  expect(versions).toEqual([...versions].sort((one, other) => one - other));
});
