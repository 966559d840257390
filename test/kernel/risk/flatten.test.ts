import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  flattenAttempts,
  flattenPlan,
  flattenSlippageBps,
  type FlattenInputs,
} from "../../../main/kernel/risk/flatten.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";

const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  shutdownFlattenSlippageBps: 20,
  shutdownFlattenSlippageStepBps: 12.5,
  shutdownFlattenMaxSlippageBps: 50,
  shutdownFlattenRetries: 3,
};
const BASE: FlattenInputs = {
  positionLots: 7,
  minOrderLots: 2,
  bestBidTicks: 10_000,
  bestAskTicks: 10_010,
  lastMidHalfTicks: 20_000,
  slippageBps: new Decimal(20),
};

describe("close-out", () => {
  it.each([
    [1, "20"],
    [2, "32.5"],
    [3, "45"],
    [4, "50"],
    [100, "50"],
  ])("attempt %i slips by %s bps", (attempt, bps) => {
    expect(flattenSlippageBps(attempt, SETTINGS).toFixed()).toBe(bps);
  });

  it("starts no higher than the greatest slippage and makes one attempt at least", () => {
    expect(flattenSlippageBps(1, { ...SETTINGS, shutdownFlattenMaxSlippageBps: 5 }).toFixed()).toBe("5");
    expect(flattenAttempts(SETTINGS)).toBe(3);
    expect(flattenAttempts({ ...SETTINGS, shutdownFlattenRetries: 2.7 })).toBe(2);
    expect(flattenAttempts({ ...SETTINGS, shutdownFlattenRetries: 0 })).toBe(1);
  });

  it.each<{ readonly name: string; readonly change: Partial<FlattenInputs>; readonly plan: object }>([
    {
      name: "sells a long at the bid",
      change: {},
      plan: { kind: "order", side: "sell", sizeLots: 7, priceTicks: 9_980 },
    },
    {
      name: "buys a short at the ask, rounded up",
      change: { positionLots: -7 },
      plan: { kind: "order", side: "buy", sizeLots: 7, priceTicks: 10_031 },
    },
    {
      name: "takes the other side where its own is empty",
      change: { bestBidTicks: null },
      plan: { kind: "order", side: "sell", sizeLots: 7, priceTicks: 9_989 },
    },
    {
      name: "takes the last mid with at least 50 bps",
      change: { bestBidTicks: null, bestAskTicks: null },
      plan: { kind: "order", side: "sell", sizeLots: 7, priceTicks: 9_950 },
    },
    {
      name: "takes the last mid with more where more is allowed",
      change: { bestBidTicks: null, bestAskTicks: null, slippageBps: new Decimal(80), positionLots: -7 },
      plan: { kind: "order", side: "buy", sizeLots: 7, priceTicks: 10_080 },
    },
    {
      name: "gives up without any price",
      change: { bestBidTicks: null, bestAskTicks: null, lastMidHalfTicks: null },
      plan: { kind: "missing_orderbook_price", side: "sell", sizeLots: 7 },
    },
    {
      name: "takes a mid of nothing for none",
      change: { bestBidTicks: null, bestAskTicks: null, lastMidHalfTicks: 0 },
      plan: { kind: "missing_orderbook_price", side: "sell", sizeLots: 7 },
    },
    {
      name: "closes the whole lots of a position that the venue states finer",
      change: { positionLots: 6.9 },
      plan: { kind: "order", side: "sell", sizeLots: 6, priceTicks: 9_980 },
    },
    { name: "has nothing to do when flat", change: { positionLots: 0 }, plan: { kind: "already_flat" } },
    {
      name: "cannot send less than the market takes",
      change: { positionLots: -1 },
      plan: { kind: "below_min_order_size", side: "buy", sizeLots: 1 },
    },
    {
      name: "sends the least there is",
      change: { positionLots: 2 },
      plan: { kind: "order", side: "sell", sizeLots: 2, priceTicks: 9_980 },
    },
    {
      name: "never asks less than a tick",
      change: { bestBidTicks: 1, slippageBps: new Decimal(9_999) },
      plan: { kind: "order", side: "sell", sizeLots: 7, priceTicks: 1 },
    },
  ])("$name", ({ change, plan }) => {
    expect(flattenPlan({ ...BASE, ...change })).toEqual(plan);
  });

  it("always shrinks the position, by all of it, and crosses the side that takes it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 2_000 }),
        (positionLots, bid, spread, tenthBps) => {
          const slippageBps = new Decimal(tenthBps).div(10);
          const plan = flattenPlan({
            ...BASE,
            positionLots,
            minOrderLots: 1,
            bestBidTicks: bid,
            bestAskTicks: bid + spread,
            slippageBps,
          });
          if (plan.kind !== "order") {
            expect(plan.kind).toBe(positionLots === 0 ? "already_flat" : "order");
            return;
          }
          expect(plan.sizeLots).toBe(Math.abs(positionLots));
          expect(plan.side).toBe(positionLots > 0 ? "sell" : "buy");
          if (plan.side === "sell") expect(plan.priceTicks).toBeLessThanOrEqual(bid);
          else expect(plan.priceTicks).toBeGreaterThanOrEqual(bid + spread);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
