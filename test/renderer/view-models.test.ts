import { describe, expect, test } from "vitest";
import { openAlerts } from "../../renderer/features/alerts/open-alerts.ts";
import {
  fillMarks,
  isBreak,
  quoteBands,
  regimeBands,
  returnSeconds,
} from "../../renderer/features/chart/chart-series.ts";
import { flipTarget, pauseAct } from "../../renderer/features/commands/operator-actions.ts";
import { filterDecisions, parseSlotName } from "../../renderer/features/decisions/decision-rows.ts";
import { waterfallSteps } from "../../renderer/features/slots/waterfall.ts";
import { checkChoice, firstChoice } from "../../renderer/features/start/start-choice.ts";
import { signalBar } from "../../renderer/features/toxicity/signal-bar.ts";
import { neighbourSlot, shownSlot } from "../../renderer/lib/screen-store.ts";

describe("the waterfall of a price", () => {
  const buildUp = {
    anchor: "100",
    regimeScale: 1.5,
    target: "99.6",
    final: "99.6",
    parts: [
      { name: "offset" as const, bps: -3, price: -0.03 },
      { name: "regime" as const, bps: -1, price: -0.01 },
      { name: "skew" as const, bps: 2, price: 0.02 },
      { name: "post-only" as const, bps: -2, price: -0.02 },
    ],
  };

  test("begins each bar where the one before ended, over the whole width", () => {
    const steps = waterfallSteps(buildUp);
    const at = (name: string) => steps.find((step) => step.name === name)!;
    // reached: -3, -4, -2, then zeros, then -4; the width is 4 bps with 0 at the right end
    expect([at("offset").left, at("offset").right]).toEqual([0.25, 1]);
    expect([at("regime").left, at("regime").right]).toEqual([0, 0.25]);
    expect([at("skew").left, at("skew").right]).toEqual([0, 0.5]);
    expect([at("post-only").left, at("post-only").right]).toEqual([0, 0.5]);
  });

  test("keeps every usual part in its place, also when it is nothing", () => {
    expect(waterfallSteps(buildUp).map((step) => step.name)).toEqual([
      "offset",
      "regime",
      "skew",
      "trend",
      "funding",
      "extra",
      "tick",
      "post-only",
    ]);
    for (const step of waterfallSteps({ ...buildUp, parts: [] })) expect([step.left, step.right]).toEqual([0, 0]);
  });
});

describe("the chart's series", () => {
  const point = (atS: number, regime: "CALM" | "NORMAL") => ({
    atUs: atS * 1_000_000,
    mid: 1,
    bid: null,
    ask: null,
    position: 0,
    net: 0,
    regime,
  });

  test("are broken where seconds are missing", () => {
    expect(isBreak(undefined, point(10, "CALM"))).toBe(false);
    expect(isBreak(point(10, "CALM"), point(15, "CALM"))).toBe(false);
    expect(isBreak(point(10, "CALM"), point(16, "CALM"))).toBe(true);
  });

  test("have one band a stretch of regime, which does not reach over a break", () => {
    const points = [point(1, "CALM"), point(2, "CALM"), point(3, "NORMAL"), point(4, "NORMAL"), point(60, "NORMAL")];
    expect(regimeBands(points)).toEqual([
      { regime: "CALM", fromS: 1, toS: 3 },
      { regime: "NORMAL", fromS: 3, toS: 4 },
      { regime: "NORMAL", fromS: 60, toS: 60 },
    ]);
  });

  test("have one band a side a stretch of quoting, which ends where a quote or the price is missing", () => {
    const quoted = (atS: number, bid: number | null, ask: number | null, mid: number | null = 10) => ({
      ...point(atS, "CALM"),
      ...{ mid, bid, ask },
    });
    const points = [
      quoted(1, 9, null),
      quoted(2, 9, 11),
      quoted(3, null, 11),
      quoted(4, 8, 11, null),
      quoted(60, 8, 12),
    ];
    const seconds = quoteBands(points).map(({ side, points: at }) => [side, ...at.map(({ atS }) => atS)]);
    expect(seconds).toEqual([
      ["bid", 1, 2],
      ["bid", 60],
      ["ask", 2, 3],
      ["ask", 60],
    ]);
    expect(returnSeconds(points)).toEqual([60]);
    const lost = [quoted(1, 9, 11, null), quoted(2, 9, 11), quoted(3, 9, 11, null), quoted(4, 9, 11)];
    expect(returnSeconds(lost)).toEqual([4]);
  });

  test("mark a taker's fill as one", () => {
    const fill = {
      id: 1,
      atUs: 5_400_000,
      tradeId: "t",
      side: "buy" as const,
      level: 0,
      price: "61700.1",
      size: "1",
      liquidity: "taker" as const,
      fee: "0",
      edgeBps: null,
      position: "1",
      isDurable: true,
    };
    expect(fillMarks([fill])).toEqual([{ atS: 5, price: 61700.1, side: "buy", isTaker: true }]);
  });
});

describe("commands in a state", () => {
  test("P pauses whatever quotes and resumes what does not", () => {
    expect((["ACTIVE", "REDUCING", "PAUSED", "HALTED"] as const).map(pauseAct)).toEqual([
      "pause",
      "pause",
      "resume",
      "resume",
    ]);
  });

  test("a flip goes to a sound profile of the other kind, a shipped one first", () => {
    const choice = (
      name: string,
      marketProfile: "legacy" | "crypto",
      isShipped: boolean,
      problem: string | null = null,
    ) => ({
      name,
      marketProfile,
      isShipped,
      problem,
    });
    const profiles = [
      choice("mine", "crypto", false),
      choice("broken", "legacy", false, "line 3"),
      choice("legacy", "legacy", true),
      choice("crypto", "crypto", true),
    ];
    expect(flipTarget("crypto", profiles)).toBe("legacy");
    expect(flipTarget("mine", profiles)).toBe("legacy");
    expect(flipTarget("legacy", profiles)).toBe("crypto");
    expect(flipTarget("legacy", [choice("legacy", "legacy", true)])).toBeNull();
  });
});

describe("a choice to start", () => {
  const choice = { source: "btc", seed: "7", profile: "crypto", speed: "1" };

  test.each([
    [{}, { source: { kind: "generated", market: "btc", seed: 7 }, profile: "crypto", speed: 1 }],
    [
      { source: "alt", speed: "0,1" },
      { source: { kind: "generated", market: "alt", seed: 7 }, profile: "crypto", speed: 0.1 },
    ],
    [
      { source: "tape:a.tape", seed: "x" },
      { source: { kind: "tape", tapeId: "a.tape" }, profile: "crypto", speed: 1 },
    ],
  ])("%o is sent as %o", (part, input) => {
    expect(checkChoice({ ...choice, ...part })).toEqual({ ok: true, input });
  });

  test.each([
    { speed: "0" },
    { speed: "101" },
    { speed: "" },
    { speed: "fast" },
    { seed: "-1" },
    { seed: "4294967296" },
    { seed: "1.5" },
  ])("%o is told in words", (part) => {
    expect(checkChoice({ ...choice, ...part })).toMatchObject({ ok: false });
  });

  test("begins on a profile that can be used", () => {
    const hello = {
      appVersion: "0",
      buildHash: "0",
      face: "web" as const,
      dataDir: "",
      tapes: [],
      crashedSessions: [],
      recoveries: [],
      profiles: [
        { name: "crypto", isShipped: true, marketProfile: "crypto" as const, problem: "line 1" },
        { name: "legacy", isShipped: true, marketProfile: "legacy" as const, problem: null },
      ],
    };
    expect(firstChoice(hello).profile).toBe("legacy");
  });
});

describe("slots", () => {
  const slot = (side: "buy" | "sell", level: number) =>
    ({ side, level }) as unknown as Parameters<typeof shownSlot>[0][number];
  const slots = [slot("buy", 0), slot("buy", 1), slot("sell", 0)];

  test("are walked through with the arrows and stop at the ends", () => {
    expect(neighbourSlot(slots, null, 1)).toEqual({ side: "buy", level: 1 });
    expect(neighbourSlot(slots, { side: "sell", level: 0 }, 1)).toEqual({ side: "sell", level: 0 });
    expect(neighbourSlot(slots, { side: "buy", level: 0 }, -1)).toEqual({ side: "buy", level: 0 });
    expect(neighbourSlot([], null, 1)).toBeNull();
  });

  test("fall back to the first when the chosen one is gone", () => {
    expect(shownSlot(slots, { side: "sell", level: 5 })).toBe(slots[0]);
  });
});

describe("decision rows", () => {
  const row = (id: number, code: string) => ({ id, atUs: id, slot: "bid 0", code, count: 1, text: "" });
  const rows = [row(1, "place_initial"), row(2, "hold_below_edge_gate"), row(3, "skip_stale"), row(4, "replace_size")];

  test("are shown newest first, by kind, up to a limit", () => {
    const ids = (filter: Parameters<typeof filterDecisions>[1], limit = 10) =>
      filterDecisions(rows, filter, limit).map(({ id }) => id);
    expect(ids("all")).toEqual([4, 3, 2, 1]);
    expect(ids("placed")).toEqual([4, 1]);
    expect(ids("hold")).toEqual([2]);
    expect(ids("skip")).toEqual([3]);
    expect(ids("all", 2)).toEqual([4, 3]);
  });

  test("name their slot in any of its spellings", () => {
    const sell = { side: "sell", level: 3 };
    expect(["SELL 3", "sell:3", "ask 3", "sell-3"].map(parseSlotName)).toEqual([sell, sell, sell, sell]);
    expect(parseSlotName("bid 0")).toEqual({ side: "buy", level: 0 });
    expect(parseSlotName("regime")).toBeNull();
  });
});

test("open alerts come gravest first, then oldest", () => {
  const alert = (id: number, severity: "info" | "warning" | "critical", isAcknowledged = false) => ({
    id,
    atUs: id,
    severity,
    kind: "k",
    message: "m",
    count: 1,
    isAcknowledged,
  });
  const alerts = [
    alert(1, "info"),
    alert(2, "critical", true),
    alert(3, "critical"),
    alert(4, "critical"),
    alert(5, "warning"),
  ];
  expect(openAlerts(alerts).map(({ id }) => id)).toEqual([3, 4, 5, 1]);
});

test("a signal's bar keeps room beyond its limit and takes the limit's tone", () => {
  expect(signalBar(8, 10, 1)).toEqual({ share: 0.6000000000000001, limitShare: 0.75, tone: "near" });
  expect(signalBar(-12, 10, 1)).toMatchObject({ tone: "over" });
  expect(signalBar(-12, 10, 1).share).toBeCloseTo(0.9);
  expect(signalBar(99, 10, 1).share).toBe(1);
  expect(signalBar(5, null, 20)).toEqual({ share: 0.25, limitShare: null, tone: "calm" });
  expect(signalBar(null, 10, 1)).toMatchObject({ share: 0, tone: "calm" });
});
