import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderBook } from "../../../main/kernel/market/order-book.ts";
import { OthersTouch, type OwnSizes } from "../../../main/kernel/market/others-touch.ts";
import { Kernel } from "../../../main/kernel/kernel.ts";
import { lots, micros, ticks } from "../../../main/kernel/values/units.ts";
import { KERNEL_RULES, settingsFor, snapshotOf } from "../../support/kernel-harness.ts";

/** Own sizes by "side price". */
function own(sizes: Record<string, number>): OwnSizes {
  return { restingLots: (side, priceTicks) => sizes[`${side} ${priceTicks}`] ?? 0 };
}

function bookOf(bids: readonly number[], asks: readonly number[]): OrderBook {
  const book = new OrderBook();
  book.applySnapshot(1, bids, asks);
  return book;
}

describe("the touch of others", () => {
  it("is the book's own where no own size is to be taken out", () => {
    const touch = new OthersTouch();
    touch.read(bookOf([100, 5, 99, 7], [101, 6]), null);
    expect([touch.bidTicks, touch.bidLots, touch.askTicks, touch.askLots]).toEqual([100, 5, 101, 6]);
    expect([touch.midHalfTicks, touch.micropriceTicks]).toEqual([201, (100 * 6 + 101 * 5) / 11]);
  });

  it("has our part taken out, and passes over a level that only we hold", () => {
    const touch = new OthersTouch();
    touch.read(bookOf([100, 5, 99, 7], [101, 6]), own({ "bid 100": 5, "bid 99": 3, "ask 101": 2 }));
    expect([touch.bidTicks, touch.bidLots, touch.askTicks, touch.askLots]).toEqual([99, 4, 101, 4]);
    expect(touch.midHalfTicks).toBe(200);
  });

  it("has no price on a side where nobody else is", () => {
    const touch = new OthersTouch();
    touch.read(bookOf([100, 5], [101, 6]), own({ "bid 100": 9 }));
    expect([touch.bidTicks, touch.bidLots, touch.midHalfTicks, touch.spreadBps]).toEqual([null, 0, null, null]);
  });

  it("equals the touch of a book that never had our orders", () => {
    const level = fc.record({ size: fc.integer({ min: 0, max: 5 }), own: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(fc.array(level, { maxLength: 6 }), fc.array(level, { maxLength: 6 }), (bids, asks) => {
        const sizes: Record<string, number> = {};
        const whole = { bids: [] as number[], asks: [] as number[] };
        const others = { bids: [] as number[], asks: [] as number[] };
        const put = (side: "bid" | "ask", depth: number, size: number, ours: number): void => {
          const price = side === "bid" ? 100 - depth : 101 + depth;
          whole[`${side}s`].push(price, size + ours);
          others[`${side}s`].push(price, size);
          sizes[`${side} ${price}`] = ours;
        };
        for (const [depth, { size, own: ours }] of bids.entries()) put("bid", depth, size, ours);
        for (const [depth, { size, own: ours }] of asks.entries()) put("ask", depth, size, ours);
        const seen = new OthersTouch();
        seen.read(bookOf(whole.bids, whole.asks), own(sizes));
        const wanted = new OthersTouch();
        wanted.read(bookOf(others.bids, others.asks), null);
        expect(seen).toEqual(wanted);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the own size filter of a live kernel", () => {
  const anchors = (isLive: boolean, ownSizeFilter: boolean): readonly (number | null | undefined)[] => {
    const settings = settingsFor("legacy", {
      ownSizeFilter,
      marginGuardEnabled: false,
      balanceAwareSizingEnabled: false,
    });
    const kernel = new Kernel({ rules: KERNEL_RULES, profile: snapshotOf(settings), isLive });
    const order = kernel.orders.open({ side: "buy", level: 19 }, 19, ticks(6_000_005), lots(4), micros(1));
    kernel.orders.apply(order, "accepted");
    const at = (us: number) => ({ seq: us, tsEvent: micros(us), tsInit: micros(us) });
    kernel.handle({
      ...at(10),
      type: "book-snapshot-received",
      updateId: 1,
      bids: [6_000_005, 4, 6_000_000, 8],
      asks: [6_000_010, 8],
    });
    return [kernel.board.context?.bidAnchorTicks, kernel.board.context?.imbalance];
  };

  it("hangs quotes on what others show, and on the whole book where it is off or the book has none of ours", () => {
    expect(anchors(true, true)).toEqual([6_000_000, 0]);
    expect(anchors(true, false)).toEqual([6_000_005, -1 / 3]);
    expect(anchors(false, true)).toEqual([6_000_005, -1 / 3]);
  });
});
