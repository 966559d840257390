import { expect, test } from "vitest";
import type { StreamItem } from "../../preload/bridge.ts";
import type { RecordAlert } from "../../main/kernel/effects.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { micros } from "../../main/kernel/values/units.ts";
import type { FeedUpdate } from "../../main/session/engine-protocol.ts";
import { prepareSession } from "../../main/session/session-factory.ts";
import { discardingSink } from "../../main/session/session-recorder.ts";
import { SessionRunner } from "../../main/session/session-runner.ts";
import { StreamCache } from "../../main/session/stream-cache.ts";
import type { ViewFeed } from "../../main/session/view-feed.ts";
import { viewsOfRun } from "../../main/session/viewed-run.ts";
import { AlertFeed, ChartFeed } from "../../main/session/views/row-feeds.ts";
import { PACED } from "./engine-harness.ts";

const SECOND_US = 1_000_000;
const ROW_STREAMS = ["decisions", "fills", "alerts", "chart", "trends"] as const;

/** A session with its views, on a clock that the test moves. */
function viewsUnderTest() {
  const outcome = prepareSession({ ...PACED, speed: null }, discardingSink);
  if (!outcome.ok) throw new Error(outcome.message);
  const { session, recorder, startUs, manifest } = outcome.prepared;
  const { sessionId } = manifest;
  const runner = new SessionRunner({ sessionId, session, recorder, journal: null, startUs, endUs: null, speed: null });
  const feed = viewsOfRun({ runner, spec: PACED, sourceText: "test", startedUs: startUs });
  let seconds = 0;
  const run = (more: number): void => {
    seconds += more;
    while (!session.advance(startUs + seconds * SECOND_US, 100_000));
  };
  return { feed, session, run };
}

function rowsOf(updates: readonly FeedUpdate[], name: (typeof ROW_STREAMS)[number]): readonly unknown[] {
  return updates.find((update) => update.name === name)?.value as readonly unknown[];
}

function snapshotOf(cache: StreamCache, name: (typeof ROW_STREAMS)[number]): readonly unknown[] {
  let rows: readonly unknown[] = [];
  cache.subscribe(name, ({ value }) => (rows = value))();
  return rows;
}

function alert(message: string, severity: RecordAlert["severity"] = "warning"): Omit<RecordAlert, "type"> {
  return { atUs: micros(1), kind: "profile-warning", severity, message };
}

function point(atUs: number): StreamItem<"chart"> {
  return { atUs, mid: 1, bid: null, ask: null, position: 0, net: 0, regime: "NORMAL" };
}

test("rows that nobody takes for a day are bounded, and the newest are kept", () => {
  const chart = new ChartFeed();
  for (let second = 1; second <= 86_400; second += 1) chart.add(point(second));
  const kept = chart.take();
  expect(kept.map(({ atUs }) => atUs)).toEqual(Array.from({ length: 7200 }, (_, at) => 86_400 - 7199 + at));
  expect(chart.take()).toEqual([]);
});

test("however often the rows are taken, a screen ends with the same rows", () => {
  const often = viewsUnderTest();
  const seldom = viewsUnderTest();
  const caches = [new StreamCache(), new StreamCache()] as const;
  const move = (cache: StreamCache, feed: ViewFeed): void => {
    for (const { name, value } of feed.updates(0)) cache.update(name, value);
  };
  for (let round = 0; round < 60; round += 1) {
    often.run(1);
    move(caches[0], often.feed);
  }
  seldom.run(60);
  move(caches[1], seldom.feed);
  for (const name of ROW_STREAMS) expect(snapshotOf(caches[0], name)).toEqual(snapshotOf(caches[1], name));
  expect(snapshotOf(caches[0], "decisions")).toHaveLength(500);
  expect(snapshotOf(caches[0], "fills").length).toBeGreaterThan(0);
  expect(snapshotOf(caches[0], "chart").length).toBeGreaterThan(50);
  expect(snapshotOf(caches[0], "trends").length).toBeGreaterThan(50);
});

test("gives every row once, and reading the views does not change the session", () => {
  const watched = viewsUnderTest();
  const alone = viewsUnderTest();
  for (let round = 0; round < 20; round += 1) {
    watched.run(1);
    watched.feed.updates(round);
  }
  alone.run(20);
  expect(watched.session.hash.digest()).toBe(alone.session.hash.digest());
  for (const name of ROW_STREAMS) expect(rowsOf(watched.feed.updates(99), name)).toEqual([]);
});

test("a profile that changed from elsewhere than this console waits for an eye, the operator's own change does not", () => {
  const { feed, session, run } = viewsUnderTest();
  run(2);
  const change = (by: string, changes: Partial<Settings>): void => {
    const { profile } = session.kernel;
    const next = { ...profile, revision: profile.revision + 1, settings: { ...profile.settings, ...changes } };
    session.command({ type: "profile-changed", commandId: `to-${next.revision}`, profile: next, by });
    run(1);
  };
  change("operator", { minOffsetBps: 4 });
  change("file: my.env", { minOffsetBps: 5 });
  change("operator", { maxPositionNotionalUsd: 0 });
  const shown = (rowsOf(feed.updates(0), "alerts") as StreamItem<"alerts">[]).filter(
    ({ kind }) => kind === "profile-changed",
  );
  expect(shown).toMatchObject([
    { severity: "info", isAcknowledged: true, message: expect.stringContaining("MM_MIN_OFFSET_BPS 3 → 4") },
    { severity: "warning", isAcknowledged: false, message: expect.stringContaining("MM_MIN_OFFSET_BPS 4 → 5") },
    {
      severity: "warning",
      isAcknowledged: false,
      message: expect.stringContaining("loosens MM_MAX_POSITION_NOTIONAL_USD"),
    },
  ]);
});

test("equal alerts are one row until one is acknowledged; an information needs none", () => {
  const alerts = new AlertFeed();
  alerts.add(alert("a"));
  alerts.add(alert("a"));
  expect(alerts.take()).toMatchObject([{ id: 1, count: 2, isAcknowledged: false }]);
  expect(alerts.acknowledge(1)).toBe(true);
  alerts.add(alert("a"));
  alerts.add(alert("b", "info"));
  expect(alerts.take()).toMatchObject([
    { id: 1, count: 2, isAcknowledged: true },
    { id: 2, count: 1, isAcknowledged: false },
    { id: 3, isAcknowledged: true },
  ]);
  expect(alerts.acknowledge(9)).toBe(false);
  expect(alerts.take()).toEqual([]);
});

test("of many alerts the newest can still be acknowledged, the oldest are forgotten", () => {
  const alerts = new AlertFeed();
  for (let index = 1; index <= 600; index += 1) alerts.add(alert(`alert ${index}`));
  expect([alerts.acknowledge(100), alerts.acknowledge(101), alerts.acknowledge(600)]).toEqual([false, true, true]);
});
