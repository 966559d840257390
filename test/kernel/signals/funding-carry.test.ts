import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carryPerHour, fundingSkewFactor } from "../../../main/kernel/signals/funding-carry.ts";
import { formatMoney, marketScale } from "../../../main/kernel/values/market-rules.ts";

const scale = marketScale({
  market: "BTCUSDT",
  venue: "test",
  baseCurrency: "BTC",
  quoteCurrency: "USDT",
  tickSize: "0.1",
  lotSize: "0.001",
  minOrderLots: 1,
  minNotional: "0",
  fundingIntervalS: 28_800,
});
const EIGHT_HOURS_US = 28_800_000_000;

describe("carry of the position", () => {
  it.each([
    ["a long that pays", 1_000, 0.0001, 500_000, EIGHT_HOURS_US, "-0.625"],
    ["a short that earns", -1_000, 0.0001, 500_000, EIGHT_HOURS_US, "0.625"],
    ["a long that earns", 1_000, -0.0001, 500_000, EIGHT_HOURS_US, "0.625"],
    ["an hourly venue", 1_000, 0.0000125, 500_000, 3_600_000_000, "-0.625"],
    ["a mark of half ticks", 1, 0.001, 1_000.5, 3_600_000_000, "-0.00010005"],
    ["a rate that doubles cannot hold", 3, 0.1, 1, 3_600_000_000, "-0.00003"],
    ["no position", 0, 0.0001, 500_000, EIGHT_HOURS_US, "0"],
    ["an unknown interval", 1_000, 0.0001, 500_000, 0, "0"],
    ["a rate that is none", 1_000, Number.NaN, 500_000, EIGHT_HOURS_US, "0"],
  ])("of %s, an hour", (_what, positionLots, rate, markTicks, intervalUs, wanted) => {
    expect(formatMoney(carryPerHour(scale, positionLots, { rate, intervalUs, markTicks }))).toBe(wanted);
  });

  it("is exact: whole numbers give the same, and the opposite position the opposite", () => {
    const arbitrary = fc.record({
      positionLots: fc.integer({ min: -1e7, max: 1e7 }),
      rateMillionths: fc.integer({ min: -5_000, max: 5_000 }),
      markHalfTicks: fc.integer({ min: 1, max: 4e6 }),
      hours: fc.constantFrom(1, 2, 4, 8),
    });
    fc.assert(
      fc.property(arbitrary, ({ positionLots, rateMillionths, markHalfTicks, hours }) => {
        const terms = { rate: rateMillionths / 1e6, intervalUs: hours * 3_600_000_000, markTicks: markHalfTicks / 2 };
        // Half a tick times a lot is 5 x 10^13 atto; a millionth of it over at most 8 hours is whole
        const wanted =
          (-BigInt(positionLots) * BigInt(rateMillionths) * BigInt(markHalfTicks) * 50_000_000n) / BigInt(hours);
        expect(carryPerHour(scale, positionLots, terms)).toBe(wanted);
        expect(carryPerHour(scale, -positionLots, terms)).toBe(-wanted);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("tolerance of inventory by funding", () => {
  it.each([
    ["a short that earns", 2, -5, 10, "NORMAL", 0.8],
    ["a long that earns", -2, 5, 10, "NORMAL", 0.8],
    ["a long that pays", 2, 5, 10, "NORMAL", 1.2],
    ["a small bias", 1, 5, 10, "NORMAL", 1.1],
    ["a position of one lot", 2, 1, 10, "NORMAL", 1.2],
    ["a skew of less than a basis point", 0.1, 5, 0.5, "NORMAL", 1.2],
    ["much earning, held at half", 50, -5, 10, "NORMAL", 0.5],
    ["much paying, held at half", 50, 5, 10, "NORMAL", 1.5],
    ["earning near the limit", 2, -5, 10, "WARN", 1],
    ["earning at the limit", 2, -5, 10, "HARD", 1],
    ["paying near the limit", 2, 5, 10, "CRITICAL", 1.2],
    ["no position", 2, 0, 10, "NORMAL", 1],
    ["no bias", 0, 5, 10, "NORMAL", 1],
    ["no skew", 2, 5, 0, "NORMAL", 1],
  ] as const)("%s", (_what, biasBps, positionLots, capBps, band, wanted) => {
    expect(fundingSkewFactor(biasBps, positionLots, capBps, band, 0.5)).toBeCloseTo(wanted, 12);
  });

  it("is off at 0, whatever else speaks for it", () => {
    expect(fundingSkewFactor(2, -5, 10, "NORMAL", 0)).toBe(1);
    expect(fundingSkewFactor(2, 5, 10, "NORMAL", 0)).toBe(1);
    expect(fundingSkewFactor(2, 5, -10, "NORMAL", 0.5)).toBe(1);
  });

  it("stays within half either way, mirrors, and never speaks against reducing near the limit", () => {
    const band = fc.constantFrom("NORMAL", "WARN", "CRITICAL", "HARD" as const);
    const bias = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        bias,
        fc.integer({ min: -50, max: 50 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        band,
        (biasBps, lots, cap, at) => {
          const factor = fundingSkewFactor(biasBps, lots, cap, at, 0.5);
          expect(factor).toBeGreaterThanOrEqual(at === "NORMAL" ? 0.5 : 1);
          expect(factor).toBeLessThanOrEqual(1.5);
          expect(fundingSkewFactor(-biasBps, -lots, cap, at, 0.5)).toBe(factor);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
