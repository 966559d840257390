import { describe, expect, it } from "vitest";
import type { Order } from "../../../main/kernel/orders/order-manager.ts";
import { quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** The races of the reference's section H, each through the whole kernel. */
function withBid(): { harness: KernelHarness; bid: Order } {
  const harness = quoting();
  harness.wait(SECOND).delta([], []).settle();
  const [bid] = harness.liveOn("buy");
  if (!bid) throw new Error("a bid rests");
  harness.forget();
  return { harness, bid };
}

/** A bid whose placement has not been answered. */
function withBidInFlight(): { harness: KernelHarness; bid: Order } {
  const { harness } = withBid();
  harness.command("pause").settle().wait(SECOND).delta([], []).forget().command("resume");
  const [bid] = harness.liveOn("buy");
  if (!bid) throw new Error("a bid is in flight");
  expect(bid.status).toBe("in-flight");
  return { harness, bid };
}

const accepted = ({ orderId }: Order) => ({ type: "order-accepted", orderId, venueOrderId: "v" }) as const;
const cancelled = ({ orderId }: Order) => ({ type: "order-cancelled", orderId, cause: "requested" }) as const;

describe("races of reports and requests", () => {
  it("a stream that says open before the placement's answer: the answer changes nothing", () => {
    const { harness, bid } = withBidInFlight();
    harness.send(accepted(bid));
    harness.forget().send(accepted(bid));
    expect(harness.ofType("record-order")).toEqual([]);
    expect(bid.status).toBe("resting");
  });

  it("a fill before the placement's answer: one fill, and the slot is free for the next order", () => {
    const { harness, bid } = withBidInFlight();
    harness.fill(bid).forget();
    harness.send(accepted(bid));
    expect(harness.ofType("record-fill")).toEqual([]);
    expect(bid.status).toBe("filled");
    harness.keepFresh(SECOND);
    expect(harness.liveOn("buy")).toHaveLength(1);
  });

  it("a placement that is refused: its size is free and its slot, too", () => {
    const { harness, bid } = withBidInFlight();
    harness.send({ type: "order-rejected", orderId: bid.orderId, reason: "unstated" });
    expect(harness.kernel.orders.reservedLots("buy", -1)).toBe(0);
    harness.keepFresh(SECOND);
    expect(harness.liveOn("buy")).toHaveLength(1);
  });

  it("cancel-all: orders stay, and count in full, until each cancel is confirmed", () => {
    const { harness, bid } = withBid();
    harness.command("cancel-all").keepFresh(2 * SECOND);
    expect([bid.status, harness.kernel.orders.reservedLots("buy", -1)]).toEqual(["cancelling", bid.sizeLots]);
    harness.send(cancelled(bid));
    expect(harness.kernel.orders.reservedLots("buy", -1)).toBe(0);
  });

  it("a cancel that is never answered: asked for at the venue after ten seconds and not before, the slot stays taken", () => {
    const { harness, bid } = withBid();
    harness
      .command("cancel-all")
      .forget()
      .keepFresh(9 * SECOND);
    expect(harness.ofType("query-order")).toEqual([]);
    harness.keepFresh(2 * SECOND);
    expect(harness.ofType("query-order").map(({ orderId }) => orderId)).toContain(bid.orderId);
    harness.command("resume").keepFresh(2 * SECOND);
    expect(harness.liveOn("buy")).toEqual([bid]);
    harness.send({ type: "order-reconciled", orderId: bid.orderId, venueStatus: "cancelled" });
    expect(harness.liveOn("buy").map(({ orderId }) => orderId)).not.toEqual([bid.orderId]);
  });

  it("a mass cancel that the venue refuses for one order: that order is asked back by itself", () => {
    const { harness, bid } = withBid();
    harness.command("cancel-all").forget();
    harness.send({ type: "cancel-rejected", orderId: bid.orderId, reason: "unstated" });
    harness.wait(SECOND);
    expect(harness.ofType("cancel-order").map(({ orderId }) => orderId)).toEqual([bid.orderId]);
  });

  it("a cancel that fails: neither is the slot cleared nor a second order placed", () => {
    const { harness, bid } = withBid();
    harness.command("cancel-all").command("resume");
    harness.send({ type: "cancel-rejected", orderId: bid.orderId, reason: "unstated" });
    harness.keepFresh(2 * SECOND);
    expect(harness.liveOn("buy")).toEqual([bid]);
    expect(bid.status).toBe("resting");
  });

  it("the confirmation of a cancel before the cancel's own answer: no barrier is left behind", () => {
    const { harness, bid } = withBid();
    harness.command("cancel-all");
    harness.send(cancelled(bid));
    harness.forget().send({ type: "cancel-rejected", orderId: bid.orderId, reason: "unknown-order" });
    expect(harness.effects.filter(({ type }) => type === "query-order" || type === "record-order")).toEqual([]);
    harness.settle().wait(SECOND).delta([], []).command("resume");
    expect(harness.liveOn("buy")).toHaveLength(1);
  });

  it("an execution that is told twice: counted once", () => {
    const { harness, bid } = withBid();
    harness.fill(bid, 4);
    const [fill] = harness.ofType("record-fill");
    if (!fill) throw new Error("a fill was recorded");
    const { orderId, tradeId, priceTicks, sizeLots, liquidity, fee } = fill;
    harness.send({ type: "order-filled", orderId, tradeId, priceTicks, sizeLots, liquidity, fee });
    expect(harness.kernel.ledger.positionLots).toBe(4);
    expect(harness.ofType("record-fill")).toHaveLength(1);
  });

  it("a placement that is lost: in flight in every limit until the venue says that it never came", () => {
    const { harness, bid } = withBidInFlight();
    harness.send({ type: "order-unresolved", orderId: bid.orderId, request: "place" });
    harness.keepFresh(5 * SECOND);
    expect(harness.liveOn("buy")).toEqual([bid]);
    expect(harness.kernel.orders.reservedLots("buy", -1)).toBe(bid.sizeLots);
    harness.send({ type: "order-reconciled", orderId: bid.orderId, venueStatus: "never-arrived" });
    expect(harness.kernel.orders.reservedLots("buy", -1)).not.toBe(0);
    expect(harness.liveOn("buy").map(({ orderId }) => orderId)).not.toEqual([bid.orderId]);
  });
});
