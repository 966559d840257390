import { describe, expect, it } from "vitest";
import type { QuotingContext } from "../../../main/kernel/quoting/quoting-context.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { ASK, BID, KernelHarness, quoting, settingsFor } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

function contextOf(harness: KernelHarness): QuotingContext {
  const { context } = harness.kernel.board;
  if (context === null) throw new Error("a slot has been looked at");
  return context;
}

function read(profile: "legacy" | "crypto", changes: Partial<Settings> = {}): QuotingContext {
  const harness = quoting(profile, changes);
  return contextOf(harness.wait(2 * SECOND).delta([BID - 10, 5], []));
}

describe("what quoting makes of the market", () => {
  it("is plain on a plain book in the legacy profile", () => {
    expect(read("legacy", { minRepriceIntervalS: 0.7 })).toMatchObject({
      isBookUsable: true,
      isBookStale: false,
      isBookCrossed: false,
      midHalfTicks: BID + ASK,
      bidAnchorTicks: BID,
      askAnchorTicks: ASK,
      regime: "NORMAL",
      regimeScale: 1,
      isRegimePause: false,
      minRepriceIntervalUs: 700_000,
      maxOrderAgeUs: 0,
      positionLots: 0,
      inventoryNorm: 0,
      band: "NORMAL",
      trendDirection: "NEUTRAL",
      trendStrength: 0,
      adverseTrendStrength: null,
      fundingBiasBps: 0,
      fundingSkewFactor: 1,
      latencyTicks: 0,
      postOnlyBoostBps: 0,
      isRateLimitDegraded: false,
      rateLimitExtraBps: 0,
      leastLots: 1,
      baseLots: 10,
    });
  });

  it.each([
    { quoteAnchor: "best", bid: BID, ask: ASK },
    { quoteAnchor: "mid", bid: (BID + ASK) / 2, ask: (BID + ASK) / 2 },
  ] as const)("hangs both sides on $quoteAnchor", ({ quoteAnchor, bid, ask }) => {
    expect(read("legacy", { quoteAnchor })).toMatchObject({ bidAnchorTicks: bid, askAnchorTicks: ask });
  });

  it("hangs both sides on the microprice where that is set", () => {
    const harness = quoting("legacy", { quoteAnchor: "microprice" });
    harness.wait(2 * SECOND).delta([BID, 3_000], []);
    const { micropriceTicks, bidAnchorTicks, askAnchorTicks } = contextOf(harness);
    expect(micropriceTicks).toBeCloseTo(BID + 7.5, 6);
    expect([bidAnchorTicks, askAnchorTicks]).toEqual([micropriceTicks, micropriceTicks]);
  });

  it.each([
    { regime: "CALM", isPause: false, scale: 0.75 },
    { regime: "ELEVATED", isPause: false, scale: 1.6 },
    { regime: "EXTREME", isPause: true, scale: 2.5 },
  ] as const)("takes an unknown market for $regime where that is set, in the crypto profile", (one) => {
    const harness = new KernelHarness(
      settingsFor("crypto", {
        volRegimeEnabled: true,
        volUnknownRegime: one.regime,
        volOffsetScaleCalm: 0.75,
        volOffsetScaleElevated: 1.6,
        volOffsetScaleExtreme: 2.5,
      }),
    );
    harness.snapshot([BID, 10], [ASK, 10]);
    expect(contextOf(harness)).toMatchObject({
      regime: one.regime,
      regimeScale: one.scale,
      isRegimePause: one.isPause,
    });
    const legacy = new KernelHarness(settingsFor("legacy", { volRegimeEnabled: true, volUnknownRegime: one.regime }));
    legacy.snapshot([BID, 10], [ASK, 10]);
    expect(contextOf(legacy)).toMatchObject({ regime: "NORMAL", regimeScale: 1, isRegimePause: false });
  });

  it("says what is wrong with a book, and knows no mid of it", () => {
    const harness = quoting("legacy", { orderbookStalenessThresholdS: 3 });
    harness.wait(SECOND).delta([ASK, 5], []);
    expect(contextOf(harness)).toMatchObject({ isBookUsable: false, isBookCrossed: true, midHalfTicks: null });
    harness.delta([ASK, 0], []).wait(6 * SECOND);
    expect(contextOf(harness)).toMatchObject({ isBookUsable: false, isBookStale: true, isBookCrossed: false });
  });

  it("keeps a distance for the time that orders take, in a market that moves", () => {
    const harness = new KernelHarness(settingsFor("legacy", { microVolWindowS: 2 }));
    harness.snapshot([BID, 10], [ASK, 10]).wait(1_000).delta([], []);
    harness.wait(400_000).settle();
    expect(harness.kernel.board.placementLatencyUs).toBeGreaterThan(400_000);
    let touch = BID;
    for (let step = 0; step < 20; step += 1) {
      touch += 10;
      harness.wait(100_000).snapshot([touch, 10], [touch + 10, 10]);
    }
    harness.wait(SECOND).snapshot([touch, 11], [touch + 10, 11]);
    // About a tick each ten milliseconds, and some forty of those until an order is there
    const { latencyTicks } = contextOf(harness);
    expect(latencyTicks).toBeGreaterThan(10);
    expect(latencyTicks).toBeLessThan(200);
  });

  it("tells the position's share, its band and what a trend against it is worth", () => {
    const harness = quoting("crypto", { maxPositionSize: 0.015, inventoryWarnPct: 0.5, inventoryCriticalPct: 0.8 });
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness.fill(bid).wait(SECOND).delta([BID, 7], []);
    expect(contextOf(harness)).toMatchObject({ positionLots: 10, inventoryNorm: 10 / 15, band: "WARN" });
  });

  it.each([
    ["buy", 0.4, "NORMAL"],
    ["sell", -0.4, "NORMAL"],
  ] as const)(
    "measures a position from a %s as a share of the common limit, whatever its side's own",
    (side, norm, band) => {
      const ownLimits = { maxPositionSize: 0.025, maxLongPositionSize: 0.01, maxShortPositionSize: 0.015 };
      const bands = { inventoryWarnPct: 0.5, inventoryCriticalPct: 0.8, inventoryHardPct: 1.1 };
      const harness = quoting("crypto", { ...ownLimits, ...bands });
      const [order] = harness.liveOn(side);
      if (!order) throw new Error(`a ${side} rests`);
      harness.fill(order).wait(SECOND).delta([BID, 7], []);
      expect(contextOf(harness)).toMatchObject({ inventoryNorm: norm, band });
    },
  );

  it.each([
    ["legacy", 8],
    ["crypto", 10],
  ] as const)("lets the band widen the skew in the crypto profile only: %s, %s bps", (profile, bps) => {
    const harness = quoting(profile, {
      ...{ maxPositionSize: 0.0125, skewMaxBps: 10, inventorySkewFactor: 1, skewShapeK: 0, inventoryDeadbandPct: 0 },
      ...{ inventoryWarnPct: 0.5, inventoryCriticalPct: 0.9, inventoryHardPct: 0.95, trendSkewBoost: 0 },
    });
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness
      .fill(bid)
      .forget()
      .keepFresh(3 * SECOND);
    const asks = harness.decisions().filter(({ slot, buildUp }) => slot.side === "sell" && buildUp !== null);
    expect(Math.abs(asks.at(-1)?.buildUp?.skewBps ?? 0)).toBeCloseTo(bps, 9);
  });

  it("slows its pace while the venue complains", () => {
    const harness = quoting("legacy", { minRepriceIntervalS: 0.5, rateLimitRepriceMultiplier: 3 });
    harness.send({ type: "venue-throttled", cause: "rate-limited" });
    harness.wait(SECOND).delta([BID, 7], []);
    expect(contextOf(harness).minRepriceIntervalUs).toBe(1_500_000);
  });
});

describe("a change of the regime", () => {
  it("is recorded with both regimes and the readings that made it, under every profile", () => {
    for (const profile of ["legacy", "crypto"] as const) {
      const harness = quoting(profile, { volRegimeEnabled: true, volUnknownRegime: "CALM" });
      harness
        .forget()
        .wait(1_000)
        .snapshot([BID - 60_000, 5], [ASK - 60_000, 5]);
      const [change, ...more] = harness.ofType("record-regime-change");
      expect(more).toEqual([]);
      expect(change).toMatchObject({ atUs: harness.nowUs, from: "CALM", to: "EXTREME", measured: false });
      expect(change?.shortVolBps).toBeGreaterThan(10);
      expect(change?.mediumVolBps).toBeGreaterThan(0);
    }
  });

  it("wakes the slots that wait for their interval in the crypto profile only", () => {
    const woken = (profile: "legacy" | "crypto"): number => {
      const harness = quoting(profile, {
        volRegimeEnabled: true,
        volUnknownRegime: "CALM",
        minRepriceIntervalS: 3_600,
        regimeCadenceCalm: { minRepriceIntervalS: 3_600, maxOrderAgeS: 0 },
      });
      harness.wait(1_000).delta([BID, 7], []).forget().wait(1_000);
      harness.snapshot([BID - 60_000, 5], [ASK - 60_000, 5]);
      return harness.codes().length;
    };
    expect([woken("legacy"), woken("crypto") > 0]).toEqual([0, true]);
  });

  it("wakes nobody where the market becomes no wilder", () => {
    const harness = quoting("crypto", {
      volRegimeEnabled: true,
      volUnknownRegime: "NORMAL",
      regimeCadenceNormal: { minRepriceIntervalS: 3_600, maxOrderAgeS: 0 },
    });
    harness.wait(1_000).delta([BID, 7], []).forget().wait(1_000).delta([BID, 8], []);
    expect(harness.codes()).toEqual([]);
  });
});
