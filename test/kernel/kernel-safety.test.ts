import { describe, expect, it } from "vitest";
import { lots, micros, money, ticks } from "../../main/kernel/values/units.ts";
import { ASK, BID, KernelHarness, quoting, settingsFor } from "../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** Reasons of every cancel since the last call of `forget`. */
function cancels(harness: KernelHarness): string[] {
  return harness.ofType("cancel-order").map(({ reason }) => reason);
}

describe("a latch that has not fallen", () => {
  const stop = {
    drawdownStopEnabled: true,
    drawdownStopPctOfMaxNotional: 0.1,
    maxPositionNotionalUsd: 1_000_000,
    maxPositionSize: 100,
    orderSizeMultiplier: 1_000,
  };

  /** Long one, bought at the bid; the mid then moves by `ticks`. */
  function moved(harness: KernelHarness, by: number): void {
    const levels = (from: number, step: number) => Array.from({ length: 10 }, (_, at) => [from + at * step, 5]).flat();
    harness
      .wait(SECOND)
      .snapshot(levels(BID + by, -10), levels(ASK + by, 10))
      .keepServed(2 * SECOND);
  }

  it("cannot be cleared so that the drawdown forgets its peak", () => {
    const harness = quoting("legacy", stop);
    const [bid] = harness.liveOn("buy");
    if (bid === undefined) throw new Error("a bid rests");
    harness.fill(bid).command("pause").settle();
    // 600 USD down, then the latch is "cleared", then 600 USD more: together above the 1000 USD that may be lost
    moved(harness, -6_000);
    harness.send({ type: "latch-cleared", commandId: "x1", latch: "drawdown", by: "test", reason: "early" });
    expect(harness.kernel.state.reasons()).toEqual(["paused"]);
    moved(harness, -12_000);
    expect(harness.kernel.state.reasons()).toContain("drawdown");
  });
});

describe("a lost book", () => {
  it.each(["gap", "disconnect"] as const)("takes the quotes off at once after a %s", (how) => {
    const harness = quoting("crypto", { staleCancelGraceS: 3 });
    harness.wait(SECOND).delta([], []).forget();
    if (how === "gap") harness.gap();
    else harness.send({ type: "feed-disconnected", reason: "test" });
    expect(cancels(harness)).toEqual(["stale_orderbook", "stale_orderbook"]);
    expect(harness.codes()).toEqual(["skip_no_book", "skip_no_book"]);
  });
});

describe("a quote that the post-only clamp holds off its target", () => {
  // The offset is 2 ticks, the least distance to the other side 40: every quote stands clamped
  const clamped = {
    priceOffsetPerLevelPercent: 0.0001,
    postOnlySafetyTicks: 40,
    pofMaxSafetyTicks: 40,
    minRepriceMoveTicks: 5,
    minRepriceEdgeDeltaBps: 0,
    minRepriceIntervalS: 0,
  };

  it("is not sent again for a move below the tick gate", () => {
    const harness = quoting("legacy", clamped);
    harness.keepFresh(SECOND).settle();
    const [bid] = harness.liveOn("buy");
    expect(bid?.priceTicks).toBe(ASK - 40);
    harness.wait(SECOND).forget();
    harness.delta([], [ASK, 0, ASK + 2, 5]);
    expect(harness.codes()).toContain("hold_below_tick_gate");
    expect(cancels(harness)).toEqual([]);
    harness.delta([], [ASK + 2, 0, ASK + 7, 5]);
    expect(cancels(harness)).toContain("reprice");
  });
});

describe("a slot that waits for another one's order to end", () => {
  it("is looked at as soon as that order is gone", () => {
    const harness = quoting("legacy", { minRepriceIntervalS: 0 });
    const [bid, ask] = harness.live();
    if (bid?.side !== "buy" || ask?.side !== "sell") throw new Error("a bid and an ask rest");
    // The market runs through the own ask: both are asked back, and a new bid must not meet the ask that is still there
    const gone = Array.from({ length: 10 }, (_, at) => [ASK + at * 10, 0]).flat();
    harness.wait(SECOND).delta([ask.priceTicks + 5_000, 5], [...gone, ask.priceTicks + 5_010, 5]);
    harness.forget().send({ type: "order-cancelled", orderId: bid.orderId, cause: "requested" });
    expect(harness.decisions().map(({ code, detail }) => [code, detail])).toContainEqual(["skip_denied", "self_match"]);
    harness.send({ type: "order-cancelled", orderId: ask.orderId, cause: "requested" });
    expect(harness.live().map(({ side, status }) => [side, status])).toContainEqual(["buy", "in-flight"]);
  });
});

describe("a cancel that the venue refuses", () => {
  it("is asked for again, but not with every word of the market", () => {
    const harness = quoting("legacy", {});
    harness.wait(SECOND).delta([], []).forget().command("pause");
    const refuse = (): void => {
      for (const { orderId, status } of harness.live())
        if (status === "cancelling") harness.send({ type: "cancel-rejected", orderId, reason: "unstated" });
    };
    for (let passed = 0; passed < 100; passed += 1) {
      refuse();
      harness.wait(SECOND / 100).delta([], []);
    }
    // Two orders, one second: at first and then about every quarter of a second
    expect(cancels(harness).length).toBeGreaterThanOrEqual(6);
    expect(cancels(harness).length).toBeLessThanOrEqual(12);
  });
});

describe("a fill of an order that nobody knows", () => {
  it("has the venue asked at once for what it holds", () => {
    const harness = quoting("legacy");
    harness.keepFresh(SECOND).settle().forget();
    harness.answersState = false;
    const fill = { priceTicks: ticks(BID), sizeLots: lots(5), liquidity: "maker", fee: money(0n) } as const;
    harness.send({ type: "order-filled", orderId: 999, tradeId: "x", ...fill });
    expect(harness.ofType("query-venue-state")).toHaveLength(1);
    harness.answerState(5, []).wait(SECOND).answerState(5, []);
    expect(harness.kernel.state.reasons()).toContain("reconciliation");
  });
});

describe("a session whose first word is no book", () => {
  it("keeps its own time from then on", () => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.send({ type: "funding-paid", amount: money(0n) });
    expect(harness.ofType("set-timer").map(({ atUs }) => atUs)).toEqual([micros(harness.nowUs + SECOND)]);
  });
});
