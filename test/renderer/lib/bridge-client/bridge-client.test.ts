import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EVERY_SESSION } from "../../../../db/session-filter.ts";
import { bridgeOf } from "../../../../renderer/lib/bridge-client/bridge-of.ts";
import type { RawMessage, RawResult } from "../../../../renderer/lib/bridge-client/bridge-transport.ts";
import { PreloadTransport } from "../../../../renderer/lib/bridge-client/preload-transport.ts";
import { SocketTransport } from "../../../../renderer/lib/bridge-client/socket-transport.ts";
import type { Bridge, StreamMessage } from "../../../../preload/bridge.ts";
import { type OpenBridge, startOpenBridge } from "../../../support/open-bridge.ts";

describe("over a socket", () => {
  let other: OpenBridge;
  let bridge: Bridge;
  beforeEach(async () => {
    other = await startOpenBridge();
    bridge = bridgeOf(new SocketTransport(other.url));
  });
  afterEach(() => other.cut());

  test("answers calls made before the first connection stands", async () => {
    expect(await bridge.console.hello({})).toMatchObject({ ok: true, value: { appVersion: "0.1.0" } });
  });

  test("carries streams: snapshot first, then numbered updates", async () => {
    const seen: StreamMessage<"status">[] = [];
    const stop = bridge.feed.status((message) => void seen.push(message));
    await expect.poll(() => seen.length).toBe(1);
    other.backend.advance(100);
    await expect.poll(() => seen.length).toBe(2);
    expect(seen).toMatchObject([
      { n: 0, kind: "snapshot" },
      { n: 1, kind: "update" },
    ]);
    stop();
    await expect.poll(() => other.backend.subscriberCount).toBe(0);
  });

  test("says when the other side is gone and back, and streams start over by themselves", async () => {
    const states: boolean[] = [];
    const kinds: string[] = [];
    bridge.onConnection((isConnected) => void states.push(isConnected));
    bridge.feed.status(({ kind }) => void kinds.push(kind));
    await expect.poll(() => kinds).toEqual(["snapshot"]);
    await other.cut();
    await expect.poll(() => states).toEqual([false, true, false]);
    expect(await bridge.risk.kill({ commandId: "command-0001" })).toMatchObject({
      ok: false,
      code: "not-ready",
      message: expect.stringContaining("nothing was sent") as string,
    });
    await other.restore();
    await expect.poll(() => states, { timeout: 5000 }).toEqual([false, true, false, true]);
    await expect.poll(() => kinds).toEqual(["snapshot", "snapshot"]);
    expect(other.backend.calls).toEqual([]);
  });

  test("a call under way when the connection breaks is answered, as of unknown outcome", async () => {
    await bridge.console.hello({});
    const slow = bridge.sessions.page({ limit: 1, beforeUs: null, filter: EVERY_SESSION });
    const cut = other.cut();
    const answer = await slow;
    await cut;
    // It may just have been answered before the cut; it must never hang or be carried out again
    expect(answer.ok || answer.message.includes("may have been carried out")).toBe(true);
    expect(other.backend.calls.filter(([name]) => name === "sessions.page").length).toBeLessThanOrEqual(1);
  });
});

describe("over the preload", () => {
  function preload(call: (input: unknown) => Promise<RawResult>) {
    const listeners: ((message: RawMessage) => void)[] = [];
    const closed: number[] = [];
    const bridge = bridgeOf(
      new PreloadTransport({
        console: { hello: call },
        feed: {
          status: (listener) => {
            const index = listeners.push(listener) - 1;
            return () => void closed.push(index);
          },
        },
      }),
    );
    return { bridge, listeners, closed };
  }

  test("is always connected", () => {
    const states: boolean[] = [];
    preload(async () => ({ ok: true })).bridge.onConnection((isConnected) => void states.push(isConnected));
    expect(states).toEqual([true]);
  });

  test("a call that main refuses is an answer, not an exception", async () => {
    const { bridge } = preload(() => Promise.reject(new Error("refused")));
    expect(await bridge.console.hello({})).toMatchObject({ ok: false, code: "internal" });
  });

  test("a hole in the numbers takes the stream anew, and the update behind it is not shown", () => {
    const { bridge, listeners, closed } = preload(async () => ({ ok: true }));
    const seen: [number, string][] = [];
    bridge.feed.status(({ n, kind }) => void seen.push([n, kind]));
    listeners[0]?.({ n: 0, kind: "snapshot", value: null });
    listeners[0]?.({ n: 1, kind: "update", value: null });
    listeners[0]?.({ n: 3, kind: "update", value: null });
    expect(closed).toEqual([0]);
    listeners[1]?.({ n: 0, kind: "snapshot", value: null });
    expect(seen).toEqual([
      [0, "snapshot"],
      [1, "update"],
      [0, "snapshot"],
    ]);
  });

  test("nothing arrives after a stream was closed", () => {
    const { bridge, listeners } = preload(async () => ({ ok: true }));
    const seen: number[] = [];
    bridge.feed.status(({ n }) => void seen.push(n))();
    listeners[0]?.({ n: 0, kind: "snapshot", value: null });
    expect(seen).toEqual([]);
  });
});
