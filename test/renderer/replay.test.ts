import { describe, expect, test } from "vitest";
import type { Bridge } from "../../preload/bridge.ts";
import { contract } from "../../preload/contract.ts";
import { replayBridge } from "../../renderer/features/replay/replay-bridge.ts";
import { openReplay, slotOfFill, type Timeline } from "../../renderer/features/replay/replay-store.ts";
import { markNear, pathPoints, usAt, xOf } from "../../renderer/features/replay/seek-bar-marks.ts";

type Call = (input: unknown) => Promise<unknown>;

/** A bridge that writes down what leaves the page, and answers as the test says. */
function bridgeUnderTest(answer: (name: string) => unknown = () => ({ ok: true, value: {} })) {
  const sent: string[] = [];
  const { feed: _feed, ...groups } = contract;
  let show: (message: { value: unknown }) => void = () => undefined;
  const calls = Object.entries(groups).map(([group, shapes]) => [
    group,
    Object.fromEntries(
      Object.keys(shapes).map((name) => [
        name,
        async () => {
          sent.push(`${group}.${name}`);
          return answer(`${group}.${name}`);
        },
      ]),
    ),
  ]);
  const feed = { replay: (listener: typeof show) => ((show = listener), () => undefined) };
  const bridge = { ...Object.fromEntries(calls), feed, onConnection: () => () => undefined } as unknown as Bridge;
  return { bridge, sent, show: (value: unknown) => show({ value }) };
}

const TIMELINE: Timeline = {
  startUs: 1_000_000,
  endUs: 101_000_000,
  marks: [
    { kind: "fill", seq: 10, atUs: 11_000_000, text: "BUY 0, 0.002 at 100.0" },
    { kind: "halt", seq: 50, atUs: 51_000_000, text: "ACTIVE to PAUSED" },
  ],
  counts: { fill: 1, regime: 0, profile: 0, reject: 0, halt: 1, gap: 0 },
  regimes: [],
  path: [
    { atUs: 1_000_000, mid: 100 },
    { atUs: 51_000_000, mid: null },
    { atUs: 101_000_000, mid: 110 },
  ],
  codes: [],
};

describe("the bridge of a replay's panels", () => {
  test("lets no command leave the page", async () => {
    const { bridge, sent } = bridgeUnderTest();
    const reading = replayBridge(bridge) as unknown as Record<string, Record<string, Call>>;
    const { feed: _feed, replay: _replay, console: _console, ...commands } = contract;
    for (const [group, shapes] of Object.entries(commands)) {
      for (const name of Object.keys(shapes)) {
        const refusal = { ok: false, code: "not-ready", message: "This is a replay: nothing can be sent from it." };
        expect(await reading[group]?.[name]?.({})).toEqual(refusal);
      }
    }
    expect(sent).toEqual([]);
    await reading["replay"]?.["pause"]?.({});
    expect(sent).toEqual(["replay.pause"]);
  });
});

describe("the hands on a replay", () => {
  test("open it, ask for its way once it is ready, and close it", async () => {
    const { bridge, sent, show } = bridgeUnderTest((name) => ({
      ok: true,
      value: name.endsWith("timeline") ? TIMELINE : {},
    }));
    const controls = openReplay(bridge, "s");
    show({ phase: "preparing" });
    show({ phase: "ready" });
    show({ phase: "ready" });
    await Promise.resolve();
    await expect.poll(() => controls.store.getState().timeline).toBe(TIMELINE);
    controls.close();
    expect(sent).toEqual(["replay.open", "replay.timeline", "replay.close"]);
  });

  test("a drag asks for the newest place only while one is on its way", async () => {
    const { bridge, sent } = bridgeUnderTest();
    const controls = openReplay(bridge, "s");
    for (let at = 0; at < 50; at += 1) controls.seek(at);
    await expect.poll(() => sent.filter((name) => name === "replay.seek")).toHaveLength(2);
  });

  test("say what a jump came to, and why it did not", async () => {
    const { bridge } = bridgeUnderTest((name) =>
      name === "replay.jump"
        ? { ok: true, value: TIMELINE.marks[0] }
        : { ok: false, code: "nothing-there", message: "there is no later event" },
    );
    const controls = openReplay(bridge, "s");
    controls.jumpToMark("fill", 1);
    const said = () => controls.store.getState().said;
    await expect
      .poll(said)
      .toEqual({ isRefusal: false, words: "fill: BUY 0, 0.002 at 100.0", mark: TIMELINE.marks[0] });
    controls.step("event", 1);
    await expect.poll(said).toEqual({ isRefusal: true, words: "there is no later event", mark: null });
  });

  test("know the slot of a fill, and that nothing else has one", () => {
    expect(TIMELINE.marks.map(slotOfFill)).toEqual([{ side: "buy", level: 0 }, null]);
  });
});

describe("the seek bar", () => {
  test("maps times to pixels and back, and stays within the session", () => {
    expect(xOf(TIMELINE, 200, 51_000_000)).toBe(100);
    expect(usAt(TIMELINE, 200, 100)).toBe(51_000_000);
    expect([usAt(TIMELINE, 200, -5), usAt(TIMELINE, 200, 900)]).toEqual([TIMELINE.startUs, TIMELINE.endUs]);
  });

  test("finds the mark that is meant, and none where none is near", () => {
    expect(markNear(TIMELINE, 200, 22)).toBe(TIMELINE.marks[0]);
    expect(markNear(TIMELINE, 200, 97)).toBe(TIMELINE.marks[1]);
    expect(markNear(TIMELINE, 200, 60)).toBeNull();
  });

  test("draws the mid from low to high and breaks it where it is missing", () => {
    const points = pathPoints(TIMELINE, 200, 100);
    expect(points.map((point) => point === null)).toEqual([false, true, false]);
    expect(points[0]?.y ?? 0).toBeGreaterThan(points[2]?.y ?? 0);
  });
});
