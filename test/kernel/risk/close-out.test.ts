import { describe, expect, it } from "vitest";
import type { Order } from "../../../main/kernel/orders/order-manager.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { ASK, BID, quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** Long by the size of a bid, with fresh quotes resting. */
function long(changes: Partial<Settings> = {}, lotsHeld = 10): KernelHarness {
  const harness = quoting("legacy", { shutdownFlattenRetryDelayS: 1, ...changes });
  const [bid] = harness.liveOn("buy");
  if (!bid) throw new Error("a bid rests");
  harness.fill(bid, bid.sizeLots);
  harness.keepServed(SECOND).forget();
  expect(harness.kernel.ledger.positionLots).toBe(lotsHeld);
  return harness;
}

function closing(harness: KernelHarness): Order | null {
  return harness.live().find(({ purpose }) => purpose === "close") ?? null;
}

/** The venue takes what it can of a closing order and drops the rest. */
function take(harness: KernelHarness, order: Order, sizeLots: number): void {
  if (sizeLots > 0) harness.fill(order, sizeLots);
  if (order.filledLots < order.sizeLots)
    harness.send({ type: "order-cancelled", orderId: order.orderId, cause: "expired" });
}

describe("a close-out", () => {
  it("waits until every cancel is confirmed, then takes, reduce-only, and leaves the session paused and flat", () => {
    const harness = long();
    harness.command("flatten");
    expect(harness.ofType("cancel-all-orders")).toHaveLength(1);
    harness.keepFresh(SECOND / 2);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.settle();
    expect(harness.ofType("place-order")).toMatchObject([
      { side: "sell", sizeLots: 10, purpose: "close", postOnly: false, reduceOnly: true, slot: { level: -1 } },
    ]);
    const [placed] = harness.ofType("place-order");
    expect(placed?.priceTicks).toBe(Math.floor(BID * (1 - 0.002)));
    const order = closing(harness);
    if (!order) throw new Error("a closing order is live");
    take(harness, order, 10);
    expect(harness.risks()).toEqual([
      "flatten tripped: asked for by the operator",
      "flatten changed: attempt 1",
      "flatten cleared: flat",
    ]);
    harness.forget().keepServed(3 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(harness.kernel.state.name).toBe("PAUSED");
    harness.command("resume").keepServed(SECOND);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    expect(harness.live()).toHaveLength(2);
  });

  it("reaches further with each attempt, one at a time, and tells when its attempts are used up", () => {
    const harness = long({ shutdownFlattenRetries: 3 });
    harness.command("flatten").settle();
    const prices: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const order = closing(harness);
      if (!order) throw new Error("a closing order is live");
      prices.push(order.priceTicks);
      take(harness, order, attempt === 2 ? 4 : 0);
      expect(closing(harness)).toBeNull();
      harness.keepFresh(SECOND + 100_000);
    }
    expect(prices).toEqual([20, 30, 40].map((bps) => Math.floor((BID * (10_000 - bps)) / 10_000)));
    expect(harness.ofType("place-order").map(({ sizeLots }) => sizeLots)).toEqual([10, 10, 6]);
    expect(harness.risks().at(-1)).toBe("flatten cleared: attempts_used_up");
    expect(harness.ofType("record-alert").at(-1)).toMatchObject({ kind: "flatten", severity: "critical" });
  });

  it("asks an order back that rests instead of taking, before it tries again", () => {
    const harness = long();
    harness.command("flatten").settle();
    const order = closing(harness);
    if (!order) throw new Error("a closing order is live");
    harness.send({ type: "order-accepted", orderId: order.orderId, venueOrderId: "v" });
    harness.forget().keepFresh(SECOND + 200_000);
    expect(harness.ofType("cancel-order").map(({ orderId }) => orderId)).toEqual([order.orderId]);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.settle();
    expect(harness.ofType("place-order")).toHaveLength(1);
  });

  it("ends within its time, whatever the venue does", () => {
    const harness = long({ shutdownTimeoutS: 5 });
    harness
      .forget()
      .command("flatten")
      .wait(6 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(harness.risks().at(-1)).toBe("flatten cleared: timed_out");
  });

  it("has nothing to do when flat", () => {
    const harness = quoting();
    harness.forget().command("flatten").settle();
    expect(harness.risks().at(-1)).toBe("flatten cleared: flat");
    expect(harness.ofType("place-order")).toEqual([]);
  });

  it("is bound by the collar, and by the last mid where there is no book", () => {
    const collared = long({ shutdownFlattenSlippageBps: 80, priceCollarBps: 30 });
    collared.command("flatten").settle();
    const order = closing(collared);
    expect(order?.priceTicks).toBe(Math.ceil((BID + ASK) / 2) - Math.floor((30 * (BID + ASK)) / 20_000));
    const blind = long();
    blind.command("flatten");
    blind.send({ type: "feed-disconnected", reason: "test" });
    blind.settle();
    expect(closing(blind)?.priceTicks).toBe(Math.floor(((BID + ASK) / 2) * (1 - 0.005)));
  });

  it("is abandoned by a resume, and by a kill that cancels what it has sent", () => {
    const resumed = long();
    resumed.command("flatten").settle().command("resume");
    expect(resumed.risks().at(-1)).toBe("flatten cleared: abandoned");
    const killed = long();
    killed.command("flatten").settle().forget().command("kill");
    expect(killed.risks()).toEqual(["flatten cleared: killed"]);
    expect(killed.ofType("cancel-all-orders").map(({ reason }) => reason)).toEqual(["kill"]);
    killed.settle().keepFresh(5 * SECOND);
    expect(killed.ofType("place-order")).toEqual([]);
  });
});

describe("the end of a session", () => {
  const FLATTENS = { flattenPositionOnShutdown: true } as const;

  it("waits for the position to be closed", () => {
    const harness = long(FLATTENS);
    harness.command("stop").settle();
    expect(harness.kernel.state).toMatchObject({ name: "HALTED", isEnding: false, isWindingDown: true });
    const order = closing(harness);
    if (!order) throw new Error("a closing order is live");
    take(harness, order, 10);
    expect(harness.kernel.state.isEnding).toBe(true);
    expect(harness.kernel.ledger.positionLots).toBe(0);
  });

  it("is not hurried by a second polite stop, and by the third", () => {
    const harness = long(FLATTENS);
    harness.command("stop").settle().command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(true);
    harness.command("stop");
    expect(harness.risks().at(-1)).toBe("flatten cleared: abandoned");
    expect(harness.kernel.state.isEnding).toBe(true);
  });

  it("leaves the position where it is asked to", () => {
    const harness = long({ flattenPositionOnShutdown: false });
    harness.command("stop").settle();
    expect(harness.kernel.state.isEnding).toBe(true);
    expect(harness.ofType("place-order")).toEqual([]);
  });

  it("is at once after a kill", () => {
    const harness = long(FLATTENS);
    harness.command("stop").command("kill").settle();
    expect(harness.kernel.state.isEnding).toBe(true);
    expect(harness.ofType("place-order")).toEqual([]);
  });
});

describe("a failed journal", () => {
  function unwritten(changes: Partial<Settings> = {}): KernelHarness {
    const harness = long({ flattenPositionOnShutdown: true });
    harness.changeProfile({ ...harness.kernel.profile.settings, ...changes }, 2);
    harness.send({ type: "fault-raised", fault: "journal-failed" });
    return harness.settle().forget();
  }

  it("lets no quote leave, and leaves the stop's own close-out out", () => {
    const harness = unwritten();
    harness.keepServed(5 * SECOND);
    expect([harness.kernel.state.name, harness.live(), harness.ofType("place-order")]).toEqual(["HALTED", [], []]);
    harness.command("stop").keepServed(5 * SECOND);
    expect(harness.kernel.state.isEnding).toBe(true);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(harness.kernel.ledger.positionLots).toBe(10);
  });

  it("does not block the way out that an operator asks for", () => {
    const harness = unwritten();
    harness.command("flatten").settle();
    expect(harness.ofType("place-order")).toMatchObject([{ side: "sell", sizeLots: 10, purpose: "close" }]);
  });

  it("does not block the close-out of a drawdown or of the margin guard", () => {
    const drawdown = { drawdownStopEnabled: true, drawdownStopPctOfMaxNotional: 0.005 };
    const falling = unwritten({ ...drawdown, maxPositionNotionalUsd: 100_000 });
    falling.snapshot([BID - 10_000, 1_000], [ASK - 10_000, 1_000]).keepServed(2 * SECOND);
    expect(falling.kernel.state.reasons()).toContain("drawdown");
    expect(falling.ofType("place-order")[0]).toMatchObject({ side: "sell", sizeLots: 10, purpose: "close" });

    const bare = unwritten({ marginGuardEnabled: true, marginGuardShutdownBreachS: 2, maxMarginUtilization: 0.5 });
    for (let second = 0; second < 5; second += 1)
      bare.account({ equity: 100, available: 1, initialMargin: 99 }).keepServed(SECOND);
    expect(bare.kernel.state.reasons()).toContain("margin-guard");
    expect(bare.ofType("place-order")[0]).toMatchObject({ side: "sell", sizeLots: 10, purpose: "close" });
  });
});

describe("the venue's word on the position", () => {
  const UNHEARD = { flattenPositionOnShutdown: true, shutdownTimeoutS: 30 } as const;

  it("is asked for after the last fill, and only it ends a close-out as flat", () => {
    const harness = long(UNHEARD);
    harness.answersState = false;
    harness.command("stop").settle().forget();
    const order = closing(harness);
    if (!order) throw new Error("a closing order is live");
    take(harness, order, 10);
    expect(harness.ofType("query-venue-state")).toHaveLength(1);
    harness.keepFresh(5 * SECOND);
    expect([harness.risks(), harness.kernel.state.isEnding]).toEqual([[], false]);
    harness.answerState(0, []);
    expect([harness.risks(), harness.kernel.state.isEnding]).toEqual([["flatten cleared: flat"], true]);
  });

  it("that never comes leaves no doubt about what is not known", () => {
    const harness = long(UNHEARD);
    harness.answersState = false;
    harness.command("stop").settle();
    const order = closing(harness);
    if (!order) throw new Error("a closing order is live");
    take(harness, order, 10);
    harness.forget().keepFresh(31 * SECOND);
    expect(harness.ofType("record-alert").at(-1)).toMatchObject({
      kind: "flatten",
      severity: "critical",
      message: "ours is flat, but the venue has NOT confirmed it: timed out",
    });
    expect(harness.kernel.state.isEnding).toBe(true);
  });

  it("goes before ours: what it holds is closed, also where ours is flat", () => {
    const harness = quoting("legacy", { shutdownFlattenRetryDelayS: 1 });
    harness.answersState = false;
    harness.keepServed(31 * SECOND);
    for (let answers = 0; answers < 2; answers += 1) harness.answerState(50, []).keepServed(2 * SECOND);
    expect(harness.kernel.state.reasons()).toContain("reconciliation");
    harness.command("flatten").settle();
    const closes = harness.ofType("place-order").filter(({ purpose }) => purpose === "close");
    expect(closes).toMatchObject([{ side: "sell", sizeLots: 50 }]);
    const order = closing(harness);
    if (!order) throw new Error("a closing order is live");
    take(harness, order, 50);
    // The first answer is to a question from before the fill
    for (let answers = 0; answers < 2; answers += 1) harness.keepFresh(SECOND).answerState(0, []);
    expect(harness.risks().at(-1)).toBe("flatten cleared: flat");
    expect(harness.kernel.ledger.positionLots).toBe(-50);
    expect(harness.kernel.state.reasons()).toContain("reconciliation");
  });
});

describe("the hedge of a full position", () => {
  const HEDGES = {
    maxPositionSize: 0.01,
    hardHedgeEnabled: true,
    hardHedgeTargetPct: 0.4,
    hardHedgeMaxSlippageBps: 20,
    hardHedgeMinIntervalS: 20,
    orderSizeMultiplier: 10,
  } as const;

  function hedges(harness: KernelHarness) {
    return harness.ofType("place-order").filter(({ purpose }) => purpose === "hedge");
  }

  it("leaves to own quotes what they would reduce, and takes the rest back to its share, once an interval", () => {
    const harness = long({ ...HEDGES, pofCooldownS: 3_600 });
    const [ask] = harness.liveOn("sell");
    if (!ask) throw new Error("an ask rests");
    // The resting ask covers the whole position: there is nothing left to hedge
    harness.keepServed(SECOND);
    expect([ask.status, ask.sizeLots, hedges(harness)]).toEqual(["resting", 10, []]);
    harness.send({ type: "order-rejected", orderId: ask.orderId, reason: "post-only" });
    expect(hedges(harness)).toMatchObject([{ side: "sell", sizeLots: 6, postOnly: false, reduceOnly: true }]);
    const hedge = harness.live().find(({ purpose }) => purpose === "hedge");
    if (!hedge) throw new Error("a hedge is live");
    harness.fill(hedge).keepServed(SECOND);
    expect(harness.kernel.ledger.positionLots).toBe(4);
    for (const bid of harness.liveOn("buy")) harness.fill(bid);
    expect(harness.kernel.ledger.positionLots).toBe(10);
    harness.keepServed(18 * SECOND);
    expect(hedges(harness)).toHaveLength(1);
    harness.keepServed(2 * SECOND);
    expect(hedges(harness).map(({ sizeLots }) => sizeLots)).toEqual([6, 6]);
  });

  it("sends nothing while quoting is paused", () => {
    const harness = long({ ...HEDGES, pofCooldownS: 3_600 });
    const [ask] = harness.liveOn("sell");
    if (!ask) throw new Error("an ask rests");
    harness.command("pause");
    harness.send({ type: "order-rejected", orderId: ask.orderId, reason: "post-only" });
    harness.settle().keepServed(SECOND);
    expect(hedges(harness)).toEqual([]);
    harness.command("resume");
    expect(hedges(harness)).toHaveLength(1);
  });

  it("takes no more than own quotes leave, within its slippage", () => {
    const harness = quoting("legacy", { ...HEDGES, orderSizeMultiplier: 5 });
    for (let at = 0; at < 2; at += 1) {
      for (const bid of harness.liveOn("buy").filter(({ purpose }) => purpose === "quote")) harness.fill(bid);
      harness.keepServed(SECOND);
    }
    // 6 lots are too many, of which an ask reduces 5 of the 10 held
    expect(hedges(harness)).toMatchObject([{ side: "sell", sizeLots: 5, postOnly: false, reduceOnly: true }]);
    expect(hedges(harness)[0]?.priceTicks).toBe(Math.floor(BID * (1 - 0.002)));
    expect(harness.risks()).toContain("hedge changed: sent");
  });

  it("is off unless it is asked for", () => {
    const harness = long({ ...HEDGES, hardHedgeEnabled: false, pofCooldownS: 3_600 });
    const [ask] = harness.liveOn("sell");
    if (!ask) throw new Error("an ask rests");
    harness.send({ type: "order-rejected", orderId: ask.orderId, reason: "post-only" });
    harness.keepServed(2 * SECOND);
    expect(harness.kernel.board.context?.band).toBe("HARD");
    expect(hedges(harness)).toEqual([]);
  });
});
