import { describe, expect, it } from "vitest";
import type { Order } from "../../../main/kernel/orders/order-manager.ts";
import { limitsOf } from "../../../main/kernel/risk/limits.ts";
import { denialOf, takingDenialOf } from "../../../main/kernel/risk/risk-manager.ts";
import { TradingState } from "../../../main/kernel/risk/trading-state.ts";
import { withinCollar } from "../../../main/kernel/risk/close-price.ts";
import { marketScale } from "../../../main/kernel/values/market-rules.ts";
import { lots, ticks } from "../../../main/kernel/values/units.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { KERNEL_RULES, settingsFor } from "../../support/kernel-harness.ts";

/** One tick times one lot is a dollar; the mid is 1 000. */
const SCALE = marketScale({ ...KERNEL_RULES, tickSize: "1", lotSize: "1", minOrderLots: 2 });
const MID_HALF_TICKS = 2_000;

interface Case {
  readonly name: string;
  readonly side?: "buy" | "sell";
  readonly price?: number;
  readonly size?: number;
  readonly position?: number;
  readonly live?: readonly Partial<Order>[];
  readonly limits?: Partial<Settings>;
  readonly mid?: number | null;
  readonly state?: "halted" | "reducing" | "killed";
  readonly denied: string | null;
}

function stateOf(name: Case["state"]): TradingState {
  const state = new TradingState();
  if (name === "halted") state.halt("rate-limit");
  if (name === "reducing") state.command("c", "reduce-only");
  if (name === "killed") state.command("c", "kill");
  return state;
}

function partsOf({ side = "buy", price = 1_000, size = 10, live = [], limits = {}, mid, state, position = 0 }: Case) {
  const proposal = { side, priceTicks: ticks(price), sizeLots: lots(size), slotIndex: 0 };
  const orders = live.map((order) => ({ side, filledLots: 0, sizeLots: 0, priceTicks: price, ...order }) as Order);
  const settings = settingsFor("legacy", { maxPositionSize: 50, priceCollarBps: 100, ...limits });
  return {
    proposal,
    orders,
    limits: limitsOf(settings, SCALE),
    state: stateOf(state),
    position,
    mid: mid === undefined ? MID_HALF_TICKS : mid,
  };
}

describe("the last word on a quote", () => {
  it.each<Case>([
    { name: "a plain order", denied: null },
    { name: "any order while halted", state: "halted", denied: "halted" },
    { name: "an order without a mid", mid: null, denied: "no_price" },
    { name: "an order of the least size", size: 2, denied: null },
    { name: "an order below the least size", size: 1, denied: "min_size" },
    { name: "a price at the collar above", price: 1_010, denied: null },
    { name: "a price beyond the collar above", price: 1_011, denied: "price_collar" },
    { name: "a price at the collar below", price: 990, denied: null },
    { name: "a price beyond the collar below", price: 989, denied: "price_collar" },
    { name: "a bid one below an own ask", live: [{ side: "sell", priceTicks: ticks(1_001) }], denied: null },
    { name: "a bid at an own ask", live: [{ side: "sell", priceTicks: ticks(1_000) }], denied: "self_match" },
    { name: "a bid above an own ask", live: [{ side: "sell", priceTicks: ticks(999) }], denied: "self_match" },
    {
      name: "an ask one above an own bid",
      side: "sell",
      live: [{ side: "buy", priceTicks: ticks(999) }],
      denied: null,
    },
    {
      name: "an ask at an own bid",
      side: "sell",
      live: [{ side: "buy", priceTicks: ticks(1_000) }],
      denied: "self_match",
    },
    { name: "a bid at an own bid's price", live: [{ priceTicks: ticks(1_000) }], denied: null },
    { name: "as much as one order may be worth", limits: { maxOrderNotionalUsd: 10_000 }, denied: null },
    {
      name: "more than one order may be worth",
      limits: { maxOrderNotionalUsd: 9_999 },
      denied: "max_order_notional",
    },
    { name: "the position's limit", position: 40, denied: null },
    { name: "a lot over the position's limit", position: 41, denied: "max_position" },
    { name: "what other bids would fill, too", live: [{ sizeLots: lots(45), filledLots: 4 }], denied: "max_position" },
    { name: "less what of them has filled", live: [{ sizeLots: lots(45), filledLots: 5 }], denied: null },
    {
      name: "no more by what rests on the other side",
      live: [{ side: "sell", sizeLots: lots(500), priceTicks: ticks(1_100) }],
      denied: null,
    },
    { name: "a long limit of its own", limits: { maxLongPositionSize: 9 }, denied: "max_position" },
    { name: "a bid under a short limit", limits: { maxShortPositionSize: 9 }, denied: null },
    { name: "an ask over a short limit", side: "sell", limits: { maxShortPositionSize: 9 }, denied: "max_position" },
    { name: "the position's worth", position: 20, limits: { maxPositionNotionalUsd: 30_000 }, denied: null },
    {
      name: "more than the position's worth",
      position: 20,
      limits: { maxPositionNotionalUsd: 29_999 },
      denied: "max_position_notional",
    },
    {
      name: "all orders of both sides within the gross limit",
      live: [{ side: "sell", sizeLots: lots(20), filledLots: 5, priceTicks: ticks(1_100) }],
      position: 5,
      limits: { grossExposureLimitUsd: 30_000 },
      denied: null,
    },
    {
      name: "all orders of both sides beyond the gross limit",
      live: [{ side: "sell", sizeLots: lots(20), filledLots: 5, priceTicks: ticks(1_100) }],
      position: -6,
      limits: { grossExposureLimitUsd: 30_000 },
      denied: "gross_exposure",
    },
    {
      name: "what only shrinks the position passes the position's limits",
      side: "sell",
      position: 10,
      limits: { maxShortPositionSize: 1, maxPositionNotionalUsd: 1, grossExposureLimitUsd: 1 },
      denied: null,
    },
    { name: "what shrinks it to nothing while reducing", side: "sell", position: 10, state: "reducing", denied: null },
    { name: "what flips it while reducing", side: "sell", position: 9, state: "reducing", denied: "reduce_only" },
  ])("$name: $denied", (one) => {
    const { proposal, state, limits, position, orders, mid } = partsOf(one);
    expect(denialOf(proposal, state, limits, position, orders, mid)).toBe(one.denied);
  });
});

describe("the last word on an order that takes", () => {
  it.each<Case & { readonly purpose: "close" | "hedge" }>([
    { name: "a close of all", purpose: "close", position: -10, denied: null },
    { name: "a close of more", purpose: "close", position: -9, denied: "reduce_only" },
    { name: "a close while halted", purpose: "close", position: -10, state: "halted", denied: null },
    { name: "a close after a kill", purpose: "close", position: -10, state: "killed", denied: "halted" },
    { name: "a hedge while halted", purpose: "hedge", position: -10, state: "halted", denied: "halted" },
    { name: "a hedge", purpose: "hedge", position: -10, denied: null },
    { name: "a close without a mid", purpose: "close", position: -10, mid: null, denied: "no_price" },
    { name: "one below the least size", purpose: "close", position: -1, size: 1, denied: "min_size" },
    { name: "one of the least size", purpose: "close", position: -2, size: 2, denied: null },
    { name: "a price at the collar", purpose: "close", position: -10, price: 1_010, denied: null },
    { name: "a price beyond the collar", purpose: "close", position: -10, price: 1_011, denied: "price_collar" },
    { name: "a price beyond it below", purpose: "close", position: -10, price: 989, denied: "price_collar" },
    {
      name: "one beside a resting bid that closes a part",
      purpose: "close",
      position: -15,
      live: [{ sizeLots: lots(8), filledLots: 3 }],
      denied: null,
    },
    {
      name: "one beside a resting bid that closes too much",
      purpose: "close",
      position: -15,
      live: [{ sizeLots: lots(8), filledLots: 2 }],
      denied: "reduce_only",
    },
    {
      name: "one that would meet an own ask",
      purpose: "close",
      position: -10,
      live: [{ side: "sell", sizeLots: lots(1), priceTicks: ticks(1_000) }],
      denied: "self_match",
    },
    {
      name: "one that stays below an own ask",
      purpose: "close",
      position: -10,
      live: [{ side: "sell", sizeLots: lots(1), priceTicks: ticks(1_001) }],
      denied: null,
    },
    {
      name: "a sale that would meet an own bid",
      purpose: "close",
      side: "sell",
      position: 10,
      live: [{ side: "buy", sizeLots: lots(1), priceTicks: ticks(1_000) }],
      denied: "self_match",
    },
  ])("$name: $denied", (one) => {
    const { proposal, state, limits, position, orders, mid } = partsOf(one);
    expect(takingDenialOf(proposal, one.purpose, state, limits, position, orders, mid)).toBe(one.denied);
  });
});

describe("a price within the collar", () => {
  it.each([
    { wanted: 1_000, mid: 2_000, within: 1_000 },
    { wanted: 1_500, mid: 2_000, within: 1_010 },
    { wanted: 500, mid: 2_000, within: 990 },
    { wanted: 500, mid: 2_001, within: 991 },
    { wanted: 1_500, mid: 2_001, within: 1_010 },
    { wanted: -5, mid: 2, within: 1 },
  ])("nearest to $wanted around half of $mid is $within", ({ wanted, mid, within }) => {
    expect(withinCollar(wanted, mid, 100)).toBe(within);
  });

  it("always passes the last word", () => {
    for (let mid = 1_990; mid < 2_010; mid += 1) {
      for (const wanted of [1, 5_000]) {
        const price = withinCollar(wanted, mid, 100);
        expect(Math.abs(price * 2 - mid) * 10_000).toBeLessThanOrEqual(100 * mid);
      }
    }
  });
});
