import { describe, expect, it } from "vitest";
import { marketScale } from "../../../main/kernel/values/market-rules.ts";
import { ASK, BID, KERNEL_RULES, quoting } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** What no numbered decision names, see docs/parity.md: there every one has its reason. */
describe("a decision of our own", () => {
  it("lets a guard take an order that a strong trend would keep", () => {
    const harness = quoting("crypto", {
      trendFastEmaS: 1,
      trendSlowEmaS: 4,
      trendStrongThreshold: 0.05,
      trendOneWayEnabled: true,
      trendCancelCounterOnStrong: false,
      minSpreadBps: 0.01,
      regimeCadenceNormal: { minRepriceIntervalS: 3_600, maxOrderAgeS: 0 },
    });
    let down = 0;
    for (let step = 0; step < 40; step += 1) {
      down += 100;
      harness.wait(200_000).snapshot([BID - down, 1_000], [ASK - down, 1_000]);
    }
    const [bid] = harness.liveOn("buy");
    expect(harness.kernel.board.context?.trendDirection).toBe("BEARISH");
    expect(harness.kernel.board.context?.trendStrength).toBeGreaterThan(0.05);
    expect(bid?.status).toBe("resting");
    harness.forget();
    harness.delta([ASK - down - 1, 5], []);
    const told = harness.decisions().find(({ slot }) => slot.side === "buy");
    expect([told?.code, bid?.status, bid?.reason]).toEqual(["skip_min_spread", "cancelling", "min_spread"]);
    harness.settle().forget().wait(SECOND);
    harness.snapshot([BID - down - 100, 1_000], [ASK - down - 100, 1_000]);
    // An empty slot meets the trend first: there is no order to guard
    expect(harness.codes()).toContain("skip_trend_counter_strong");
  });

  it("leaves the slot empty for an interval after an order too old, while the venue asks for fewer requests", () => {
    const harness = quoting("legacy", {
      maxOrderAgeS: 3,
      rateLimitDegradedS: 100,
      rateLimitExtraOffsetBps: 0,
      rateLimitRepriceMultiplier: 2,
    });
    harness.send({ type: "venue-throttled", cause: "rate-limited" });
    harness.keepFresh(2.9 * SECOND);
    expect(harness.live().map(({ status }) => status)).toEqual(["resting", "resting"]);
    harness.forget().keepFresh(300_000);
    const told = harness.decisions().map(({ code, detail }) => `${code}: ${detail}`);
    expect(told.filter((text) => text.startsWith("cancel_only"))).toEqual(
      Array(2).fill("cancel_only_rate_limit_degraded: replace_max_age"),
    );
    expect(harness.ofType("cancel-order").map(({ reason }) => reason)).toEqual(["max_order_age", "max_order_age"]);
    harness.settle().keepFresh(700_000);
    expect(harness.live()).toEqual([]);
    harness.keepFresh(400_000);
    expect(harness.live()).toHaveLength(2);
  });

  it("does not send a price again that the clamp leaves where it was", () => {
    const harness = quoting("legacy", {
      priceOffsetPerLevelPercent: 0.0001,
      postOnlySafetyTicks: 20,
      microVolWindowS: 0,
      repriceTolerancePercent: 0,
      minRepriceMoveTicks: 1,
      minRepriceEdgeDeltaBps: 0,
    });
    const [bid] = harness.liveOn("buy");
    expect(bid?.priceTicks).toBe(ASK - 20);
    const resting = (): unknown => [bid?.status, harness.codes().at(0)];
    harness
      .wait(SECOND)
      .forget()
      .delta([BID + 3, 5], []);
    expect(harness.decisions()[0]?.buildUp).toMatchObject({ targetTicks: BID - 4, finalTicks: ASK - 20 });
    expect(resting()).toEqual(["resting", "hold_within_tolerance"]);
    harness.forget().delta([], [ASK, 0, ASK - 1, 5]);
    expect(resting()).toEqual(["cancelling", "replace_target_shift"]);
  });

  it.each([{ tickSize: "0" }, { lotSize: "0" }])("refuses a market with $tickSize$lotSize as its step", (step) => {
    expect(() => marketScale({ ...KERNEL_RULES, ...step })).toThrow(/tick and lot must be positive/);
  });
});
