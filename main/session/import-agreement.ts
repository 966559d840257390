import type { BookTickerReceived } from "../kernel/events.ts";
import type { OrderBook } from "../kernel/market/order-book.ts";

export interface TouchAgreement {
  /** Depth updates after which both the book's touch and the ticker that held at its id were known. */
  readonly compared: number;
  /** Shares of `compared`; null when nothing could be compared. */
  readonly prices: number | null;
  readonly sizes: number | null;
  /** Prices and sizes of both sides. */
  readonly both: number | null;
}

type TickerState = Pick<BookTickerReceived, "updateId" | "bidTicks" | "bidLots" | "askTicks" | "askLots">;

/** More depth updates than this between two tickers mean that the ticker stream stopped. */
const MAX_WAITING = 1024;
/** Tickers kept behind the newest, in case a depth update comes late. */
const MAX_TICKERS = 8192;

/**
 * Compares the book's touch with the venue's own. A ticker holds from its id until the next, and a book after an update with last
 * id `u` is the book at `u`; the two streams overtake each other, so an update waits until a ticker with a larger id has come, and
 * is then compared with the last ticker whose id is at most `u`.
 *
 * Invariants: memory is bounded; an update is not compared when no ticker before it is known or none after it ever came.
 */
export class TouchComparison {
  #waiting: TickerState[] = [];
  /** By rising id. */
  #tickers: TickerState[] = [];
  #compared = 0;
  #samePrices = 0;
  #sameSizes = 0;
  #sameBoth = 0;

  /** After a depth update was applied. */
  bookChanged(book: OrderBook): void {
    const { bestBidTicks, bestBidLots, bestAskTicks, bestAskLots } = book;
    if (bestBidTicks === null || bestBidLots === null || bestAskTicks === null || bestAskLots === null) return;
    if (this.#waiting.length === MAX_WAITING) this.#waiting.shift();
    this.#waiting.push({
      updateId: book.updateId,
      bidTicks: bestBidTicks,
      bidLots: bestBidLots,
      askTicks: bestAskTicks,
      askLots: bestAskLots,
    });
    this.#settle();
  }

  tickerChanged(ticker: TickerState): void {
    const last = this.#tickers.at(-1);
    if (last !== undefined && ticker.updateId < last.updateId) return;
    if (this.#tickers.length === MAX_TICKERS) this.#tickers.splice(0, MAX_TICKERS / 2);
    this.#tickers.push(ticker);
    this.#settle();
  }

  /** The feed broke: what waits belongs to another book. */
  bookLost(): void {
    this.#waiting = [];
  }

  get result(): TouchAgreement {
    const share = (count: number): number | null => (this.#compared === 0 ? null : count / this.#compared);
    return {
      compared: this.#compared,
      prices: share(this.#samePrices),
      sizes: share(this.#sameSizes),
      both: share(this.#sameBoth),
    };
  }

  #settle(): void {
    const newestId = this.#tickers.at(-1)?.updateId ?? -1;
    let settled = 0;
    for (const touch of this.#waiting) {
      if (touch.updateId >= newestId) break;
      settled += 1;
      const ticker = this.#tickers.findLast((candidate) => candidate.updateId <= touch.updateId);
      if (ticker !== undefined) this.#compare(ticker, touch);
    }
    if (settled > 0) this.#waiting.splice(0, settled);
  }

  #compare(ticker: TickerState, touch: TickerState): void {
    const isSamePrice = ticker.bidTicks === touch.bidTicks && ticker.askTicks === touch.askTicks;
    const isSameSize = ticker.bidLots === touch.bidLots && ticker.askLots === touch.askLots;
    this.#compared += 1;
    if (isSamePrice) this.#samePrices += 1;
    if (isSameSize) this.#sameSizes += 1;
    if (isSamePrice && isSameSize) this.#sameBoth += 1;
  }
}
