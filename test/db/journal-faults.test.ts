import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { failureOf } from "../../db/journal-failure.ts";
import { checkJournal } from "../../db/journal-integrity.ts";
import type { FromJournal } from "../../db/journal-protocol.ts";
import { newestVersion } from "../../db/migrate.ts";
import { closeWritable, openWritable } from "../../db/open.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import { createTapeFile } from "../../db/tape-file.ts";
import { batch, decision, fill, manifest, summary } from "./journal-builders.ts";
import {
  firstAnswer,
  readJournal,
  recordsOf,
  startJournal,
  storedSeqs,
  tapeSeqs,
  temporaryFolder,
} from "./journal-harness.ts";

/** A data folder whose journal holds one ended session with `rows` fills, and is closed. */
async function closedJournal(rows = 3): Promise<string> {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest({ sessionId: "earlier" }));
  const fills = Array.from({ length: rows }, (_, index) => fill(index + 1));
  client.append(batch(rows, fills, { sessionId: "earlier", fromSeq: 1 }));
  await client.end(summary());
  await client.close();
  return dataDir;
}

function failed(code: string, naming: string): object {
  return { type: "failed", code, message: expect.stringContaining(naming) };
}

test("a full disk under the journal stops it; every durable row stays, and nothing of the failed group is there", async () => {
  const dataDir = await closedJournal();
  const { journalFile } = dataFolderPaths(dataDir);
  const { client, heard } = startJournal({ dataDir, tune: (db) => void db.pragma("max_page_count = 60") });
  client.begin(manifest());
  for (let seq = 1; seq <= 2_000 && client.failure === null; seq += 1)
    client.append(batch(seq, [decision(seq), { ...fill(seq), index: 1 }], { isUrgent: true }));
  expect(heard.at(-1)).toMatchObject(failed("disk-full", journalFile));
  const durable = client.durableSeq;
  expect(durable).toBeGreaterThan(0);
  await expect(client.end(summary())).rejects.toMatchObject({ code: "disk-full" });
  await client.close();
  expect(checkJournal(journalFile)).toEqual({ ok: true });
  expect(firstAnswer(dataDir)).toMatchObject({ type: "ready", crashedSessions: ["session-1"] });
  expect(recordsOf(dataDir, "session-1", "record-fill").map((stored) => stored.seq)).toEqual(
    Array.from({ length: durable }, (_, index) => index + 1),
  );
  expect(storedSeqs(dataDir, "earlier")).toEqual([1, 2, 3]);
});

test("a full disk under the tape stops the journal before the rows are written", async () => {
  const dataDir = await closedJournal();
  let bytesLeft = 2_000;
  const { client, heard } = startJournal({
    dataDir,
    createTape: (path, header) => {
      const file = createTapeFile(path);
      return TapeWriter.create(path, header, {
        write: (bytes) => {
          if (bytes.length > bytesLeft) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          bytesLeft -= bytes.length;
          file.write(bytes);
        },
        truncate: (length) => file.truncate(length),
        sync: () => file.sync(),
        close: () => file.close(),
      });
    },
  });
  client.begin(manifest());
  for (let seq = 1; seq <= 100 && client.failure === null; seq += 1)
    client.append(batch(seq, [fill(seq)], { isUrgent: true }));
  expect(heard.at(-1)).toMatchObject(failed("disk-full", "session-1.tape"));
  const durable = Array.from({ length: client.durableSeq }, (_, index) => index + 1);
  expect(durable.length).toBeGreaterThan(0);
  await client.close();
  expect(storedSeqs(dataDir, "session-1")).toEqual(durable);
  expect(tapeSeqs(dataDir, "session-1")).toEqual(durable);
});

test.skipIf(!existsSync("/dev/full"))("a real full device (/dev/full) under the tape is called a full disk", () => {
  const { client } = startJournal({
    dataDir: temporaryFolder(),
    createTape: (path, header) => {
      const descriptor = openSync("/dev/full", "w");
      onTestFinished(() => closeSync(descriptor));
      return TapeWriter.create(path, header, {
        write: (bytes) => void writeSync(descriptor, bytes),
        truncate: () => undefined,
        sync: () => undefined,
        close: () => undefined,
      });
    },
  });
  client.begin(manifest());
  expect(client.failure).toMatchObject({ code: "disk-full", message: expect.stringContaining("session-1.tape") });
});

test("after a failure nothing more is written, whatever is sent", () => {
  const dataDir = temporaryFolder();
  const { port, heard } = startJournal({ dataDir });
  port.postMessage({ type: "begin-session", manifest: manifest() });
  port.postMessage(batch(1, [fill(1)], { isUrgent: true }));
  port.postMessage(batch(2, [], { sessionId: "stranger" }));
  const answers = heard.length;
  const tape = statSync(join(dataFolderPaths(dataDir).tapesDir, "session-1.tape")).size;
  port.postMessage(batch(3, [fill(3)], { isUrgent: true }));
  port.postMessage({ type: "set-latch", latch: "kill", reason: "late", sessionId: "session-1", atUs: 1 });
  port.postMessage({ type: "end-session", sessionId: "session-1", summary: summary() });
  expect(heard).toHaveLength(answers);
  expect(storedSeqs(dataDir, "session-1")).toEqual([1]);
  expect(readJournal(dataDir).latches()).toEqual([]);
  expect(readJournal(dataDir).session("session-1")?.endedHow).toBe("running");
  expect(statSync(join(dataFolderPaths(dataDir).tapesDir, "session-1.tape")).size).toBe(tape);
});

test("another program's write lock stops the journal after its patience, and what was durable stays", () => {
  const dataDir = temporaryFolder();
  const { journalFile } = dataFolderPaths(dataDir);
  const { client, heard } = startJournal({ dataDir, tune: (db) => void db.pragma("busy_timeout = 1") });
  client.begin(manifest());
  client.append(batch(1, [fill(1)], { isUrgent: true }));
  const other = openWritable(journalFile);
  if (!other.ok) throw new Error(other.message);
  other.db.exec("BEGIN IMMEDIATE");
  client.append(batch(2, [fill(2)], { isUrgent: true }));
  other.db.exec("ROLLBACK");
  closeWritable(other.db);
  expect(heard.at(-1)).toMatchObject(failed("database-locked", journalFile));
  expect(storedSeqs(dataDir, "session-1")).toEqual([1]);
});

test("a journal whose first page is damaged is refused by name and left as it is", async () => {
  const dataDir = await closedJournal();
  const { journalFile } = dataFolderPaths(dataDir);
  overwrite(journalFile, 0, 100);
  const before = readFileSync(journalFile);
  expect(firstAnswer(dataDir)).toMatchObject(failed("database-corrupt", journalFile));
  expect(readFileSync(journalFile).equals(before)).toBe(true);
  expect(checkJournal(journalFile)).toMatchObject({ ok: false, code: "database-corrupt" });
});

test("a damaged page of an old session is found when it is touched, and by the doctor", async () => {
  const dataDir = await closedJournal(400);
  const { journalFile } = dataFolderPaths(dataDir);
  expect(checkJournal(journalFile)).toEqual({ ok: true });
  const size = statSync(journalFile).size;
  // Tables lie behind their roots; the last pages hold the many fills
  overwrite(journalFile, size - 10 * 4_096, 10 * 4_096);
  expect(checkJournal(journalFile)).toMatchObject({
    ok: false,
    code: "database-corrupt",
    message: expect.stringContaining(journalFile),
  });
  expect(() => storedSeqs(dataDir, "earlier")).toThrow(/malformed/);
});

test("a damaged page under a running journal stops it", async () => {
  const dataDir = await closedJournal(400);
  const { journalFile } = dataFolderPaths(dataDir);
  const { client, heard } = startJournal({ dataDir, tune: () => overwrite(journalFile, 2 * 4_096, 60 * 4_096) });
  client.begin(manifest());
  client.append(batch(1, [fill(1)], { isUrgent: true }));
  expect(heard.at(-1)).toMatchObject(failed("database-corrupt", journalFile));
});

test("a journal from the future is refused, naming file and versions, and left as it is", async () => {
  const dataDir = await closedJournal();
  const { journalFile } = dataFolderPaths(dataDir);
  const opened = openWritable(journalFile);
  if (!opened.ok) throw new Error(opened.message);
  opened.db.pragma("user_version = 9990");
  closeWritable(opened.db);
  const before = readFileSync(journalFile);
  const answer = firstAnswer(dataDir);
  expect(answer).toMatchObject(failed("database-from-future", journalFile));
  expect(answer).toMatchObject({
    message: expect.stringMatching(new RegExp(`version 9990.*up to ${newestVersion()}`)),
  });
  expect(readFileSync(journalFile).equals(before)).toBe(true);
});

test("a second journal on the same folder is refused, naming the folder and the holder, and the first goes on", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  const answer = firstAnswer(dataDir);
  expect(answer).toMatchObject(failed("data-folder-in-use", dataDir));
  expect(answer).toMatchObject({ message: expect.stringContaining(`process ${process.pid}`) });
  client.append(batch(1, [fill(1)], { isUrgent: true }));
  expect(client.failure).toBeNull();
  expect(storedSeqs(dataDir, "session-1")).toEqual([1]);
});

test("a failed start still closes when told to, and frees the folder", async () => {
  const dataDir = await closedJournal();
  const { journalFile } = dataFolderPaths(dataDir);
  const good = readFileSync(journalFile);
  overwrite(journalFile, 0, 100);
  const { client } = startJournal({ dataDir });
  await client.close();
  writeFileSync(journalFile, good);
  expect(firstAnswer(dataDir)).toMatchObject({ type: "ready" });
});

// The superuser may write anywhere, so these run the journal as nobody
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

function firstAnswerOfOtherUser(dataDir: string): FromJournal {
  const program = `
    const { JournalService } = await import(${JSON.stringify(new URL("../../db/journal-service.ts", import.meta.url).href)});
    const port = { on() {}, close() {}, postMessage(message) { console.log(JSON.stringify(message)); process.exit(0); } };
    JournalService.start([port], { dataDir: ${JSON.stringify(dataDir)} });`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", ...asNobody });
  if (child.stdout === "") throw new Error(child.stderr);
  return JSON.parse(child.stdout) as FromJournal;
}

const skipReadOnly = process.platform === "win32";

test.skipIf(skipReadOnly)(
  "a data folder that cannot be created is called read-only (skipped on Windows: no modes)",
  () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    const dataDir = join(folder, "data");
    expect(firstAnswerOfOtherUser(dataDir)).toMatchObject(failed("read-only", dataDir));
  },
);

test.skipIf(skipReadOnly)(
  "a data folder that cannot be written is called read-only (skipped on Windows: no modes)",
  () => {
    const folder = temporaryFolder();
    const dataDir = join(folder, "data");
    mkdirSync(join(dataDir, "tapes"), { recursive: true });
    chmodSync(folder, 0o755);
    chmodSync(dataDir, 0o555);
    onTestFinished(() => chmodSync(dataDir, 0o755));
    expect(firstAnswerOfOtherUser(dataDir)).toMatchObject(failed("read-only", dataDir));
  },
);

test.each([
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EIO", "io"],
  ["SQLITE_FULL", "disk-full"],
  ["SQLITE_READONLY_DBMOVED", "read-only"],
  ["SQLITE_BUSY_SNAPSHOT", "database-locked"],
  ["SQLITE_CORRUPT_INDEX", "database-corrupt"],
  ["SQLITE_IOERR_FSYNC", "io"],
  ["SQLITE_CONSTRAINT_UNIQUE", "io"],
])("%s is called %s, with the file and the cause", (code, expected) => {
  const failure = failureOf(Object.assign(new Error("the cause"), { code }), "/data/journal.sqlite");
  expect(failure.code).toBe(expected);
  expect(failure.message).toContain("/data/journal.sqlite");
  expect(failure.message).toContain(`${code}: the cause`);
});

/** Fills a stretch of a file with what no page of SQLite looks like. */
function overwrite(file: string, offset: number, length: number): void {
  const descriptor = openSync(file, "r+");
  const old = Buffer.alloc(length);
  const found = readSync(descriptor, old, 0, length, offset);
  writeSync(
    descriptor,
    old.subarray(0, found).map((byte) => byte ^ 0xa5),
    0,
    found,
    offset,
  );
  closeSync(descriptor);
}
