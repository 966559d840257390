import { describe, expect, it } from "vitest";
import { place, VenueHarness } from "./venue-harness.ts";

describe("immediate or cancel", () => {
  it("takes what its limit reaches at each level's own price and gives up the rest", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "sell", 999, 700, { postOnly: false, reduceOnly: false, purpose: "hedge" }))
      .run(1);
    expect(harness.story()).toEqual([
      "accepted 1",
      "filled 1 100@1000 taker",
      "filled 1 200@999 taker",
      "cancelled 1 expired",
    ]);
    expect(harness.venue.openOrderCount()).toBe(0);
    expect(harness.send(2, { type: "query-order", orderId: 1 }).run(2).story().at(-1)).toBe("reconciled 1 cancelled");
  });

  it("never turns the position when it only reduces", () => {
    const harness = new VenueHarness()
      .open()
      .send(1, place(1, "buy", 1002, 30, { postOnly: false }))
      .send(1, place(2, "sell", 998, 50, { postOnly: false, reduceOnly: true, purpose: "close" }))
      .run(1);
    expect(harness.story().slice(2)).toEqual(["accepted 2", "filled 2 30@1000 taker", "cancelled 2 expired"]);
    expect(harness.venue.positionLots()).toBe(0);
  });

  it("trades nothing beyond its limit, and ends without a remainder when it is filled", () => {
    const harness = new VenueHarness().open();
    const taker = { postOnly: false, purpose: "close" } as const;
    harness.send(1, place(1, "buy", 1001, 5, taker), place(2, "buy", 1002, 5, taker)).run(1);
    expect(harness.story()).toEqual(["accepted 1", "cancelled 1 expired", "accepted 2", "filled 2 5@1002 taker"]);
  });
});

describe("state of the venue", () => {
  it("names position and own orders at rest as they are when the question arrives", () => {
    const harness = new VenueHarness({ latency: { outboundUs: 30, inboundUs: 20 } }).open(100);
    harness.send(
      100,
      place(1, "buy", 1002, 4, { postOnly: false }),
      place(2, "buy", 999, 5),
      place(3, "sell", 1004, 6),
    );
    harness
      .send(100, { type: "query-venue-state", queryId: 9 })
      .send(101, { type: "cancel-order", orderId: 2, reason: "reprice" })
      .run(1_000);
    const state = harness.delivered.find((event) => event.type === "venue-state-reported");
    expect(state).toMatchObject({ queryId: 9, positionLots: 4, restingOrderIds: [2, 3], tsEvent: 130, tsInit: 150 });
  });
});
