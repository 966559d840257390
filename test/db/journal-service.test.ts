import { existsSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import { alert, batch, decision, fill, manifest, summary } from "./journal-builders.ts";
import { firstAnswer, readJournal, startJournal, storedSeqs, tapeSeqs, temporaryFolder } from "./journal-harness.ts";

afterEach(() => vi.useRealTimers());

function durable(throughSeq: number) {
  return expect.objectContaining({ type: "durable", sessionId: "session-1", throughSeq });
}

test("an empty folder answers ready, with nothing crashed and no latch", () => {
  expect(firstAnswer(temporaryFolder())).toEqual({ type: "ready", crashedSessions: [], recoveries: [], latches: [] });
});

test("a manifest is in the journal before the first event", () => {
  const dataDir = temporaryFolder();
  startJournal({ dataDir }).client.begin(manifest());
  expect(readJournal(dataDir).session("session-1")?.manifest).toEqual(manifest());
  expect(tapeSeqs(dataDir, "session-1")).toEqual([]);
});

test("an ordinary batch waits at most 50 ms for others, then all become durable together", () => {
  vi.useFakeTimers();
  const dataDir = temporaryFolder();
  const { client, heard } = startJournal({ dataDir });
  client.begin(manifest());
  heard.length = 0;
  client.append(batch(1, [decision(1)]));
  vi.advanceTimersByTime(49);
  client.append(batch(2, [decision(2)]));
  expect(heard).toEqual([]);
  expect(storedSeqs(dataDir, "session-1")).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(heard).toEqual([durable(2)]);
  expect(storedSeqs(dataDir, "session-1")).toEqual([1, 2]);
});

test("200 rows do not wait", () => {
  const { client, heard } = startJournal({ dataDir: temporaryFolder() });
  client.begin(manifest());
  const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => decision(from + index));
  client.append(batch(199, rows(1, 199)));
  expect(heard).not.toContainEqual(durable(199));
  client.append(batch(200, rows(200, 1)));
  expect(heard.at(-1)).toEqual(durable(200));
});

test("an urgent batch commits itself and everything before it at once", () => {
  const dataDir = temporaryFolder();
  const { client, heard } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(1, [decision(1)]));
  client.append(batch(2, [fill(2)], { isUrgent: true }));
  expect(heard.filter((message) => message.type === "durable")).toEqual([durable(2)]);
  expect(storedSeqs(dataDir, "session-1")).toEqual([1, 2]);
});

test("the tape is flushed before the rows are visible, and the rows before durable says so", () => {
  const dataDir = temporaryFolder();
  const steps: string[] = [];
  const rows = () => storedSeqs(dataDir, "session-1").length;
  const { client } = startJournal({
    dataDir,
    createTape: (path, header) => {
      const tape = TapeWriter.create(path, header);
      return {
        append: (block) => {
          tape.append(block);
          steps.push(`append ${block.lastSeq}, rows ${rows()}`);
        },
        sync: () => {
          tape.sync();
          steps.push(`sync, rows ${steps.length === 0 ? 0 : rows()}`);
        },
        close: () => tape.close(),
        abandon: () => tape.abandon(),
      };
    },
  });
  client.onDurable(({ throughSeq }) => steps.push(`durable ${throughSeq}, rows ${rows()}`));
  client.begin(manifest());
  steps.length = 0;
  client.append(batch(1, [decision(1)]));
  client.append(batch(2, [fill(2)], { isUrgent: true }));
  // A batch without events has nothing to flush
  client.append(batch(2, [{ ...alert(2), index: 1 }], { block: null, isUrgent: true }));
  expect(steps).toEqual([
    "append 1, rows 0",
    "append 2, rows 0",
    "sync, rows 0",
    "durable 2, rows 2",
    "durable 2, rows 3",
  ]);
});

test("the end commits what waits, closes the tape and is told", async () => {
  const dataDir = temporaryFolder();
  const { client, heard } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(3, [decision(1), decision(2), alert(3)], { fromSeq: 1 }));
  await client.end(summary());
  expect(heard.slice(-2)).toEqual([durable(3), { type: "session-ended", sessionId: "session-1" }]);
  expect(storedSeqs(dataDir, "session-1")).toEqual([1, 2, 3]);
  expect(tapeSeqs(dataDir, "session-1")).toEqual([1, 2, 3]);
  expect(readJournal(dataDir).session("session-1")).toMatchObject(summary());
});

test("two sessions at a time keep their rows, tapes and marks apart", () => {
  const dataDir = temporaryFolder();
  const { port, heard } = startJournal({ dataDir });
  for (const sessionId of ["one", "two"])
    port.postMessage({ type: "begin-session", manifest: manifest({ sessionId }) });
  port.postMessage(batch(5, [decision(5)], { sessionId: "one" }));
  port.postMessage(batch(9, [fill(9)], { sessionId: "two", isUrgent: true }));
  expect(heard.slice(-2)).toMatchObject([
    { type: "durable", sessionId: "one", throughSeq: 5 },
    { type: "durable", sessionId: "two", throughSeq: 9 },
  ]);
  expect([storedSeqs(dataDir, "one"), tapeSeqs(dataDir, "two")]).toEqual([[5], [9]]);
});

test("a session without an end is crashed at the next start, at the time of its last commit", async () => {
  const dataDir = temporaryFolder();
  const first = startJournal({ dataDir, nowUs: () => 777 });
  first.client.begin(manifest());
  first.client.append(batch(4, [fill(4)], { isUrgent: true }));
  await first.client.close();
  expect(firstAnswer(dataDir)).toMatchObject({ type: "ready", crashedSessions: ["session-1"] });
  const stored = readJournal(dataDir).session("session-1");
  expect(stored).toMatchObject({ endedHow: "crashed", endedAtUs: 777, durableSeq: 4, effectHash: null });
  expect(readJournal(dataDir).sessions(1)).toMatchObject([{ fills: 1, net: "-0.500019999999999999" }]);
});

test("a crash is told once, and an ended session is never called crashed", async () => {
  const dataDir = temporaryFolder();
  const first = startJournal({ dataDir });
  first.client.begin(manifest({ sessionId: "ended" }));
  await first.client.end(summary());
  first.client.begin(manifest({ sessionId: "cut" }));
  await first.client.close();
  const second = startJournal({ dataDir });
  expect(second.heard).toMatchObject([{ crashedSessions: ["cut"] }]);
  await second.client.close();
  expect(firstAnswer(dataDir)).toMatchObject({ crashedSessions: [] });
});

test("a latch survives a restart until a person clears it", async () => {
  const dataDir = temporaryFolder();
  const latch = { latch: "kill", reason: "operator", sessionId: "session-1", setAtUs: 5 };
  const first = startJournal({ dataDir });
  void first.client.setLatch(latch);
  expect(first.heard.at(-1)).toEqual({ type: "latches-changed", latches: [latch] });
  await first.client.close();
  const second = startJournal({ dataDir });
  expect(second.heard).toMatchObject([{ type: "ready", latches: [latch] }]);
  void second.client.clearLatch("kill", "looked into it", "operator", 6);
  expect(second.heard.at(-1)).toEqual({ type: "latches-changed", latches: [] });
  void second.client.setLatch({ ...latch, setAtUs: 7 });
  expect(readJournal(dataDir).latches()).toEqual([{ ...latch, setAtUs: 7 }]);
  await second.client.close();
});

test("closing commits what waits and says closed", async () => {
  const dataDir = temporaryFolder();
  const { client, heard } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(1, [decision(1)]));
  await client.close();
  expect(heard.slice(-2)).toEqual([durable(1), { type: "closed" }]);
  expect(storedSeqs(dataDir, "session-1")).toEqual([1]);
});

test.each([
  ["a batch of a session that never began", batch(1, [fill(1)], { sessionId: "stranger" }), /stranger/],
  [
    "the end of a session that never began",
    { type: "end-session", sessionId: "stranger", summary: summary() },
    /stranger/,
  ],
  [
    "a session id that leaves the folder",
    { type: "begin-session", manifest: manifest({ sessionId: "../x" }) },
    /letters, digits/,
  ],
] as const)("%s stops the journal", (_what, message, expected) => {
  const { port, heard } = startJournal({ dataDir: temporaryFolder() });
  port.postMessage(message);
  expect(heard.at(-1)).toMatchObject({ type: "failed", code: "io", message: expect.stringMatching(expected) });
});

test("a row that was written already stops the journal and writes nothing of its group", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(1, [fill(1)], { isUrgent: true }));
  client.append(batch(2, [fill(2), fill(1)], { isUrgent: true }));
  expect(client.failure).toMatchObject({ code: "io" });
  expect(client.durableSeq).toBe(1);
  expect(storedSeqs(dataDir, "session-1")).toEqual([1]);
});

test("closing folds the write-ahead log into the one file", async () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const log = `${dataFolderPaths(dataDir).journalFile}-wal`;
  client.begin(manifest());
  expect(existsSync(log)).toBe(true);
  await client.close();
  expect(existsSync(log)).toBe(false);
});
