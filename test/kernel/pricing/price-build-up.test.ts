import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactSkewBps, inventoryNorm, skewBps } from "../../../main/kernel/pricing/inventory-skew.ts";
import { baseOffsetBps, exactOffsetBps, offsetBps } from "../../../main/kernel/pricing/offset.ts";
import {
  exactFullOffsetBps,
  exactRawTicks,
  fullOffsetBps,
  marginTicks,
  targetPrice,
  type TargetInput,
} from "../../../main/kernel/pricing/target-price.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { targetInputs } from "./pricing-arbitraries.ts";

const SETTINGS = {
  ...defaultSettings("crypto"),
  offsetMode: "dynamic" as const,
  priceOffsetPerLevelPercent: 0.25,
  spreadMultiplier: 1.5,
  minOffsetBps: 4,
  maxOffsetBps: 40,
  inventoryDeadbandPct: 0.25,
  skewShapeK: 0,
  skewMaxBps: 10,
  inventorySkewFactor: 0.8,
  trendSkewBoost: 1.5,
};

const INPUT: TargetInput = {
  settings: SETTINGS,
  side: "buy",
  level: 1,
  anchorTicks: 1_000_000,
  bidTicks: 1_000_000,
  askTicks: 1_000_010,
  spreadEmaBps: 10,
  regimeScale: 2,
  positionLots: 625,
  maxPositionLots: 1_000,
  band: "WARN",
  adverseTrendStrength: 0.5,
  skewFactor: 1.2,
  offsetFactor: 0.5,
  fundingBiasBps: 3,
  extraBps: 7,
};

describe("the build-up of a price", () => {
  it("names every part with its sign and its size, on both sides", () => {
    // 10 x 1.5 x 2 = 30 bps, halved, then as much again for the regime; (0.625 - 0.25) / 0.75 of 10 x 0.8 x 1.25 bps of skew, half of 50 % for the trend
    const parts = { regimeScale: 2, skewBps: -5, trendBps: -1.25, extraParts: null, finalTicks: null, clamp: "none" };
    const buy = targetPrice(INPUT);
    expect(buy).toMatchObject({ ...parts, anchorTicks: 1_000_000, offsetBps: -15, regimeBps: -15, extraBps: -7 });
    expect(buy.fundingBps).toBeCloseTo(-3 - 6.25 * 0.2, 9);
    expect(buy.rawTicks).toBeCloseTo(1_000_000 - 100 * (37 + 6.25 + 4.25), 6);
    expect(buy.targetTicks).toBe(995_250);
    const sell = targetPrice({ ...INPUT, side: "sell" });
    expect(sell).toMatchObject({ ...parts, offsetBps: 15, regimeBps: 15, extraBps: 7 });
    expect(sell.rawTicks).toBeCloseTo(1_000_000 + 100 * (37 - 6.25 - 4.25), 6);
    expect(sell.targetTicks).toBe(1_002_650);
  });

  it("mirrors the position, and counts widening only where it is positive", () => {
    const short = targetPrice({ ...INPUT, positionLots: -625, extraBps: -7 });
    expect(short).toMatchObject({ skewBps: 5, trendBps: 1.25, extraBps: 0 });
    expect(short.fundingBps).toBeCloseTo(-3 + 6.25 * 0.2, 9);
    expect(Object.is(short.extraBps, 0)).toBe(true);
  });

  it("has no negative zero where nothing moves the price", () => {
    const still = targetPrice({
      ...INPUT,
      settings: { ...SETTINGS, offsetMode: "fixed", priceOffsetPerLevelPercent: 0 },
      regimeScale: 1,
      positionLots: 0,
      fundingBiasBps: 0,
      extraBps: 0,
      askTicks: 1_000_010,
    });
    const { offsetBps: base, regimeBps, skewBps: skew, trendBps, fundingBps, extraBps } = still;
    for (const part of [base, regimeBps, skew, trendBps, fundingBps, extraBps]) expect(Object.is(part, 0)).toBe(true);
    expect(still.targetTicks).toBe(1_000_000);
  });

  it.each([
    { side: "buy", fundingBiasBps: -100, ticks: 1_000_009 },
    { side: "sell", fundingBiasBps: 100, ticks: 1_000_001 },
  ] as const)("stops a $side that would cross one tick before the other side", ({ side, fundingBiasBps, ticks }) => {
    expect(targetPrice({ ...INPUT, side, fundingBiasBps })).toMatchObject({ targetTicks: ticks, clamp: "crossing" });
    const blind = { ...INPUT, side, fundingBiasBps, bidTicks: null };
    expect(targetPrice(blind).clamp).toBe("none");
    expect(targetPrice({ ...INPUT, side, fundingBiasBps, askTicks: null }).clamp).toBe("none");
  });

  it("is exact also where its parts are beyond what a number holds, and stays a number", () => {
    const settings = { ...SETTINGS, offsetMode: "fixed" as const, priceOffsetPerLevelPercent: 1e308 };
    const wild = {
      ...INPUT,
      side: "sell" as const,
      settings: { ...settings, skewMaxBps: 1e308, inventorySkewFactor: 1e9 },
    };
    expect(targetPrice(wild)).toMatchObject({ targetTicks: 1_000_001, clamp: "crossing" });
    expect(targetPrice({ ...INPUT, settings }).targetTicks).toBe(-Number.MAX_SAFE_INTEGER);
    expect(targetPrice({ ...INPUT, side: "sell", settings }).targetTicks).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("is the sum of its parts, at every input", () => {
    fc.assert(
      fc.property(targetInputs, (input) => {
        const { anchorTicks, rawTicks, ...parts } = targetPrice(input);
        const sum =
          parts.offsetBps + parts.regimeBps + parts.skewBps + parts.trendBps + parts.fundingBps + parts.extraBps;
        expect(rawTicks).toBeCloseTo(anchorTicks * (1 + sum / 10_000), 2);
        const exact = exactRawTicks(input).toNumber();
        expect(Math.abs(rawTicks - exact)).toBeLessThanOrEqual(1e-11 * (anchorTicks + Math.abs(exact)) + 1e-9);
      }),
    );
  });

  it("measures the full offset in doubles as in decimals, without skew and funding", () => {
    expect(fullOffsetBps(INPUT)).toBe(37);
    expect(fullOffsetBps({ ...INPUT, offsetFactor: 1 })).toBe(67);
    fc.assert(
      fc.property(targetInputs, (input) => {
        expect(fullOffsetBps(input)).toBeCloseTo(exactFullOffsetBps(input).toNumber(), 8);
      }),
    );
  });
});

describe("the offset of a level", () => {
  it.each([
    { name: "the smoothed spread times its factor", level: 0, spread: 10, bps: 15 },
    { name: "once more for each level", level: 2, spread: 10, bps: 45 },
    { name: "no less than the floor of the level", level: 1, spread: 1, bps: 8 },
    { name: "no more than the ceiling of the level", level: 1, spread: 100, bps: 80 },
    { name: "the floor's own for a spread that is not known", level: 0, spread: null, bps: 6 },
    { name: "and for one of nothing", level: 0, spread: 0, bps: 6 },
    { name: "a spread below a basis point as it is", level: 0, spread: 0.5, bps: 4 },
  ])("is $name: $bps bps", ({ level, spread, bps }) => {
    expect(baseOffsetBps(SETTINGS, level, spread)).toBeCloseTo(bps, 12);
    expect(exactOffsetBps(SETTINGS, level, spread, 1).toNumber()).toBe(bps);
  });

  it("lets the floor win over a ceiling below it", () => {
    const crossed = { ...SETTINGS, minOffsetBps: 50 };
    expect(baseOffsetBps(crossed, 0, 10)).toBe(50);
    expect(exactOffsetBps(crossed, 0, 10, 1).toNumber()).toBe(50);
  });

  it.each([
    { mode: "dynamic", scale: 0.5, bps: -7.5 },
    { mode: "dynamic", scale: 2, bps: 15 },
    { mode: "dynamic", scale: -1, bps: -15 },
    { mode: "fixed", scale: 0.5, bps: 0 },
    { mode: "fixed", scale: 2.5, bps: 6 },
  ] as const)("gets $bps bps from a regime of $scale in $mode mode", ({ mode, scale, bps }) => {
    const settings = { ...SETTINGS, offsetMode: mode };
    const { baseBps, regimeBps } = offsetBps(settings, 0, 10, scale);
    expect([baseBps, regimeBps]).toEqual([mode === "fixed" ? 25 : 15, bps]);
    expect(exactOffsetBps(settings, 0, 10, scale).toNumber()).toBe(baseBps + regimeBps);
  });
});

describe("the skew of a share", () => {
  it.each([
    { name: "a deadband below nothing counts as none", norm: 0.5, change: { inventoryDeadbandPct: -1 }, bps: 4 },
    { name: "a shape below nothing counts as straight", norm: 0.625, change: { skewShapeK: -3 }, bps: 4 },
    { name: "a deadband above all leaves nothing", norm: 1, change: { inventoryDeadbandPct: 2 }, bps: 0 },
    { name: "the whole limit gets the whole skew", norm: -1, change: { skewShapeK: 3 }, bps: -8 },
  ])("$name", ({ norm, change, bps }) => {
    const settings = { ...SETTINGS, ...change };
    expect(skewBps(norm, settings, "NORMAL", null).skewBps).toBeCloseTo(bps, 12);
    expect(exactSkewBps(norm * 1_000, 1_000, settings, "NORMAL", null).toNumber()).toBeCloseTo(bps, 12);
  });

  it("is nothing without a limit, and whole beyond it", () => {
    expect([inventoryNorm(5, 0), inventoryNorm(5, -1), inventoryNorm(1, 0.5)]).toEqual([0, 0, 1]);
    expect(exactSkewBps(5, 0, SETTINGS, "NORMAL", null).toNumber()).toBe(0);
    expect(exactSkewBps(5, 0.5, SETTINGS, "NORMAL", null).toNumber()).toBe(8);
    expect(exactSkewBps(2_000, 1_000, SETTINGS, "NORMAL", null).toNumber()).toBe(8);
    expect(exactSkewBps(-2_000, 1_000, SETTINGS, "HARD", 1).toNumber()).toBe(-15);
    expect(exactSkewBps(2_000, 1_000, { ...SETTINGS, inventoryDeadbandPct: 1 }, "HARD", 1).toNumber()).toBe(0);
  });

  it.each([
    // tanh(k z) / tanh(k) x 8 for z = 1/2, from forty digits of an independent computation
    { k: 9e-9, value: "4.0000000000000000809999999999999989065" },
    { k: 1e-5, value: "4.000000000099999999998333333333356944444" },
    { k: 1, value: "4.854209068136290359401204262625455590044" },
    { k: 100, value: "8" },
  ])("bends by k = $k to $value at half of the way", ({ k, value }) => {
    const exact = exactSkewBps(625, 1_000, { ...SETTINGS, skewShapeK: k }, "NORMAL", null);
    expect(exact.toSignificantDigits(40).toFixed()).toBe(value);
  });
});

describe("the margin of doubt about a price", () => {
  // Worked out apart from the program, from the bound's own description: per part its factor, times 2^-43 of the anchor, and a ten-millionth of a tick
  it.each<{ readonly name: string; readonly change: Partial<TargetInput["settings"]>; readonly margin: number }>([
    { name: "a straight skew", change: {}, margin: 2.170027038218298e-7 },
    { name: "a bent skew", change: { skewShapeK: 2 }, margin: 2.182569950438247e-7 },
    { name: "no room for a skew", change: { inventoryDeadbandPct: 1 }, margin: 2.1496013030409812e-7 },
    {
      name: "a deadband and a shape below nothing",
      change: { inventoryDeadbandPct: -1, skewShapeK: -1 },
      margin: 2.16710907605011e-7,
    },
    { name: "a deadband above all", change: { inventoryDeadbandPct: 2, skewShapeK: 3 }, margin: 2.1496013030409812e-7 },
    {
      name: "little room and a wide skew",
      change: { inventoryDeadbandPct: 0.9, skewMaxBps: 1_000, skewShapeK: 5 },
      margin: 4.6798396915083415e-6,
    },
  ])("grows with each part: $name", ({ change, margin }) => {
    const input = { ...INPUT, settings: { ...SETTINGS, ...change } };
    expect(marginTicks(input, 30, 7) / margin).toBeCloseTo(1, 10);
    const mirrored = {
      ...input,
      settings: { ...input.settings, trendSkewBoost: -1.5 },
      regimeScale: -2,
      skewFactor: -1.2,
      fundingBiasBps: -3,
    };
    expect(marginTicks(mirrored, 30, 7)).toBe(marginTicks(input, 30, 7));
  });

  it("covers what doubles err by many times over, and stays far below a tick", () => {
    fc.assert(
      fc.property(targetInputs, (input) => {
        const error = exactRawTicks(input).sub(targetPrice(input).rawTicks).abs().toNumber();
        const margin = marginTicks(input, baseOffsetBps(input.settings, input.level, input.spreadEmaBps), 0);
        expect(error * 4).toBeLessThanOrEqual(margin);
        expect(margin).toBeLessThan(0.1);
      }),
    );
  });
});
