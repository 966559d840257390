import type { BookTickerReceived } from "../events.ts";
import type { OrderBook } from "./order-book.ts";

/** Tickers remembered; at the busiest recorded rate that is more than a second. */
const REMEMBERED = 256;
/** Books that wait for a later ticker; more means that the ticker stream stopped, and the oldest are given up. */
const MOST_WAITING = 64;

type Touch = Pick<BookTickerReceived, "updateId" | "bidTicks" | "bidLots" | "askTicks" | "askLots">;

/**
 * Holds our book against the venue's own best prices, where both speak of the same update: after a delta with id u the last ticker with
 * an id <= u must show our touch. Known only once a ticker with a larger id has come; until then the touch waits.
 */
export class TickerCheck {
  /** By rising id. */
  readonly #tickers: Touch[] = [];
  readonly #waiting: Touch[] = [];
  #agreed = 0;
  #disagreed = 0;
  /** Disagreements since the last agreement. */
  #streak = 0;

  get agreed(): number {
    return this.#agreed;
  }

  get disagreed(): number {
    return this.#disagreed;
  }

  get streak(): number {
    return this.#streak;
  }

  bookChanged(book: OrderBook): void {
    const { bestBidTicks, bestBidLots, bestAskTicks, bestAskLots, updateId } = book;
    if (bestBidTicks === null || bestBidLots === null || bestAskTicks === null || bestAskLots === null) return;
    if (this.#waiting.length === MOST_WAITING) this.#waiting.shift();
    this.#waiting.push({
      updateId,
      bidTicks: bestBidTicks,
      bidLots: bestBidLots,
      askTicks: bestAskTicks,
      askLots: bestAskLots,
    });
    this.#resolve();
  }

  /** A ticker from before the last one says nothing new. */
  tickerReceived(ticker: Touch): void {
    const newest = this.#tickers.at(-1);
    if (newest !== undefined && ticker.updateId < newest.updateId) return;
    this.#tickers.push(ticker);
    if (this.#tickers.length > REMEMBERED * 2) this.#tickers.splice(0, REMEMBERED);
    this.#resolve();
  }

  reset(): void {
    this.#tickers.length = 0;
    this.#waiting.length = 0;
  }

  #resolve(): void {
    const newestId = this.#tickers.at(-1)?.updateId ?? -Infinity;
    let resolved = 0;
    let at = 0;
    for (const touch of this.#waiting) {
      if (newestId <= touch.updateId) break;
      resolved += 1;
      while ((this.#tickers[at + 1]?.updateId ?? Infinity) <= touch.updateId) at += 1;
      const ticker = this.#tickers[at];
      if (ticker !== undefined && ticker.updateId <= touch.updateId) this.#compare(touch, ticker);
    }
    if (resolved > 0) this.#waiting.splice(0, resolved);
    if (at > 0) this.#tickers.splice(0, at);
  }

  #compare(touch: Touch, ticker: Touch): void {
    const agrees =
      ticker.bidTicks === touch.bidTicks &&
      ticker.askTicks === touch.askTicks &&
      ticker.bidLots === touch.bidLots &&
      ticker.askLots === touch.askLots;
    if (agrees) {
      this.#agreed += 1;
      this.#streak = 0;
    } else {
      this.#disagreed += 1;
      this.#streak += 1;
    }
  }
}
