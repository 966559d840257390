import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CancelIntensity, NEAR_LEVELS } from "../../../main/kernel/market/cancel-intensity.ts";
import { micropriceDivergenceBps } from "../../../main/kernel/market/microprice-divergence.ts";
import { OrderBook } from "../../../main/kernel/market/order-book.ts";
import { topKImbalance } from "../../../main/kernel/market/top-k-imbalance.ts";

type Levels = Map<number, number>;

function bookOf(bids: Levels, asks: Levels): OrderBook {
  const book = new OrderBook();
  book.applySnapshot(1, [...bids].flat(), [...asks].flat());
  return book;
}

function best(all: Levels, side: "bid" | "ask", k: number): (readonly [number, number])[] {
  return [...all].toSorted(([a], [b]) => (side === "bid" ? b - a : a - b)).slice(0, k);
}

function levels(min: number, max: number) {
  return fc
    .uniqueArray(fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 50 })), {
      selector: ([priceTicks]) => priceTicks,
      minLength: 1,
      maxLength: 12,
    })
    .map((pairs): Levels => new Map(pairs));
}

describe("imbalance of the best levels", () => {
  it("equals a computation from scratch, for any depth, weighting and own size", () => {
    const own = fc.dictionary(fc.constantFrom("98", "99", "100", "101", "102", "103"), fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(
        levels(90, 100),
        levels(101, 111),
        fc.integer({ min: 1, max: 8 }),
        own,
        fc.boolean(),
        (bids, asks, k, mine, isFlat) => {
          const others = (all: Levels) =>
            new Map(
              [...all]
                .map(([ticks, lots]) => [ticks, Math.max(0, lots - (mine[ticks] ?? 0))] as const)
                .filter(([, lots]) => lots > 0),
            );
          const sum = (all: Levels, side: "bid" | "ask") =>
            best(others(all), side, k).reduce((total, [, lots], rank) => total + lots * (isFlat ? 1 : k - rank), 0);
          const bidLots = sum(bids, "bid");
          const askLots = sum(asks, "ask");
          const wanted = bidLots + askLots === 0 ? null : (bidLots - askLots) / (bidLots + askLots);
          const found = topKImbalance(bookOf(bids, asks), k, isFlat ? "flat" : "linear", {
            restingLots: (_side, ticks) => mine[ticks] ?? 0,
          });
          expect(found).toBe(wanted);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["flat", 1, (30 - 10) / 40],
    ["flat", 2, (40 - 60) / 100],
    ["linear", 2, (30 * 2 + 10 - (10 * 2 + 50)) / (30 * 2 + 10 + 10 * 2 + 50)],
  ] as const)("weighs %s over %i levels", (weighting, k, wanted) => {
    const bids = new Map([
      [100, 30],
      [99, 10],
    ]);
    const asks = new Map([
      [101, 10],
      [102, 50],
    ]);
    expect(topKImbalance(bookOf(bids, asks), k, weighting)).toBe(wanted);
  });

  it("is unknown on a one-sided, a crossed and a locked book", () => {
    const one = new Map([[100, 1]]);
    expect(topKImbalance(bookOf(one, new Map()), 3)).toBeNull();
    expect(topKImbalance(bookOf(one, new Map([[99, 1]])), 3)).toBeNull();
    expect(topKImbalance(bookOf(one, one), 3)).toBeNull();
  });
});

describe("divergence of the microprice", () => {
  it.each([
    ["30 against 10 on 100 / 100.1", 1000, 30, 1001, 10, ((100.075 - 100.05) / 100.05) * 10_000],
    ["even sizes", 1000, 5, 1001, 5, 0],
    ["no size", 1000, 0, 1001, 0, 0],
    ["all on the ask", 1000, 0, 1002, 7, (-1 / 1001) * 10_000],
  ])("for %s", (_what, bidTicks, bidLots, askTicks, askLots, wanted) => {
    expect(micropriceDivergenceBps(bidTicks, bidLots, askTicks, askLots)).toBeCloseTo(wanted, 9);
  });

  it("is unknown on a crossed or locked book and without a positive bid", () => {
    expect(micropriceDivergenceBps(1000, 1, 1000, 1)).toBeNull();
    expect(micropriceDivergenceBps(1001, 1, 1000, 1)).toBeNull();
    expect(micropriceDivergenceBps(0, 1, 1, 1)).toBeNull();
  });

  it("is half the spread times the imbalance of the touch", () => {
    const sizes = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 100 }),
        sizes,
        sizes,
        (bid, spread, bidLots, askLots) => {
          const found = micropriceDivergenceBps(bid, bidLots, bid + spread, askLots) ?? Number.NaN;
          const wanted = ((spread / 2) * ((bidLots - askLots) / (bidLots + askLots)) * 10_000) / (bid + spread / 2);
          expect(Math.abs(found - wanted)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("cancel intensity", () => {
  const start = {
    bids: new Map([
      [100, 10],
      [99, 20],
    ]),
    asks: new Map([[101, 5]]),
  };

  function started(): {
    signal: CancelIntensity;
    book: OrderBook;
    change: (nowUs: number, bids: number[]) => void;
  } {
    const book = bookOf(start.bids, start.asks);
    const signal = new CancelIntensity();
    signal.update(0, book);
    let id = 1;
    return {
      signal,
      book,
      change: (nowUs, bids) => {
        book.applyDelta(id, id + 1, id, bids, []);
        id += 1;
        signal.update(nowUs, book);
      },
    };
  }

  it("counts size that left without a trade, per second of the window", () => {
    const { signal, change } = started();
    change(100, [100, 4]);
    change(200, [99, 0]);
    expect(signal.cancelledLots("bid", 0, 200)).toBe(26);
    expect(signal.lotsPerSecond("bid", 1, 200)).toBe(26 / 5);
    expect(signal.cancelledLots("ask", 2, 200)).toBe(0);
    expect(signal.cancelledLots("bid", 0, 1_000_101)).toBe(20);
  });

  it("does not count what was traded, whether the trade is told before the book or after", () => {
    const early = started();
    early.signal.tradePrinted(50, "sell", 100, 6);
    early.change(100, [100, 3]);
    expect(early.signal.cancelledLots("bid", 0, 100)).toBe(1);
    const late = started();
    const atUs = 1_700_000_000_000_000;
    late.change(atUs, [100, 3]);
    expect(late.signal.cancelledLots("bid", 0, atUs)).toBe(7);
    late.signal.tradePrinted(atUs + 1_000_000, "sell", 100, 4);
    expect(late.signal.cancelledLots("bid", 0, atUs + 1_000_000)).toBe(3);
    late.signal.tradePrinted(atUs + 1_000_001, "sell", 100, 3);
    expect(late.signal.cancelledLots("bid", 1, atUs + 1_000_001)).toBe(3);
  });

  it("gives a late trade that explains more than was missing to the next update", () => {
    const { signal, change } = started();
    change(100, [100, 7]);
    signal.tradePrinted(150, "sell", 100, 5);
    expect(signal.cancelledLots("bid", 0, 150)).toBe(0);
    change(200, [100, 4]);
    expect(signal.cancelledLots("bid", 0, 200)).toBe(1);
  });

  it("lets a reduction be taken back only once", () => {
    const { signal, change } = started();
    change(100, [100, 3]);
    signal.tradePrinted(150, "sell", 100, 4);
    signal.tradePrinted(150, "sell", 100, 4);
    change(200, [100, 3]);
    change(300, [100, 1]);
    expect(signal.cancelledLots("bid", 0, 300)).toBe(2);
  });

  it("is never below nothing, when a late trade takes back what has left the window", () => {
    const { signal, change } = started();
    change(100, [100, 4]);
    signal.tradePrinted(1_000_100, "sell", 100, 6);
    expect(signal.cancelledLots("bid", 0, 1_000_101)).toBe(0);
  });

  it("does not keep a trade that the book has answered with new size", () => {
    const { signal, change } = started();
    signal.tradePrinted(50, "sell", 100, 6);
    change(100, [100, 10]);
    change(200, [100, 5]);
    expect(signal.cancelledLots("bid", 0, 200)).toBe(5);
  });

  it("takes a trade for what it is only on its own side and price", () => {
    const { signal, change } = started();
    signal.tradePrinted(50, "buy", 100, 6);
    signal.tradePrinted(50, "sell", 99, 6);
    change(100, [100, 4]);
    expect(signal.cancelledLots("bid", 0, 100)).toBe(6);
  });

  it("leaves our own orders out", () => {
    const book = bookOf(start.bids, start.asks);
    const signal = new CancelIntensity();
    signal.update(0, book, { restingLots: (side, ticks) => (side === "bid" && ticks === 100 ? 6 : 0) });
    book.applyDelta(1, 2, 1, [100, 4], []);
    signal.update(1, book, { restingLots: () => 0 });
    expect(signal.cancelledLots("bid", 0, 1)).toBe(0);
  });

  it("forgets at a gap", () => {
    const { signal, change } = started();
    change(100, [100, 4]);
    signal.reset();
    expect(signal.cancelledLots("bid", 2, 100)).toBe(0);
    change(200, [100, 1]);
    expect(signal.cancelledLots("bid", 2, 200)).toBe(0);
  });

  const change = fc.record({
    kind: fc.constantFrom("book" as const, "trade" as const),
    waitUs: fc.constantFrom(0, 10, 300_000, 2_000_000),
    side: fc.constantFrom("bid" as const, "ask" as const),
    depth: fc.integer({ min: 0, max: 7 }),
    lots: fc.integer({ min: 0, max: 30 }),
  });

  it("equals a computation from scratch when trades are told first", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (script) => {
        const sides = { bid: new Map([[100, 10]]), ask: new Map([[101, 10]]) };
        const book = bookOf(sides.bid, sides.ask);
        const signal = new CancelIntensity();
        let nowUs = 10;
        let id = 1;
        signal.update(nowUs, book);
        let near = { bid: best(sides.bid, "bid", NEAR_LEVELS), ask: best(sides.ask, "ask", NEAR_LEVELS) };
        let traded: Record<string, number> = {};
        const gone: { side: string; atUs: number; lots: number }[] = [];
        for (const step of script) {
          // Beyond the reach of late trades, which have their own test
          nowUs += step.kind === "trade" ? 1_000_001 : step.waitUs;
          const priceTicks = step.side === "bid" ? 100 - step.depth : 101 + step.depth;
          if (step.kind === "trade") {
            signal.tradePrinted(nowUs, step.side === "bid" ? "sell" : "buy", priceTicks, step.lots);
            const key = `${step.side}${priceTicks}`;
            traded[key] = (traded[key] ?? 0) + step.lots;
          } else {
            const lots = step.depth === 0 ? Math.max(1, step.lots) : step.lots;
            if (lots === 0) sides[step.side].delete(priceTicks);
            else sides[step.side].set(priceTicks, lots);
            const pair = [priceTicks, lots];
            book.applyDelta(id, id + 1, id, step.side === "bid" ? pair : [], step.side === "ask" ? pair : []);
            id += 1;
            signal.update(nowUs, book);
            for (const side of ["bid", "ask"] as const) {
              for (const [ticks, before] of near[side]) {
                const lost = before - (sides[side].get(ticks) ?? 0) - (traded[`${side}${ticks}`] ?? 0);
                if (lost > 0) gone.push({ side, atUs: nowUs, lots: lost });
              }
            }
            near = { bid: best(sides.bid, "bid", NEAR_LEVELS), ask: best(sides.ask, "ask", NEAR_LEVELS) };
            traded = {};
          }
          for (const side of ["bid", "ask"] as const) {
            const wanted = gone.filter((one) => one.side === side && one.atUs >= nowUs - 5_000_000);
            expect(signal.cancelledLots(side, 1, nowUs)).toBe(wanted.reduce((sum, { lots }) => sum + lots, 0));
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
