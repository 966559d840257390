import { mkdirSync, writeFileSync } from "node:fs";
import type * as workerThreads from "node:worker_threads";
import { MessageChannel } from "node:worker_threads";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { JournalClient } from "../../db/journal-client.ts";
import { startJournal, type JournalOptions } from "../../main/session/journal-host.ts";
import { batch, manifest, summary } from "../db/journal-builders.ts";
import { readJournal, temporaryFolder } from "../db/journal-harness.ts";

const workers: { terminate(): Promise<number> }[] = vi.hoisted(() => []);

vi.mock("node:worker_threads", async (importOriginal) => {
  const actual = await importOriginal<typeof workerThreads>();
  class WatchedWorker extends actual.Worker {
    constructor(...parameters: ConstructorParameters<typeof actual.Worker>) {
      super(...parameters);
      workers.push(this);
    }
  }
  return { ...actual, Worker: WatchedWorker };
});

const KILL = { latch: "kill", reason: "operator", sessionId: "", setAtUs: 1 };

async function openJournal(dataDir: string, options: JournalOptions = {}) {
  const host = startJournal(dataDir, options);
  onTestFinished(() => host.close());
  return { host, ready: await host.client.ready() };
}

test("a latch is on disk when its promise resolves, and gone from it when that of its clearing does", async () => {
  const dataDir = temporaryFolder();
  const { host } = await openJournal(dataDir);
  expect(await host.client.setLatch(KILL)).toBeNull();
  expect(readJournal(dataDir).latches()).toEqual([KILL]);
  await host.close();
  const again = await openJournal(dataDir);
  expect(again.ready).toMatchObject({ ok: true, latches: [KILL] });
  expect(await again.host.client.clearLatch("kill", "checked", "operator", 2)).toBeNull();
  expect(readJournal(dataDir).latches()).toEqual([]);
  await again.host.close();
  expect((await openJournal(dataDir)).ready).toMatchObject({ ok: true, latches: [] });
});

test("a thread that dies settles every wait with the reason, tells its owner, and can still be closed", async () => {
  const lost: string[] = [];
  const { host } = await openJournal(temporaryFolder(), { onLost: (message) => void lost.push(message) });
  const { client } = host;
  client.begin(manifest());
  await workers.at(-1)?.terminate();
  client.append(batch(1, []));
  const waits = Promise.all([client.setLatch(KILL), client.clearLatch("kill", "x", "y", 1), client.hasRoom(0)]);
  const end = client.end(summary());
  const message = "The journal thread ended: exit code 1";
  await expect(end).rejects.toMatchObject({ name: "JournalStopped", code: "io", message });
  expect(await waits).toMatchObject([{ ok: false, message }, { ok: false, message }, undefined]);
  expect(client.failure).toEqual({ ok: false, code: "io", message });
  expect(lost).toEqual([message]);
  await host.close();
});

test("a thread that is closed is not lost", async () => {
  const lost: string[] = [];
  const { host } = await openJournal(temporaryFolder(), { onLost: (message) => void lost.push(message) });
  await host.close();
  expect(lost).toEqual([]);
  expect(await host.client.setLatch(KILL)).toMatchObject({ ok: false });
});

test("a folder that cannot be had is the answer, and closing still ends the thread", async () => {
  const dataDir = join(temporaryFolder(), "data");
  mkdirSync(dataDir);
  writeFileSync(
    join(dataDir, "journal.sqlite"),
    "this is no database, and never was one; it only lies here".repeat(20),
  );
  const { host, ready } = await openJournal(dataDir);
  expect(ready).toMatchObject({ ok: false, code: "database-corrupt" });
  expect(await host.client.setLatch(KILL)).toMatchObject({ ok: false, code: "database-corrupt" });
  await host.close();
});

test("the engine's own line carries a session, and hears of latches that the main thread sets", async () => {
  const line = new MessageChannel();
  const dataDir = temporaryFolder();
  const { host } = await openJournal(dataDir, { enginePort: line.port1 });
  const engine = new JournalClient(line.port2, () => 0);
  expect(await engine.ready()).toMatchObject({ ok: true });
  engine.begin(manifest());
  engine.append(batch(1, []));
  const heard = new Promise((resolve) => engine.onLatches(resolve));
  expect(await host.client.setLatch(KILL)).toBeNull();
  expect(await heard).toEqual([KILL]);
  await engine.end(summary());
  expect(readJournal(dataDir).session("session-1")).toMatchObject({ endedHow: "ended" });
});
