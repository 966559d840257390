import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LevelTable } from "../../main/kernel/market/level-table.ts";
import { OrderBook } from "../../main/kernel/market/order-book.ts";

const price = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 5_000 }));
const size = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: -2, max: 50 }) },
);
const change = fc.tuple(price, size);

/** A side as nobody would build it twice: a map, sorted when asked. */
function naive(changes: readonly (readonly [number, number])[], side: "bid" | "ask"): [number, number][] {
  const levels = new Map<number, number>();
  for (const [ticks, lots] of changes) {
    if (lots > 0) levels.set(ticks, lots);
    else levels.delete(ticks);
  }
  return [...levels].toSorted(([left], [right]) => (side === "bid" ? right - left : left - right));
}

function levelsOf(table: LevelTable): [number, number][] {
  return Array.from({ length: table.count }, (_, depth) => [table.ticksAt(depth), table.lotsAt(depth)]);
}

describe.each(["bid", "ask"] as const)("the %s side of a book", (side) => {
  it("equals a naive one after any changes, best price first", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 600, size: "max" }), fc.array(price), (changes, asked) => {
        const table = new LevelTable(side);
        for (const [ticks, lots] of changes) table.set(ticks, lots);
        const expected = naive(changes, side);
        expect(levelsOf(table)).toEqual(expected);
        const bySize = new Map(expected);
        for (const ticks of asked) expect(table.lotsAtPrice(ticks)).toBe(bySize.get(ticks) ?? 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a whole book", () => {
  it("is what its snapshot and the deltas since say, whatever came before", () => {
    const side = fc.array(change, { maxLength: 60 });
    const delta = fc.record({ bids: side, asks: side });
    fc.assert(
      fc.property(
        fc.array(delta, { maxLength: 8 }),
        delta,
        fc.array(delta, { maxLength: 8 }),
        (before, start, after) => {
          const book = new OrderBook();
          let updateId = 0;
          const apply = (one: typeof start): void => {
            book.applyDelta(updateId + 1, updateId + 1, updateId, one.bids.flat(), one.asks.flat());
            updateId += 1;
          };
          book.applySnapshot(updateId, [], []);
          for (const one of before) apply(one);
          book.applySnapshot(updateId, start.bids.flat(), start.asks.flat());
          for (const one of after) apply(one);
          const all = [start, ...after];
          expect(levelsOf(book.bids)).toEqual(
            naive(
              all.flatMap(({ bids }) => bids),
              "bid",
            ),
          );
          expect(levelsOf(book.asks)).toEqual(
            naive(
              all.flatMap(({ asks }) => asks),
              "ask",
            ),
          );
          expect(book.isSynchronized).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([0, -1, -6_000_000, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER, Number.NaN, Infinity, 10.5])(
    "has no level at a price of %d",
    (ticks) => {
      const book = new OrderBook();
      book.applySnapshot(1, [ticks, 5, 10, 5], [ticks, 5, 12, 5]);
      expect([levelsOf(book.bids), levelsOf(book.asks)]).toEqual([[[10, 5]], [[12, 5]]]);
    },
  );

  it("is empty after a gap until the next snapshot", () => {
    const book = new OrderBook();
    book.applySnapshot(1, [10, 5], [12, 5]);
    expect(book.applyDelta(5, 6, 4, [11, 5], [])).toBe("gapped");
    expect([book.bids.count, book.asks.count, book.isSynchronized]).toEqual([0, 0, false]);
    expect(book.applyDelta(7, 8, 6, [11, 5], [])).toBe("awaiting-snapshot");
    expect(book.bids.count).toBe(0);
  });
});
