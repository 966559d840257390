import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { theoreticalEdgeBps } from "../../../main/kernel/pricing/edge.ts";
import {
  baseOrderLots,
  levelSizeLots,
  maxPositionLots,
  trendCutLots,
} from "../../../main/kernel/pricing/quote-sizing.ts";
import { roundToTick } from "../../../main/kernel/pricing/round-to-tick.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";

describe("quote sizes", () => {
  it("grow by the scale per level, floored to the lot, exactly", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 10, max: 40 }),
        fc.integer({ min: 0, max: 12 }),
        (baseLots, tenths, level) => {
          const exact = (BigInt(baseLots) * BigInt(tenths) ** BigInt(level)) / 10n ** BigInt(level);
          fc.pre(exact <= BigInt(Number.MAX_SAFE_INTEGER));
          expect(BigInt(levelSizeLots(baseLots, { sizeScalePerLevel: tenths / 10 }, level))).toBe(exact);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([
    { minOrderLots: 3, orderSizeMultiplier: 1, lots: 3 },
    { minOrderLots: 3, orderSizeMultiplier: 0.5, lots: 3 },
    { minOrderLots: 10, orderSizeMultiplier: 1.19, lots: 11 },
    { minOrderLots: 100, orderSizeMultiplier: 1.1, lots: 110 },
  ])("base of $minOrderLots lots x $orderSizeMultiplier is $lots", ({ lots, minOrderLots, orderSizeMultiplier }) => {
    expect(baseOrderLots(minOrderLots, { orderSizeMultiplier })).toBe(lots);
  });

  it("on the trend's counter side are cut by the strength, floored to the lot, exactly", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (sizeLots, cut, strength) => {
          const settings = { trendCounterSideSizeCut: cut / 100, trendStrongThreshold: 2 };
          const exact = (BigInt(sizeLots) * BigInt(10_000 - cut * strength)) / 10_000n;
          expect(BigInt(trendCutLots(sizeLots, settings, strength / 100, 1))).toBe(exact);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([
    { level: 0, strength: 0.69, lots: 93 },
    { level: 0, strength: 0.7, lots: 0 },
    { level: 1, strength: 0.7, lots: 93 },
  ])("of level $level at strength $strength are $lots of 100 lots", ({ level, strength, lots }) => {
    const settings = { trendCounterSideSizeCut: 0.1, trendStrongThreshold: 0.7 };
    expect(trendCutLots(100, settings, strength, level)).toBe(lots);
  });

  it("count the position limit in lots, without the noise of doubles", () => {
    expect(maxPositionLots({ lotSize: "0.1" }, { maxPositionSize: 0.3 })).toBe(3);
    expect(maxPositionLots({ lotSize: "1" }, { maxPositionSize: 2.5 })).toBe(2.5);
  });
});

describe("edge and rounding", () => {
  it("counts the edge away from the anchor as positive on both sides", () => {
    expect(theoreticalEdgeBps("buy", 10_000, 9_990)).toBe(10);
    expect(theoreticalEdgeBps("sell", 10_000, 9_990)).toBe(-10);
    expect(theoreticalEdgeBps("sell", 0, 5)).toBe(0);
  });

  it.each([
    { side: "buy", price: "-1.5", rounded: "-1" },
    { side: "sell", price: "-1.5", rounded: "-2" },
    { side: "sell", price: "1.2", rounded: "2" },
    { side: null, price: "1.9", rounded: "1" },
  ] as const)("rounds $price to $rounded for side $side", ({ side, price, rounded }) => {
    expect(roundToTick(new Decimal(price), new Decimal(1), side).toFixed()).toBe(rounded);
  });

  it("leaves a price alone where there is no tick", () => {
    expect(roundToTick(new Decimal("1.234"), new Decimal(0), "sell").toFixed()).toBe("1.234");
  });
});
