import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactFullOffsetBps, type TargetInput } from "../../../main/kernel/pricing/target-price.ts";
import { compareWithResting } from "../../../main/kernel/quoting/reprice-gates.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { decimal, targetInputs } from "../pricing/pricing-arbitraries.ts";

const open = { repriceTolerancePercent: 0.1, minRepriceMoveTicks: 0, minRepriceEdgeDeltaBps: 0 };

/** 30 bps of 100,000 ticks: a full offset of 300 ticks, a tolerance of 30. */
const input: TargetInput = {
  settings: { ...defaultSettings("legacy"), offsetMode: "fixed", priceOffsetPerLevelPercent: 0.3 },
  side: "buy",
  level: 0,
  anchorTicks: 100_000,
  bidTicks: 100_000,
  askTicks: 100_001,
  spreadEmaBps: null,
  regimeScale: 1,
  positionLots: 0,
  maxPositionLots: 1000,
  band: "NORMAL",
  adverseTrendStrength: null,
  skewFactor: 1,
  offsetFactor: 1,
  fundingBiasBps: 0,
  extraBps: 0,
};

describe("reprice gates", () => {
  it.each([
    { name: "holds at the tolerance", move: 30, gates: {}, answer: "hold_within_tolerance" },
    { name: "replaces beyond the tolerance", move: 31, gates: {}, answer: "replace_target_shift" },
    { name: "holds below the tick gate", move: 31, gates: { minRepriceMoveTicks: 32 }, answer: "hold_below_tick_gate" },
    { name: "replaces at the tick gate", move: 32, gates: { minRepriceMoveTicks: 32 }, answer: "replace_target_shift" },
    {
      name: "holds below the edge gate",
      move: 31,
      gates: { minRepriceEdgeDeltaBps: 3.2 },
      answer: "hold_below_edge_gate",
    },
    {
      name: "replaces at the edge gate",
      move: 32,
      gates: { minRepriceEdgeDeltaBps: 3.2 },
      answer: "replace_target_shift",
    },
  ])("$name, in both directions", ({ move, gates, answer }) => {
    expect(compareWithResting(input, { ...open, ...gates }, 99_700 + move, 99_700)).toBe(answer);
    expect(compareWithResting(input, { ...open, ...gates }, 99_700 - move, 99_700)).toBe(answer);
  });

  it("counts the widening into the offset that the tolerance is a share of", () => {
    expect(compareWithResting({ ...input, extraBps: 10 }, open, 99_640, 99_600)).toBe("hold_within_tolerance");
    expect(compareWithResting({ ...input, extraBps: -10 }, open, 99_731, 99_700)).toBe("replace_target_shift");
  });

  it("replaces where there is no anchor or no offset to measure by", () => {
    const bare = { ...input, settings: { ...input.settings, offsetMode: "dynamic" as const, minOffsetBps: 0 } };
    expect(compareWithResting(bare, open, 100_000, 100_000)).toBe("replace_target_shift");
    expect(compareWithResting({ ...input, anchorTicks: 0 }, open, 5, 5)).toBe("replace_target_shift");
  });

  it("answers as fifty decimals do, on borders too", () => {
    const gates = fc.record({
      repriceTolerancePercent: decimal(0.1, 2, 1),
      minRepriceMoveTicks: fc.integer({ min: 0, max: 5 }),
      minRepriceEdgeDeltaBps: decimal(0, 20, 1),
    });
    const nudge = fc.integer({ min: -1, max: 1 });
    fc.assert(
      fc.property(targetInputs, gates, fc.boolean(), nudge, (target, settings, atTolerance, by) => {
        const full = exactFullOffsetBps(target);
        fc.pre(full.gt(0));
        const anchor = new Decimal(target.anchorTicks);
        const tolerance = anchor.mul(full).mul(settings.repriceTolerancePercent).div(10_000);
        const gate = anchor.mul(settings.minRepriceEdgeDeltaBps).div(10_000);
        const move = Math.abs((atTolerance ? tolerance : gate).round().toNumber() + by);
        const wanted = tolerance.gte(move)
          ? "hold_within_tolerance"
          : move < settings.minRepriceMoveTicks
            ? "hold_below_tick_gate"
            : gate.gt(move)
              ? "hold_below_edge_gate"
              : "replace_target_shift";
        expect(compareWithResting(target, settings, 1_000_000 + move, 1_000_000)).toBe(wanted);
      }),
      { numRuns: 1000 },
    );
  });
});
