/** Words and numbers of the risk stage, without a page. */
import { describe, expect, test } from "vitest";
import type { StreamItem } from "../../preload/bridge.ts";
import { riskControl, riskControlState } from "../../preload/risk-views.ts";
import { parseSlotName } from "../../renderer/features/decisions/decision-rows.ts";
import {
  actingCount,
  type ControlRow,
  describeCloseOut,
  flattenConsequence,
  formatReading,
  stateOf,
} from "../../renderer/features/risk/risk-format.ts";
import { controlWords, stateTones, stateWords } from "../../renderer/features/risk/risk-text.ts";
import { setLatches } from "../../renderer/features/risk/set-latches.ts";

type Risk = StreamItem<"risk">;
type Status = StreamItem<"status">;

const closing: Risk["closeOut"] = {
  ...{ phase: "closing", why: "asked for by the operator", beganUs: 1, began: "0.012", left: null },
  ...{ attempt: 2, attempts: 3, slippageBps: 30, denied: null, outcome: null },
};

function row(control: ControlRow["control"], state: ControlRow["state"]): ControlRow {
  return { control, state, detail: null, reading: null, bound: null, unit: "count", untilUs: null, trips: 0 };
}

test("every control and state has its words and its tone", () => {
  expect(Object.keys(controlWords).toSorted()).toEqual([...riskControl.options].toSorted());
  expect(Object.keys(stateWords).toSorted()).toEqual([...riskControlState.options].toSorted());
  expect(Object.keys(stateTones).toSorted()).toEqual([...riskControlState.options].toSorted());
});

test.each([
  [12, "count", "12"],
  [-5.019, "money", "\u22125.02"],
  [14.2, "ms", "14\u00a0ms"],
  [90, "s", "90\u00a0s"],
  [0.9, "share", "90\u00a0%"],
  [12.44, "per-fill", "12.4"],
  [null, "count", "\u2014"],
] as const)("%d in %s reads %s", (value, unit, text) => {
  expect(formatReading(value, unit)).toBe(text);
});

test("a warning is called what it is, not always near", () => {
  expect(stateOf(row("drawdown", "warning"))).toBe("near");
  expect(stateOf(row("balance", "warning"))).toBe("stale");
  expect(stateOf(row("reconciliation", "warning"))).toBe("in doubt");
});

test("only what holds quotes back counts as acting", () => {
  const states = ["off", "clear", "waiting", "warning", "degraded", "reducing", "halted", "latched"] as const;
  expect(actingCount(states.map((state) => row("balance", state)))).toBe(3);
});

describe("a close-out in words", () => {
  test.each([
    ["before its first attempt", { attempt: 0, slippageBps: null }, "waiting for every cancel · 0.004 left of 0.012"],
    ["at an attempt", {}, "attempt 2 of 3, reaching 30 bps beyond the best price · 0.004 left of 0.012"],
    [
      "at an attempt that was denied",
      { denied: "price_collar", slippageBps: 7.5 },
      "attempt 2 of 3, reaching 7.5 bps beyond the best price, denied: price collar · 0.004 left of 0.012",
    ],
    ["flat", { phase: "ended", attempt: 1, outcome: "flat", left: "0.000" }, "flat after 1 attempt"],
    [
      "not flat",
      { phase: "ended", outcome: "timed_out", left: "0.004" },
      "0.004 left after 2 attempts: the time for it is over",
    ],
  ] as const)("%s", (_name, change, more) => {
    expect(describeCloseOut({ ...closing, ...change }, "0.004")?.more).toBe(more);
  });

  test("says nothing where there was none, and is red only when something is left", () => {
    expect(describeCloseOut({ ...closing, phase: "none" }, "0")).toBeNull();
    expect(describeCloseOut(closing, "0")?.tone).toBe("warn");
    expect(describeCloseOut({ ...closing, phase: "ended", outcome: "flat" }, "0")?.tone).toBe("good");
    expect(describeCloseOut({ ...closing, phase: "ended", outcome: "killed" }, "0")?.tone).toBe("bad");
  });
});

test("the button tells position and reach, or that there is nothing", () => {
  expect(flattenConsequence("+0.012", 40)).toBe("+0.012 \u2264 40 bps");
  expect(flattenConsequence("+0.012", null)).toBe("+0.012");
  expect(flattenConsequence("0.000", 40)).toBe("no position");
  expect(flattenConsequence(null, 40)).toBe("no position");
});

describe("latches that are set", () => {
  const status = (mode: Status["mode"], riskLatches: Status["riskLatches"]): Status =>
    ({ mode, riskLatches }) as Partial<Status> as Status;
  const risk = (latches: Risk["latches"]): Risk => ({ latches }) as Partial<Risk> as Risk;
  const kept = [{ latch: "repeated-execution", reason: "buy (20 against 20)", setAtUs: 5 }] as const;

  test("are the journal's between sessions", () => {
    expect(setLatches({ status: status("idle", [...kept]), risk: risk([]) })).toEqual([
      {
        ...{ latch: "repeated-execution", reason: "too many fills of buy orders (20 against 20)", setAtUs: 5 },
        ...{ reading: null, bound: null, isCarried: false },
      },
    ]);
    expect(setLatches({ status: null, risk: null })).toEqual([]);
  });

  test("are the session's own while it runs, with the journal's words for those of earlier ones", () => {
    const own = { latch: "day-loss", detail: "the day has lost 20", reading: -20, bound: 20, setAtUs: 9 } as const;
    const old = {
      latch: "repeated-execution",
      detail: "carried over",
      reading: null,
      bound: null,
      setAtUs: 7,
    } as const;
    const both = risk([
      { ...own, isCarried: false },
      { ...old, isCarried: true },
    ]);
    expect(setLatches({ status: status("paper", [...kept]), risk: both })).toMatchObject([
      { latch: "day-loss", reason: "the day has lost 20", setAtUs: 9, reading: -20 },
      { latch: "repeated-execution", reason: "too many fills of buy orders (20 against 20)", setAtUs: 5 },
    ]);
    // A latch that the session has lifted is gone at once, whatever the journal still says
    expect(setLatches({ status: status("paper", [...kept]), risk: risk([]) })).toEqual([]);
  });
});

test("a slot name may be that of an order that takes", () => {
  expect(parseSlotName("SELL take")).toEqual({ side: "sell", level: -1 });
  expect(parseSlotName("buy:1")).toEqual({ side: "buy", level: 1 });
  expect(parseSlotName("take")).toBeNull();
});
