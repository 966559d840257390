import { describe, expect, it } from "vitest";
import type { Decision, DecisionCode } from "../../../main/kernel/decision.ts";
import { PlacementLatency } from "../../../main/kernel/quoting/placement-latency.ts";
import { PostOnlySafety } from "../../../main/kernel/quoting/post-only-safety.ts";
import { decide } from "../../../main/kernel/quoting/slot-decision.ts";
import { LEVEL_OFF, slotIndex, SlotState } from "../../../main/kernel/quoting/slot-state.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { settingsFor } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

function decision(code: DecisionCode, changes: Partial<Decision> = {}): Decision {
  return { ...decide(code, new SlotState({ side: "buy", level: 0 }, 0), null, micros(1)), ...changes };
}

function decided(code: DecisionCode, changes: Partial<Decision> = {}): SlotState {
  const slot = new SlotState({ side: "buy", level: 0 }, 0);
  slot.decided(decision(code, changes));
  return slot;
}

describe("the place of a slot", () => {
  it("is bids from the inside out, then asks", () => {
    expect(slotIndex({ side: "buy", level: 0 })).toBe(0);
    expect(slotIndex({ side: "buy", level: 19 })).toBe(19);
    expect(slotIndex({ side: "sell", level: 0 })).toBe(20);
    expect(slotIndex({ side: "sell", level: 3 })).toBe(23);
  });
});

describe("a slot", () => {
  it("is looked at first, then at changes, and when its time has come", () => {
    const slot = new SlotState({ side: "buy", level: 0 }, 0);
    expect([slot.isDue(0), slot.mayNeedGlance]).toEqual([true, false]);
    slot.decided(decision("hold_within_tolerance", { dueUs: micros(10) }));
    expect([slot.isDue(9), slot.isDue(10), slot.isDue(11)]).toEqual([false, true, true]);
    slot.isDirty = true;
    expect(slot.isDue(9)).toBe(true);
    slot.decided(decision("hold_within_tolerance"));
    expect([slot.isDue(1e15), slot.dueUs]).toEqual([false, null]);
  });

  it.each<DecisionCode>(["skip_interval", "skip_token"])("that waits with %s is woken by no mere change", (code) => {
    const slot = decided(code, { dueUs: micros(10) });
    slot.isDirty = true;
    expect([slot.isDue(9), slot.isDue(10), slot.mayNeedGlance]).toEqual([false, true, false]);
    slot.wake();
    expect([slot.isDue(9), slot.mayNeedGlance]).toEqual([true, false]);
  });

  it("that waits with an order in it may need a glance once the market has moved", () => {
    const slot = decided("skip_interval", { restingTicks: 5 as Decision["restingTicks"] });
    expect(slot.mayNeedGlance).toBe(false);
    slot.isDirty = true;
    expect(slot.mayNeedGlance).toBe(true);
    slot.decided(decision("hold_within_tolerance", { restingTicks: 5 as Decision["restingTicks"] }));
    slot.isDirty = true;
    expect(slot.mayNeedGlance).toBe(false);
  });

  it("of a level that is off is silent once nothing is left in it, and only then", () => {
    const off = (changes: Partial<Decision>, isEnabled = false): boolean => {
      const slot = decided("skip_operator", changes);
      slot.isEnabled = isEnabled;
      slot.isDirty = true;
      return slot.isDue(1);
    };
    expect(off({ detail: LEVEL_OFF })).toBe(false);
    expect(off({ detail: LEVEL_OFF }, true)).toBe(true);
    expect(off({ detail: "paused" })).toBe(true);
    expect(off({ detail: LEVEL_OFF, restingTicks: 5 as Decision["restingTicks"] })).toBe(true);
  });
});

describe("post-only safety", () => {
  const SETTINGS = settingsFor("legacy", {
    adaptivePofEnabled: true,
    postOnlySafetyTicks: 2,
    pofMaxSafetyTicks: 5,
    pofCooldownS: 2,
    pofBackoffMultiplier: 3,
    pofStreakResetS: 60,
  });

  function after(count: number, settings = SETTINGS): PostOnlySafety {
    const safety = new PostOnlySafety();
    for (let i = 0; i < count; i += 1) safety.rejected(0, settings);
    return safety;
  }

  it("starts without a streak, a pause or ticks of its own", () => {
    const safety = new PostOnlySafety();
    expect([safety.streak, safety.cooldownUntilUs, safety.ticks(0, SETTINGS)]).toEqual([0, null, 2]);
  });

  it("forgets a long streak with the third accepted placement, and counts to three anew after a rejection", () => {
    const safety = after(40);
    safety.accepted(SETTINGS);
    safety.accepted(SETTINGS);
    expect([safety.streak, safety.cooldownUntilUs]).toEqual([10, 120 * SECOND]);
    safety.rejected(SECOND, SETTINGS);
    safety.accepted(SETTINGS);
    safety.accepted(SETTINGS);
    expect([safety.streak, safety.ticks(0, SETTINGS)]).toEqual([2, 4]);
    safety.accepted(SETTINGS);
    expect([safety.streak, safety.ticks(0, SETTINGS), safety.cooldownUntilUs]).toEqual([0, 2, null]);
    const calm = after(40);
    for (let i = 0; i < 3; i += 1) calm.accepted(SETTINGS);
    expect(calm.streak).toBe(0);
  });

  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [5, 2],
    [6, 3],
  ])("a streak of %d becomes %d with an accepted placement", (count, left) => {
    const safety = after(count);
    safety.accepted(SETTINGS);
    expect(safety.streak).toBe(left);
  });

  it("counts no accepted placement without a streak, or where the handling is off", () => {
    const safety = new PostOnlySafety();
    for (let i = 0; i < 2; i += 1) safety.accepted(SETTINGS);
    for (let i = 0; i < 8; i += 1) safety.rejected(0, SETTINGS);
    safety.accepted({ ...SETTINGS, adaptivePofEnabled: false });
    expect(safety.streak).toBe(8);
    safety.accepted(SETTINGS);
    expect(safety.streak).toBe(4);
  });

  it.each([
    { resetS: 60, gapS: 60, streak: 3 },
    { resetS: 60, gapS: 60.000001, streak: 1 },
    { resetS: 0, gapS: 10_000, streak: 3 },
    { resetS: 0.5, gapS: 0.6, streak: 1 },
  ])("reset after $resetS s: $gapS s after the second rejection the streak is $streak", ({ resetS, gapS, streak }) => {
    const settings = { ...SETTINGS, pofStreakResetS: resetS };
    const safety = after(2, settings);
    safety.rejected(gapS * SECOND, settings);
    expect(safety.streak).toBe(streak);
  });

  it("counts anew after a fill", () => {
    const safety = new PostOnlySafety();
    safety.filled();
    safety.rejected(101 * SECOND, SETTINGS);
    safety.filled();
    safety.rejected(103 * SECOND, SETTINGS);
    expect([safety.streak, safety.cooldownUntilUs]).toEqual([1, 105 * SECOND]);
  });

  it.each([
    { base: 0, most: 0, streak: 0, ticks: 1 },
    { base: 0, most: 5, streak: 1, ticks: 2 },
    { base: 3, most: 1, streak: 2, ticks: 3 },
  ])(
    "keeps $ticks ticks at a base of $base, a most of $most and $streak rejections",
    ({ base, most, streak, ticks }) => {
      const settings = { ...SETTINGS, postOnlySafetyTicks: base, pofMaxSafetyTicks: most };
      expect(after(streak, settings).ticks(0, settings)).toBe(ticks);
      expect(after(streak, settings).ticks(0, { ...settings, adaptivePofEnabled: false })).toBe(Math.max(1, base));
    },
  );

  it("pauses no longer each time where the growth is below one", () => {
    const settings = { ...SETTINGS, pofBackoffMultiplier: 0.5 };
    expect(after(4, settings).cooldownUntilUs).toBe(2 * SECOND);
  });

  it("adds ticks of bad markouts to those of rejections, within the most, and lets them fade one by one", () => {
    const safety = after(1);
    safety.widened(0, SETTINGS);
    expect(safety.ticks(0, SETTINGS)).toBe(4);
    safety.widened(0, SETTINGS);
    safety.widened(0, SETTINGS);
    expect(safety.ticks(0, SETTINGS)).toBe(5);
    expect(safety.ticks(150 * SECOND - 1, SETTINGS)).toBe(5);
    expect(safety.ticks(150 * SECOND, SETTINGS)).toBe(4);
    expect(safety.ticks(225 * SECOND, SETTINGS)).toBe(3);
    expect(safety.ticks(10_000 * SECOND, SETTINGS)).toBe(3);
    const plain = { ...SETTINGS, pofMaxSafetyTicks: 0 };
    const tight = new PostOnlySafety();
    tight.widened(0, plain);
    tight.widened(0, plain);
    expect(tight.ticks(0, SETTINGS)).toBe(3);
    const faded = new PostOnlySafety();
    for (let i = 0; i < 3; i += 1) faded.widened(0, SETTINGS);
    faded.widened(75 * SECOND, SETTINGS);
    expect(faded.ticks(150 * SECOND, { ...SETTINGS, pofMaxSafetyTicks: 9 })).toBe(4);
  });
});

describe("the average latency", () => {
  it("is that of the newest fifty, whatever came before", () => {
    const latency = new PlacementLatency();
    for (let i = 1; i <= 175; i += 1) latency.sample(i * 100);
    expect(latency.averageUs).toBe(((126 + 175) / 2) * 100);
  });
});
