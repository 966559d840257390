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
    safety.filled();
    expect([safety.streak, safety.ticks(0, SETTINGS), safety.cooldownUntilUs]).toEqual([0, 2, null]);
  });

  it("pauses and never widens without the adaptive handling", () => {
    const settings = { ...SETTINGS, adaptivePofEnabled: false };
    const safety = afterRejections(4, settings);
    expect([safety.streak, safety.ticks(0, settings), safety.cooldownUntilUs]).toEqual([0, 2, 5 * SECOND]);
  });

  it("adds a tick for every bad markout up to the most, keeps them through fills, and gives one back each 75 s", () => {
    const safety = new PostOnlySafety();
    expect(SETTINGS.postOnlySafetyTicks).toBe(2);
    for (let i = 0; i < 20; i += 1) safety.widened(SECOND, SETTINGS);
    const most = SETTINGS.pofMaxSafetyTicks;
    expect(safety.ticks(SECOND, SETTINGS)).toBe(most);
    safety.filled();
    expect(safety.ticks(2 * SECOND, SETTINGS)).toBe(most);
    expect(safety.ticks((1 + 75 * most) * SECOND, SETTINGS)).toBe(2);
    expect(safety.ticks(2 * SECOND, { ...SETTINGS, adaptivePofEnabled: false })).toBe(2);
    const once = new PostOnlySafety();
    once.widened(0, SETTINGS);
    expect([once.ticks(0, SETTINGS), once.ticks(75 * SECOND - 1, SETTINGS), once.ticks(75 * SECOND, SETTINGS)]).toEqual(
      [3, 3, 2],
    );
  });
});
