import { describe, expect, it } from "vitest";
import { parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { place, stamp, trade, VenueHarness } from "./venue-harness.ts";

describe("funding", () => {
  function funding(atUs: number, nextFundingUs: number, rate: number, intervalUs = 1000) {
    return {
      type: "funding-rate-updated",
      rate,
      nextFundingUs: micros(nextFundingUs),
      intervalUs,
      ...stamp(atUs),
    } as const;
  }

  it("pays position x mark x rate once, also when the next time is announced at the very moment", () => {
    const harness = new VenueHarness({ fees: { makerBps: 0, takerBps: 0 } }).open();
    harness
      .market(funding(1, 1000, 0.0001))
      .send(2, place(1, "buy", 1002, 100, { postOnly: false }))
      .run(2);
    harness
      .market(funding(1000, 2000, 0.0002))
      .market(funding(1001, 1000, 0.0002))
      .market(trade(1999, "buy", 1002, 1));
    expect(harness.story().slice(2)).toEqual([`funding ${parseMoney("-0.001001")}`]);
    const paid = harness.delivered.find((event) => event.type === "funding-paid");
    expect(paid?.tsEvent).toBe(1000);
    harness.market(trade(2500, "buy", 1002, 1));
    expect(harness.story().at(-1)).toBe(`funding ${parseMoney("-0.002002")}`);
  });

  it("pays a short with a positive rate, nothing when flat", () => {
    const harness = new VenueHarness({ funding: { rate: 0.0001, intervalUs: 1000, nextFundingUs: 1000 } }).open();
    harness.market(trade(1500, "buy", 1002, 1));
    harness.send(1600, place(1, "sell", 1000, 100, { postOnly: false })).run(1600);
    harness.market(trade(2500, "buy", 1002, 1));
    expect(harness.story().slice(2)).toEqual([`funding ${parseMoney("0.001001")}`]);
  });

  it("does not keep a finished source alive", () => {
    const harness = new VenueHarness({ funding: { rate: 0.0001, intervalUs: 1000, nextFundingUs: 1000 } }).open();
    harness.send(1, place(1, "buy", 1002, 100, { postOnly: false })).run(1);
    expect(harness.venue.nextDeliveryUs()).toBeNull();
    expect(harness.run(10_000_000).story()).toHaveLength(2);
  });
});
