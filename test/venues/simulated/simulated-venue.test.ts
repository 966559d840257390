import { describe, expect, it } from "vitest";
import { place, snapshot, stamp, trade, VenueHarness } from "./venue-harness.ts";

const CANCEL_ALL = { type: "cancel-all-orders", reason: "operator" } as const;

function cancel(orderId: number) {
  return { type: "cancel-order", orderId, reason: "reprice" } as const;
}

function query(orderId: number) {
  return { type: "query-order", orderId } as const;
}

describe("queue position", () => {
  it("fills 0, 10, 40 when 100 are ahead of 50 and 80, 30, 50 trade", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    const seen = [80, 30, 50].map((size, index) => {
      const before = harness.fills().reduce((sum, fill) => sum + fill, 0);
      harness.market(trade(2 + index, "sell", 1000, size));
      return harness.fills().reduce((sum, fill) => sum + fill, 0) - before;
    });
    expect(seen).toEqual([0, 10, 40]);
    expect(harness.venue.openOrderCount()).toBe(0);
  });

  it("moves up by the probability model when the level shrinks", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    expect(harness.venue.queueAheadLots(1)).toBe(100);
    harness.delta(2, [1000, 140]);
    expect(harness.venue.queueAheadLots(1)).toBe(100);
    harness.market(trade(3, "sell", 1000, 40)).delta(4, [1000, 100]);
    expect(harness.venue.queueAheadLots(1)).toBe(60);
    // Front 60, depth 100 to 70 under queue-log: 44.238345
    harness.delta(5, [1000, 70]);
    expect(harness.venue.queueAheadLots(1)).toBe(44);
  });

  it("shares one trade over own orders in priority, with public size between them", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 10))
      .run(1);
    harness
      .delta(2, [1000, 130])
      .send(3, place(2, "buy", 1000, 10))
      .run(3);
    expect(harness.venue.queueAheadLots(2)).toBe(140);
    // 100 public, 10 ours, 30 public, 5 of ours
    harness.market(trade(4, "sell", 1000, 145));
    expect(harness.story().slice(2)).toEqual(["filled 1 10@1000 maker", "filled 2 5@1000 maker"]);
  });

  it("keeps an older order in front of a younger one even where the model would swap them", () => {
    const harness = new VenueHarness({ fillModel: "queue-power:20" })
      .open()
      .send(1, place(1, "buy", 1000, 5))
      .run(1);
    harness
      .market(trade(2, "sell", 1000, 60))
      .delta(3, [1000, 60])
      .send(4, place(2, "buy", 1000, 5))
      .run(4);
    // Fronts 40 and 60 of 100; 40 are cancelled: alone, the model would leave 40 and 20
    harness.delta(5, [1000, 100]).delta(6, [1000, 60]);
    expect([1, 2].map((orderId) => harness.venue.queueAheadLots(orderId))).toEqual([40, 45]);
  });

  it("fills whole lots of a front that holds a fraction, and never more than the trade", () => {
    const harness = new VenueHarness({ fillModel: "queue-power3:3" })
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness
      .market(trade(2, "sell", 1000, 40))
      .delta(3, [1000, 100])
      .delta(4, [1000, 70]);
    // Front 53.52: 54 lots reach us by 0.48, one more by a whole lot
    harness.market(trade(5, "sell", 1000, 54)).market(trade(6, "sell", 1000, 1));
    expect(harness.fills()).toEqual([1]);
  });

  it("does not count a trade against a later cancellation when the level was refilled in between", () => {
    const harness = new VenueHarness({ fillModel: "queue-power3:3" })
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness
      .market(trade(2, "sell", 1000, 40))
      .delta(3, [1000, 100])
      .delta(4, [1000, 70]);
    // Front 60 of 100, 70 left: 53.52
    expect(harness.venue.queueAheadLots(1)).toBe(54);
  });

  it("remembers what traded until a delta names the level", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness
      .market(trade(2, "sell", 1000, 40))
      .delta(3, [999, 150])
      .delta(4, [1000, 60]);
    expect(harness.venue.queueAheadLots(1)).toBe(60);
  });

  it("fills nothing from a recording that is crossed in itself", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "sell", 1003, 50))
      .run(1);
    expect(harness.delta(2, [1004, 5]).fills()).toEqual([]);
    expect(harness.delta(3, [], [1002, 0, 1003, 0, 1004, 0, 1005, 9]).fills()).toEqual([50]);
  });

  it("serves the better own price first and never more than the trade", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 30), place(2, "buy", 1001, 30))
      .run(1);
    harness.market(trade(2, "sell", 999, 50));
    expect(harness.story().slice(2)).toEqual(["filled 2 30@1001 maker", "filled 1 20@1000 maker"]);
  });

  it("ignores trades whose aggressor is on our own side", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    expect(harness.market(trade(2, "buy", 1000, 900)).fills()).toEqual([]);
  });

  it("fills wholly at our price when the book crosses it", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness.delta(2, [1000, 0, 999, 0], [999, 5]);
    expect(harness.story().slice(1)).toEqual(["filled 1 50@1000 maker"]);
  });

  it("fills no more than what is shown when the book meets our price", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness.delta(2, [1000, 0], [1000, 20]).delta(3, [997, 5]);
    expect(harness.fills()).toEqual([20]);
    harness.delta(4, [], [1000, 21]);
    expect(harness.fills()).toEqual([20, 21]);
  });

  it("keeps resting orders over a gap and fills nothing from an unknown book", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness.market({ type: "feed-disconnected", reason: "test", ...stamp(2) });
    harness.send(3, place(2, "buy", 990, 5)).run(3);
    harness.market(snapshot(4, [1000, 40], [1002, 10], 90));
    expect(harness.venue.queueAheadLots(1)).toBe(40);
    expect(harness.story()).toEqual(["accepted 1", "rejected 2 maintenance"]);
  });
});

describe("fill models by price", () => {
  it.each([
    ["touch", trade(2, "sell", 1000, 1), [50]],
    ["through", trade(2, "sell", 1000, 1000), []],
    ["through", trade(2, "sell", 999, 1), [50]],
    ["queue-log", trade(2, "sell", 999, 1), [1]],
  ] as const)("%s answers a print", (fillModel, event, expected) => {
    const harness = new VenueHarness({ fillModel })
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    expect(harness.market(event).fills()).toEqual(expected);
  });

  it.each([
    ["touch", 1000, [50]],
    ["through", 1000, []],
    ["through", 999, [50]],
  ] as const)("%s answers a book whose ask comes to %d", (fillModel, ask, expected) => {
    const harness = new VenueHarness({ fillModel })
      .open()
      .send(1, place(1, "buy", 1000, 50))
      .run(1);
    harness.delta(2, [1000, 0, 999, 0], [ask, 5]);
    expect(harness.fills()).toEqual(expected);
  });

  it("refuses an unknown model", () => {
    expect(() => new VenueHarness({ fillModel: "queue-lug" })).toThrow('was "queue-lug"');
  });
});

describe("placement", () => {
  it.each([
    ["buy", 1002, "rejected 1 post-only"],
    ["buy", 1001, "accepted 1"],
    ["sell", 1000, "rejected 1 post-only"],
    ["sell", 1001, "accepted 1"],
  ] as const)("post-only %s at %d", (side, price, expected) => {
    expect(
      new VenueHarness()
        .open()
        .send(1, place(1, side, price, 5))
        .run(1)
        .story(),
    ).toEqual([expected]);
  });

  it("judges post-only by the book at arrival, not at sending", () => {
    const harness = new VenueHarness({ latency: { outboundUs: 10, inboundUs: 0 } }).open();
    harness
      .send(1, place(1, "buy", 1001, 5))
      .delta(5, [], [1001, 9])
      .run(11);
    expect(harness.story()).toEqual(["rejected 1 post-only"]);
  });

  it("walks the levels as a taker, rests with the remainder, and cannot take the same size twice", () => {
    const harness = new VenueHarness().open();
    harness.send(1, place(1, "buy", 1003, 350, { postOnly: false })).run(1);
    harness.send(2, place(2, "buy", 1004, 100, { postOnly: false })).run(2);
    expect(harness.story()).toEqual([
      "accepted 1",
      "filled 1 100@1002 taker",
      "filled 1 200@1003 taker",
      "accepted 2",
      "filled 2 100@1004 taker",
    ]);
    // A changed level is new size; what was taken elsewhere stays taken, and ours is not filled by it
    harness.delta(3, [], [1002, 80]);
    expect(harness.story().slice(5)).toEqual(["filled 1 50@1003 maker"]);
  });

  it("refuses duplicates, sizes below the minimum, and own crosses", () => {
    const harness = new VenueHarness().open();
    harness.send(1, place(1, "buy", 1001, 5), place(1, "buy", 999, 5), place(2, "buy", 999, 0)).run(1);
    harness.send(2, place(3, "sell", 1001, 5), place(4, "sell", 1001, 5, { postOnly: false }), query(1)).run(2);
    expect(harness.story()).toEqual([
      "accepted 1",
      "rejected 1 rules",
      "rejected 2 rules",
      "rejected 3 post-only",
      "rejected 4 rules",
      "reconciled 1 resting",
    ]);
  });

  it("lets reduce-only orders only reduce, and takes them back when flat", () => {
    const harness = new VenueHarness().open();
    harness.send(1, place(1, "sell", 1005, 5, { reduceOnly: true })).run(1);
    harness.send(2, place(2, "buy", 1002, 10, { postOnly: false })).run(2);
    harness.send(3, place(3, "sell", 1003, 30, { reduceOnly: true }), place(4, "sell", 1005, 5, { reduceOnly: true }));
    harness.run(3).market(trade(4, "buy", 1004, 100));
    expect(harness.story()).toEqual([
      "rejected 1 reduce-only",
      "accepted 2",
      "filled 2 10@1002 taker",
      "accepted 3",
      "accepted 4",
      "filled 3 10@1003 maker",
      "cancelled 3 venue",
      "cancelled 4 venue",
    ]);
    expect(harness.venue.positionLots()).toBe(0);
  });
});

describe("races and latency", () => {
  const latency = { outboundUs: 30, inboundUs: 20 };

  it("lets the venue see the market before the kernel and hear the kernel later", () => {
    const harness = new VenueHarness({ latency }).open(100);
    harness.send(100, place(1, "buy", 1001, 5));
    harness.run(1000);
    expect(harness.delivered.map((event) => [event.type, event.tsEvent, event.tsInit])).toEqual([
      ["account-updated", 80, 100],
      ["book-snapshot-received", 100, 100],
      ["order-accepted", 130, 150],
    ]);
  });

  it("refuses the cancel that reaches the venue after the fill", () => {
    const harness = new VenueHarness({ latency })
      .open(100)
      .send(100, place(1, "buy", 1001, 5))
      .run(200);
    // The trade is at the venue at 280, known here at 300; the cancel sent at 260 arrives at 290
    harness
      .send(260, cancel(1))
      .market(trade(300, "sell", 1001, 5))
      .run(1000);
    expect(harness.story()).toEqual(["accepted 1", "filled 1 5@1001 maker", "cancel-rejected 1 unknown-order"]);
  });

  it("cancels when the cancel wins, and then fills no more", () => {
    const harness = new VenueHarness({ latency })
      .open(100)
      .send(100, place(1, "buy", 1001, 5))
      .run(200);
    harness
      .send(249, cancel(1))
      .market(trade(300, "sell", 1001, 5))
      .run(1000);
    expect(harness.story()).toEqual(["accepted 1", "cancelled 1 requested"]);
  });

  it("puts the market first at equal times", () => {
    const harness = new VenueHarness({ latency })
      .open(100)
      .send(100, place(1, "buy", 1001, 5))
      .run(200);
    harness
      .send(250, cancel(1))
      .market(trade(300, "sell", 1001, 5))
      .run(1000);
    expect(harness.story()).toEqual(["accepted 1", "filled 1 5@1001 maker", "cancel-rejected 1 unknown-order"]);
  });

  it("reports a partial fill in flight before the cancellation of the rest", () => {
    const harness = new VenueHarness({ latency })
      .open(100)
      .send(100, place(1, "buy", 1001, 5))
      .run(200);
    harness
      .market(trade(220, "sell", 1001, 2))
      .send(210, cancel(1))
      .run(1000);
    expect(harness.story()).toEqual(["accepted 1", "filled 1 2@1001 maker", "cancelled 1 requested"]);
  });

  it("cancels all in order of arrival, and what is sent behind it lives", () => {
    const harness = new VenueHarness().open();
    harness.send(1, place(2, "buy", 990, 5), place(1, "sell", 1010, 5), CANCEL_ALL, place(3, "buy", 991, 5)).run(1);
    expect(harness.story().slice(2)).toEqual(["cancelled 2 requested", "cancelled 1 requested", "accepted 3"]);
    expect(harness.venue.openOrderCount()).toBe(1);
  });

  it("says nothing to a cancel-all without orders, and names no time for it", () => {
    const harness = new VenueHarness({ latency }).open(100).send(100, CANCEL_ALL, query(9));
    expect(harness.venue.nextDeliveryUs()).toBe(150);
    expect(harness.run(150).story()).toEqual(["reconciled 9 never-arrived"]);
    expect(harness.send(160, CANCEL_ALL).venue.nextDeliveryUs()).toBeNull();
  });

  it("knows what became of every order", () => {
    const harness = new VenueHarness().open();
    harness.send(1, place(1, "buy", 1001, 5), place(2, "buy", 990, 5), place(3, "buy", 991, 5), cancel(2)).run(1);
    harness
      .market(trade(2, "sell", 1001, 5))
      .send(3, query(1), query(2), query(3), query(4))
      .run(3);
    expect(harness.story().slice(-4)).toEqual([
      "reconciled 1 filled",
      "reconciled 2 cancelled",
      "reconciled 3 resting",
      "reconciled 4 never-arrived",
    ]);
  });
});
