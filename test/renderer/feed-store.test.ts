import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bridge, StreamMessage, StreamName } from "../../preload/bridge.ts";
import { appendRows } from "../../renderer/lib/append-rows.ts";
import { FRESHNESS_LIMIT_MS, openFeed } from "../../renderer/lib/feed-store.ts";

/** A bridge whose streams and connection a test moves by hand, and a clock and frames of its own. */
function stageFeed() {
  const listeners = new Map<string, (message: never) => void>();
  const closed: string[] = [];
  let tellConnection: (isConnected: boolean) => void = () => {};
  const feed = new Proxy(
    {},
    {
      get: (_target, name: string) => (listener: (message: never) => void) => {
        listeners.set(name, listener);
        return () => void closed.push(name);
      },
    },
  );
  const bridge = {
    feed,
    onConnection(listener: (isConnected: boolean) => void) {
      tellConnection = listener;
      listener(false);
      return () => void closed.push("connection");
    },
  } as unknown as Bridge;
  const frames: (() => void)[] = [];
  const clock = { ms: 1000 };
  const opened = openFeed(bridge, { schedule: (task) => void frames.push(task), nowMs: () => clock.ms });
  return {
    ...opened,
    closed,
    frames,
    clock,
    connect: (isConnected: boolean) => tellConnection(isConnected),
    send<N extends StreamName>(name: N, message: StreamMessage<N>) {
      listeners.get(name)?.(message as never);
    },
    runFrame() {
      for (const task of frames.splice(0)) task();
    },
  };
}

const decision = (id: number, count = 1) => ({ id, atUs: id, slot: "bid 0", code: "place_initial", count, text: "" });

describe("the feed store", () => {
  test("applies everything that came between two frames in one change", () => {
    const feed = stageFeed();
    let changes = 0;
    feed.store.subscribe(() => {
      changes += 1;
    });
    for (let n = 0; n < 50; n += 1)
      feed.send("slots", { n, kind: n === 0 ? "snapshot" : "update", value: { slots: [] } });
    feed.send("decisions", { n: 0, kind: "snapshot", value: [decision(1)] });
    expect([changes, feed.frames.length]).toEqual([0, 1]);
    feed.runFrame();
    expect(changes).toBe(1);
    expect(feed.store.getState().decisions).toHaveLength(1);
  });

  test("keeps what a stream does not touch identical, so that nobody else renders", () => {
    const feed = stageFeed();
    feed.send("decisions", { n: 0, kind: "snapshot", value: [decision(1)] });
    feed.runFrame();
    const before = feed.store.getState();
    feed.send("slots", { n: 0, kind: "snapshot", value: { slots: [] } });
    feed.runFrame();
    expect(feed.store.getState().decisions).toBe(before.decisions);
    expect(feed.store.getState().slots).not.toBe(before.slots);
  });

  test("replaces a row whose id is known and starts over with a snapshot", () => {
    const feed = stageFeed();
    feed.send("decisions", { n: 0, kind: "snapshot", value: [decision(1), decision(2)] });
    feed.send("decisions", { n: 1, kind: "update", value: [decision(2, 17), decision(3)] });
    feed.runFrame();
    expect(feed.store.getState().decisions.map(({ id, count }) => [id, count])).toEqual([
      [1, 1],
      [2, 17],
      [3, 1],
    ]);
    feed.send("decisions", { n: 0, kind: "snapshot", value: [decision(9)] });
    feed.runFrame();
    expect(feed.store.getState().decisions.map(({ id }) => id)).toEqual([9]);
  });

  test("counts the chart's snapshots, because the line is then drawn anew", () => {
    const feed = stageFeed();
    feed.send("chart", { n: 0, kind: "snapshot", value: [] });
    feed.send("chart", { n: 1, kind: "update", value: [] });
    feed.send("chart", { n: 0, kind: "snapshot", value: [] });
    feed.runFrame();
    expect(feed.store.getState().chartEpoch).toBe(2);
  });

  test("is connecting until it was connected once, and lost only after that", () => {
    const feed = stageFeed();
    expect(feed.store.getState().connection).toBe("connecting");
    feed.connect(true);
    expect(feed.store.getState().connection).toBe("connected");
    feed.connect(false);
    expect(feed.store.getState().connection).toBe("lost");
  });

  test("calls itself old after a silence, and fresh with the next message", () => {
    const feed = stageFeed();
    feed.checkFreshness();
    expect(feed.store.getState().isFresh).toBe(true);
    feed.send("slots", { n: 0, kind: "snapshot", value: { slots: [] } });
    feed.runFrame();
    feed.clock.ms += FRESHNESS_LIMIT_MS;
    feed.checkFreshness();
    expect(feed.store.getState().isFresh).toBe(false);
    feed.send("slots", { n: 1, kind: "update", value: { slots: [] } });
    feed.runFrame();
    expect(feed.store.getState().isFresh).toBe(true);
  });

  test("closes every stream and the connection", () => {
    const feed = stageFeed();
    feed.close();
    expect(feed.closed.toSorted()).toEqual([
      "alerts",
      "chart",
      "connection",
      "decisions",
      "fills",
      "ladder",
      "readings",
      "result",
      "risk",
      "signals",
      "slots",
      "status",
      "trends",
    ]);
  });
});

test("appended rows equal a map that was sorted and cut", () => {
  const row = fc.record({ id: fc.nat(40), text: fc.string({ maxLength: 3 }) });
  fc.assert(
    fc.property(
      fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      (batches, limit) => {
        let rows: readonly { id: number; text: string }[] = [];
        for (const batch of batches) {
          const naive = new Map([...rows, ...batch].map((each) => [each.id, each]));
          // a row older than all kept ones is cut off again, as the newest are kept
          const inserted = appendRows(rows, batch, (each) => each.id, Number.MAX_SAFE_INTEGER);
          expect(inserted).toEqual([...naive.values()].toSorted((first, second) => first.id - second.id));
          rows = appendRows(rows, batch, (each) => each.id, limit);
          expect(rows).toEqual(inserted.slice(-limit));
        }
      },
    ),
  );
});
