import fc from "fast-check";
import type { TargetInput } from "../../../main/kernel/pricing/target-price.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";

/** A decimal with few digits, as an operator types it: sums and products of such land on grid lines often. */
export function decimal(least: number, most: number, digits: number): fc.Arbitrary<number> {
  const factor = 10 ** digits;
  return fc.integer({ min: Math.ceil(least * factor), max: Math.floor(most * factor) }).map((n) => n / factor);
}

/** Anchors of all magnitudes, round ones among them. */
const anchor = fc.oneof(
  fc.integer({ min: 1, max: 2000 }),
  fc.integer({ min: 1, max: 100_000 }).map((n) => n * 10_000),
  fc.integer({ min: 1, max: 9 }).map((n) => n * 10_000_000),
  fc.integer({ min: 1, max: 1_000_000_000 }),
  fc.integer({ min: 1, max: 2_000_000 }).map((n) => n / 2),
);

/** Settings of the price with coarse decimals. */
const pricing = fc.record({
  offsetMode: fc.constantFrom("fixed", "dynamic"),
  priceOffsetPerLevelPercent: decimal(0.01, 2, 2),
  spreadMultiplier: decimal(0.1, 4, 1),
  minOffsetBps: decimal(0, 20, 1),
  maxOffsetBps: fc.oneof(decimal(20, 200, 0), fc.constant(1000)),
  inventoryDeadbandPct: decimal(0, 1, 1),
  skewShapeK: fc.oneof(fc.constant(0), decimal(0, 5, 1)),
  skewMaxBps: decimal(0, 100, 0),
  inventorySkewFactor: decimal(0, 2, 1),
  trendSkewBoost: decimal(1, 3, 1),
});

/** Inputs of a target price, near grid lines as often as not. */
export const targetInputs: fc.Arbitrary<TargetInput> = fc
  .record({
    settings: pricing,
    side: fc.constantFrom("buy", "sell"),
    level: fc.integer({ min: 0, max: 19 }),
    anchorTicks: anchor,
    spreadTicks: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
    spreadEmaBps: fc.option(fc.oneof(decimal(0, 100, 1), fc.double({ min: 0.001, max: 100, noNaN: true })), {
      nil: null,
    }),
    regimeScale: decimal(0, 3, 1),
    positionLots: fc.oneof(fc.constantFrom(0, 1000, -1000), fc.integer({ min: -1500, max: 1500 })),
    band: fc.constantFrom("NORMAL", "WARN", "CRITICAL", "HARD"),
    adverseTrendStrength: fc.option(decimal(0, 1, 1), { nil: null }),
    skewFactor: fc.oneof(fc.constant(1), decimal(0.5, 1.5, 2)),
    offsetFactor: fc.oneof(fc.constant(1), decimal(0, 1, 1)),
    fundingBiasBps: decimal(-10, 10, 1),
    extraBps: fc.oneof(fc.constant(0), decimal(-5, 10, 1)),
  })
  .map(({ settings, spreadTicks, ...rest }): TargetInput => {
    const best = Math.floor(rest.anchorTicks);
    const isBuy = rest.side === "buy";
    return {
      ...rest,
      settings: { ...defaultSettings("crypto"), ...settings },
      maxPositionLots: 1000,
      bidTicks: spreadTicks === null ? null : isBuy ? best : best - spreadTicks,
      askTicks: spreadTicks === null ? null : isBuy ? best + spreadTicks : best,
    };
  });
