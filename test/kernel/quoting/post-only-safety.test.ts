import { describe, expect, it } from "vitest";
import { PostOnlySafety } from "../../../main/kernel/quoting/post-only-safety.ts";
import { settingsFor } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const SETTINGS = settingsFor("legacy", {
  adaptivePofEnabled: true,
  postOnlySafetyTicks: 2,
  pofMaxSafetyTicks: 5,
  pofCooldownS: 2,
  pofBackoffMultiplier: 3,
  pofStreakResetS: 60,
});

function afterRejections(count: number, settings = SETTINGS): PostOnlySafety {
  const safety = new PostOnlySafety();
  for (let i = 0; i < count; i += 1) safety.rejected(i * SECOND, settings);
  return safety;
}

describe("post-only safety", () => {
  it.each([
    [1, 3, 2],
    [2, 4, 6],
    [3, 5, 18],
    [4, 5, 54],
    [5, 5, 120],
    [500, 5, 120],
  ])("after %d rejections in a row keeps %d ticks away and pauses for %d s", (count, ticks, pauseS) => {
    const safety = afterRejections(count);
    expect(safety.ticks(0, SETTINGS)).toBe(ticks);
    expect(safety.cooldownUntilUs).toBe((count - 1 + pauseS) * SECOND);
  });

  it("keeps its distance also where no pause is wanted", () => {
    const settings = { ...SETTINGS, pofCooldownS: 0 };
    const safety = afterRejections(2, settings);
    expect([safety.streak, safety.ticks(0, settings), safety.cooldownUntilUs]).toEqual([2, 4, SECOND]);
  });

  it("starts a new streak when the last rejection is long ago", () => {
    const safety = afterRejections(3);
    safety.rejected(2 * SECOND + 61 * SECOND, SETTINGS);
    expect(safety.streak).toBe(1);
  });

  it("eases off with accepted placements and forgets after three", () => {
    const safety = afterRejections(8);
    const streaks = [1, 2, 3].map(() => {
      safety.accepted(SETTINGS);
      return safety.streak;
    });
    expect(streaks).toEqual([4, 2, 0]);
    expect([safety.ticks(0, SETTINGS), safety.cooldownUntilUs]).toEqual([2, null]);
  });

  it("forgets everything with a fill", () => {
    const safety = afterRejections(4);
    safety.filled(10 * SECOND);
    expect([safety.streak, safety.ticks(0, SETTINGS), safety.cooldownUntilUs]).toEqual([0, 2, null]);
  });

  it("pauses and never widens without the adaptive handling", () => {
    const settings = { ...SETTINGS, adaptivePofEnabled: false };
    const safety = afterRejections(4, settings);
    expect([safety.streak, safety.ticks(0, settings), safety.cooldownUntilUs]).toEqual([0, 2, 5 * SECOND]);
  });
});
