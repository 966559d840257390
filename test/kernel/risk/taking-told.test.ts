import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { MAX_LEVELS } from "../../../main/kernel/quoting/slot-state.ts";
import { ASK, BID, quoting, settingsFor, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** Every risk event and alert since the last `forget`, one line each. */
function told(harness: KernelHarness): string[] {
  return harness.effects.flatMap((effect) => {
    if (effect.type === "record-risk-event")
      return [`${effect.control} ${effect.happening} ${effect.detail} ${effect.reading}/${effect.bound}`];
    return effect.type === "record-alert" ? [`${effect.severity}: ${effect.message}`] : [];
  });
}

/** Holds ten lots of a side, with fresh quotes resting. */
function holding(side: "buy" | "sell", changes: Partial<Settings> = {}): KernelHarness {
  const harness = quoting("legacy", { shutdownFlattenRetryDelayS: 1, ...changes });
  const [order] = harness.liveOn(side);
  if (!order) throw new Error(`an order rests on the ${side} side`);
  harness.fill(order);
  return harness.keepServed(SECOND).forget();
}

function closing(harness: KernelHarness) {
  const order = harness.live().find(({ purpose }) => purpose === "close");
  if (!order) throw new Error("a closing order is live");
  return order;
}

describe("a close-out", () => {
  it("tells what it closes, each attempt with its price, and how it ended", () => {
    const harness = holding("buy");
    harness.command("flatten");
    expect(told(harness).slice(0, 2)).toEqual([
      "flatten tripped asked for by the operator 10/null",
      "info: closing the position of 0.010: asked for by the operator",
    ]);
    harness.forget().settle();
    const price = (Math.floor(BID * 0.998) / 10).toFixed(1);
    expect(told(harness)).toEqual([
      "flatten changed attempt 1 10/20",
      `info: close-out, attempt 1: sell 0.010 at ${price}`,
    ]);
    const order = closing(harness);
    expect([order.slotIndex, order.slot]).toEqual([2 * MAX_LEVELS + 1, { side: "sell", level: -1 }]);
    harness.forget().fill(order);
    expect(told(harness)).toEqual(["flatten cleared flat 0/1", "info: the position is closed after 1 attempt"]);
  });

  it("tells that nothing is left to try, with what is left", () => {
    const harness = holding("sell", { shutdownFlattenRetries: 1 });
    harness.command("flatten").settle();
    const order = closing(harness);
    expect([order.side, order.slotIndex]).toEqual(["buy", 2 * MAX_LEVELS]);
    expect(order.priceTicks).toBe(Math.ceil(ASK * 1.002));
    harness.fill(order, 4).send({ type: "order-cancelled", orderId: order.orderId, cause: "expired" });
    harness.forget().keepFresh(SECOND + 100_000);
    expect(told(harness)).toEqual([
      "flatten cleared attempts_used_up -6/1",
      "critical: the position is NOT closed, -0.006 is left: attempts used up",
    ]);
    expect(harness.ofType("cancel-all-orders")).toEqual([]);
  });

  it("asks a price that is held within the collar", () => {
    const harness = holding("buy", { priceCollarBps: 5 });
    harness.command("flatten").settle();
    expect(closing(harness).priceTicks).toBe((BID + ASK) / 2 - Math.floor((5 * (BID + ASK)) / 20_000));
  });

  it("tells when its time is over, and takes back what it has sent", () => {
    const harness = holding("buy", { shutdownTimeoutS: 5 });
    harness.command("flatten").settle().forget();
    const order = closing(harness);
    harness.wait(5 * SECOND - 1);
    expect(told(harness)).toEqual([]);
    expect(order.status).not.toBe("cancelling");
    harness.wait(1);
    expect(told(harness).slice(0, 2)).toEqual([
      "flatten cleared timed_out 10/1",
      "critical: the position is NOT closed, 0.010 is left: timed out",
    ]);
    expect(harness.ofType("cancel-all-orders").map(({ reason }) => reason)).toEqual(["stop"]);
  });

  it("begins nothing anew where it is under way: attempts and deadline stay", () => {
    const harness = holding("buy", { shutdownTimeoutS: 5 });
    harness
      .command("flatten")
      .settle()
      .wait(3 * SECOND)
      .forget()
      .command("flatten");
    expect(told(harness).filter((line) => line.startsWith("flatten"))).toEqual([]);
    harness.wait(2 * SECOND);
    expect(told(harness).some((line) => line.startsWith("flatten cleared timed_out"))).toBe(true);
  });

  it("does nothing after a kill", () => {
    const harness = holding("buy");
    harness.command("kill").settle().forget().command("flatten");
    expect(told(harness).filter((line) => line.includes("flatten"))).toEqual([]);
    expect(harness.kernel.risk.closeOut.isActive).toBe(false);
  });

  it("tells that there was nothing to close", () => {
    const harness = holding("buy");
    harness.command("flatten").settle();
    const order = closing(harness);
    harness.fill(order, 10).forget().command("flatten");
    expect(told(harness).at(-1)).toBe("info: no position is left: there was nothing to close");
  });

  it("waits between attempts for as long as is set, and asks back once what rests", () => {
    const harness = holding("buy", { shutdownFlattenRetryDelayS: 2 });
    harness.command("flatten").settle();
    const order = closing(harness);
    harness.send({ type: "order-accepted", orderId: order.orderId, venueOrderId: "v" });
    harness.forget().keepFresh(2 * SECOND - 100_000);
    expect(harness.ofType("cancel-order")).toEqual([]);
    harness.keepFresh(SECOND);
    expect(harness.ofType("cancel-order")).toHaveLength(1);
    harness.settle();
    expect(harness.ofType("place-order")).toHaveLength(1);
    const second = closing(harness);
    harness.send({ type: "order-cancelled", orderId: second.orderId, cause: "expired" });
    harness.forget().keepFresh(2 * SECOND - 100_000);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepFresh(200_000);
    expect(harness.ofType("place-order")).toHaveLength(1);
  });

  it("is due by time alone at its next attempt, and then at its end", () => {
    const harness = holding("buy", { shutdownTimeoutS: 30, shutdownFlattenRetryDelayS: 2 });
    const { closeOut } = harness.kernel.risk;
    expect(closeOut.nextDueUs(harness.nowUs)).toBeNull();
    harness.command("flatten");
    const began = harness.nowUs;
    expect(closeOut.nextDueUs(began)).toBe(began + 30 * SECOND);
    harness.settle();
    expect(closeOut.nextDueUs(began)).toBe(began + 2 * SECOND);
    expect(closeOut.nextDueUs(began + 2 * SECOND)).toBe(began + 30 * SECOND);
  });
});

describe("polite stops", () => {
  it("abandon a close-out at the third, and count anew for the next one", () => {
    const harness = holding("buy");
    harness.command("flatten").settle().command("stop").command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(true);
    harness.forget().command("stop");
    expect(told(harness)).toContain("flatten cleared abandoned 10/1");
    harness.command("stop").command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(false);
  });
});

describe("the hedge of a full position", () => {
  const HEDGES = {
    maxPositionSize: 0.01,
    hardHedgeEnabled: true,
    hardHedgeTargetPct: 0.5,
    hardHedgeMaxSlippageBps: 10,
    hardHedgeMinIntervalS: 30,
    orderSizeMultiplier: 4,
  } as const;

  /** Filled until the limit on one side; every quote that rests then is small. */
  function full(side: "buy" | "sell", changes: Partial<Settings> = {}): KernelHarness {
    const harness = quoting("legacy", { ...HEDGES, ...changes });
    for (let at = 0; at < 3; at += 1) {
      for (const order of harness.liveOn(side).filter(({ purpose }) => purpose === "quote")) harness.fill(order);
      harness.keepServed(SECOND);
    }
    return harness;
  }

  function hedges(harness: KernelHarness) {
    return harness.ofType("place-order").filter(({ purpose }) => purpose === "hedge");
  }

  it.each(["buy", "sell"] as const)("takes back half of what was filled on the %s side, and says so", (side) => {
    const harness = full(side);
    const isLong = side === "buy";
    expect(hedges(harness)).toMatchObject([
      {
        side: isLong ? "sell" : "buy",
        sizeLots: 5,
        priceTicks: isLong ? Math.floor(BID * 0.999) : Math.ceil(ASK * 1.001),
      },
    ]);
    const line = told(harness).find((text) => text.startsWith("hedge"));
    expect(line).toMatch(/^hedge changed sent 1\/0\.\d+$/);
    expect(told(harness).some((text) => text.startsWith("warning: hedge of a position in the HARD band: "))).toBe(true);
  });

  it("keeps whole lots, rounded down", () => {
    // 55 % of ten lots
    expect(hedges(full("buy", { hardHedgeTargetPct: 0.55 })).map(({ sizeLots }) => sizeLots)).toEqual([5]);
  });

  it("asks a hedge back that rests for two seconds, and tries again after its interval", () => {
    const harness = quoting("legacy", { ...HEDGES, hardHedgeMinIntervalS: 4 });
    for (let at = 0; at < 3; at += 1) {
      for (const order of harness.liveOn("buy").filter(({ purpose }) => purpose === "quote")) harness.fill(order);
      for (let step = 0; step < 10 && hedges(harness).length === 0; step += 1) harness.keepServed(100_000);
    }
    const hedge = harness.live().find(({ purpose }) => purpose === "hedge");
    if (!hedge) throw new Error("a hedge is live");
    if (hedge.status === "in-flight")
      harness.send({ type: "order-accepted", orderId: hedge.orderId, venueOrderId: "v" });
    harness.forget();
    while (harness.nowUs < hedge.placedUs + 2 * SECOND - 200_000) harness.keepFresh(100_000);
    expect(harness.ofType("cancel-order").map(({ orderId }) => orderId)).not.toContain(hedge.orderId);
    harness.keepFresh(400_000);
    const recalled = harness.ofType("cancel-order").filter(({ orderId }) => orderId === hedge.orderId);
    expect(recalled.map(({ reason }) => reason)).toEqual(["hard"]);
    harness.settle();
    expect(hedges(harness)).toEqual([]);
    harness.keepServed(3 * SECOND);
    expect(hedges(harness)).toHaveLength(1);
  });

  it.each<{ readonly name: string; readonly changes: Partial<Settings> }>([
    { name: "is not in the HARD band", changes: { inventoryHardPct: 1.1 } },
    { name: "is to be kept whole", changes: { hardHedgeTargetPct: 1 } },
    { name: "is not to be hedged", changes: { hardHedgeEnabled: false } },
  ])("sends nothing for a position that $name", ({ changes }) => {
    expect(hedges(full("buy", changes))).toEqual([]);
  });

  it("costs a token like every placement, and waits where there is none", () => {
    const harness = full("buy", { maxMessagesPerMin: 1_000 });
    const used = harness.kernel.risk.budget.usedOfMinute(harness.nowUs);
    expect(used).toBe(harness.ofType("place-order").length);
    expect(hedges(full("buy", { maxMessagesPerMin: used - hedges(harness).length - 1 }))).toEqual([]);
  });

  it("sends nothing on a book that is not to be believed", () => {
    const harness = quoting("legacy", { ...HEDGES, hardHedgeEnabled: false });
    for (let at = 0; at < 3; at += 1) {
      for (const order of harness.liveOn("buy")) harness.fill(order);
      harness.keepServed(SECOND);
    }
    harness.gap();
    harness
      .changeProfile(settingsFor("legacy", HEDGES), 2)
      .settle()
      .wait(2 * SECOND);
    expect(hedges(harness)).toEqual([]);
    harness.snapshot([BID, 10], [ASK, 10]).keepServed(SECOND);
    expect(hedges(harness)).toHaveLength(1);
  });
});
