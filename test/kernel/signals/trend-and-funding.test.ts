import { describe, expect, it } from "vitest";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { FundingBias } from "../../../main/kernel/signals/funding-bias.ts";
import { adverseStrength, isCounterSide, TrendSignal } from "../../../main/kernel/signals/trend-signal.ts";

const SECOND = 1_000_000;
const settings = { ...defaultSettings("crypto"), trendFastEmaS: 10, trendSlowEmaS: 40 };

describe("trend signal", () => {
  it("weighs a mid by the time since the last: 1 - exp(-dt / half the horizon)", () => {
    const trend = new TrendSignal();
    trend.update(0, 10_000, settings);
    trend.update(40 * SECOND, 10_010, settings);
    const fast = 10_000 + 10 * (1 - Math.exp(-8));
    const slow = 10_000 + 10 * (1 - Math.exp(-2));
    const differenceBps = ((fast - slow) / slow) * 10_000;
    expect(trend.direction(40 * SECOND, settings)).toBe("BULLISH");
    expect(trend.strength(40 * SECOND, settings, 20)).toBeCloseTo(differenceBps / 20, 12);
    expect(trend.strength(40 * SECOND, settings, null)).toBeCloseTo(differenceBps / 10, 12);
    expect(trend.strength(40 * SECOND, settings, 0.001)).toBe(1);
    // A market that has not moved is no yardstick either
    expect(trend.strength(40 * SECOND, settings, 0)).toBeCloseTo(differenceBps / 10, 12);
  });

  it("does not depend on how often an unchanged mid is repeated", () => {
    const seldom = new TrendSignal();
    const often = new TrendSignal();
    for (const trend of [seldom, often]) trend.update(0, 10_000, settings);
    seldom.update(60 * SECOND, 9_990, settings);
    for (let i = 1; i <= 600; i += 1) often.update(i * 0.1 * SECOND, 9_990, settings);
    expect(often.strength(60 * SECOND, settings, 10)).toBeCloseTo(seldom.strength(60 * SECOND, settings, 10), 9);
    expect(often.direction(60 * SECOND, settings)).toBe("BEARISH");
  });

  it("follows the mid at once with a horizon of 0, also where two come at one time", () => {
    const trend = new TrendSignal();
    const quick = { ...settings, trendFastEmaS: 0 };
    trend.update(0, 10_000, quick);
    trend.update(0, 10_010, quick);
    trend.update(40 * SECOND, 10_010, quick);
    const slow = 10_000 + 10 * (1 - Math.exp(-2));
    expect(trend.strength(40 * SECOND, quick, 20)).toBeCloseTo((((10_010 - slow) / slow) * 10_000) / 20, 12);
  });

  it("is neutral through the first slow horizon, after a gap too, and when switched off", () => {
    const trend = new TrendSignal();
    trend.update(0, 10_000, settings);
    trend.update(SECOND, 10_100, settings);
    expect(trend.direction(40 * SECOND - 1, settings)).toBe("NEUTRAL");
    expect(trend.strength(40 * SECOND - 1, settings, 10)).toBe(0);
    expect(trend.direction(40 * SECOND, settings)).toBe("BULLISH");
    expect(trend.direction(40 * SECOND, { ...settings, trendEnabled: false })).toBe("NEUTRAL");
    trend.reset();
    expect(trend.direction(80 * SECOND, settings)).toBe("NEUTRAL");
    expect(trend.warmingUs(80 * SECOND, settings)).toBe(40 * SECOND);
  });

  it.each([
    { direction: "BEARISH", position: 5, strength: 0.5 },
    { direction: "BULLISH", position: -5, strength: 0.5 },
    { direction: "BULLISH", position: 5, strength: null },
    { direction: "BEARISH", position: -5, strength: null },
    { direction: "BEARISH", position: 0, strength: null },
    { direction: "BULLISH", position: 0, strength: null },
    { direction: "NEUTRAL", position: 5, strength: null },
  ] as const)("is adverse to $position lots when $direction: $strength", ({ direction, position, strength }) => {
    expect(adverseStrength(direction, 0.5, position)).toBe(strength);
  });
});

describe("the counter side", () => {
  it("is the sells in a rise, the buys in a fall, and neither without a trend", () => {
    const sides = (["BULLISH", "BEARISH", "NEUTRAL"] as const).map((direction) =>
      (["buy", "sell"] as const).filter((side) => isCounterSide(direction, side)),
    );
    expect(sides).toEqual([["sell"], ["buy"], []]);
  });
});

describe("funding bias", () => {
  const funded = { ...settings, fundingBiasEnabled: true, fundingInventoryWeight: 2, fundingBiasCapBps: 5 };

  it("is of the rate over 8 hours, whatever the venue's interval", () => {
    const hourly = new FundingBias();
    hourly.setRate(0.00001, 3_600_000_000);
    expect(hourly.biasBps(funded)).toBeCloseTo(1.6, 12);
    const eightHourly = new FundingBias();
    eightHourly.setRate(0.00008, 28_800_000_000);
    expect(eightHourly.biasBps(funded)).toBeCloseTo(1.6, 12);
    // An interval that is none, and a rate that is none, leave what was known
    hourly.setRate(0.00002, 0);
    expect(hourly.biasBps(funded)).toBeCloseTo(3.2, 12);
    hourly.setRate(0.00002, 1);
    expect(hourly.intervalUs).toBe(1);
    hourly.setRate(0.00002, 3_600_000_000);
    hourly.setRate(Number.NaN, 1);
    expect([hourly.rate, hourly.intervalUs]).toEqual([0.00002, 3_600_000_000]);
  });

  it("shifts by the rate in bps times its weight, within the cap", () => {
    const bias = new FundingBias();
    bias.setRate(0.0001);
    expect(bias.biasBps(funded)).toBe(2);
    bias.setRate(-0.01);
    expect(bias.biasBps(funded)).toBe(-5);
    expect(bias.biasBps({ ...funded, fundingBiasCapBps: 0.5 })).toBe(-0.5);
    expect(bias.biasBps({ ...funded, fundingBiasCapBps: 0 })).toBe(-200);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("keeps the last rate when %s arrives", (rate) => {
    const bias = new FundingBias();
    bias.setRate(0.0001);
    bias.setRate(rate);
    expect(bias.rate).toBe(0.0001);
  });

  it("is nothing in the legacy profile and when switched off", () => {
    const bias = new FundingBias();
    bias.setRate(0.0001);
    expect(bias.biasBps({ ...funded, marketProfile: "legacy" })).toBe(0);
    expect(bias.biasBps({ ...funded, fundingBiasEnabled: false })).toBe(0);
  });
});
