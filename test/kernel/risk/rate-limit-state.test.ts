import { describe, expect, it } from "vitest";
import { RateLimitState, saysMaintenance } from "../../../main/kernel/risk/rate-limit-state.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";

const SECOND = 1_000_000;
const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  rateLimitDegradedS: 20,
  rateLimitHaltWindowS: 60,
  rateLimitHaltHits: 3,
  rateLimitHaltS: 30,
  rateLimitExtraOffsetBps: 5,
  rateLimitRepriceMultiplier: 2,
  maintenancePauseS: 60,
};

describe("rate-limit state", () => {
  it("is at rest at the start", () => {
    const state = new RateLimitState();
    expect(state.isDegraded(0) || state.isHalted(0) || state.isInMaintenance(0)).toBe(false);
    expect(state.extraOffsetBps(0, SETTINGS)).toBe(0);
    expect(state.repriceMultiplier(0, SETTINGS)).toBe(1);
    expect(state.nextChangeUs(0)).toBeNull();
  });

  it("one complaint slows and widens for as long as is set", () => {
    const state = new RateLimitState();
    expect(state.hit(0, SETTINGS)).toBe(false);
    const last = 20 * SECOND - 1;
    expect([
      state.isDegraded(last),
      state.extraOffsetBps(last, SETTINGS),
      state.repriceMultiplier(last, SETTINGS),
    ]).toEqual([true, 5, 2]);
    expect(state.nextChangeUs(last)).toBe(20 * SECOND);
    const over = 20 * SECOND;
    expect([
      state.isDegraded(over),
      state.extraOffsetBps(over, SETTINGS),
      state.repriceMultiplier(over, SETTINGS),
    ]).toEqual([false, 0, 1]);
  });

  it("enough complaints in the window halt; one that just left it does not count", () => {
    const inside = new RateLimitState();
    for (const second of [0, 30]) expect(inside.hit(second * SECOND, SETTINGS)).toBe(false);
    expect(inside.hit(60 * SECOND, SETTINGS)).toBe(true);
    expect([inside.isHalted(90 * SECOND - 1), inside.isHalted(90 * SECOND)]).toEqual([true, false]);
    const outside = new RateLimitState();
    for (const second of [0, 30]) outside.hit(second * SECOND, SETTINGS);
    expect(outside.hit(60 * SECOND + 1, SETTINGS)).toBe(false);
    expect(outside.isHalted(60 * SECOND + 1)).toBe(false);
    expect(outside.hitCount).toBe(3);
  });

  it.each([
    { rateLimitHaltWindowS: 10, isHalted: false },
    { rateLimitHaltWindowS: 20, isHalted: true },
  ])("three complaints within 20 s halt under a window of $rateLimitHaltWindowS s: $isHalted", (one) => {
    const state = new RateLimitState();
    const settings = { ...SETTINGS, rateLimitHaltWindowS: one.rateLimitHaltWindowS };
    expect([0, 10, 20].map((second) => state.hit(second * SECOND, settings))).toEqual([false, false, one.isHalted]);
  });

  it.each([
    { rateLimitExtraOffsetBps: 0, rateLimitRepriceMultiplier: 0.5, told: [0, 1] },
    { rateLimitExtraOffsetBps: 7.5, rateLimitRepriceMultiplier: 4, told: [7.5, 4] },
  ])("a complaint widens by $rateLimitExtraOffsetBps bps and slows $rateLimitRepriceMultiplier times", (one) => {
    const { told, ...changes } = one;
    const state = new RateLimitState();
    const settings = { ...SETTINGS, ...changes };
    state.hit(0, settings);
    expect([state.extraOffsetBps(1, settings), state.repriceMultiplier(1, settings)]).toEqual(told);
  });

  it("a shorter setting moves no end nearer", () => {
    const state = new RateLimitState();
    const one = { ...SETTINGS, rateLimitHaltHits: 1 };
    state.hit(0, one);
    state.hit(SECOND, { ...one, rateLimitDegradedS: 0, rateLimitHaltS: 1 });
    expect([state.degradedUntilUs, state.haltedUntilUs]).toEqual([20 * SECOND, 30 * SECOND]);
    state.maintenance(0, SETTINGS);
    state.maintenance(SECOND, { ...SETTINGS, maintenancePauseS: 0 });
    expect(state.maintenanceUntilUs).toBe(60 * SECOND);
  });

  it("halts for at least a second", () => {
    const state = new RateLimitState();
    state.hit(0, { ...SETTINGS, rateLimitHaltHits: 1, rateLimitHaltS: 0.2 });
    expect(state.haltedUntilUs).toBe(SECOND);
  });

  it("counts the pause after maintenance down to nothing", () => {
    const state = new RateLimitState();
    state.maintenance(10 * SECOND, SETTINGS);
    expect(state.maintenanceLeftUs(30 * SECOND)).toBe(40 * SECOND);
    expect([state.isInMaintenance(70 * SECOND - 1), state.isInMaintenance(70 * SECOND)]).toEqual([true, false]);
    expect(state.maintenanceLeftUs(80 * SECOND)).toBe(0);
  });

  it.each([
    [503, null, true],
    ["503", null, true],
    [500, "internal error", false],
    [200, "Service Unavailable", true],
    [null, "Under MAINTENANCE until noon", true],
    [null, "HTTP 503", true],
    [null, "timeout", false],
    [null, null, false],
  ])("status %s with text %s is maintenance: %s", (status, text, isMaintenance) => {
    expect(saysMaintenance(status, text)).toBe(isMaintenance);
  });
});
