import { expect, test } from "vitest";
import { BookPlausibility } from "../../../main/kernel/market/book-plausibility.ts";
import { BookDoubtWatch } from "../../../main/kernel/risk/book-doubt-watch.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { voice } from "./halts-fixture.ts";

const SECOND = 1_000_000;
const MID = 2_000_000;

function watched(): {
  readonly book: BookPlausibility;
  readonly show: (atS: number, mid: number, spreadBps?: number) => string[];
} {
  const { halts, said } = voice();
  const book = new BookPlausibility({ maxBookJumpBps: 300, maxBookSpreadBps: 200, bookJumpConfirmS: 4 });
  const watch = new BookDoubtWatch(halts);
  const show = (atS: number, mid: number, spreadBps = 1): string[] => {
    book.bookChanged(atS * SECOND, mid, spreadBps);
    watch.look(book, micros(atS * SECOND));
    return said();
  };
  return { book, show };
}

test.each([
  ["up", MID * 1.1, "1000"],
  ["down", MID * 0.9, "1000"],
  ["down", MID * 0.95505, "449.5"],
])("tells once of a jump %s, as a critical alert", (way, mid, by) => {
  const { show } = watched();
  expect(show(0, MID)).toEqual([]);
  expect(show(1, mid)).toEqual([
    expect.stringMatching(new RegExp(`^book-jump tripped ${way} ${by}(\\.\\d+)?/300$`)),
    expect.stringMatching(
      new RegExp(
        `^critical: the book's mid jumped ${way} by ${by}(\\.0)? bps at once, more than the 300 bps of MM_MAX_BOOK_JUMP_BPS: nothing is quoted on it until`,
      ),
    ),
  ]);
  expect(show(2, mid)).toEqual([]);
});

test("tells that the book is believed, and how far from where it was", () => {
  const { book, show } = watched();
  show(0, MID);
  show(1, MID * 0.9);
  book.priceHeard(SECOND, MID * 0.9);
  expect(show(5, MID * 0.88)).toEqual([
    "book-jump cleared over -1200/null",
    "info: the book is fit to quote on again, -1200 bps from where it was",
  ]);
});

test("tells of a book that is too wide, and of what is wrong with it next", () => {
  const { show } = watched();
  show(0, MID);
  expect(show(1, MID * 1.1, 250)).toEqual([
    "book-spread tripped wide 250/200",
    "warning: the book's spread is 250 bps, more than the 200 bps of MM_MAX_BOOK_SPREAD_BPS: nothing is quoted on it",
  ]);
  expect(show(2, MID * 1.1).slice(0, 3)).toEqual([
    "book-spread cleared over 0/null",
    "info: the wide spread of the book is over, but it is not fit to quote on",
    expect.stringMatching(/^book-jump tripped up 1000/),
  ]);
  expect(show(3, MID * 1.1, 250).slice(0, 3)).toEqual([
    "book-jump cleared over 0/null",
    "info: the jump of the book is over, but it is not fit to quote on",
    "book-spread tripped wide 250/200",
  ]);
});

test("has nothing to hold a first book against that is too wide", () => {
  const { show } = watched();
  show(0, MID, 250);
  show(1, MID);
  expect(show(2, MID)).toEqual([
    "book-spread cleared over 0/null",
    "info: the book is fit to quote on again, 0 bps from where it was",
  ]);
});
