import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarketEvent } from "../../../main/kernel/events.ts";
import type { MarketReadings } from "../../../main/kernel/market/market-readings.ts";
import { MarketState } from "../../../main/kernel/market/market-state.ts";
import type { OwnSizes } from "../../../main/kernel/market/others-touch.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { micros, type Lots, type Ticks } from "../../../main/kernel/values/units.ts";
import { ASK, BID, quoting } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const settings = defaultSettings("crypto");
type Body = MarketEvent extends infer E ? (E extends unknown ? Omit<E, "seq" | "tsEvent" | "tsInit"> : never) : never;
type Pairs = readonly number[];

/** A market with a clock of its own. */
class Market {
  readonly state: MarketState;
  nowUs = 1_000 * SECOND;
  #updateId = 1;

  constructor(own: OwnSizes | null = null) {
    this.state = new MarketState(settings, own);
  }

  send(body: Body): this {
    const stamp = { seq: 1, tsEvent: micros(this.nowUs), tsInit: micros(this.nowUs) };
    this.state.apply({ ...body, ...stamp }, this.nowUs);
    return this;
  }

  wait(seconds: number): this {
    this.nowUs += seconds * SECOND;
    return this;
  }

  snapshot(bids: Pairs, asks: Pairs): this {
    this.#updateId += 1;
    return this.send({ type: "book-snapshot-received", updateId: this.#updateId, bids, asks });
  }

  delta(bids: Pairs, asks: Pairs): this {
    const previousUpdateId = this.#updateId;
    this.#updateId += 1;
    const ids = { firstUpdateId: this.#updateId, updateId: this.#updateId, previousUpdateId };
    return this.send({ type: "book-delta-received", ...ids, bids, asks });
  }

  gap(): this {
    this.#updateId += 10;
    const ids = { firstUpdateId: this.#updateId, updateId: this.#updateId, previousUpdateId: this.#updateId - 1 };
    return this.send({ type: "book-delta-received", ...ids, bids: [], asks: [] });
  }

  trade(aggressor: "buy" | "sell", priceTicks: number, sizeLots: number): this {
    return this.send({
      type: "trade-printed",
      tradeId: 1,
      aggressor,
      priceTicks: priceTicks as Ticks,
      sizeLots: sizeLots as Lots,
    });
  }

  liquidation(side: "buy" | "sell", sizeLots: number): this {
    return this.send({
      type: "liquidation-printed",
      side,
      priceTicks: 100 as Ticks,
      sizeLots: sizeLots as Lots,
    });
  }

  openInterest(openInterestLots: number): this {
    return this.send({ type: "open-interest-reported", openInterestLots });
  }

  read(): MarketReadings {
    return this.state.readings(this.nowUs, settings);
  }
}

const NOTHING = [null, null, null];

describe("a market's readings", () => {
  it("are all unknown before the first event, but for the time of day", () => {
    const { sessions, vpinCoverage, ...rest } = new Market().read();
    expect(Object.values(rest).flat()).toEqual(
      Object.values(rest)
        .flat()
        .map(() => null),
    );
    expect(sessions).toEqual({ isAsia: true, isEurope: false, isUnitedStates: false, isWeekend: false });
    expect(vpinCoverage).toBe(0);
  });

  it("take in every whole update of the book", () => {
    const market = new Market().snapshot([100, 10, 99, 30], [102, 10, 103, 10]).wait(0.5);
    // The bid grows by 5, the ask loses 4 without a trade
    market.delta([100, 15], [102, 6]);
    expect(market.read()).toMatchObject({
      orderFlowLots: [9, null, null],
      cancelledBidLotsPerS: [0, null, null],
      cancelledAskLotsPerS: [4, null, null],
      depthImbalance: (45 - 16) / (45 + 16),
      weightedDepthImbalance: (15 * 10 + 30 * 9 - 6 * 10 - 10 * 9) / (15 * 10 + 30 * 9 + 6 * 10 + 10 * 9),
    });
    expect(market.read().micropriceDivergenceBps).toBeCloseTo((((100 * 6 + 102 * 15) / 21 - 101) / 101) * 10_000, 9);
  });

  it("do not take traded size for cancelled size", () => {
    const market = new Market().snapshot([100, 10], [102, 10]).wait(0.5);
    market.trade("buy", 102, 4).delta([], [102, 6]);
    expect(market.read().cancelledAskLotsPerS).toEqual([0, null, null]);
    expect(market.read().tradeImbalance).toEqual([1, null, null]);
  });

  it("are known for a window when half of it is covered", () => {
    const market = new Market().snapshot([100, 10], [102, 10]).wait(2.5);
    expect(market.read().orderFlowLots).toEqual([0, 0, null]);
    market.wait(5);
    expect(market.read().orderFlowLots).toEqual([0, 0, 0]);
  });

  it("show volatility by both estimators over the settings' windows", () => {
    const market = new Market().snapshot([9_999, 1], [10_001, 1]);
    for (let step = 0; step < 160; step += 1) {
      const up = step % 2 === 0 ? 1 : 0;
      market.wait(0.5).delta([9_999 + up, 1, 9_998 + (1 - up) * 2, 0], [10_001 + up, 1, 10_002 - up, 0]);
    }
    const { rangeBps, realizedBps } = market.read();
    for (const range of rangeBps) expect(range).toBeCloseTo(1, 2);
    // Each move adds its square: a longer window has seen more of them
    const [short = 0, medium = 0, long = 0] = realizedBps.map((value) => value ?? Number.NaN);
    expect(short).toBeGreaterThan(1);
    expect(medium).toBeGreaterThan(short);
    expect(long).toBeGreaterThan(medium);
  });

  it("leave our own orders out where the book shows them", () => {
    const own = { restingLots: (side: string, ticks: number) => (side === "bid" && ticks === 100 ? 10 : 0) };
    const market = new Market(own).snapshot([100, 10, 99, 6], [102, 6]).wait(0.5);
    expect(market.read()).toMatchObject({ depthImbalance: 0, micropriceDivergenceBps: 0 });
    market.delta([99, 8], []);
    expect(market.read().orderFlowLots[0]).toBe(2);
  });

  it("take a fresh look at a book that was not lost for one update", () => {
    const market = new Market().snapshot([100, 10], [102, 10]).wait(0.6).snapshot([100, 13], [102, 10]);
    expect(market.read().orderFlowLots).toEqual([3, null, null]);
  });

  it("know the spread's regime after a minute", () => {
    const market = new Market().snapshot([100, 10], [102, 10]);
    market.wait(59).delta([], []);
    expect(market.read().spreadRegime).toBeNull();
    market.wait(2).delta([], [102, 0, 106, 10]);
    expect(market.read()).toMatchObject({ spreadRegime: "WIDE", spreadRatio: 3, spreadJumpsPerMinute: [4, 1] });
  });

  it("count jumps of the mid once its usual moves are known", () => {
    const market = new Market().snapshot([1_000, 10], [1_002, 10, 1_003, 10]);
    for (let move = 0; move < 63; move += 1)
      market.wait(0.2).delta([1_001, move % 2 === 0 ? 10 : 0], [1_002, move % 2 === 0 ? 0 : 10]);
    expect(market.read().jumps).toEqual(NOTHING);
    market.wait(0.2).delta([1_001, 0], [1_002, 10]);
    expect(market.read().jumps).toEqual([0, null, null]);
    market.wait(0.2).delta([1_010, 10], [1_002, 0, 1_003, 0, 1_012, 10]);
    expect(market.read().jumps).toEqual([1, null, null]);
  });

  it("tell open interest, liquidations and funding where the venue tells them", () => {
    const market = new Market().openInterest(1_000).wait(60).openInterest(1_100);
    market.liquidation("sell", 7).liquidation("buy", 2);
    market.send({
      type: "funding-rate-updated",
      rate: -0.0001,
      nextFundingUs: micros(market.nowUs + 30 * SECOND),
      intervalUs: 3_600 * SECOND,
    });
    market.wait(10);
    expect(market.read()).toMatchObject({
      openInterestLots: 1_100,
      openInterestChange: [0.1, null, null],
      liquidatedLongLots: [7, 7, 7],
      liquidatedShortLots: [2, 2, 2],
      fundingRate: -0.0001,
      fundingInUs: 20 * SECOND,
    });
    expect(market.wait(10).read().liquidatedLongLots).toEqual([0, 7, 7]);
    expect(market.wait(20).read().fundingInUs).toBe(0);
  });
});

describe("a hole in the streams", () => {
  function measured(): Market {
    const market = new Market().openInterest(1_000).liquidation("sell", 5).snapshot([100, 10], [102, 10]);
    for (let step = 0; step < 800; step += 1)
      market
        .wait(0.5)
        .trade("buy", 102, 1)
        .delta([], [102, 9 + (step % 2)]);
    return market;
  }

  it("in the book empties what the book told, and keeps full buckets, open interest and liquidations", () => {
    const market = measured();
    expect(market.read()).toMatchObject({ vpin: 1, spreadRegime: "NORMAL" });
    expect(market.read().orderFlowLots).not.toContain(null);
    market.gap();
    expect(market.read()).toMatchObject({
      orderFlowLots: NOTHING,
      cancelledAskLotsPerS: NOTHING,
      tradeImbalance: NOTHING,
      rangeBps: NOTHING,
      spreadRegime: null,
      spreadRatio: null,
      depthImbalance: null,
      micropriceDivergenceBps: null,
      vpin: 1,
      openInterestLots: 1_000,
      liquidatedLongLots: [0, 0, 0],
    });
    market.snapshot([100, 10], [102, 10]).wait(0.6);
    expect(market.read().orderFlowLots).toEqual([0, null, null]);
  });

  it("of the whole feed forgets open interest and liquidations, too", () => {
    const market = measured();
    market.send({ type: "feed-disconnected", reason: "test" });
    expect(market.read()).toMatchObject({ vpin: 1, openInterestLots: null, liquidatedLongLots: NOTHING });
  });
});

/** Anything a market's streams may say, sizes that none has included. */
const step = fc.record({
  waitS: fc.constantFrom(0, 0.05, 0.3, 1, 20),
  what: fc.constantFrom("delta" as const, "delta" as const, "trade" as const, "gap" as const, "liquidation" as const),
  up: fc.integer({ min: -3, max: 3 }),
  lots: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 50 }) }, fc.constantFrom(-4, 2 ** 53 - 1)),
  isBuy: fc.boolean(),
});

function play(
  market: Market,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  reads: boolean,
) {
  market.snapshot([1_000, 10, 999, 5], [1_005, 10, 1_006, 5]);
  for (const { waitS, what, up, lots, isBuy } of steps) {
    market.wait(waitS);
    if (what === "delta") market.delta(isBuy ? [1_000 + up, lots] : [], isBuy ? [] : [1_004 + up, lots]);
    else if (what === "trade") market.trade(isBuy ? "buy" : "sell", isBuy ? 1_005 : 1_000, lots);
    else if (what === "liquidation") market.liquidation(isBuy ? "buy" : "sell", lots);
    else market.gap().snapshot([1_000, 10, 999, 5], [1_005, 10, 1_006, 5]);
    if (reads) market.read();
  }
  return market.read();
}

describe("asking", () => {
  it("changes no later reading", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        expect(play(new Market(), steps, true)).toEqual(play(new Market(), steps, false));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a fill", () => {
  it("is recorded with the market around it", () => {
    const harness = quoting("legacy", { fillSnapshotDepth: 3 }).keepFresh(16 * SECOND);
    const [bid] = harness.settle().liveOn("buy");
    if (bid === undefined) throw new Error("a bid must rest");
    harness.wait(20_000).fill(bid);
    const [{ snapshot } = {}] = harness.ofType("record-fill");
    expect(snapshot).toMatchObject({
      volatilityBps: 0,
      driftBps: 0,
      imbalance: 0,
      orderFlowLots: [0, 0, 0],
      micropriceDivergenceBps: 0,
      vpin: null,
      isStale: false,
      bookAgeUs: 20_000,
      bids: [BID, 1_000, BID - 10, 1_000, BID - 20, 1_000],
      asks: [ASK, 1_000, ASK + 10, 1_000, ASK + 20, 1_000],
    });
    expect(snapshot?.spreadBps).toBeCloseTo((10 / BID) * 10_000, 6);
  });
});
