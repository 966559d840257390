import { describe, expect, it } from "vitest";
import { BID, ASK, quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** Quotes rest, the first question has been answered; answers come from the test from now on. */
function reconciled(): KernelHarness {
  const harness = quoting();
  harness.keepServed(SECOND);
  harness.answersState = false;
  return harness.forget();
}

/** Waits for the next question, and forgets what came before it. */
function asked(harness: KernelHarness): KernelHarness {
  for (let at = 0; at < 400; at += 1) {
    if (harness.ofType("query-venue-state").length > 0) return harness;
    harness.keepFresh(100_000);
  }
  throw new Error("the venue must be asked within 40 s");
}

function ids(harness: KernelHarness): number[] {
  return harness.live().map(({ orderId }) => orderId);
}

describe("the venue's state", () => {
  it("is asked for at start, every 30 s, and at once after a reconnect", () => {
    const harness = quoting();
    expect(harness.ofType("query-venue-state").map(({ queryId }) => queryId)).toEqual([1]);
    harness.keepServed(29 * SECOND);
    expect(harness.ofType("query-venue-state")).toHaveLength(1);
    harness.keepServed(2 * SECOND);
    expect(harness.ofType("query-venue-state")).toHaveLength(2);
    harness.send({ type: "feed-disconnected", reason: "test" });
    harness.wait(SECOND / 2);
    expect(harness.ofType("query-venue-state")).toHaveLength(2);
    harness.snapshot([BID, 10], [ASK, 10]);
    expect(harness.ofType("query-venue-state")).toHaveLength(3);
    harness.gap().snapshot([BID, 10], [ASK, 10]);
    expect(harness.ofType("query-venue-state")).toHaveLength(4);
  });

  it("that differs in the position twice halts quoting, until an answer agrees", () => {
    const harness = reconciled();
    asked(harness).answerState(7, ids(harness));
    expect(harness.kernel.state.name).toBe("ACTIVE");
    asked(harness.forget()).answerState(7, ids(harness));
    expect(harness.risks()).toEqual(["reconciliation tripped: position"]);
    expect(harness.kernel.state.reasons()).toEqual(["reconciliation"]);
    expect(harness.live().map(({ status }) => status)).toEqual(["cancelling", "cancelling"]);
    harness.settle();
    const { reconciliation } = harness.kernel.risk;
    expect(reconciliation.hasAgreed).toBe(false);
    asked(harness.forget()).answerState(0, []);
    expect(harness.risks()).toEqual(["reconciliation cleared: agrees"]);
    expect(reconciliation).toMatchObject({ hasAgreed: true, answeredUs: harness.kernel.nowUs });
    expect(harness.live()).toHaveLength(2);
  });

  it("is not held against us for a fill that is on its way", () => {
    const harness = reconciled();
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    asked(harness).answerState(bid.sizeLots, ids(harness).slice(1));
    harness.fill(bid).forget();
    asked(harness).answerState(bid.sizeLots, ids(harness));
    expect(harness.risks()).toEqual([]);
    expect(harness.ofType("query-order")).toEqual([]);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it("is not compared across a fill between question and answer", () => {
    const harness = reconciled();
    for (let at = 0; at < 3; at += 1) {
      asked(harness);
      const [bid] = harness.liveOn("buy");
      if (!bid) throw new Error("a bid rests");
      const before = harness.kernel.ledger.positionLots;
      harness.fill(bid).answerState(before, ids(harness)).settle().forget();
    }
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it("without an order that rests with us has that order asked for, at the second time", () => {
    const harness = reconciled();
    const [bid, ask] = harness.live();
    if (!bid || !ask) throw new Error("two orders rest");
    asked(harness).answerState(0, [ask.orderId]);
    expect(harness.ofType("query-order")).toEqual([]);
    asked(harness.forget()).answerState(0, [ask.orderId]);
    expect(harness.ofType("query-order").map(({ orderId }) => orderId)).toEqual([bid.orderId]);
    expect(bid.status).toBe("unresolved");
    expect(harness.kernel.state.name).toBe("ACTIVE");
    harness.send({ type: "order-reconciled", orderId: bid.orderId, venueStatus: "cancelled" });
    expect(harness.liveOn("buy").map(({ orderId }) => orderId)).not.toContain(bid.orderId);
  });

  it("with an order of ours that was never sent has all orders cancelled and quoting halted at once", () => {
    const harness = reconciled();
    asked(harness).answerState(0, [...ids(harness), 4_711]);
    expect(harness.risks()).toEqual(["reconciliation tripped: unknown orders"]);
    expect(harness.ofType("cancel-all-orders").map(({ reason }) => reason)).toEqual(["halt"]);
  });

  it("with an order that we hold for ended has it cancelled, at the second time", () => {
    const harness = reconciled();
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness.send({ type: "order-cancelled", orderId: bid.orderId, cause: "venue" });
    asked(harness).answerState(0, [...ids(harness), bid.orderId]);
    expect(harness.ofType("cancel-all-orders")).toEqual([]);
    asked(harness.forget()).answerState(0, [...ids(harness), bid.orderId]);
    expect(harness.ofType("cancel-all-orders")).toHaveLength(1);
  });

  it("with orders of somebody else is shown, and they are left alone", () => {
    const harness = reconciled();
    asked(harness).answerState(0, [...ids(harness), -1, -1]);
    expect(harness.ofType("record-alert")).toMatchObject([{ kind: "reconciliation", severity: "warning" }]);
    expect(harness.ofType("cancel-all-orders")).toEqual([]);
    expect(harness.kernel.risk.reconciliation.foreignOrders).toBe(2);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it("that is never told is an alert, once, and asked for again", () => {
    const harness = reconciled();
    asked(harness).keepServed(25 * SECOND);
    expect(harness.risks()).toEqual(["reconciliation changed: no answer"]);
    expect(harness.ofType("query-venue-state").length).toBeGreaterThan(2);
    harness.answerState(0, ids(harness));
    expect(harness.risks()).toEqual(["reconciliation changed: no answer", "reconciliation changed: answered"]);
  });
});
