import { MessageChannel, Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { JournalClient } from "../../db/journal-client.ts";
import { batch, fill, manifest, summary } from "./journal-builders.ts";
import { readJournal, storedSeqs, tapeSeqs, temporaryFolder } from "./journal-harness.ts";

const entry = new URL("../../db/journal-thread.ts", import.meta.url);

test("the thread serves the main thread and the engine's own port, and ends when closed", async () => {
  const dataDir = temporaryFolder();
  const engine = new MessageChannel();
  const workerData = { dataDir, enginePort: engine.port2 };
  const worker = new Worker(entry, { workerData, transferList: [engine.port2] });
  onTestFinished(async () => void (await worker.terminate()));
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  const fromMain = new JournalClient(worker, () => 0);
  const fromEngine = new JournalClient(engine.port1, () => 0);
  expect(await fromMain.ready()).toEqual({ ok: true, crashedSessions: [], recoveries: [], latches: [] });
  expect(await fromEngine.ready()).toMatchObject({ ok: true });

  fromEngine.begin(manifest());
  const urgent = batch(2, [fill(1), fill(2)], { fromSeq: 1, isUrgent: true });
  const durable = new Promise((resolve) => fromEngine.onDurable(resolve));
  fromEngine.append(urgent);
  expect(urgent.block?.bytes.byteLength).toBe(0);
  expect(await durable).toMatchObject({
    throughSeq: 2,
    commitUs: expect.any(Number),
    eventLoopP99Us: expect.any(Number),
  });
  expect(storedSeqs(dataDir, "session-1")).toEqual([1, 2]);
  expect(tapeSeqs(dataDir, "session-1")).toEqual([1, 2]);

  const latched = new Promise((resolve) => fromMain.onLatches(resolve));
  const latch = { latch: "kill", reason: "operator", sessionId: "session-1", setAtUs: 3 };
  void fromEngine.setLatch(latch);
  expect(await latched).toEqual([latch]);
  await fromEngine.end(summary({ endedHow: "killed" }));
  await fromMain.close();
  expect(await exited).toBe(0);
  expect(readJournal(dataDir).session("session-1")).toMatchObject({ endedHow: "killed" });
});

test("a thread that cannot have the folder says so and still ends when closed", async () => {
  const dataDir = temporaryFolder();
  const workers = [new Worker(entry, { workerData: { dataDir } })];
  onTestFinished(async () => void (await Promise.all(workers.map((worker) => worker.terminate()))));
  const first = new JournalClient(workers[0] as Worker, () => 0);
  expect(await first.ready()).toMatchObject({ ok: true });
  const late = new Worker(entry, { workerData: { dataDir } });
  workers.push(late);
  const second = new JournalClient(late, () => 0);
  expect(await second.ready()).toMatchObject({ ok: false, code: "data-folder-in-use" });
  const exited = new Promise((resolve) => late.once("exit", resolve));
  await second.close();
  expect(await exited).toBe(0);
  await first.close();
});
