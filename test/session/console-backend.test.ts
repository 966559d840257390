import { renameSync, writeFileSync } from "node:fs";
import type * as workerThreads from "node:worker_threads";
import { basename, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { EVERY_SESSION } from "../../db/session-filter.ts";
import { createConsoleBackend } from "../../main/session/console-backend.ts";
import { Gate } from "../../main/shell/gate.ts";
import type { ConsoleBackend, StreamItem, StreamMessage, StreamName } from "../../preload/bridge.ts";
import { readJournal, temporaryFolder } from "../db/journal-harness.ts";

interface Thread {
  readonly entry: string;
  readonly worker: workerThreads.Worker;
  hasEnded: boolean;
}

/** Every thread that the console started in this file. */
const threads: Thread[] = vi.hoisted(() => []);

vi.mock("node:worker_threads", async (importOriginal) => {
  const actual = await importOriginal<typeof workerThreads>();
  class WatchedWorker extends actual.Worker {
    constructor(url: URL, options?: workerThreads.WorkerOptions) {
      super(url, options);
      const thread: Thread = { entry: basename(url.pathname), worker: this, hasEnded: false };
      threads.push(thread);
      this.once("exit", () => (thread.hasEnded = true));
    }
  }
  return { ...actual, Worker: WatchedWorker };
});

const PATIENCE = { timeout: 15_000, interval: 10 };
const INPUT = { source: { kind: "generated", market: "btc", seed: 3 }, profile: "crypto", speed: 100 } as const;
let commands = 0;

function id(): { readonly commandId: string } {
  commands += 1;
  return { commandId: `command-${commands}` };
}

function newestThread(entry: string): Thread {
  const found = threads.findLast((thread) => thread.entry === entry);
  if (found === undefined) throw new Error(`there must be a thread of ${entry}`);
  return found;
}

/** The latest of a stream, as a screen that has just been opened sees it. */
function look<N extends StreamName>(backend: ConsoleBackend, name: N): StreamMessage<N>["value"] {
  let value: StreamMessage<N>["value"] | undefined;
  backend.subscribe(name, (message) => (value = message.value))();
  if (value === undefined) throw new Error(`${name} must answer with a snapshot at once`);
  return value;
}

function status(backend: ConsoleBackend): StreamItem<"status"> {
  const value = look(backend, "status");
  if (value === null) throw new Error("there must be a status");
  return value;
}

async function openConsole(dataDir = temporaryFolder()) {
  const backend = await createConsoleBackend({ dataDir, face: "web" });
  onTestFinished(() => backend.shutDown("the test is over").catch(() => undefined));
  const start = () => backend.handlers.sessions.start({ ...id(), ...INPUT });
  const startRunning = async (): Promise<string> => {
    const started = await start();
    if (!started.ok) throw new Error(started.message);
    await vi.waitUntil(() => status(backend).openOrders > 0, PATIENCE);
    return started.value.sessionId;
  };
  const idle = () => vi.waitUntil(() => status(backend).mode === "idle", PATIENCE);
  const page = async () => {
    const read = await backend.handlers.sessions.page({ limit: 10, beforeUs: null, filter: EVERY_SESSION });
    if (!read.ok) throw new Error(read.message);
    return read.value.sessions.map(({ sessionId, endedHow }) => [sessionId, endedHow]);
  };
  return { backend, dataDir, start, startRunning, idle, page, ...backend.handlers };
}

test("answers every stop and kill of a burst, writes each end, and starts the next session on the same journal", async () => {
  const { backend, dataDir, sessions, risk, start, startRunning, idle } = await openConsole();
  const first = await startRunning();
  const stops = await Promise.all([sessions.stop(id()), sessions.stop(id()), sessions.stop(id())]);
  expect(stops[0]).toEqual({ ok: true, value: {} });
  for (const stop of stops) expect(stop.ok || stop.code).toBeOneOf([true, "no-session"]);
  await idle();
  expect(status(backend).lastEnd).toMatchObject({ sessionId: first, endedHow: "ended" });

  const second = await startRunning();
  const burst = await Promise.all([risk.kill(id()), risk.kill(id()), sessions.stop(id())]);
  expect(burst.slice(0, 2)).toEqual([
    { ok: true, value: {} },
    { ok: true, value: {} },
  ]);
  expect(burst[2].ok || burst[2].code).toBeOneOf([true, "no-session"]);
  await idle();
  expect(status(backend)).toMatchObject({
    lastEnd: { sessionId: second, endedHow: "killed" },
    killLatch: { reason: `killed by operator in session ${second}` },
  });
  expect(await start()).toMatchObject({ ok: false, code: "kill-latched" });

  expect(await risk.clearKillLatch({ ...id(), reason: "checked" })).toEqual({ ok: true, value: {} });
  expect(readJournal(dataDir).latches()).toEqual([]);
  expect(status(backend).killLatch).toBeNull();
  const third = await startRunning();
  await backend.shutDown("test");
  const again = await openConsole(dataDir);
  expect(status(again.backend).killLatch).toBeNull();
  expect(await again.page()).toEqual([
    [third, "ended"],
    [second, "killed"],
    [first, "ended"],
  ]);
});

test("a kill with no session running holds at once and over a restart, until it is cleared", async () => {
  const { backend, dataDir, risk, start } = await openConsole();
  expect(await risk.clearKillLatch({ ...id(), reason: "checked" })).toMatchObject({ ok: false, code: "not-latched" });
  const [killed, started] = await Promise.all([risk.kill(id()), start()]);
  expect(killed).toEqual({ ok: true, value: {} });
  expect(started).toMatchObject({ ok: false, code: "kill-latched" });
  expect(readJournal(dataDir).latches()).toMatchObject([{ latch: "kill" }]);
  await backend.shutDown("test");

  const again = await openConsole(dataDir);
  expect(status(again.backend).killLatch).toMatchObject({ reason: "killed by operator with no session running" });
  expect(await again.start()).toMatchObject({ ok: false, code: "kill-latched" });
  const [cleared, early] = await Promise.all([
    again.risk.clearKillLatch({ ...id(), reason: "checked" }),
    again.start(),
  ]);
  expect(cleared).toEqual({ ok: true, value: {} });
  expect(early).toMatchObject({ ok: false, code: "kill-latched" });
  await again.startRunning();
});

test("refuses to resume under a profile that was flipped in the same turn, and to clear a latch under a running session", async () => {
  const { backend, quoting, profiles, risk, startRunning } = await openConsole();
  await startRunning();
  expect(await quoting.pause(id())).toMatchObject({ ok: true });
  const [flipped, resumed] = await Promise.all([
    profiles.flip({ ...id(), profile: "crypto", profileRevision: 1 }),
    quoting.resume({ ...id(), profileRevision: 1 }),
  ]);
  expect(flipped).toEqual({ ok: true, value: { profileRevision: 2 } });
  expect(resumed).toMatchObject({ ok: false, code: "stale-revision" });
  await vi.waitUntil(() => status(backend).profileRevision === 2, PATIENCE);
  expect(status(backend).haltReasons).toContain("paused");
  expect(await risk.clearKillLatch({ ...id(), reason: "checked" })).toMatchObject({
    ok: false,
    code: "session-running",
  });
  expect(await quoting.resume({ ...id(), profileRevision: 2 })).toEqual({ ok: true, value: {} });
  await vi.waitUntil(() => !status(backend).haltReasons.includes("paused"), PATIENCE);
});

/** Keeps rows as a screen does: a snapshot starts over, a known key takes its row's place. */
function follow(backend: ConsoleBackend, name: "decisions" | "fills" | "alerts" | "chart") {
  const rows = new Map<number, unknown>();
  const stop = backend.subscribe(name, ({ kind, value }) => {
    if (kind === "snapshot") rows.clear();
    for (const row of value) rows.set("id" in row ? row.id : row.atUs, row);
  });
  const newest = (most: number) =>
    [...rows]
      .toSorted(([a], [b]) => a - b)
      .slice(-most)
      .map(([, row]) => row);
  return { newest, stop };
}

test("who opens the console again in mid-session finds the same session, and the same rows as who never left", async () => {
  const { backend, sessions, startRunning, idle } = await openConsole();
  const stayed = (["decisions", "fills", "alerts", "chart"] as const).map((name) => ({
    name,
    ...follow(backend, name),
  }));
  const left = follow(backend, "decisions");
  const sessionId = await startRunning();
  left.stop();
  const before = left.newest(500).length;
  await vi.waitUntil(() => look(backend, "decisions").length > before && look(backend, "chart").length > 10, PATIENCE);
  expect(status(backend).sessionId).toBe(sessionId);
  expect(look(backend, "ladder")?.rows.length).toBeGreaterThan(0);
  await sessions.stop(id());
  await idle();
  for (const { name, newest } of stayed) {
    const late = look(backend, name);
    expect(late).toEqual(newest(Math.max(1, late.length)));
  }
  expect(left.newest(500)).toHaveLength(before);
});

const ENGINE_DEATHS = {
  "is ended from outside": ({ worker }: Thread) => void worker.terminate(),
  "throws where nobody catches": ({ worker }: Thread) => worker.postMessage(null),
};

test.each(Object.entries(ENGINE_DEATHS))(
  "an engine that %s is started anew: its session is crashed and the next one runs",
  async (_how, die) => {
    const { backend, console: face, sessions, startRunning, page, idle } = await openConsole();
    const crashed = await startRunning();
    const engine = newestThread("engine-thread.ts");
    die(engine);
    await vi.waitUntil(() => status(backend).lastEnd !== null, PATIENCE);
    expect(status(backend)).toMatchObject({ mode: "idle", lastEnd: { sessionId: crashed, endedHow: "crashed" } });
    expect(status(backend).lastEnd?.message).toContain(`Session ${crashed} crashed: `);
    expect(await face.hello({})).toMatchObject({
      ok: true,
      value: { crashedSessions: [crashed], recoveries: [{ sessionId: crashed }] },
    });
    expect(await page()).toEqual([[crashed, "crashed"]]);
    const next = await startRunning();
    expect(await sessions.stop(id())).toMatchObject({ ok: true });
    await idle();
    expect(await page()).toEqual([
      [next, "ended"],
      [crashed, "crashed"],
    ]);
    expect(engine.hasEnded).toBe(true);
  },
);

test("while the engine is being started anew nothing starts, and a kill is latched as soon as it can be", async () => {
  const { backend, dataDir, risk, sessions, quoting } = await openConsole();
  const gate = new Gate({ backend, checksOutputs: true, onFault: ({ error }) => expect.unreachable(String(error)) });
  const engine = newestThread("engine-thread.ts");
  const restarted = new Promise<unknown[]>((resolve) => {
    // After the house's own listener, before anything is open again
    engine.worker.once("exit", () =>
      resolve(
        Promise.all([
          gate.call("sessions", "start", { ...id(), ...INPUT }),
          sessions.stop(id()),
          quoting.resume({ ...id(), profileRevision: 1 }),
          gate.call("risk", "clearKillLatch", { ...id(), reason: "checked" }),
          risk.kill(id()),
        ]),
      ),
    );
  });
  void engine.worker.terminate();
  expect(await restarted).toMatchObject([
    { ok: false, code: "not-ready" },
    { ok: false, code: "no-session" },
    { ok: false, code: "no-session" },
    { ok: false, code: "not-ready" },
    { ok: false, code: "internal", message: expect.stringContaining("as soon as it is there") },
  ]);
  expect(status(backend).killLatch).not.toBeNull();
  await vi.waitUntil(() => readJournal(dataDir).latches().length === 1, PATIENCE);
  await vi.waitUntil(() => newestThread("engine-thread.ts") !== engine, PATIENCE);
  expect(await gate.call("sessions", "start", { ...id(), ...INPUT })).toMatchObject({
    ok: false,
    code: "kill-latched",
  });
});

test("a data folder that cannot be opened again leaves an idle console that says why, and closes", async () => {
  const { backend, dataDir, start, startRunning } = await openConsole(join(temporaryFolder(), "data"));
  const crashed = await startRunning();
  renameSync(dataDir, `${dataDir}-moved`);
  writeFileSync(dataDir, "in the way");
  void newestThread("engine-thread.ts").worker.terminate();
  await vi.waitUntil(() => status(backend).lastEnd !== null, PATIENCE);
  expect(status(backend)).toMatchObject({ mode: "idle", lastEnd: { sessionId: crashed, endedHow: "crashed" } });
  expect(status(backend).lastEnd?.message).toContain("The engine could not be started anew: ");
  expect(status(backend).lastEnd?.message).toContain(dataDir);
  expect(await start()).toMatchObject({ ok: false, code: "not-ready" });
  await backend.shutDown("test");
  expect(threads.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
});

test("a data folder that cannot be opened at all is refused, and no thread is left", async () => {
  const dataDir = join(temporaryFolder(), "data");
  writeFileSync(dataDir, "in the way");
  await expect(createConsoleBackend({ dataDir, face: "web" })).rejects.toThrow(dataDir);
  await vi.waitUntil(() => threads.every(({ hasEnded }) => hasEnded), PATIENCE);
});

test("closing while a dead engine is being replaced leaves nothing running", async () => {
  const { backend, dataDir, startRunning } = await openConsole();
  const crashed = await startRunning();
  const engine = newestThread("engine-thread.ts");
  const closing = new Promise<void>((resolve) => {
    engine.worker.once("exit", () => resolve(backend.shutDown("test")));
  });
  void engine.worker.terminate();
  await closing;
  expect(threads.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
  const again = await openConsole(dataDir);
  expect(await again.page()).toEqual([[crashed, "crashed"]]);
});

test("an engine that dies of closing makes the closing fail, after everything is closed", async () => {
  const { backend, dataDir, startRunning } = await openConsole();
  const crashed = await startRunning();
  const closing = backend.shutDown("test");
  void newestThread("engine-thread.ts").worker.terminate();
  await expect(closing).rejects.toThrow("the engine is not running");
  await expect(backend.shutDown("once more")).rejects.toThrow("the engine is not running");
  expect(threads.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
  const again = await openConsole(dataDir);
  expect(await again.page()).toEqual([[crashed, "crashed"]]);
});

test("a journal thread that dies halts the session, which ends crashed; nothing starts, a kill says so, closing fails", async () => {
  const { backend, start, startRunning, idle, risk } = await openConsole();
  const crashed = await startRunning();
  void newestThread("journal-thread.ts").worker.terminate();
  await idle();
  const message = expect.stringContaining("The journal thread ended");
  expect(status(backend).lastEnd).toMatchObject({ sessionId: crashed, endedHow: "crashed", message });
  expect(await start()).toMatchObject({ ok: false, code: "journal-failed", message });
  expect(await risk.kill(id())).toMatchObject({ ok: false, code: "internal", message });
  expect(await start()).toMatchObject({ ok: false, code: "kill-latched" });
  expect(await risk.clearKillLatch({ ...id(), reason: "checked" })).toMatchObject({
    ok: false,
    code: "internal",
    message,
  });
  await expect(backend.shutDown("test")).rejects.toThrow("The journal thread ended");
  expect(threads.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
});

test("closing starts no session behind its back, and a session that runs ends whole", async () => {
  const { backend, dataDir, start, startRunning } = await openConsole();
  const sessionId = await startRunning();
  const [, late] = await Promise.all([backend.shutDown("test"), start()]);
  expect(late.ok).toBe(false);
  expect(await start()).toMatchObject({ ok: false });
  const again = await openConsole(dataDir);
  expect(await again.page()).toEqual([[sessionId, "ended"]]);
});

test("an engine that dies again and again is given up, and the idle console says so", async () => {
  const { backend, start } = await openConsole();
  for (let death = 1; death <= 4; death += 1) {
    const { worker } = newestThread("engine-thread.ts");
    const count = threads.length;
    await worker.terminate();
    if (death < 4)
      await vi.waitUntil(() => threads.slice(count).some(({ entry }) => entry === "engine-thread.ts"), PATIENCE);
  }
  await vi.waitUntil(() => status(backend).lastEnd !== null, PATIENCE);
  expect(status(backend)).toMatchObject({ mode: "idle", lastEnd: { endedHow: "crashed", sessionId: "" } });
  expect(status(backend).lastEnd?.message).toContain("died 4 times within a minute");
  expect(await start()).toMatchObject({ ok: false, code: "not-ready" });
});
