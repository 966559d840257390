import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { OrderBook } from "../../../main/kernel/market/order-book.ts";
import type { IncomingMarketEvent } from "../../../main/venues/port.ts";
import type { GeneratedMarketName } from "../../../main/venues/simulated/generated-markets.ts";
import {
  createGenerator,
  suggestedOverrides,
  type MarketGenerator,
} from "../../../main/venues/simulated/market-generator.ts";
import type { ScenarioName } from "../../../main/venues/simulated/scenarios.ts";
import { SimulatedVenue } from "../../../main/venues/simulated/simulated-venue.ts";
import { place } from "./venue-harness.ts";

const START_US = 1_767_225_600_000_000;
const MARKETS: readonly GeneratedMarketName[] = ["btc", "alt"];

function generator(market: GeneratedMarketName, seed: number, scenario: ScenarioName = "mixed"): MarketGenerator {
  return createGenerator({ market, seed, startUs: START_US, scenario });
}

function next(source: MarketGenerator): IncomingMarketEvent {
  const event = source.next();
  if (event === null) throw new Error("the generator is endless");
  return event;
}

function hashOf(source: MarketGenerator, events: number): string {
  const hash = createHash("sha256");
  for (let count = 0; count < events; count += 1) hash.update(JSON.stringify(next(source)));
  return hash.digest("hex").slice(0, 16);
}

describe("a seed", () => {
  // A change of these hashes is a change of every generated market: golden tapes and stored demos change with it
  it.each([
    ["btc", 1, "74b8e2b0e6a25d34"],
    ["btc", 2, "840fb240ec515686"],
    ["alt", 1, "0fa213a7f1a5b429"],
    ["alt", 2, "482c88c732891775"],
  ] as const)("%s %d is the same market on every machine", (market, seed, expected) => {
    expect(hashOf(generator(market, seed), 20_000)).toBe(expected);
  });

  it("gives the same market twice, also interleaved with another", () => {
    const one = generator("btc", 5);
    const other = generator("btc", 6);
    const again = generator("btc", 5);
    for (let count = 0; count < 3_000; count += 1) {
      next(other);
      expect(next(again)).toEqual(next(one));
    }
  });
});

describe.each(MARKETS)("the %s market", (market) => {
  it("has a consistent book over 200,000 events, in bounded memory", () => {
    const source = generator(market, 11);
    const book = new OrderBook();
    // What takes since the last delta have left of the touch: price -> lots
    const left = new Map<number, number>();
    const counts = new Map<string, number>();
    let lastUs = 0;
    let mostLevels = 0;
    let lastTrade = 0;
    for (let count = 0; count < 200_000; count += 1) {
      const event = next(source);
      counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
      if (event.tsInit < lastUs) throw new Error(`time fell at event ${count}`);
      lastUs = event.tsInit;
      if (count === 0 && event.type !== "book-snapshot-received") throw new Error("the first event is no snapshot");
      if (event.type === "book-snapshot-received") book.applySnapshot(event.updateId, event.bids, event.asks);
      if (event.type === "book-delta-received") {
        const { firstUpdateId, updateId, previousUpdateId, bids, asks } = event;
        const outcome = book.applyDelta(firstUpdateId, updateId, previousUpdateId, bids, asks);
        if (outcome !== "applied" || firstUpdateId !== previousUpdateId + 1)
          throw new Error(`delta ${count}: ${outcome}`);
        left.clear();
        mostLevels = Math.max(mostLevels, book.bids.count, book.asks.count);
      }
      if (event.type === "trade-printed") {
        if (event.tradeId !== lastTrade + 1) throw new Error(`trade id ${event.tradeId} came after ${lastTrade}`);
        lastTrade = event.tradeId;
        const table = event.aggressor === "buy" ? book.asks : book.bids;
        let depth = 0;
        while (left.get(table.ticksAt(depth)) === 0) depth += 1;
        const touch = table.ticksAt(depth);
        const size = left.get(touch) ?? table.lotsAt(depth);
        if (event.priceTicks !== touch || event.sizeLots < 1 || event.sizeLots > size)
          throw new Error(`trade of ${event.sizeLots} at ${event.priceTicks}, touch was ${size} at ${touch}`);
        left.set(touch, size - event.sizeLots);
      } else if (book.isCrossed || !book.isTwoSided) throw new Error(`book crossed or empty after event ${count}`);
      if (event.type === "book-ticker-received") {
        const touch = [book.updateId, book.bestBidTicks, book.bestBidLots, book.bestAskTicks, book.bestAskLots];
        expect([event.updateId, event.bidTicks, event.bidLots, event.askTicks, event.askLots]).toEqual(touch);
      }
    }
    expect(mostLevels).toBeLessThan(1_001);
    expect(counts.get("book-snapshot-received")).toBe(1);
    for (const type of ["book-delta-received", "trade-printed", "book-ticker-received", "funding-rate-updated"])
      expect(counts.get(type), type).toBeGreaterThan(50);
  });

  it("shows what a trade took in the next delta", () => {
    const source = generator(market, 12);
    const book = new OrderBook();
    let checked = 0;
    const taken = new Map<string, number>();
    while (checked < 500) {
      const event = next(source);
      if (event.type === "book-snapshot-received") book.applySnapshot(event.updateId, event.bids, event.asks);
      if (event.type === "trade-printed") taken.set(`${event.aggressor} ${event.priceTicks}`, event.sizeLots);
      if (event.type !== "book-delta-received") continue;
      for (const key of taken.keys()) {
        const [aggressor, price] = key.split(" ");
        const pairs = aggressor === "buy" ? event.asks : event.bids;
        expect(pairs.some((value, index) => index % 2 === 0 && value === Number(price))).toBe(true);
        checked += 1;
      }
      taken.clear();
    }
  });

  it("goes through every regime", () => {
    const source = generator(market, 3);
    const seen = new Map<string, number>();
    for (let count = 0; count < 150_000; count += 1) {
      next(source);
      seen.set(source.regime, (seen.get(source.regime) ?? 0) + 1);
    }
    for (const regime of ["calm", "normal", "elevated", "extreme"]) expect(seen.get(regime)).toBeGreaterThan(1_000);
  });

  it("keeps its price within bounds for hours", () => {
    const source = generator(market, 8, "volatile");
    let low = Infinity;
    let high = 0;
    for (let count = 0; count < 400_000; count += 1) {
      const event = next(source);
      if (event.type !== "book-ticker-received") continue;
      low = Math.min(low, event.bidTicks);
      high = Math.max(high, event.askTicks);
    }
    const first = market === "btc" ? 617_000 : 12_000;
    expect(low).toBeGreaterThan(first / 2.5);
    expect(high).toBeLessThan(first * 2.5);
  });

  it("suggests settings of the market's size", () => {
    const overrides = Object.fromEntries(suggestedOverrides(market).map((line) => line.split("=")));
    const price = market === "btc" ? 61_700 : 1.2;
    const smallest = market === "btc" ? 0.001 : 1;
    const position = Number(overrides["MM_MAX_POSITION_SIZE"]) * price;
    const order = Number(overrides["MM_ORDER_SIZE_MULTIPLIER"]) * smallest * price;
    expect(position).toBeGreaterThan(2_200);
    expect(position).toBeLessThanOrEqual(2_500);
    expect(order).toBeGreaterThan(60);
    expect(order).toBeLessThan(200);
  });
});

describe("scenarios", () => {
  /** Mean range of the mid over windows of a minute, in bps. */
  function meanMinuteRangeBps(scenario: ScenarioName, minutes: number): number {
    const source = generator("btc", 21, scenario);
    const ranges: number[] = [];
    let low = Infinity;
    let high = 0;
    let endUs = START_US + 60_000_000;
    while (ranges.length < minutes) {
      const event = next(source);
      if (event.tsInit > endUs) {
        ranges.push(((high - low) / low) * 10_000);
        low = Infinity;
        high = 0;
        endUs += 60_000_000;
      }
      if (event.type !== "book-ticker-received") continue;
      const mid = (event.bidTicks + event.askTicks) / 2;
      low = Math.min(low, mid);
      high = Math.max(high, mid);
    }
    return ranges.reduce((sum, range) => sum + range, 0) / ranges.length;
  }

  it("differ in what they do to the price", () => {
    const calm = meanMinuteRangeBps("calm", 12);
    const steady = meanMinuteRangeBps("steady", 12);
    const volatile = meanMinuteRangeBps("volatile", 12);
    expect(calm).toBeLessThan(8);
    expect(steady).toBeGreaterThan(calm * 1.4);
    expect(volatile).toBeGreaterThan(steady * 1.5);
  });

  it("tears holes into the feed, both kinds, and a snapshot follows each", () => {
    const source = generator("btc", 2, "gaps");
    const book = new OrderBook();
    let gaps = 0;
    let disconnects = 0;
    let snapshots = 0;
    for (let count = 0; count < 60_000; count += 1) {
      const event = next(source);
      if (event.type === "feed-disconnected") {
        disconnects += 1;
        book.clear();
      }
      if (event.type === "book-snapshot-received") {
        expect(book.isSynchronized).toBe(false);
        snapshots += 1;
        book.applySnapshot(event.updateId, event.bids, event.asks);
      }
      if (event.type === "book-delta-received") {
        const { firstUpdateId, updateId, previousUpdateId, bids, asks } = event;
        if (book.applyDelta(firstUpdateId, updateId, previousUpdateId, bids, asks) === "gapped") gaps += 1;
      }
      expect(book.isCrossed).toBe(false);
    }
    expect(gaps).toBeGreaterThan(5);
    expect(disconnects).toBeGreaterThan(5);
    expect(Math.abs(snapshots - 1 - gaps - disconnects)).toBeLessThanOrEqual(1);
  });
});

interface Markouts {
  readonly fills: number;
  readonly meanBps: number;
}

/** Quotes both sides `distanceBps` from the touch, refreshed every 2 s, and measures each fill against the mid 5 s later. */
function quoteNaively(market: GeneratedMarketName, seed: number, distanceBps: number, seconds: number): Markouts {
  const source = generator(market, seed);
  const venue = new SimulatedVenue({ rules: source.rules, fees: { makerBps: 0, takerBps: 5 } });
  const waiting: { dueUs: number; sign: number; priceTicks: number }[] = [];
  const sides = new Map<number, number>();
  let [bid, ask, orderId, lastUs, fills, sum] = [0, 0, 0, START_US, 0, 0];
  for (let event = next(source); event.tsInit < START_US + seconds * 1_000_000; event = next(source)) {
    venue.observe(event);
    for (let report = venue.take(event.tsInit); report !== null; report = venue.take(event.tsInit)) {
      if (report.type !== "order-filled") continue;
      const sign = sides.get(report.orderId) ?? 0;
      waiting.push({ dueUs: report.tsInit + 5_000_000, sign, priceTicks: report.priceTicks });
    }
    while ((waiting[0]?.dueUs ?? Infinity) <= event.tsInit) {
      const fill = waiting.shift();
      if (fill === undefined) break;
      sum += (fill.sign * ((bid + ask) / 2 - fill.priceTicks)) / fill.priceTicks;
      fills += 1;
    }
    if (event.type !== "book-ticker-received") continue;
    [bid, ask] = [event.bidTicks, event.askTicks];
    if (event.tsInit - lastUs < 2_000_000) continue;
    lastUs = event.tsInit;
    venue.send({ type: "cancel-all-orders", reason: "reprice" }, event.tsInit);
    const away = Math.round((bid * distanceBps) / 10_000);
    const size = market === "btc" ? 2 : 100;
    sides.set(orderId + 1, 1).set(orderId + 2, -1);
    venue.send(place(orderId + 1, "buy", bid - away, size), event.tsInit);
    venue.send(place(orderId + 2, "sell", ask + away, size), event.tsInit);
    orderId += 2;
  }
  return { fills, meanBps: (sum / fills) * 10_000 };
}

describe("informed flow", () => {
  it.each(MARKETS)("makes tight quoting on %s lose against wide quoting", (market) => {
    const seeds = [1, 2, 3];
    const tight = seeds.map((seed) => quoteNaively(market, seed, 0, 1_200));
    const wide = seeds.map((seed) => quoteNaively(market, seed, 8, 1_200));
    const total = (all: Markouts[]): Markouts => {
      const fills = all.reduce((sum, one) => sum + one.fills, 0);
      return { fills, meanBps: all.reduce((sum, one) => sum + one.meanBps * one.fills, 0) / fills };
    };
    expect(total(tight).fills).toBeGreaterThan(500);
    expect(total(wide).fills).toBeGreaterThan(30);
    expect(total(tight).meanBps).toBeLessThan(0);
    expect(total(wide).meanBps).toBeGreaterThan(total(tight).meanBps + 0.5);
  });

  it.each(MARKETS)("lets the side of %s trades predict the coming mid", (market) => {
    const source = generator(market, 4, "steady");
    const waiting: { dueUs: number; sign: number; mid: number }[] = [];
    let [mid, count, sum, mirrored] = [0, 0, 0, 0];
    let sign = 1;
    while (count < 8_000) {
      const event = next(source);
      while ((waiting[0]?.dueUs ?? Infinity) <= event.tsInit) {
        const one = waiting.shift();
        if (one === undefined) break;
        const moveBps = ((mid - one.mid) / one.mid) * 10_000;
        sum += one.sign * moveBps;
        // The same moves with sides that know nothing
        mirrored += sign * moveBps;
        sign = -sign;
        count += 1;
      }
      if (event.type === "book-ticker-received") mid = (event.bidTicks + event.askTicks) / 2;
      if (event.type === "trade-printed" && mid > 0)
        waiting.push({ dueUs: event.tsInit + 1_000_000, sign: event.aggressor === "buy" ? 1 : -1, mid });
    }
    expect(sum / count).toBeGreaterThan(0.1);
    expect(sum / count).toBeGreaterThan(3 * Math.abs(mirrored / count));
  });
});

describe("news of positions", () => {
  it("comes in volatile and jumping markets only: open interest every 10 s, and a liquidation right after the print that it was", () => {
    for (const scenario of ["volatile", "jumping", "mixed", "gaps"] as const) {
      const source = generator("btc", 5, scenario);
      const openInterestUs: number[] = [];
      let liquidations = 0;
      let last: IncomingMarketEvent | null = null;
      for (let count = 0; count < 15_000; count += 1) {
        const event = next(source);
        if (event.type === "open-interest-reported") openInterestUs.push(event.tsInit);
        if (event.type === "liquidation-printed") {
          liquidations += 1;
          const { priceTicks, sizeLots, side, tsInit } = event;
          expect(last).toMatchObject({ type: "trade-printed", priceTicks, sizeLots, aggressor: side, tsInit });
        }
        last = event;
      }
      const isTold = scenario === "volatile" || scenario === "jumping";
      expect(liquidations > 5).toBe(isTold);
      expect(openInterestUs.length > 5).toBe(isTold);
      openInterestUs.slice(1).forEach((atUs, index) => {
        expect(atUs - (openInterestUs[index] ?? 0)).toBeGreaterThanOrEqual(9_900_000);
        expect(atUs - (openInterestUs[index] ?? 0)).toBeLessThan(10_200_000);
      });
    }
  });

  it("leaves book and trades of a seed as they are", () => {
    const source = generator("btc", 5, "volatile");
    const hash = createHash("sha256");
    for (let count = 0; count < 20_000;) {
      const event = next(source);
      if (event.type === "open-interest-reported" || event.type === "liquidation-printed") continue;
      hash.update(JSON.stringify(event));
      count += 1;
    }
    expect(hash.digest("hex").slice(0, 16)).toBe("ce3107331d40ae92");
  });
});
