import { describe, expect, it } from "vitest";
import { OrderBook } from "../../../main/kernel/market/order-book.ts";
import { TickerCheck } from "../../../main/kernel/market/ticker-check.ts";
import { lots, ticks } from "../../../main/kernel/values/units.ts";

/** A book whose best bid at update `u` is `100 + u`, and the tickers that say so. */
class Feed {
  readonly check = new TickerCheck();
  readonly #book = new OrderBook();

  delta(updateId: number): this {
    this.#book.applySnapshot(updateId, [100 + updateId, 5], [1_000, 5]);
    this.check.bookChanged(this.#book);
    return this;
  }

  ticker(updateId: number, bid = 100 + updateId): this {
    const touch = { bidTicks: ticks(bid), bidLots: lots(5), askTicks: ticks(1_000), askLots: lots(5) };
    this.check.tickerReceived({ updateId, ...touch });
    return this;
  }

  get counts(): [agreed: number, disagreed: number] {
    return [this.check.agreed, this.check.disagreed];
  }
}

describe("ticker check", () => {
  it("compares where each ticker comes after the delta of its own id", () => {
    const feed = new Feed();
    for (let id = 1; id <= 20; id += 1) feed.delta(id).ticker(id);
    // The last one's ticker may still be followed by another of an id in between
    expect(feed.counts).toEqual([19, 0]);
  });

  it("compares where tickers run ahead of the deltas", () => {
    const feed = new Feed();
    feed.ticker(1).ticker(2).ticker(3).ticker(4).delta(2).delta(3);
    expect(feed.counts).toEqual([2, 0]);
  });

  it("takes the last ticker at or before the delta", () => {
    const feed = new Feed().ticker(8, 50).ticker(9, 110).ticker(12).delta(10);
    expect(feed.counts).toEqual([1, 0]);
  });

  it("counts what differs, and a run of it until the next agreement", () => {
    const feed = new Feed();
    for (let id = 1; id <= 5; id += 1) feed.delta(id).ticker(id, 7);
    expect([feed.counts, feed.check.streak]).toEqual([[0, 4], 4]);
    feed.delta(6).ticker(6).ticker(7);
    expect([feed.counts, feed.check.streak]).toEqual([[1, 5], 0]);
  });

  it("knows nothing without a ticker before, or without one after", () => {
    expect(new Feed().delta(5).ticker(9).counts).toEqual([0, 0]);
    expect(new Feed().ticker(5).delta(5).delta(6).counts).toEqual([0, 0]);
  });

  it("ignores a ticker that comes late", () => {
    const feed = new Feed().ticker(5).ticker(3, 7).delta(5).ticker(6);
    expect(feed.counts).toEqual([1, 0]);
  });

  it("forgets what waits when the feed breaks", () => {
    const feed = new Feed().ticker(5).delta(5);
    feed.check.reset();
    expect(feed.ticker(9).counts).toEqual([0, 0]);
  });

  it("gives up the oldest of very many that wait for a ticker", () => {
    const feed = new Feed().ticker(1);
    for (let id = 1; id <= 1_000; id += 1) feed.delta(id);
    feed.ticker(2_000);
    expect(feed.counts).toEqual([0, 64]);
  });
});
