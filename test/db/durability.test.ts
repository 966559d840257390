import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import type { FromJournal } from "../../db/journal-protocol.ts";
import { openTape } from "../../db/tape-reader.ts";
import { everyRecord, filledBlock } from "./every-record.ts";
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
import { verified } from "./tampering.ts";

const COMMITS = 8;

/** Lengths of the files that grow, as they were on the disk when a commit was acknowledged. */
interface Synced {
  readonly wal: number;
  readonly tape: number;
}

/** A session of eight fills, one commit each, left open; with what was on the disk after each. */
function runningSession(): { readonly dataDir: string; readonly synced: readonly Synced[] } {
  const dataDir = temporaryFolder();
  const { journalFile } = dataFolderPaths(dataDir);
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  const lengths = (): Synced => ({
    wal: statSync(`${journalFile}-wal`).size,
    tape: statSync(tapeFile(dataFolderPaths(dataDir), "session-1")).size,
  });
  const synced = [lengths()];
  for (let seq = 1; seq <= COMMITS; seq += 1) {
    client.append({
      ...batch(seq, [fill(seq), { ...decision(seq), index: 1 }], { isUrgent: true }),
      block: filledBlock(seq),
    });
    expect(client.durableSeq).toBe(seq);
    synced.push(lengths());
  }
  return { dataDir, synced };
}

/** The data folder as it lies on the disk when only so much of the growing files has reached it. */
function imageOf(dataDir: string, { wal, tape }: Synced): string {
  const from = dataFolderPaths(dataDir);
  const image = temporaryFolder();
  const to = dataFolderPaths(image);
  mkdirSync(to.tapesDir);
  copyFileSync(from.journalFile, to.journalFile);
  writeFileSync(`${to.journalFile}-wal`, readFileSync(`${from.journalFile}-wal`).subarray(0, wal));
  writeFileSync(tapeFile(to, "session-1"), readFileSync(tapeFile(from, "session-1")).subarray(0, tape));
  return image;
}

function recoveryOf(answer: FromJournal) {
  if (answer.type !== "ready") throw new Error(`the journal must open, was ${JSON.stringify(answer)}`);
  const [recovery] = answer.recoveries;
  if (recovery === undefined) throw new Error("one session must have crashed");
  return recovery;
}

test("a power cut at any moment of a commit loses nothing acknowledged; fills that reached only the tape are entered as late", () => {
  const { dataDir, synced } = runningSession();
  const moments = fc.record({
    acknowledged: fc.integer({ min: 0, max: COMMITS - 1 }),
    phase: fc.constantFrom("tape", "journal"),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(moments, ({ acknowledged, phase, share }) => {
      const [before, after] = [synced[acknowledged], synced[acknowledged + 1]];
      if (before === undefined || after === undefined) throw new Error("a moment lies between two commits");
      const between = (from: number, to: number): number => from + Math.round(share * (to - from));
      // The tape is flushed before the commit begins, so the log grows only behind a whole tape
      const image = imageOf(
        dataDir,
        phase === "tape"
          ? { wal: before.wal, tape: between(before.tape, after.tape) }
          : { wal: between(before.wal, after.wal), tape: after.tape },
      );
      const recovery = recoveryOf(firstAnswer(image));
      const fills = recordsOf(image, "session-1", "record-fill");
      expect(fills.map(({ seq }) => seq)).toEqual(Array.from({ length: fills.length }, (_, index) => index + 1));
      expect(fills.length).toBeGreaterThanOrEqual(acknowledged);
      const late = readJournal(image).lateFills("session-1");
      const known = [...fills.map(({ record }) => record.tradeId), ...late.map(({ trade_id }) => trade_id)];
      expect(known).toEqual(tapeSeqs(image, "session-1").map((seq) => `t${seq}`));
      expect(recovery).toMatchObject({ durableSeq: fills.length, lateFills: late.length });
      expect(recovery.differences.some((text) => text.includes("entered as late"))).toBe(late.length > 0);
      expect(readJournal(image).session("session-1")?.endedHow).toBe("crashed");
      expect(verified(image).findings).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 30_000);

test("a log that is cut anywhere gives whole commits only, and a chain without a fault", () => {
  const { dataDir, synced } = runningSession();
  const last = synced.at(-1) ?? { wal: 0, tape: 0 };
  const first = synced[0] ?? { wal: 0, tape: 0 };
  fc.assert(
    fc.property(fc.integer({ min: first.wal, max: last.wal }), (wal) => {
      const image = imageOf(dataDir, { wal, tape: last.tape });
      const { durableSeq, lateFills } = recoveryOf(firstAnswer(image));
      expect(storedSeqs(image, "session-1")).toEqual(
        Array.from({ length: durableSeq }, (_, index) => [index + 1, index + 1]).flat(),
      );
      expect(durableSeq + lateFills).toBe(COMMITS);
      expect(verified(image).findings).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 30_000);

test("a journal whose file is cut short is refused by name, or verify names what is lost", async () => {
  const dataDir = temporaryFolder();
  const { journalFile } = dataFolderPaths(dataDir);
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  for (let seq = 1; seq <= 40; seq += 1) client.append(batch(seq, everyRecord(seq), { isUrgent: true }));
  await client.end(summary({ events: 40 }));
  await client.close();
  const size = statSync(journalFile).size;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: size - 1 }), (length) => {
      const image = temporaryFolder();
      const copy = dataFolderPaths(image);
      mkdirSync(copy.tapesDir);
      copyFileSync(journalFile, copy.journalFile);
      copyFileSync(tapeFile(dataFolderPaths(dataDir), "session-1"), tapeFile(copy, "session-1"));
      truncateSync(copy.journalFile, length);
      const answer = firstAnswer(image);
      if (answer.type !== "ready") {
        expect(answer).toMatchObject({ type: "failed", code: "database-corrupt" });
        expect(answer).toMatchObject({ message: expect.stringContaining(copy.journalFile) });
      } else {
        // Statistics of the query planner lie on pages of their own; without those nothing is lost
        const isWhole = verified(image).findingCount === 0;
        expect(isWhole ? storedSeqs(image, "session-1").length : 400).toBe(400);
      }
    }),
    { numRuns: 25 },
  );
}, 30_000);

test("a fill that the full disk kept out of the journal is entered as late by the next start, with what differs", async () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir, tune: (db) => void db.pragma("max_page_count = 90") });
  client.begin(manifest());
  let seq = 0;
  while (client.failure === null && seq < 2_000) {
    seq += 1;
    client.append({ ...batch(seq, [fill(seq)], { isUrgent: true }), block: filledBlock(seq) });
  }
  expect(client.failure).toMatchObject({ code: "disk-full" });
  const durable = client.durableSeq;
  await client.close();
  expect(recoveryOf(firstAnswer(dataDir))).toEqual({
    sessionId: "session-1",
    durableSeq: durable,
    tapeSeq: seq,
    lateFills: 1,
    differences: [
      `its tape goes on to event ${seq}, its journal ends at ${durable}`,
      expect.stringContaining(`fill t${seq} of order ${seq}, 2 lots at tick 600001`),
    ],
  });
  expect(readJournal(dataDir).lateFills("session-1")).toMatchObject([
    { seq, trade_id: `t${seq}`, side: null, found_on: "tape" },
  ]);
  expect(verified(dataDir)).toMatchObject({ findings: [], sessions: [{ lateFills: 1, endedHow: "crashed" }] });
});

test("a late fill has the side of its order where the journal knows it, and one execution is entered once", async () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(1, everyRecord(1), { isUrgent: true }));
  // Order 1 is filled twice on the tape alone, and told of twice; the journal stops at a broken rule
  const blocks = [filledBlock(2, "late-a", 1), filledBlock(3, "late-a", 1), filledBlock(4, "t1", 1)];
  for (const [index, block] of blocks.entries()) client.append({ ...batch(2 + index, [], { fromSeq: 9 }), block });
  client.append({ ...batch(5, [decision(1)], { isUrgent: true }), block: filledBlock(5, "late-b") });
  expect(client.failure?.code).toBe("io");
  await client.close();
  expect(recoveryOf(firstAnswer(dataDir))).toMatchObject({ durableSeq: 1, tapeSeq: 5, lateFills: 2 });
  expect(
    readJournal(dataDir)
      .lateFills("session-1")
      .map(({ seq, order_id, trade_id, side }) => [seq, order_id, trade_id, side]),
  ).toEqual([
    [2, 1, "late-a", "buy"],
    [5, 5, "late-b", null],
  ]);
});

test("a crashed session without a tape is still ended, and the start says what is missing", async () => {
  const { dataDir } = runningSession();
  const image = imageOf(dataDir, { wal: statSync(`${dataFolderPaths(dataDir).journalFile}-wal`).size, tape: 10 });
  const recovery = recoveryOf(firstAnswer(image));
  expect(recovery).toMatchObject({ durableSeq: COMMITS, tapeSeq: null, lateFills: 0 });
  expect(recovery.differences).toEqual([expect.stringContaining("session-1.tape")]);
  expect(openTape(tapeFile(dataFolderPaths(image), "session-1")).ok).toBe(false);
  expect(verified(image).findings).toMatchObject([{ kind: "tape", sessionId: "session-1" }]);
});

test("a write lock held by another process stops the journal by name, and after it is gone the next start goes on", async () => {
  const dataDir = temporaryFolder();
  const { journalFile } = dataFolderPaths(dataDir);
  const { client } = startJournal({ dataDir, tune: (db) => void db.pragma("busy_timeout = 1") });
  client.begin(manifest());
  client.append(batch(1, [fill(1)], { isUrgent: true }));
  const program = `
    const { openLocked } = await import(${JSON.stringify(new URL("../../db/open.ts", import.meta.url).href)});
    const locked = openLocked(${JSON.stringify(journalFile)});
    console.log(locked.ok);
    process.stdin.on("end", () => process.exit(0)).resume();`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [said] = (await once(holder.stdout, "data")) as [Buffer];
  expect(String(said)).toBe("true\n");
  client.append({ ...batch(2, [fill(2)], { isUrgent: true }), block: filledBlock(2) });
  expect(client.failure).toMatchObject({ code: "database-locked", message: expect.stringContaining(journalFile) });
  await client.close();
  // The folder itself is free, but its journal is not
  const refused = firstAnswer(dataDir);
  expect(refused).toMatchObject({ type: "failed", code: "database-locked" });
  holder.stdin.end();
  await once(holder, "close");
  expect(recoveryOf(firstAnswer(dataDir))).toMatchObject({ durableSeq: 1, lateFills: 1 });
  expect(existsSync(journalFile)).toBe(true);
}, 20_000);
