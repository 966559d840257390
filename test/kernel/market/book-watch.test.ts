import { describe, expect, test } from "vitest";
import { BookWatch } from "../../../main/kernel/market/book-watch.ts";

describe("the watch over the book", () => {
  test("tells a stale book once, and once that it is fit again", () => {
    const watch = new BookWatch();
    expect(watch.look(true, false, false, 0)).toBeNull();
    expect(watch.look(false, true, false, 16.2)).toEqual({
      kind: "book-stale",
      isOver: false,
      message: "no depth update for 16 s: the book is stale and nothing is quoted on it",
    });
    expect(watch.look(false, true, false, 17.2)).toBeNull();
    expect(watch.look(true, false, false, 0)).toMatchObject({ kind: "book-stale", isOver: true });
    expect(watch.look(true, false, false, 0)).toBeNull();
  });

  test("tells of a crossed book, and of staleness on top of it", () => {
    const watch = new BookWatch();
    watch.look(true, false, false, 0);
    expect(watch.look(false, false, true, 0)).toMatchObject({ kind: "book-crossed", isOver: false });
    expect(watch.look(false, true, true, 16)).toMatchObject({ kind: "book-stale", isOver: false });
    expect(watch.look(true, false, false, 0)).toMatchObject({ kind: "book-stale", isOver: true });
  });

  test("says nothing before the first fit book, nor of one that is lost", () => {
    const watch = new BookWatch();
    expect(watch.look(false, true, false, 0)).toBeNull();
    watch.look(true, false, false, 0);
    expect(watch.look(false, false, false, 0)).toBeNull();
  });
});
