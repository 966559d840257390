import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookSignals, MID_WINDOW } from "../../../main/kernel/market/book-signals.ts";
import { FeedFreshness } from "../../../main/kernel/market/feed-freshness.ts";
import { othersLots } from "../../../main/kernel/market/imbalance.ts";
import { weightedMid } from "../../../main/kernel/market/microprice.ts";
import { spreadBps } from "../../../main/kernel/market/spread-ema.ts";
import { tickTimeMs } from "../../../main/kernel/market/tick-time.ts";
import { TradeFlow, TRADE_FLOW_WINDOWS_US } from "../../../main/kernel/market/trade-flow.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";

const settings = defaultSettings("crypto");

describe("book signals", () => {
  it("smooth the spread by 0.15 per whole update, starting at the first", () => {
    const signals = new BookSignals(settings);
    signals.update(1, 9_999, 1, 10_001, 1);
    expect(signals.spreadEma.valueBps).toBeCloseTo(2, 12);
    signals.update(2, 9_998, 1, 10_002, 1);
    expect(signals.spreadEma.valueBps).toBeCloseTo(0.15 * 4 + 0.85 * 2, 12);
  });

  it.each([
    { name: "crossed", bid: 101, ask: 100 },
    { name: "locked", bid: 100, ask: 100 },
  ])("learn nothing from a $name book", ({ bid, ask }) => {
    const signals = new BookSignals(settings);
    signals.update(1, bid, 5, ask, 1);
    expect(signals.spreadEma.valueBps).toBeNull();
    expect(signals.mids.count(MID_WINDOW.long, 1)).toBe(0);
    expect(signals.imbalance.mean(1)).toBeNull();
  });

  it("are empty after a gap", () => {
    const signals = new BookSignals(settings);
    signals.update(1, 99, 5, 100, 1);
    signals.reset();
    expect(signals.spreadEma.valueBps).toBeNull();
    expect(signals.mids.count(MID_WINDOW.long, 1)).toBe(0);
    expect(signals.imbalance.mean(1)).toBeNull();
  });

  it.each([
    { microDriftWindowS: 2, driftBps: 0 },
    { microDriftWindowS: 5, driftBps: 10 },
  ])("drifts by $driftBps bps over $microDriftWindowS s", ({ microDriftWindowS, driftBps }) => {
    const signals = new BookSignals({ ...settings, microDriftWindowS });
    const bids = [9_999, 10_009, 10_009, 10_009, 10_009];
    for (const [second, bid] of bids.entries()) signals.update(second * 1_000_000, bid, 1, bid + 2, 1);
    expect(signals.mids.driftBps(MID_WINDOW.microDrift, 4_000_000)).toBeCloseTo(driftBps, 9);
  });

  it("see the past through a window that was widened live", () => {
    const signals = new BookSignals({ ...settings, microVolWindowS: 1, imbalanceWindowS: 1 });
    signals.update(0, 99, 3, 100, 1);
    signals.update(4_000_000, 100, 1, 101, 1);
    expect(signals.mids.count(MID_WINDOW.microVol, 4_000_000)).toBe(1);
    signals.applySettings({ ...settings, microVolWindowS: 5, imbalanceWindowS: 5 });
    expect(signals.mids.count(MID_WINDOW.microVol, 4_000_000)).toBe(2);
    expect(signals.imbalance.mean(4_000_000)).toBe(0.25);
  });
});

describe("trade flow", () => {
  it("sums both sides over each window as a computation from scratch does", () => {
    const trades = fc.array(
      fc.record({
        waitUs: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(300_000, 1_000_000, 4_000_000, 15_000_000)),
        side: fc.constantFrom("buy" as const, "sell" as const),
        lots: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(trades, (all) => {
        const flow = new TradeFlow();
        const seen: { atUs: number; side: "buy" | "sell"; lots: number }[] = [];
        let nowUs = 0;
        for (const { waitUs, side, lots } of all) {
          nowUs += waitUs;
          seen.push({ atUs: nowUs, side, lots });
          flow.record(nowUs, side, lots);
          for (const [window, length] of TRADE_FLOW_WINDOWS_US.entries()) {
            const inside = seen.filter(({ atUs }) => atUs >= nowUs - length);
            const sum = (of: string) =>
              inside.reduce((total, trade) => total + (trade.side === of ? trade.lots : 0), 0);
            expect([flow.buyLots(window, nowUs), flow.sellLots(window, nowUs)]).toEqual([sum("buy"), sum("sell")]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has no imbalance without trades", () => {
    const flow = new TradeFlow();
    flow.record(0, "buy", 3);
    flow.record(0, "sell", 1);
    expect(flow.imbalance(0, 0)).toBe(0.5);
    expect(flow.imbalance(0, 2_000_000)).toBeNull();
    flow.reset();
    expect(flow.imbalance(2, 0)).toBeNull();
  });
});

describe("single readings", () => {
  it("weigh each price by the other side's size", () => {
    expect(weightedMid(100, 30, 100.1, 10)).toBeCloseTo(100.075, 12);
    expect(weightedMid(100, 0, 102, 0)).toBe(101);
  });

  it("know no spread without a positive bid", () => {
    expect(spreadBps(9_999, 10_001)).toBeCloseTo(2, 12);
    expect(spreadBps(0, 5)).toBeNull();
  });

  it("take our own size out of a level and never go below nothing", () => {
    expect(othersLots(10, 4)).toBe(6);
    expect(othersLots(3, 4)).toBe(0);
  });

  it("know no tick time without volatility, window or book", () => {
    expect(tickTimeMs(10, 5_000_000, 1, 9_999, 10_001)).toBeCloseTo(500, 9);
    expect(tickTimeMs(null, 5_000_000, 1, 9_999, 10_001)).toBe(0);
    expect(tickTimeMs(10, 0, 1, 9_999, 10_001)).toBe(0);
    expect(tickTimeMs(10, 5_000_000, 1, null, 10_001)).toBe(0);
  });

  it("call a feed stale before its first message and only beyond the threshold", () => {
    const freshness = new FeedFreshness();
    expect(freshness.isStale(0, 10)).toBe(true);
    freshness.heard(5);
    expect(freshness.isStale(15, 10)).toBe(false);
    expect(freshness.isStale(16, 10)).toBe(true);
    expect(freshness.ageUs(16)).toBe(11);
  });
});
