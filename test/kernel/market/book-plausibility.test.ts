import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookPlausibility, type BookBounds } from "../../../main/kernel/market/book-plausibility.ts";

const SECOND = 1_000_000;
const BOUNDS: BookBounds = { maxBookJumpBps: 300, maxBookSpreadBps: 200, bookJumpConfirmS: 10 };
/** Twice a mid of a million ticks. */
const MID = 2_000_000;
const CRASHED = MID * 0.7;

/** A book that has been believed at `MID` since second 0. */
function believed(bounds: Partial<BookBounds> = {}): BookPlausibility {
  const book = new BookPlausibility({ ...BOUNDS, ...bounds });
  book.bookChanged(0, MID, 1);
  return book;
}

describe("the plausibility of a book", () => {
  it("believes the first book, for there is nothing to hold it against", () => {
    const book = new BookPlausibility(BOUNDS);
    expect([book.bookChanged(0, 7, 1), book.doubt]).toEqual([true, null]);
  });

  it.each([
    ["up, at the bound", MID * 1.03, true],
    ["up, beyond it", MID * 1.03 + 1, false],
    ["down, at the bound", MID * 0.97, true],
    ["down, beyond it", MID * 0.97 - 1, false],
  ])("holds a move %s against MM_MAX_BOOK_JUMP_BPS", (_what, mid, isBelieved) => {
    expect(believed().bookChanged(1, mid, 1)).toBe(isBelieved);
  });

  it("lets the market walk any way in steps within the bound", () => {
    const book = believed();
    for (let step = 1, mid = MID; step <= 100; step += 1) {
      mid = Math.round(mid * 1.02);
      expect(book.bookChanged(step, mid, 1)).toBe(true);
    }
  });

  it("tells reading and bound of a jump", () => {
    const book = believed();
    book.bookChanged(1, MID * 1.3, 1);
    expect(book.doubt).toEqual({ kind: "jump", readingBps: expect.closeTo(3_000, 6), boundBps: 300 });
  });

  it("holds a jump against the last mid that was believed, not against the last bad one", () => {
    const book = believed();
    for (let step = 1; step < 60; step += 1) expect(book.bookChanged(step * SECOND, CRASHED + step, 1)).toBe(false);
  });

  it("believes a book that is back within the bound, once it has been for a second", () => {
    const book = believed();
    book.bookChanged(1 * SECOND, CRASHED, 1);
    expect(book.bookChanged(2 * SECOND, MID * 1.01, 1)).toBe(false);
    expect(book.bookChanged(3 * SECOND - 1, MID, 1)).toBe(false);
    expect(book.bookChanged(3 * SECOND, MID, 1)).toBe(true);
  });

  it("does not believe one that flickers", () => {
    const book = believed();
    for (let step = 1; step < 100; step += 1) book.bookChanged(step * 400_000, step % 2 === 0 ? MID : CRASHED, 1);
    expect(book.isPlausible).toBe(false);
  });
});

describe("a jump that holds", () => {
  const crashed = (bounds: Partial<BookBounds> = {}): BookPlausibility => {
    const book = believed(bounds);
    book.bookChanged(SECOND, CRASHED, 1);
    return book;
  };

  it("is believed after MM_BOOK_JUMP_CONFIRM_S, with a trade that speaks for it", () => {
    const book = crashed();
    book.priceHeard(2 * SECOND, CRASHED);
    expect(book.confirmedUs).toBe(11 * SECOND);
    expect(book.settle(11 * SECOND - 1)).toBe(false);
    expect(book.settle(11 * SECOND)).toBe(true);
    expect([book.doubt, book.confirmedUs, book.jumpBps]).toEqual([null, null, 0]);
    expect(book.bookChanged(12 * SECOND, CRASHED * 1.02, 1)).toBe(true);
  });

  it("is believed by an update of the book, too, and while the market goes on moving", () => {
    const book = crashed({ bookJumpConfirmS: 3 });
    book.priceHeard(2 * SECOND, CRASHED * 0.99);
    expect(book.bookChanged(3 * SECOND, CRASHED * 0.98, 1)).toBe(false);
    expect(book.bookChanged(4 * SECOND, CRASHED * 0.96, 1)).toBe(true);
  });

  it("is not believed however long nobody speaks for it", () => {
    expect(crashed().settle(3_600 * SECOND)).toBe(false);
  });

  it.each([
    ["a trade at the old price", (book: BookPlausibility) => book.priceHeard(8 * SECOND, MID)],
    ["a crossed book", (book: BookPlausibility) => book.bookChanged(8 * SECOND, null, null)],
    ["a book too wide", (book: BookPlausibility) => book.bookChanged(8 * SECOND, CRASHED, 201)],
    ["a gap", (book: BookPlausibility) => book.bookLost()],
    ["a second jump", (book: BookPlausibility) => book.bookChanged(8 * SECOND, CRASHED * 0.7, 1)],
    ["a visit to the old price", (book: BookPlausibility) => book.bookChanged(8 * SECOND, MID, 1)],
  ])("waits anew after %s", (_what, interrupt) => {
    const book = crashed();
    book.priceHeard(2 * SECOND, CRASHED);
    interrupt(book);
    book.bookChanged(8 * SECOND, CRASHED, 1);
    book.priceHeard(9 * SECOND, CRASHED);
    expect(book.settle(18 * SECOND - 1)).toBe(false);
    expect(book.settle(18 * SECOND)).toBe(true);
  });

  it.each([
    ["half the bound away", CRASHED * 1.015, true],
    ["farther", CRASHED * 1.0151, false],
    ["on the way back to the old price", CRASHED * 1.02, false],
  ])("is spoken for by a price %s: %s", (_what, price, speaks) => {
    const book = crashed({ bookJumpConfirmS: 0 });
    book.priceHeard(2 * SECOND, price);
    expect(book.settle(2 * SECOND)).toBe(speaks);
  });

  it("hears no price before the jump", () => {
    const book = believed();
    book.priceHeard(0, CRASHED);
    book.bookChanged(1, CRASHED, 1);
    expect(book.confirmedUs).toBeNull();
  });

  it("holds the first book after a gap against the last one before it", () => {
    const book = believed();
    book.bookLost();
    expect([book.isPlausible, book.jumpBps]).toEqual([true, null]);
    expect(book.bookChanged(60 * SECOND, CRASHED, 1)).toBe(false);
    book.priceHeard(61 * SECOND, CRASHED);
    expect(book.settle(70 * SECOND)).toBe(true);
  });
});

describe("a spread", () => {
  it("beyond MM_MAX_BOOK_SPREAD_BPS is doubted while it lasts and a second more", () => {
    const book = believed();
    expect(book.bookChanged(1, MID, 200)).toBe(true);
    expect(book.bookChanged(2, MID, 200.1)).toBe(false);
    expect(book.doubt).toEqual({ kind: "spread", readingBps: 200.1, boundBps: 200 });
    expect(book.bookChanged(3, MID, 200)).toBe(false);
    expect(book.settle(3 + SECOND)).toBe(true);
  });

  it("too wide makes no reference: the mid of the next sane book is held against the one before", () => {
    const book = believed();
    book.bookChanged(1, MID * 1.02, 500);
    expect(book.bookChanged(2, MID * 1.04, 1)).toBe(false);
    expect(book.doubt?.kind).toBe("jump");
  });
});

describe("bounds that change while the book is in doubt", () => {
  it.each([
    ["a wider bound", { maxBookJumpBps: 5_000 }],
    ["none", { maxBookJumpBps: 0 }],
  ])("believe the book with %s", (_what, change) => {
    const book = believed();
    book.bookChanged(1, CRASHED, 1);
    book.applySettings({ ...BOUNDS, ...change });
    expect(book.settle(2)).toBe(false);
    expect(book.settle(2 + SECOND)).toBe(true);
  });

  it("keep what has been waited for and who has spoken", () => {
    const book = believed();
    book.bookChanged(SECOND, CRASHED, 1);
    book.priceHeard(2 * SECOND, CRASHED);
    book.applySettings({ ...BOUNDS, bookJumpConfirmS: 4 });
    expect(book.settle(5 * SECOND)).toBe(true);
  });

  it("count at once when they are narrower", () => {
    const book = believed();
    book.bookChanged(1, MID, 150);
    book.applySettings({ ...BOUNDS, maxBookSpreadBps: 100 });
    book.settle(2);
    expect(book.doubt).toEqual({ kind: "spread", readingBps: 150, boundBps: 100 });
  });
});

describe("whatever the feed shows", () => {
  const mid = fc.oneof(fc.integer({ min: MID * 0.9, max: MID * 1.1 }), fc.integer({ min: 2, max: 2 ** 41 }));
  const step = fc.oneof(
    fc.record({ kind: fc.constant("book" as const), mid, spreadBps: fc.double({ min: 0.1, max: 400, noNaN: true }) }),
    fc.record({ kind: fc.constant("crossed" as const) }),
    fc.record({ kind: fc.constant("lost" as const) }),
    fc.record({ kind: fc.constant("price" as const), mid }),
    fc.record({ kind: fc.constant("time" as const) }),
  );

  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  /** What the book shows after the step; undefined = what it showed before. */
  function play(book: BookPlausibility, nowUs: number, one: Step): number | null | undefined {
    switch (one.kind) {
      case "book":
        book.bookChanged(nowUs, one.mid, one.spreadBps);
        return one.mid;
      case "crossed":
        book.bookChanged(nowUs, null, null);
        return null;
      case "lost":
        book.bookLost();
        return null;
      case "price":
        book.priceHeard(nowUs, one.mid);
        return undefined;
      case "time":
        book.settle(nowUs);
        return undefined;
    }
  }

  /** Moves beyond the bound that were believed at once, or sooner than a book in doubt ever is. */
  function believedTooSoon(steps: readonly (readonly [number, Step])[]): number[] {
    const book = believed();
    const tooSoon: number[] = [];
    let [accepted, nowUs] = [MID, 0];
    let shown: number | null = MID;
    let doubtedUs: number | null = null;
    for (const [gapUs, one] of steps) {
      nowUs += gapUs;
      const now = play(book, nowUs, one);
      if (now !== undefined) shown = now;
      if (shown === null || !book.isPlausible) {
        doubtedUs ??= nowUs;
        continue;
      }
      const movedBps = (Math.abs(shown - accepted) / accepted) * 10_000;
      if (movedBps > 300.000_1 && (doubtedUs === null || nowUs - doubtedUs < SECOND)) tooSoon.push(movedBps);
      accepted = shown;
      doubtedUs = null;
    }
    return tooSoon;
  }

  it("a mid is never believed further from the last believed one than the bound, unless it was waited for", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 * SECOND }), step), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (some) => {
        expect(believedTooSoon(some)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
