import { describe, expect, it } from "vitest";
import type { Order } from "../../../main/kernel/orders/order-manager.ts";
import { quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** Quotes rest; of the bid's fill of all or of 4 lots the venue knows, and we do not. */
function bereft(): { harness: KernelHarness; bid: Order; ask: Order } {
  const harness = quoting();
  harness.keepServed(SECOND);
  harness.answersState = false;
  const [bid] = harness.liveOn("buy");
  const [ask] = harness.liveOn("sell");
  if (!bid || !ask) throw new Error("two orders rest");
  expect(bid.sizeLots).toBe(10);
  return { harness: harness.forget(), bid, ask };
}

/** Two questions about the venue's state, each answered so. */
function answerTwice(harness: KernelHarness, positionLots: number, resting: () => readonly Order[]): void {
  for (let time = 0; time < 2; time += 1) {
    const asked = harness.ofType("query-venue-state").length;
    for (let at = 0; harness.ofType("query-venue-state").length === asked; at += 1) {
      if (at === 400) throw new Error("the venue must be asked within 40 s");
      harness.keepFresh(100_000);
    }
    harness.answerState(
      positionLots,
      resting().map(({ orderId }) => orderId),
    );
  }
}

describe("a fill that nobody has told us of", () => {
  it("that ended its order is asked for until its executions have come, and quoting halts till then", () => {
    const { harness, bid, ask } = bereft();
    answerTwice(harness, 10, () => [ask]);
    expect(bid.status).toBe("cancelling");
    expect(harness.risks()).toEqual(["reconciliation tripped: position"]);
    harness.send({ type: "order-cancelled", orderId: ask.orderId, cause: "requested" });
    harness.keepFresh(11 * SECOND);
    expect(harness.ofType("query-order").map(({ orderId }) => orderId)).toContain(bid.orderId);
    // Filled, says the venue, and does not say how: neither position nor slot may be guessed
    harness.forget().send({ type: "order-reconciled", orderId: bid.orderId, venueStatus: "filled" });
    harness.keepFresh(11 * SECOND);
    expect([bid.status, harness.kernel.ledger.positionLots]).toEqual(["unresolved", 0]);
    expect(harness.ofType("query-order").map(({ orderId }) => orderId)).toEqual([bid.orderId]);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.fill(bid).send({ type: "order-reconciled", orderId: bid.orderId, venueStatus: "filled" });
    expect([bid.status, harness.kernel.ledger.positionLots]).toEqual(["filled", 10]);
    answerTwice(harness, 10, () => []);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    expect(harness.ofType("place-order").length).toBeGreaterThan(0);
  });

  it("that came before a confirmed cancel halts quoting for as long as the position differs", () => {
    const { harness, bid, ask } = bereft();
    harness.send({ type: "order-cancelled", orderId: bid.orderId, cause: "venue" });
    answerTwice(harness, 4, () => harness.live());
    expect(harness.risks()).toEqual(["reconciliation tripped: position"]);
    harness.settle().forget();
    answerTwice(harness, 4, () => []);
    answerTwice(harness, 4, () => []);
    expect(harness.kernel.state.reasons()).toEqual(["reconciliation"]);
    expect(harness.ofType("place-order")).toEqual([]);
    expect([ask.status, harness.kernel.ledger.positionLots]).toEqual(["cancelled", 0]);
    harness.fill(bid, 4);
    expect(harness.kernel.ledger.positionLots).toBe(4);
    answerTwice(harness, 4, () => []);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });
});
