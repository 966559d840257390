import { describe, expect, it } from "vitest";
import type { Decision } from "../../../main/kernel/decision.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { reducesPosition } from "../../../main/kernel/quoting/market-gates.ts";
import { decide } from "../../../main/kernel/quoting/slot-decision.ts";
import { SlotState } from "../../../main/kernel/quoting/slot-state.ts";
import { ASK, BID, quoting, settingsFor, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** The different decisions of a side, each as code, detail, reading and bound. */
function answers(harness: KernelHarness, side: "buy" | "sell" = "buy"): unknown[][] {
  const told = harness
    .decisions()
    .filter(({ slot }) => slot.side === side)
    .map(({ code, detail, reading, bound }) => JSON.stringify([code, detail, reading, bound]));
  return [...new Set(told)].map((text) => JSON.parse(text) as unknown[]);
}

function only(harness: KernelHarness, side: "buy" | "sell" = "buy"): Decision {
  const found = harness.decisions().filter(({ slot }) => slot.side === side);
  const [decision] = found;
  if (!decision || found.length > 1) throw new Error(`one decision is expected, was ${found.length}`);
  return decision;
}

function orderOn(harness: KernelHarness, side: "buy" | "sell") {
  const [order] = harness.liveOn(side);
  if (!order) throw new Error(`an order is live on the ${side} side`);
  return order;
}

/** Past the interval, with nothing said yet. */
function rested(changes: Partial<Settings> = {}, profile: "legacy" | "crypto" = "legacy"): KernelHarness {
  const harness = quoting(profile, { orderbookStalenessThresholdS: 1_000, ...changes });
  return harness.wait(SECOND).delta([BID, 1_001], []).forget();
}

describe("a look at a slot", () => {
  it("says what rests, what is left of it and what it would place", () => {
    const harness = rested();
    const bid = orderOn(harness, "buy");
    harness.fill(bid, 3).wait(SECOND).forget().delta([BID, 1_002], []);
    expect(only(harness)).toMatchObject({
      code: "hold_within_tolerance",
      atUs: harness.nowUs,
      slot: { side: "buy", level: 0 },
      restingTicks: bid.priceTicks,
      restingLots: 7,
      sizeLots: 10,
      dueUs: null,
      detail: null,
    });
  });

  it("ends a hold with the order's greatest age, a microsecond after it", () => {
    const harness = rested({ maxOrderAgeS: 30 });
    const bid = orderOn(harness, "buy");
    harness.delta([BID, 1_002], []);
    expect(only(harness).dueUs).toBe(bid.placedUs + 30 * SECOND + 1);
    harness
      .forget()
      .wait(bid.placedUs + 30 * SECOND - harness.nowUs)
      .delta([BID, 1_003], []);
    expect(answers(harness)).toEqual([["hold_within_tolerance", null, null, null]]);
    harness.forget().wait(1);
    expect(only(harness).code).toBe("replace_max_age");
    expect(new Set(harness.ofType("cancel-order").map(({ reason }) => reason))).toEqual(new Set(["max_order_age"]));
  });

  it("waits for its interval from placement to the microsecond", () => {
    const harness = quoting("legacy", { minRepriceIntervalS: 2, orderbookStalenessThresholdS: 1_000 });
    const bid = orderOn(harness, "buy");
    harness.send({ type: "order-cancelled", orderId: bid.orderId, cause: "venue" });
    const dueUs = bid.placedUs + 2 * SECOND;
    const last = harness
      .decisions()
      .filter(({ slot }) => slot.side === "buy")
      .at(-1);
    expect([last?.code, last?.dueUs]).toEqual(["skip_interval", dueUs]);
    harness.forget().wait(dueUs - 1 - harness.nowUs);
    expect(answers(harness)).toEqual([["skip_interval", null, null, null]]);
    harness.forget().wait(1);
    expect(answers(harness)[0]?.[0]).toBe("place_initial");
  });

  it("replaces an order of the least size by one of the least size", () => {
    const harness = rested({ orderSizeMultiplier: 1 });
    const { leastLots } = harness.kernel.board.context ?? {};
    expect(orderOn(harness, "buy").sizeLots).toBe(leastLots);
    harness.changeProfile({ ...harness.kernel.profile.settings, priceOffsetPerLevelPercent: 0.5 }, 2);
    expect(harness.codes()).toEqual(["replace_target_shift", "replace_target_shift"]);
  });

  it("is next due when the first of the slots is, not the last", () => {
    const harness = rested({ maxOrderAgeS: 30 });
    const ask = orderOn(harness, "sell");
    harness.wait(2 * SECOND).send({ type: "order-cancelled", orderId: ask.orderId, cause: "venue" });
    harness.settle().wait(SECOND).forget().delta([BID, 7], []);
    const [bids, asks] = (["buy", "sell"] as const).map((side) => only(harness, side).dueUs ?? Number.NaN);
    expect(bids).toBeLessThan(asks ?? 0);
    expect(harness.kernel.board.nextDueUs()).toBe(bids);
  });

  it("waits for an order that is asked back, and says how it stands", () => {
    const harness = rested();
    harness.changeProfile(settingsFor("legacy", { priceOffsetPerLevelPercent: 0.5 }), 2);
    expect(harness.codes()).toEqual(["replace_target_shift", "replace_target_shift"]);
    harness.forget().wait(SECOND).delta([BID, 5], []);
    expect(answers(harness)).toEqual([["skip_cancel_pending", "cancelling", null, null]]);
    expect(harness.ofType("cancel-order")).toEqual([]);
  });

  it("says how many rejections in a row make it pause, and until when", () => {
    const harness = rested({ pofCooldownS: 3 });
    const bid = orderOn(harness, "buy");
    harness.send({ type: "order-cancelled", orderId: bid.orderId, cause: "venue" });
    const anew = orderOn(harness, "buy");
    harness.forget().send({ type: "order-rejected", orderId: anew.orderId, reason: "post-only" });
    expect(only(harness)).toMatchObject({ code: "skip_pof_cooldown", reading: 1, dueUs: harness.nowUs + 3 * SECOND });
  });

  it("marks a price that the post-only distance has moved", () => {
    const harness = rested({ priceOffsetPerLevelPercent: 0, postOnlySafetyTicks: 11, repriceTolerancePercent: 0 });
    expect(orderOn(harness, "buy").priceTicks).toBe(ASK - 11);
    expect(orderOn(harness, "sell").priceTicks).toBe(BID + 11);
    harness.delta([BID, 7], []);
    expect(only(harness)).toMatchObject({ code: "hold_within_tolerance", buildUp: { clamp: "post-only" } });
    const plain = rested({ priceOffsetPerLevelPercent: 0, postOnlySafetyTicks: 10 });
    plain.delta([BID, 7], []);
    expect(only(plain).buildUp).toMatchObject({ clamp: "none", targetTicks: BID, finalTicks: BID });
  });

  it("names the reasons of a halt, and takes back with the state's own reason", () => {
    const paused = rested().command("pause");
    expect(answers(paused)).toEqual([["skip_operator", "paused", null, null]]);
    const halted = rested();
    halted.send({ type: "fault-raised", fault: "journal-behind" });
    halted.command("pause");
    expect(answers(halted).at(-1)).toEqual(["skip_halted", "journal-behind paused", null, null]);
  });
});

describe("the size that may rest", () => {
  it("is told with the limit that clips it, for a new order and for one that rests", () => {
    const harness = rested();
    harness.changeProfile(settingsFor("legacy", { maxPositionSize: 0.004 }), 2);
    expect(answers(harness)).toEqual([["replace_size", "max_position", null, null]]);
    expect(only(harness).sizeLots).toBe(4);
    expect(harness.ofType("cancel-order").map(({ reason }) => reason)).toEqual(["reprice", "reprice"]);
    harness.settle().forget().wait(SECOND).delta([BID, 5], []);
    expect(harness.live().map(({ sizeLots }) => sizeLots)).toEqual([4, 4]);
  });

  it("takes an order back for which nothing is left, and places none after it", () => {
    const harness = rested();
    harness.changeProfile(settingsFor("legacy", { maxOrderNotionalUsd: 1 }), 2);
    expect(answers(harness)).toEqual([["skip_below_min_size", "max_order_notional", null, null]]);
    expect(harness.ofType("cancel-order").map(({ reason }) => reason)).toEqual(["risk_limit", "risk_limit"]);
    harness.settle().forget().wait(SECOND).delta([BID, 5], []);
    expect(answers(harness)).toEqual([["skip_below_min_size", "max_order_notional", null, null]]);
    expect(harness.live()).toEqual([]);
  });

  it("leaves an order alone of which as little is left as may rest", () => {
    const harness = rested({ skewMaxBps: 0 });
    const bid = orderOn(harness, "buy");
    harness.fill(bid, 6).wait(SECOND).forget();
    harness.changeProfile(settingsFor("legacy", { maxPositionSize: 0.01, skewMaxBps: 0 }), 2);
    expect(only(harness)).toMatchObject({ code: "hold_within_tolerance", restingLots: 4, sizeLots: 4 });
  });
});

describe("widening", () => {
  it("names every part of it, and only where there is any", () => {
    const harness = rested({ rateLimitExtraOffsetBps: 5, rateLimitDegradedS: 100, repriceTolerancePercent: 1_000 });
    harness.delta([BID, 5], []);
    expect(only(harness).buildUp).toMatchObject({ extraParts: null, extraBps: -0 + 0 });
    harness.send({ type: "venue-throttled", cause: "rate-limited" });
    harness
      .forget()
      .wait(2 * SECOND)
      .delta([BID, 6], []);
    const widened = harness.decisions().at(-1)?.buildUp;
    expect(widened).toMatchObject({
      extraParts: { guardBps: 0, postOnlyBps: 0, rateLimitBps: 5, markoutBps: 0 },
      extraBps: 5,
    });
  });
});

describe("an unusable book", () => {
  it("is told as crossed, lost or stale, with the end of its grace where an order waits for it", () => {
    const harness = rested({ staleCancelGraceS: 4, orderbookStalenessThresholdS: 3 });
    const bid = orderOn(harness, "buy");
    harness.delta([ASK + 5, 5], []);
    const crossedUs = harness.nowUs;
    expect(only(harness)).toMatchObject({ code: "skip_crossed_book", dueUs: crossedUs + 4 * SECOND });
    harness.forget().wait(4 * SECOND - 1);
    expect(bid.status).toBe("resting");
    harness.wait(1);
    expect(bid.status).toBe("cancelling");
    harness
      .settle()
      .forget()
      .delta([ASK + 5, 6], []);
    expect(only(harness).dueUs).toBeNull();
  });

  it("begins its grace anew after a usable moment, and gives none to an order where silence may stay", () => {
    const harness = rested({ staleCancelGraceS: 4, cancelOnStaleBook: false, orderbookStalenessThresholdS: 3 });
    harness
      .delta([ASK + 5, 5], [])
      .wait(3 * SECOND)
      .delta([ASK + 5, 0], [])
      .wait(SECOND / 2);
    harness.delta([ASK + 5, 5], []).wait(3 * SECOND);
    expect(harness.live().map(({ status }) => status)).toEqual(["resting", "resting"]);
    harness
      .delta([ASK + 5, 0], [])
      .forget()
      .wait(20 * SECOND);
    const stale = harness.decisions().find(({ code }) => code === "skip_stale");
    expect([stale?.code, stale?.dueUs]).toEqual(["skip_stale", null]);
    expect(harness.ofType("cancel-order")).toEqual([]);
  });
});

describe("a loaded inventory", () => {
  /** Long ten lots of a limit that makes that so large a share. */
  function long(
    limit: number,
    changes: Partial<Settings> = {},
    profile: "legacy" | "crypto" = "crypto",
  ): KernelHarness {
    const harness = rested({ skewMaxBps: 0, ...changes }, profile);
    harness.fill(orderOn(harness, "buy")).settle().forget();
    harness.changeProfile(settingsFor(profile, { skewMaxBps: 0, maxPositionSize: limit, ...changes }), 2);
    return harness
      .settle()
      .forget()
      .wait(2 * SECOND)
      .delta([BID, 5], []);
  }

  it.each([
    { limit: 0.01, share: 1, code: "skip_inventory_hard", bound: 0.95 },
    { limit: 0.012, share: 10 / 12, code: "skip_inventory_critical", bound: 0.8 },
  ])("of $share of the limit is told as $code", ({ limit, share, code, bound }) => {
    const harness = long(limit);
    const bands = { inventoryWarnPct: 0.5, inventoryCriticalPct: 0.8, inventoryHardPct: 0.95 };
    expect(harness.kernel.profile.settings).toMatchObject(bands);
    expect(answers(harness)).toEqual([[code, null, share, bound]]);
    expect(harness.liveOn("sell")).toHaveLength(1);
    expect(harness.liveOn("buy")).toEqual([]);
  });

  it("takes the resting order that grows it back with the band's own reason", () => {
    for (const [limit, reason] of [
      [0.01, "hard"],
      [0.012, "critical"],
    ] as const) {
      const harness = rested({ skewMaxBps: 0 }, "crypto");
      harness.fill(orderOn(harness, "buy"));
      harness.wait(SECOND).delta([BID, 6], []).settle().wait(SECOND).delta([BID, 7], []).forget();
      harness.changeProfile(settingsFor("crypto", { skewMaxBps: 0, maxPositionSize: limit }), 2);
      expect(
        harness.ofType("cancel-order").filter(({ orderId }) => orderId === orderOn(harness, "buy").orderId),
      ).toEqual([expect.objectContaining({ reason })]);
    }
  });

  it("holds nothing back in the legacy profile", () => {
    // Bands of a fifth: 10 lots of 20 are far beyond all of them, and still leave room
    const bands = { inventoryWarnPct: 0.1, inventoryCriticalPct: 0.15, inventoryHardPct: 0.2 };
    expect(answers(long(0.02, bands))[0]?.[0]).toBe("skip_inventory_hard");
    const legacy = long(0.02, bands, "legacy");
    expect(answers(legacy)[0]?.[0]).toBe("hold_within_tolerance");
    expect(legacy.liveOn("buy")).toHaveLength(1);
  });
});

describe("a board", () => {
  it("is two-sided while an order rests on each side within reach of its best", () => {
    const harness = rested({ maxOffsetBps: 2 });
    const { board, orders, profile } = harness.kernel;
    const isTwoSided = (changes: Partial<Settings> = {}): boolean =>
      board.isTwoSided(orders, { ...profile.settings, ...changes });
    expect(isTwoSided()).toBe(true);
    // The bid is 600 ticks from its best, the ask 601: 1.0017 bps
    expect([isTwoSided({ maxOffsetBps: 1.0017 }), isTwoSided({ maxOffsetBps: 1.0016 })]).toEqual([true, false]);
    harness.send({ type: "order-cancelled", orderId: orderOn(harness, "sell").orderId, cause: "venue" });
    expect(orderOn(harness, "sell").status).toBe("in-flight");
    expect(isTwoSided()).toBe(false);
    harness.settle();
    expect(isTwoSided()).toBe(true);
    harness.gap();
    expect(isTwoSided()).toBe(false);
  });

  it("reaches further for each level", () => {
    const harness = rested({ numPriceLevels: 2, maxOffsetBps: 2 });
    for (const { orderId, slot } of harness.live()) {
      if (slot.level === 0) harness.send({ type: "order-cancelled", orderId, cause: "venue" });
    }
    const { board, orders, profile } = harness.kernel;
    expect(board.isTwoSided(orders, { ...profile.settings, maxOffsetBps: 1.001 })).toBe(true);
    expect(board.isTwoSided(orders, { ...profile.settings, maxOffsetBps: 0.99 })).toBe(false);
  });

  it("tells one denial of a run, and no quote that waits for its own opposite one", () => {
    const harness = rested({ priceCollarBps: 5 });
    harness.changeProfile(settingsFor("legacy", { priceCollarBps: 5, priceOffsetPerLevelPercent: 0.2 }), 2);
    harness.settle().wait(SECOND).delta([BID, 5], []).wait(SECOND).delta([BID, 6], []);
    expect(harness.codes().filter((code) => code === "skip_denied").length).toBeGreaterThan(2);
    expect(answers(harness)).toContainEqual(["skip_denied", "price_collar", null, null]);
    const alerts = harness.ofType("record-alert").filter(({ kind }) => kind === "risk-denied");
    expect(alerts.map(({ message, severity }) => [message, severity])).toEqual([
      [expect.stringContaining("denied by its limit: price_collar"), "warning"],
      [expect.stringContaining("denied by its limit: price_collar"), "warning"],
    ]);
  });

  it("is due next when its first slot is", () => {
    const harness = rested({ maxOrderAgeS: 30 });
    harness.delta([BID, 5], []);
    const due = harness.kernel.board.slots.flatMap(({ dueUs }) => (dueUs === null ? [] : [dueUs]));
    expect(due).toHaveLength(2);
    expect(harness.kernel.board.nextDueUs()).toBe(Math.min(...due));
    const idle = rested();
    idle.delta([BID, 5], []);
    expect(idle.kernel.board.nextDueUs()).toBeNull();
  });
});

describe("a side", () => {
  it.each([
    { side: "buy", positionLots: -1, reduces: true },
    { side: "buy", positionLots: 0, reduces: false },
    { side: "buy", positionLots: 1, reduces: false },
    { side: "sell", positionLots: 1, reduces: true },
    { side: "sell", positionLots: 0, reduces: false },
    { side: "sell", positionLots: -1, reduces: false },
  ] as const)("$side reduces a position of $positionLots: $reduces", ({ side, positionLots, reduces }) => {
    expect(reducesPosition(new SlotState({ side, level: 0 }, 0), positionLots)).toBe(reduces);
  });
});

describe("a decision", () => {
  it("has null for all that a stage leaves out", () => {
    const slot = new SlotState({ side: "sell", level: 2 }, 22);
    expect(decide("skip_warming", slot, null, micros(7))).toStrictEqual({
      atUs: 7,
      slot: { side: "sell", level: 2 },
      code: "skip_warming",
      detail: null,
      reading: null,
      bound: null,
      buildUp: null,
      restingTicks: null,
      restingLots: null,
      sizeLots: null,
      dueUs: null,
    });
  });
});

describe("where silence may stay", () => {
  const PATIENT = { staleCancelGraceS: 2, cancelOnStaleBook: false, orderbookStalenessThresholdS: 1_000 } as const;

  it("a book that is crossed, or lacks a side, still takes its quotes off after the grace", () => {
    const crossed = rested(PATIENT);
    crossed.delta([ASK + 5, 5], []).wait(2 * SECOND);
    expect(crossed.ofType("cancel-order").map(({ reason }) => reason)).toEqual(["stale_orderbook", "stale_orderbook"]);
    const oneSided = rested(PATIENT);
    oneSided.snapshot([BID, 5], []).wait(2 * SECOND);
    expect(oneSided.ofType("cancel-order")).toHaveLength(2);
  });
});
