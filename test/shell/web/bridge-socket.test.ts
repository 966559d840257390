import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type OpenBridge, startOpenBridge } from "../../support/open-bridge.ts";
import { closeCode, nextMessage } from "../../support/web-console.ts";

let bridge: OpenBridge;
beforeEach(async () => {
  bridge = await startOpenBridge({ beatMs: 20 });
});
afterEach(() => bridge.cut());

function open(options: { autoPong?: boolean } = {}): Promise<WebSocket> {
  const socket = new WebSocket(bridge.url, options);
  return new Promise((done) => socket.once("open", () => done(socket)));
}

test("beats, so that a page knows that the console lives", async () => {
  const socket = await open();
  expect(await nextMessage(socket)).toEqual({ kind: "beat" });
  expect(await nextMessage(socket)).toEqual({ kind: "beat" });
  socket.terminate();
});

test("drops a page that does not answer a beat, with its streams", async () => {
  const socket = await open({ autoPong: false });
  socket.send(JSON.stringify({ kind: "open", id: 1, stream: "status" }));
  await nextMessage(socket, ({ kind }) => kind === "item");
  expect(await closeCode(socket)).toBe(1006);
  await expect.poll(() => [bridge.clientCount, bridge.backend.subscriberCount]).toEqual([0, 0]);
});

test("refuses a ninth page", async () => {
  const sockets = await Promise.all(Array.from({ length: 8 }, () => open()));
  const ninth = new WebSocket(bridge.url);
  const status = await new Promise((done) => {
    ninth.once("unexpected-response", (_request, response) => done(response.statusCode));
    ninth.on("error", () => {});
  });
  expect(status).toBe(403);
  for (const socket of sockets) socket.terminate();
});

test("a burst of values arrives as its newest, in numbers without a hole", async () => {
  const socket = await open();
  const seen: number[] = [];
  const numbers: number[] = [];
  await bridge.backend.handlers.sessions.start({
    commandId: "command-0001",
    source: { kind: "generated", market: "btc", seed: 1 },
    profile: "legacy",
    speed: 1,
  });
  socket.on("message", (data: Buffer) => {
    const frame = JSON.parse(data.toString("utf8")) as {
      kind: string;
      message?: { n: number; value: { sessionUs: number } };
    };
    if (frame.kind !== "item" || frame.message === undefined) return;
    seen.push(frame.message.value.sessionUs);
    numbers.push(frame.message.n);
  });
  socket.send(JSON.stringify({ kind: "open", id: 1, stream: "status" }));
  await expect.poll(() => seen.length).toBe(1);
  for (let step = 0; step < 500; step += 1) bridge.backend.advance(100);
  const startedUs = seen[0] ?? 0;
  await expect.poll(() => seen.at(-1)).toBe(startedUs + 500 * 100_000);
  expect(seen.length).toBeLessThan(10);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  socket.terminate();
});
