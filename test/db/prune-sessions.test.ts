import { copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backUpJournal } from "../../db/back-up-journal.ts";
import { dataFolderPaths, snapshotsFile, tapeFile } from "../../db/data-folder.ts";
import { recordTables } from "../../db/journal-tables.ts";
import { closeDb, closeWritable, openReadable, openWritable } from "../../db/open.ts";
import { Pruning } from "../../db/prune-sessions.ts";
import { everyRecord } from "./every-record.ts";
import { batch, fill, manifest, summary } from "./journal-builders.ts";
import { readJournal, startJournal, temporaryFolder } from "./journal-harness.ts";
import { tampered, verified } from "./tampering.ts";

const DAY_US = 86_400_000_000;
const NOW_US = 1_723_075_200_000_000 + 100 * DAY_US;

/** Sessions `old`, `middle`, `new` that ended 90, 50 and 10 days ago, `latched` 80 days ago with its kill latch set, and `crashed`. */
async function fiveSessions(): Promise<string> {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const ends = { old: 90, latched: 80, middle: 50, new: 10 };
  for (const [sessionId, daysAgo] of Object.entries(ends)) {
    const endedAtUs = NOW_US - daysAgo * DAY_US;
    client.begin(manifest({ sessionId, startedAtUs: endedAtUs - DAY_US }));
    for (const seq of [1, 2, 3]) client.append(batch(seq, everyRecord(seq), { sessionId, isUrgent: true }));
    await client.end(summary({ endedAtUs, events: 3 }));
    if (sessionId === "latched")
      await client.setLatch({ latch: "kill", reason: "operator", sessionId, setAtUs: endedAtUs });
  }
  client.begin(manifest({ sessionId: "open", startedAtUs: NOW_US - 95 * DAY_US }));
  client.append(batch(1, [fill(1)], { sessionId: "open", isUrgent: true }));
  await client.close();
  return dataDir;
}

function pruning<T>(dataDir: string, work: (pruning: Pruning) => T): T {
  const opened = Pruning.open(dataDir);
  if (!opened.ok) throw new Error(opened.message);
  try {
    return work(opened.pruning);
  } finally {
    opened.pruning.close();
  }
}

const olderThan60 = { endedBeforeUs: NOW_US - 60 * DAY_US, keepBytes: null } as const;
const order = { by: "anna", reason: "older than 60 days", atUs: NOW_US };

test("a plan by age names what would go, and spares the session without an end and the one whose latch is set", async () => {
  const dataDir = await fiveSessions();
  const plan = pruning(dataDir, (opened) => opened.plan(olderThan60));
  expect(plan.remove.map(({ sessionId }) => sessionId)).toEqual(["old"]);
  expect(plan.spared).toEqual([
    { sessionId: "open", why: expect.stringContaining("no end") },
    { sessionId: "latched", why: expect.stringContaining("latch") },
  ]);
  expect(plan.bytesBefore - plan.bytesAfter).toBe(plan.remove[0]?.bytes);
  expect(readJournal(dataDir).sessions(10)).toHaveLength(5);
});

test("a plan by size takes the oldest that may go until the rest fits", async () => {
  const dataDir = await fiveSessions();
  const all = pruning(dataDir, (opened) => opened.plan({ endedBeforeUs: null, keepBytes: 0 }));
  expect(all.remove.map(({ sessionId }) => sessionId)).toEqual(["old", "middle", "new"]);
  const oneFewer = all.bytesBefore - 1;
  const one = pruning(dataDir, (opened) => opened.plan({ endedBeforeUs: null, keepBytes: oneFewer }));
  expect(one.remove.map(({ sessionId }) => sessionId)).toEqual(["old"]);
  expect(one.bytesAfter).toBeLessThanOrEqual(oneFewer);
  const none = pruning(dataDir, (opened) => opened.plan({ endedBeforeUs: null, keepBytes: all.bytesBefore }));
  expect(none.remove).toEqual([]);
});

test("a pruned session is gone from every table and the tapes; its tombstone stays, and verify knows of it", async () => {
  const dataDir = await fiveSessions();
  const before = verified(dataDir).sessions.find(({ sessionId }) => sessionId === "old");
  const paths = dataFolderPaths(dataDir);
  for (const sessionId of ["old", "new"]) writeFileSync(snapshotsFile(paths, sessionId), "snapshots of a replay");
  expect(pruning(dataDir, (opened) => opened.remove(opened.plan(olderThan60).remove, order))).toBeNull();
  const opened = openReadable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  const left = [...recordTables(db), "sessions", "session_progress", "journal_chain"].filter(
    (table) => db.prepare(`SELECT 1 FROM ${table} WHERE session_id = 'old'`).get() !== undefined,
  );
  expect(db.prepare("SELECT * FROM pruning").all()).toEqual([]);
  closeDb(db);
  expect(left).toEqual([]);
  expect(existsSync(tapeFile(paths, "old"))).toBe(false);
  expect(["old", "new"].map((sessionId) => existsSync(snapshotsFile(paths, sessionId)))).toEqual([false, true]);
  const { findings, pruned, sessions } = verified(dataDir);
  expect(findings).toEqual([]);
  expect(sessions.map(({ sessionId }) => sessionId)).toEqual(["open", "latched", "middle", "new"]);
  expect(pruned).toEqual([
    { sessionId: "old", prunedAtUs: NOW_US, by: "anna", reason: "older than 60 days", lastHash: before?.lastHash },
  ]);
});

test("the tombstone itself is chained: changed or removed, it is found", async () => {
  const dataDir = await fiveSessions();
  pruning(dataDir, (opened) => opened.remove(opened.plan(olderThan60).remove, order));
  const changed = tampered(dataDir, (db) => db.exec("UPDATE pruned_sessions SET by = 'bob'"));
  expect(verified(changed).findings).toMatchObject([
    { kind: "altered", table: "pruned_sessions", key: { session_id: "old" }, column: "by" },
  ]);
  const removed = tampered(dataDir, (db) => db.exec("DELETE FROM pruned_sessions"));
  expect(verified(removed).findings).toMatchObject([
    { kind: "removed", table: "sessions", key: { session_id: "old" } },
    { kind: "removed", table: "pruned_sessions", key: { session_id: "old" } },
  ]);
});

test("a crash between the rows and the tape leaves a tape, which the next pruning takes", async () => {
  const dataDir = await fiveSessions();
  const path = tapeFile(dataFolderPaths(dataDir), "old");
  copyFileSync(path, `${path}.kept`);
  pruning(dataDir, (opened) => opened.remove(opened.plan(olderThan60).remove, order));
  copyFileSync(`${path}.kept`, path);
  expect(verified(dataDir).findings).toEqual([]);
  pruning(dataDir, (opened) => opened.remove([], order));
  expect(existsSync(path)).toBe(false);
});

test("every table of a session lets its rows go only while that session is being pruned", async () => {
  const dataDir = await fiveSessions();
  const opened = openWritable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  const guarded = [...recordTables(db), "journal_chain"].filter((table) => table !== "late_fills");
  for (const table of guarded) {
    expect(() => db.exec(`DELETE FROM ${table} WHERE session_id = 'old'`), table).toThrow(/append-only/);
    db.exec("INSERT INTO pruning VALUES ('new')");
    expect(() => db.exec(`DELETE FROM ${table} WHERE session_id = 'old'`), table).toThrow(/append-only/);
    db.exec(`DELETE FROM ${table} WHERE session_id = 'new'`);
    db.exec("DELETE FROM pruning");
  }
  expect(() => db.exec("DELETE FROM sessions")).toThrow(/never removed/);
  closeWritable(db);
});

test("pruning is refused while a journal runs on the folder, and gives the folder back", async () => {
  const dataDir = await fiveSessions();
  const { client } = startJournal({ dataDir });
  expect(Pruning.open(dataDir)).toMatchObject({ ok: false, code: "data-folder-in-use" });
  await client.close();
  pruning(dataDir, () => undefined);
  pruning(dataDir, (opened) => expect(opened.shrink()).toBeNull());
});

test("a backup made while a session writes is whole, holds what was durable, and leaves nothing beside it", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(1, everyRecord(1), { isUrgent: true }));
  const copy = temporaryFolder();
  const out = dataFolderPaths(copy).journalFile;
  expect(backUpJournal(dataFolderPaths(dataDir).journalFile, out)).toMatchObject({ ok: true });
  client.append(batch(2, everyRecord(2), { isUrgent: true }));
  expect(client.failure).toBeNull();
  expect(readdirSync(copy)).toEqual(["journal.sqlite"]);
  expect([...readJournal(copy).entries("session-1")]).toHaveLength(10);
  // Its tape was not copied; of the rows nothing is wrong
  expect(verified(copy).findings).toMatchObject([{ kind: "tape" }]);
});

test("a backup never writes over a file, and a damaged journal gives none", async () => {
  const dataDir = await fiveSessions();
  const { journalFile } = dataFolderPaths(dataDir);
  expect(backUpJournal(journalFile, journalFile)).toMatchObject({ ok: false, code: "exists" });
  const out = join(temporaryFolder(), "no", "such", "folder");
  expect(backUpJournal(journalFile, out)).toMatchObject({ ok: false, message: expect.stringContaining(out) });
  expect(verified(dataDir).findings).toEqual([]);
});
