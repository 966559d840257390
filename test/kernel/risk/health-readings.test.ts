import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LATENCY_LIMITS, LatencySla } from "../../../main/kernel/risk/latency-sla.ts";
import { QUOTE_TRADE_LIMITS, QuoteTradeRatio } from "../../../main/kernel/risk/quote-trade-ratio.ts";

const SECOND = 1_000_000;

function slaOf(...latenciesMs: readonly number[]): LatencySla {
  const sla = new LatencySla();
  for (const latencyMs of latenciesMs) sla.sample(0, latencyMs * 1_000);
  return sla;
}

describe("latency of placements", () => {
  it("reads nothing from nothing", () => {
    expect(new LatencySla().read(0, LATENCY_LIMITS)).toEqual({
      samples: 0,
      averageUs: 0,
      percentile95Us: 0,
      greatestUs: 0,
      isDegraded: false,
      isHalt: false,
      extraOffsetBps: 0,
      wideningBps: 0,
    });
  });

  it("forgets what is older than the window", () => {
    const sla = slaOf(400);
    sla.sample(10 * SECOND, 100_000);
    expect(sla.read(60 * SECOND, LATENCY_LIMITS)).toMatchObject({
      samples: 2,
      averageUs: 250_000,
      greatestUs: 400_000,
    });
    expect(sla.read(60 * SECOND + 1, LATENCY_LIMITS)).toMatchObject({ samples: 1, averageUs: 100_000 });
  });

  it.each([
    { ms: 499.999, isDegraded: false, extra: 0, widening: 0 },
    { ms: 500, isDegraded: true, extra: 0, widening: 0 },
    { ms: 700, isDegraded: true, extra: 2, widening: 2 },
    { ms: 4_999, isDegraded: true, extra: 5, widening: 5 },
    { ms: 5_000, isDegraded: true, extra: 0, widening: 5 },
  ])("$ms ms: degraded $isDegraded, wider by $widening bps", ({ ms, isDegraded, extra, widening }) => {
    const reading = slaOf(ms).read(0, LATENCY_LIMITS);
    expect(reading).toMatchObject({ isDegraded, isHalt: false, extraOffsetBps: extra, wideningBps: widening });
  });

  it("halts on ten critical samples, not on nine", () => {
    const nine = Array.from({ length: 9 }, () => 5_000);
    expect(slaOf(...nine).read(0, LATENCY_LIMITS).isHalt).toBe(false);
    expect(slaOf(...nine, 5_000).read(0, LATENCY_LIMITS).isHalt).toBe(true);
    expect(slaOf(...nine, 4_999, 4_999).read(0, LATENCY_LIMITS).isHalt).toBe(true);
    expect(slaOf(...nine.map(() => 4_999), 9_000).read(0, LATENCY_LIMITS).isHalt).toBe(false);
  });

  it("takes the percentile that a sorted list has, of the newest 1,024", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 1_200 }), (latencies) => {
        const sla = new LatencySla();
        for (const latencyUs of latencies) sla.sample(0, latencyUs);
        const newest = latencies.slice(-1_024).toSorted((left, right) => left - right);
        const expected = newest[Math.max(0, Math.floor(newest.length * 0.95 + 1e-9) - 1)];
        expect(sla.read(0, LATENCY_LIMITS)).toMatchObject({
          samples: newest.length,
          percentile95Us: expected,
          greatestUs: newest.at(-1),
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe("placements for each fill", () => {
  it.each([
    { quotes: 0, fills: 0, ratio: 0, isWarning: false, isCritical: false },
    { quotes: 1, fills: 0, ratio: Infinity, isWarning: true, isCritical: true },
    { quotes: 0, fills: 1, ratio: 0, isWarning: false, isCritical: false },
    { quotes: 99, fills: 2, ratio: 49.5, isWarning: false, isCritical: false },
    { quotes: 100, fills: 2, ratio: 50, isWarning: true, isCritical: false },
    { quotes: 200, fills: 2, ratio: 100, isWarning: true, isCritical: true },
  ])("$quotes for $fills: $ratio", ({ quotes, fills, ratio, isWarning, isCritical }) => {
    const tally = new QuoteTradeRatio();
    tally.placed(0, quotes);
    for (let i = 0; i < fills; i += 1) tally.makerFilled(0);
    expect(tally.read(0, QUOTE_TRADE_LIMITS)).toEqual({ quotes, fills, ratio, isWarning, isCritical });
  });

  it("counts over the window, both ends included", () => {
    const tally = new QuoteTradeRatio();
    tally.placed(0);
    tally.makerFilled(SECOND);
    tally.placed(SECOND);
    expect(tally.read(300 * SECOND, QUOTE_TRADE_LIMITS)).toMatchObject({ quotes: 2, fills: 1 });
    expect(tally.read(300 * SECOND + 1, QUOTE_TRADE_LIMITS)).toMatchObject({ quotes: 1, fills: 1 });
    expect(tally.read(302 * SECOND, QUOTE_TRADE_LIMITS)).toMatchObject({ quotes: 0, fills: 0, ratio: 0 });
  });
});
