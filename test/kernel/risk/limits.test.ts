import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastOrderLots, limitsOf, lotsWithin } from "../../../main/kernel/risk/limits.ts";
import { marketScale, notional, type MarketRules } from "../../../main/kernel/values/market-rules.ts";
import { KERNEL_RULES, settingsFor } from "../../support/kernel-harness.ts";

/** Tick x lot of these, and the numbers of lots that fit a cap, span a dozen powers of ten. */
const RULES: readonly MarketRules[] = [
  KERNEL_RULES,
  { ...KERNEL_RULES, tickSize: "0.01", lotSize: "0.1" },
  { ...KERNEL_RULES, tickSize: "0.0000001", lotSize: "1" },
  { ...KERNEL_RULES, tickSize: "0.00000001", lotSize: "0.0001" },
];

describe("limits", () => {
  it("takes the side's own size where it is set, and the common one where it is not", () => {
    const scale = marketScale(KERNEL_RULES);
    const limits = limitsOf(settingsFor("legacy", { maxPositionSize: 0.5, maxLongPositionSize: 0.3 }), scale);
    expect([limits.maxLongLots, limits.maxShortLots, limits.maxPositionLots]).toEqual([300, 500, 500]);
  });

  it("floors to whole lots what doubles would round away", () => {
    const scale = marketScale({ ...KERNEL_RULES, lotSize: "0.1" });
    // 0.3 / 0.1 is 2.9999999999999996 in doubles
    expect(limitsOf(settingsFor("legacy", { maxPositionSize: 0.3 }), scale).maxLongLots).toBe(3);
    expect(limitsOf(settingsFor("legacy", { maxPositionSize: 0.39 }), scale).maxLongLots).toBe(3);
  });

  it("takes a cap finer than money can be for the next smaller one", () => {
    const settings = settingsFor("legacy", { maxOrderNotionalUsd: 1.5e-18, maxPositionNotionalUsd: 1e-30 });
    const limits = limitsOf(settings, marketScale(KERNEL_RULES));
    expect([limits.orderNotional?.money, limits.positionNotional?.money]).toEqual([1n, 0n]);
  });

  it("never lets a venue that states no least size have orders of nothing", () => {
    const limits = limitsOf(settingsFor("legacy"), marketScale({ ...KERNEL_RULES, minOrderLots: 0 }));
    expect(leastOrderLots(limits, 2_000)).toBe(1);
  });

  it("finds the exact number of lots within a cap, on the border, too", () => {
    const border = fc.record({
      rules: fc.constantFrom(...RULES),
      halfTicks: fc.integer({ min: 1, max: 20_000_000 }),
      // A cap of a whole number of cents up to 100 million USD
      cents: fc.integer({ min: 1, max: 10_000_000_000 }),
    });
    fc.assert(
      fc.property(border, ({ rules, halfTicks, cents }) => {
        const scale = marketScale(rules);
        const { orderNotional } = limitsOf(settingsFor("legacy", { maxOrderNotionalUsd: cents / 100 }), scale);
        if (orderNotional === null) throw new Error("a cap was set");
        expect(orderNotional.money).toBe(BigInt(cents) * 10n ** 16n);
        const most = lotsWithin(orderNotional, halfTicks, scale);
        const exact = (orderNotional.money * 2n) / (BigInt(halfTicks) * scale.tickLotMoney);
        expect(BigInt(most)).toBe(exact > Number.MAX_SAFE_INTEGER ? BigInt(Number.MAX_SAFE_INTEGER) : exact);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is exact where a cap is a whole number of lots, and a hair beside it", () => {
    const rule = fc.constantFrom(...RULES);
    fc.assert(
      fc.property(
        rule,
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: 1, max: 2 ** 40 }),
        (rules, half, most) => {
          const scale = marketScale(rules);
          const value = (BigInt(half) * BigInt(most) * scale.tickLotMoney) / 2n;
          for (const [money, wanted] of [
            [value, most],
            [value - 1n, most - 1],
            [value + 1n, most],
          ] as const) {
            const cap = { money, halfTickLots: (Number(money) * 2) / Number(scale.tickLotMoney) };
            expect(lotsWithin(cap as Parameters<typeof lotsWithin>[0], half, scale)).toBe(wanted);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("asks for the least size that has the venue's least notional at the lowest price that the collar allows", () => {
    const input = fc.record({
      minNotional: fc.constantFrom("0", "5", "10.5", "100"),
      minOrderLots: fc.integer({ min: 1, max: 50 }),
      collarBps: fc.integer({ min: 1, max: 9_000 }),
      midHalfTicks: fc.integer({ min: 100, max: 20_000_000 }),
      rules: fc.constantFrom(...RULES),
    });
    fc.assert(
      fc.property(input, ({ minNotional, minOrderLots, collarBps, midHalfTicks, rules }) => {
        const scale = marketScale({ ...rules, minNotional, minOrderLots });
        const limits = limitsOf(settingsFor("legacy", { priceCollarBps: collarBps }), scale);
        const least = leastOrderLots(limits, midHalfTicks);
        const needed = limits.minNotional?.money ?? 0n;
        const lowest = Math.max(1, Math.ceil((midHalfTicks * (10_000 - collarBps)) / 10_000 / 2));
        expect(least).toBeGreaterThanOrEqual(minOrderLots);
        expect(notional(scale, lowest, least)).toBeGreaterThanOrEqual(needed);
        const lowestHalf = Math.max(1, Math.floor(midHalfTicks * (1 - collarBps / 10_000)));
        if (least > minOrderLots) expect(notional(scale, lowestHalf / 2, least - 1)).toBeLessThan(needed);
      }),
      { numRuns: 1_000 },
    );
  });
});
