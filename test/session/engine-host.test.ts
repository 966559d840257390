import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EngineHost } from "../../main/session/engine-host.ts";
import type { FromEngine, ToEngine } from "../../main/session/engine-protocol.ts";
import type { JournalHost } from "../../main/session/journal-host.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A thread that says only what the test says. */
class SilentWorker extends EventEmitter {
  readonly sent: ToEngine[] = [];

  postMessage(message: ToEngine): void {
    this.sent.push(message);
  }

  async terminate(): Promise<number> {
    return 1;
  }

  say(message: FromEngine): void {
    this.emit("message", message);
  }
}

function hostUnderTest() {
  const worker = new SilentWorker();
  const deaths: string[] = [];
  const heard: string[] = [];
  const journal = { close: async () => undefined } as unknown as JournalHost;
  const host = new EngineHost(worker as unknown as Worker, journal, {
    onFeed: ({ type }) => void heard.push(type),
    onLatches: () => undefined,
    onDead: (why) => void deaths.push(why),
  });
  return { worker, host, deaths, heard };
}

const WIND_DOWN = { type: "wind-down", reason: "test" } as const;
const GONE = { ok: false, code: "internal", message: "the engine is not running" };

test("an engine that beats lives; one that falls silent is dead once, and what it was asked is answered", async () => {
  const { worker, host, deaths } = hostUnderTest();
  for (let second = 0; second < 60; second += 1) {
    worker.say({ type: "beat" });
    vi.advanceTimersByTime(1000);
  }
  expect(deaths).toEqual([]);
  const asked = host.request(WIND_DOWN);
  vi.advanceTimersByTime(10_000);
  expect(deaths).toEqual(["the engine thread missed 3 heartbeats"]);
  expect(await asked).toEqual(GONE);
  expect(await host.request(WIND_DOWN)).toEqual(GONE);
  worker.emit("exit", 1);
  expect(deaths).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("an engine that has not beaten yet may take its time, but not for ever", () => {
  const { deaths } = hostUnderTest();
  vi.advanceTimersByTime(20_000);
  expect(deaths).toEqual([]);
  vi.advanceTimersByTime(20_000);
  expect(deaths).toHaveLength(1);
});

test("nothing that a dead engine still says reaches the screens", () => {
  const { worker, deaths, heard } = hostUnderTest();
  worker.say({ type: "feed-reset" });
  worker.emit("error", new Error("planted"));
  worker.say({ type: "feed", updates: [] });
  expect(deaths).toEqual(["planted"]);
  expect(heard).toEqual(["feed-reset"]);
});

test("an engine that is closed on purpose is not dead", async () => {
  const { worker, host, deaths } = hostUnderTest();
  const asked = host.request(WIND_DOWN);
  await host.close();
  worker.emit("exit", 1);
  expect(deaths).toEqual([]);
  expect(await asked).toEqual(GONE);
});

test("each answer goes to its own question", async () => {
  const { worker, host } = hostUnderTest();
  const asked = [host.request(WIND_DOWN), host.request({ ...WIND_DOWN, reason: "again" })];
  const answer = (revision: number) => ({ ok: true, value: { sessionId: null, profileRevision: revision } }) as const;
  for (const { id } of worker.sent.toReversed()) worker.say({ type: "answer", id, answer: answer(id) });
  expect(await Promise.all(asked)).toEqual(worker.sent.map(({ id }) => answer(id)));
});
