import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupHeld, heldSlots } from "../../renderer/features/ladder/held-slots.ts";
import {
  barScale,
  centredTop,
  type Ladder,
  placeInWindow,
  rowTicksOfPrice,
  shownRows,
  touchTicks,
} from "../../renderer/features/ladder/ladder-window.ts";

/** A ladder of `each` rows on both sides of a touch, ten ticks of 0.1 a row. */
function ladderAround(bidTicks: number, each = 20): Ladder {
  const rows = Array.from({ length: 2 * each }, (_, index) => {
    const ticks = bidTicks + (each - index) * 10;
    const isBid = ticks <= bidTicks;
    return {
      price: (ticks / 10).toFixed(1),
      ticks,
      bidSize: isBid ? 1 : 0,
      askSize: isBid ? 0 : 2,
      tradedBuy: 0,
      tradedSell: 0,
      own: [],
    };
  });
  return {
    sizeDecimals: 3,
    groupTicks: 10,
    bestBid: (bidTicks / 10).toFixed(1),
    bestAsk: ((bidTicks + 10) / 10).toFixed(1),
    mid: null,
    spreadBps: null,
    lastTrade: null,
    averageEntry: null,
    breakEven: null,
    rows,
  };
}

describe("the ladder's window", () => {
  test("finds the touch at the highest bid and the lowest ask", () => {
    expect(touchTicks(ladderAround(5000))).toEqual({ bid: 5000, ask: 5010 });
  });

  test("puts the market in its middle, wherever the market is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 90_000 }), fc.integer({ min: 8, max: 60 }), (group, rowCount) => {
        const ladder = ladderAround(group * 10);
        const top = centredTop(ladder, rowCount)!;
        expect(placeInWindow(ladder, top, rowCount)).toBe("inside");
        const rows = shownRows(ladder, top, rowCount);
        expect(rows).toHaveLength(rowCount);
        expect(rows.filter((row) => row.isBidTouch || row.isAskTouch)).toHaveLength(2);
      }),
    );
  });

  test("stands still while the market moves inside, and tells when it nears an edge or is gone", () => {
    const top = centredTop(ladderAround(5000), 30)!;
    const placeAt = (bidTicks: number) => placeInWindow(ladderAround(bidTicks), top, 30);
    expect([5000, 5050, 4950].map(placeAt)).toEqual(["inside", "inside", "inside"]);
    expect([5120, 4880].map(placeAt)).toEqual(["near-edge", "near-edge"]);
    expect([5500, 4500].map(placeAt)).toEqual(["outside", "outside"]);
  });

  test("is placed anew when its rows no longer fall on the ladder's", () => {
    expect(placeInWindow(ladderAround(5000), 5103, 30)).toBe("outside");
  });

  test("fills in prices that the ladder did not send, without sizes", () => {
    const rows = shownRows(ladderAround(5000, 3), 5050, 10);
    expect(rows.map((row) => row.price)).toEqual([
      "505.0",
      "504.0",
      "503.0",
      "502.0",
      "501.0",
      "500.0",
      "499.0",
      "498.0",
      "497.0",
      "496.0",
    ]);
    expect(rows[0]).toMatchObject({ bidSize: 0, askSize: 0 });
    expect(rows[9]).toMatchObject({ bidSize: 0, askSize: 0 });
  });

  test("marks the row that holds a price between two rows", () => {
    const ladder = ladderAround(5000);
    expect(rowTicksOfPrice(ladder, "499.95")).toBe(4990);
    expect(rowTicksOfPrice(ladder, "500.0")).toBe(5000);
    expect(rowTicksOfPrice(ladder, null)).toBeNull();
    const rows = shownRows({ ...ladder, averageEntry: "499.37", breakEven: "501.0" }, 5100, 30);
    expect(rows.filter((row) => row.isAverageEntry).map((row) => row.ticks)).toEqual([4990]);
    expect(rows.filter((row) => row.isBreakEven).map((row) => row.ticks)).toEqual([5010]);
  });

  test("draws bars against the usual sizes, not against one wall", () => {
    const sizes = [...Array.from({ length: 40 }, () => 1), 900];
    expect(barScale(sizes)).toBe(1);
    expect(barScale([])).toBe(1);
  });
});

describe("held slots", () => {
  const slot = {
    side: "sell" as const,
    level: 0,
    price: null,
    size: null,
    queueAhead: null,
    status: "empty" as const,
    ageMs: null,
    code: "skip_imbalance",
    detail: null,
    reading: 0.74,
    bound: 0.7,
    decidedAtUs: 1,
    dueInMs: null,
    buildUp: null,
  };

  test("are those without an order that have been looked at", () => {
    const slots = [slot, { ...slot, level: 1, code: null }, { ...slot, level: 2, status: "resting" as const }];
    expect(heldSlots(slots)).toEqual([{ side: "sell", level: 0, reason: "imbalance 0.74 > 0.70", wouldBe: null }]);
  });

  test("share a line when they share a reason", () => {
    const stale = { code: "skip_no_book", reading: null, bound: null };
    const groups = groupHeld(
      heldSlots([
        slot,
        { ...slot, level: 1 },
        { ...slot, ...stale, side: "buy", level: 0 },
        { ...slot, ...stale, level: 2 },
      ]),
    );
    expect(groups).toEqual([
      { reason: "imbalance 0.74 > 0.70", slots: "SELL 0, 1", side: "sell" },
      { reason: "no book", slots: "SELL 2 · BUY 0", side: null },
    ]);
  });
});
