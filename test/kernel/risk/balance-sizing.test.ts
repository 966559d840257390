import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  balanceClipped,
  balanceRulesOf,
  openingHeadroom,
  type BalanceReading,
} from "../../../main/kernel/risk/balance-sizing.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { marketScale, notional, parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { money, ZERO_MONEY } from "../../../main/kernel/values/units.ts";
import { KERNEL_RULES } from "../../support/kernel-harness.ts";

/** A lot costs 10 dollars at this mid. */
const SCALE = marketScale({ ...KERNEL_RULES, tickSize: "1", lotSize: "1" });
const MID = 20;
const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  balanceAwareSizingEnabled: true,
  balanceUsageFactor: 0.95,
  balanceNotionalMultiplier: 2,
  balanceMinAvailableUsd: 15,
  balanceStalenessMaxS: 30,
  balanceStaleAction: "reduce",
};
const usd = (text: string) => parseMoney(text);
const FRESH: BalanceReading = { availableForTrade: usd("100"), ageUs: 0, openNotional: usd("10") };

interface Case {
  readonly name: string;
  readonly size: number;
  readonly reducing?: number;
  readonly reading?: Partial<BalanceReading>;
  readonly settings?: Partial<Settings>;
  readonly lots: number;
  readonly limit: "balance" | "balance_stale" | null;
}

const STALE = { ageUs: 30_000_001 };

// (100 x 0.95 - 15) x 2 - 10 = 150 dollars: 15 lots
const CASES: readonly Case[] = [
  { name: "as much as the money is good for", size: 15, lots: 15, limit: null },
  { name: "a lot more than that", size: 16, lots: 15, limit: "balance" },
  { name: "a part of a lot is floored", size: 16, reading: { openNotional: usd("10.01") }, lots: 14, limit: "balance" },
  { name: "reducing passes on top", size: 30, reducing: 12, lots: 27, limit: "balance" },
  {
    name: "reducing alone is never clipped",
    size: 30,
    reducing: 40,
    reading: { availableForTrade: usd("0") },
    lots: 30,
    limit: null,
  },
  { name: "no headroom", size: 5, reading: { availableForTrade: usd("1") }, lots: 0, limit: "balance" },
  { name: "never heard of is stale", size: 5, reading: { ageUs: null }, lots: 2, limit: "balance_stale" },
  { name: "as old as allowed", size: 16, reading: { ageUs: 30_000_000 }, lots: 15, limit: "balance" },
  { name: "stale halves what opens", size: 11, reducing: 4, reading: STALE, lots: 7, limit: "balance_stale" },
  {
    name: "stale and halt",
    size: 11,
    reducing: 4,
    reading: STALE,
    settings: { balanceStaleAction: "halt" },
    lots: 4,
    limit: "balance_stale",
  },
  { name: "stale and skip", size: 99, reading: STALE, settings: { balanceStaleAction: "skip" }, lots: 99, limit: null },
  {
    name: "never stale with 0, and unknown",
    size: 99,
    reading: { ageUs: null, availableForTrade: null },
    settings: { balanceStalenessMaxS: 0 },
    lots: 99,
    limit: null,
  },
  {
    name: "switched off",
    size: 99,
    reading: STALE,
    settings: { balanceAwareSizingEnabled: false },
    lots: 99,
    limit: null,
  },
  { name: "nothing asked for", size: 0, reading: STALE, lots: 0, limit: null },
];

describe("balance-aware sizing", () => {
  it.each(CASES)("$name: $lots lots", ({ size, reducing, reading, settings, lots, limit }) => {
    const rules = balanceRulesOf({ ...SETTINGS, ...settings });
    expect(balanceClipped(rules, SCALE, size, reducing ?? 0, { ...FRESH, ...reading }, MID)).toEqual({ lots, limit });
  });

  it("computes the headroom exactly, also below zero", () => {
    const rules = balanceRulesOf({
      ...SETTINGS,
      balanceUsageFactor: 0.1,
      balanceNotionalMultiplier: 3,
      balanceMinAvailableUsd: 0.3,
    });
    expect(openingHeadroom(rules, usd("3"), usd("0"))).toBe(0n);
    expect(openingHeadroom(rules, usd("2"), usd("1"))).toBe(usd("-1.3"));
    // A tenth of an atto is kept back whole, on either side of zero
    const inParts = balanceRulesOf({
      ...SETTINGS,
      balanceUsageFactor: 0.1,
      balanceNotionalMultiplier: 1,
      balanceMinAvailableUsd: 0,
    });
    expect(openingHeadroom(inParts, money(15n), ZERO_MONEY)).toBe(1n);
    expect(openingHeadroom(inParts, money(-15n), ZERO_MONEY)).toBe(-2n);
    expect(openingHeadroom(inParts, money(-20n), ZERO_MONEY)).toBe(-2n);
  });

  it("opens no more than the headroom and leaves less than a lot of it, and never touches what reduces", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 200 }),
        fc.nat({ max: 200 }),
        fc.bigInt({ min: 0n, max: 3_000n * 10n ** 18n }),
        fc.bigInt({ min: 0n, max: 1_000n * 10n ** 18n }),
        fc.integer({ min: 1, max: 400 }),
        (size, reducible, available, open, midHalfTicks) => {
          const rules = balanceRulesOf(SETTINGS);
          const reading = {
            availableForTrade: available as typeof FRESH.openNotional,
            ageUs: 0,
            openNotional: open as typeof FRESH.openNotional,
          };
          const { lots, limit } = balanceClipped(rules, SCALE, size, reducible, reading, midHalfTicks);
          const opening = lots - Math.min(reducible, size);
          expect(opening).toBeGreaterThanOrEqual(0);
          expect(lots).toBeLessThanOrEqual(size);
          const headroom = openingHeadroom(rules, reading.availableForTrade, reading.openNotional);
          if (opening > 0) expect(notional(SCALE, midHalfTicks / 2, opening)).toBeLessThanOrEqual(headroom);
          if (limit === null) expect(lots).toBe(size);
          else expect(notional(SCALE, midHalfTicks / 2, opening + 1)).toBeGreaterThan(headroom);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
