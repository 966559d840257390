import { expect, test } from "vitest";
import type { StreamItem, StreamMessage } from "../../preload/bridge.ts";
import { StreamCache } from "../../main/session/stream-cache.ts";

function decision(id: number, count = 1): StreamItem<"decisions"> {
  return { id, atUs: id, slot: "bid 0", code: "hold", count, text: "" };
}

function point(atUs: number): StreamItem<"chart"> {
  return { atUs, mid: 1, bid: null, ask: null, position: 0, net: 0, regime: "NORMAL" };
}

function idsFrom(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function listen(cache: StreamCache) {
  const heard: StreamMessage<"decisions">[] = [];
  const stop = cache.subscribe("decisions", (message) => void heard.push(message));
  return { heard, stop };
}

/** What a late subscriber sees first. */
function snapshot(cache: StreamCache): readonly StreamItem<"decisions">[] {
  const { heard, stop } = listen(cache);
  stop();
  return heard[0]?.value ?? [];
}

test("a subscriber starts with a snapshot and goes on with updates that are numbered without a hole", () => {
  const cache = new StreamCache();
  cache.update("decisions", [decision(1)]);
  const { heard, stop } = listen(cache);
  cache.update("decisions", [decision(2)]);
  cache.update("decisions", []);
  cache.update("decisions", [decision(2, 2)]);
  stop();
  cache.update("decisions", [decision(3)]);
  expect(heard).toEqual([
    { n: 1, kind: "snapshot", value: [decision(1)] },
    { n: 2, kind: "update", value: [decision(2)] },
    { n: 3, kind: "update", value: [decision(2, 2)] },
  ]);
  expect(snapshot(cache)).toEqual([decision(1), decision(2, 2), decision(3)]);
});

test("a stream of one value keeps the latest, and null before the first", () => {
  const cache = new StreamCache();
  const values: unknown[] = [];
  const ladder = { rows: [] } as unknown as StreamItem<"ladder">;
  cache.subscribe("ladder", ({ kind, value }) => values.push([kind, value]));
  cache.update("ladder", ladder);
  cache.subscribe("ladder", ({ kind, value }) => values.push([kind, value]));
  expect(values).toEqual([
    ["snapshot", null],
    ["update", ladder],
    ["snapshot", ladder],
  ]);
});

test("keeps only the newest rows, points of the chart by their time", () => {
  const cache = new StreamCache();
  cache.update(
    "decisions",
    idsFrom(1, 300).map((id) => decision(id)),
  );
  cache.update(
    "decisions",
    idsFrom(301, 300).map((id) => decision(id)),
  );
  expect(snapshot(cache).map(({ id }) => id)).toEqual(idsFrom(101, 500));
  for (const from of [1, 5001]) cache.update("chart", idsFrom(from, 5000).map(point));
  cache.update("chart", [point(10_000)]);
  let times: readonly number[] = [];
  cache.subscribe("chart", ({ value }) => (times = value.map(({ atUs }) => atUs)))();
  expect(times).toEqual(idsFrom(2801, 7200));
});

test("an old row that changes after it fell out pushes no newer row out", () => {
  const cache = new StreamCache();
  cache.update(
    "decisions",
    idsFrom(1, 501).map((id) => decision(id)),
  );
  const { heard } = listen(cache);
  cache.update("decisions", [decision(1, 9), decision(502)]);
  expect(heard.at(-1)).toMatchObject({ kind: "update", value: [decision(1, 9), decision(502)] });
  expect(snapshot(cache).map(({ id }) => id)).toEqual(idsFrom(3, 500));
});

test("rows that come late take their place in the order", () => {
  const cache = new StreamCache();
  for (const id of [5, 2, 9, 7]) cache.update("decisions", [decision(id)]);
  cache.update("decisions", [decision(5, 2)]);
  expect(snapshot(cache)).toEqual([decision(2), decision(5, 2), decision(7), decision(9)]);
});

test("a reset sends an empty snapshot to who listens and to who comes, and ids start over", () => {
  const cache = new StreamCache();
  cache.update("decisions", [decision(7)]);
  const { heard } = listen(cache);
  cache.reset("decisions");
  expect(heard.at(-1)).toEqual({ n: 2, kind: "snapshot", value: [] });
  expect(snapshot(cache)).toEqual([]);
  cache.update("decisions", [decision(1)]);
  cache.update("decisions", [decision(2)]);
  expect(snapshot(cache)).toEqual([decision(1), decision(2)]);
});
