import { describe, expect, it } from "vitest";
import { BOOST_PACE_US, OffsetBoost, steppedBoostBps } from "../../../main/kernel/quoting/offset-boost.ts";
import { latencyTicks, PlacementLatency } from "../../../main/kernel/quoting/placement-latency.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";

const SETTINGS = { ...defaultSettings("crypto"), adaptivePofEnabled: true };

describe("offset boost", () => {
  it.each([
    { boost: 1, rejections: 5, placements: 0, next: 1 },
    { boost: 0, rejections: 10, placements: 100, next: 0 },
    { boost: 0, rejections: 11, placements: 100, next: 1 },
    { boost: 3, rejections: 90, placements: 100, next: 3 },
    { boost: 2, rejections: 5, placements: 100, next: 2 },
    { boost: 2, rejections: 4, placements: 100, next: 1 },
    { boost: 0, rejections: 0, placements: 100, next: 0 },
  ])("$boost bps at $rejections of $placements becomes $next", ({ boost, rejections, placements, next }) => {
    expect(steppedBoostBps(boost, rejections, placements)).toBe(next);
  });

  it("climbs a step at a time, with time to see each, and comes down when rejections have passed", () => {
    const boost = new OffsetBoost();
    for (let i = 0; i < 10; i += 1) boost.placed(0);
    for (let i = 0; i < 5; i += 1) boost.rejected(0);
    expect(boost.boostBps(SETTINGS)).toBe(0);
    expect(boost.update(0)).toBe(1);
    expect(boost.update(BOOST_PACE_US - 1)).toBe(1);
    expect(boost.update(BOOST_PACE_US)).toBe(2);
    expect(boost.update(2 * BOOST_PACE_US)).toBe(3);
    expect(boost.update(3 * BOOST_PACE_US)).toBe(3);
    expect(boost.rejectionsInWindow(60_000_000)).toBe(5);
    expect(boost.rejectionsInWindow(60_000_001)).toBe(0);
    boost.placed(100_000_000);
    expect(boost.update(100_000_000)).toBe(2);
    expect(boost.boostBps(SETTINGS)).toBe(2);
    expect(boost.boostBps({ ...SETTINGS, adaptivePofEnabled: false })).toBe(0);
    expect(boost.boostBps(SETTINGS)).toBe(2);
  });
});

describe("latency ticks", () => {
  it.each([
    [100, 50, 2],
    [101, 50, 3],
    [1, 50, 1],
    [0, 50, 0],
    [100, 0, 0],
  ])("%i ms at %i ms a tick are %i ticks", (latencyMs, tickTimeMs, expected) => {
    expect(latencyTicks(latencyMs, tickTimeMs)).toBe(expected);
  });

  it("averages the last 50 placements", () => {
    const latency = new PlacementLatency();
    expect(latency.averageUs).toBe(0);
    latency.sample(100);
    latency.sample(300);
    expect(latency.averageUs).toBe(200);
    for (let i = 0; i < 50; i += 1) latency.sample(1_000);
    expect(latency.averageUs).toBe(1_000);
    latency.sample(51_000);
    expect(latency.averageUs).toBe(2_000);
  });
});
