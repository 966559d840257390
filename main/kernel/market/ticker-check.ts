import type { BookTickerReceived } from "../events.ts";
import type { OrderBook } from "./order-book.ts";

/** Tickers remembered; at the busiest recorded rate that is more than a second. */
const REMEMBERED = 256;

/**
 * Holds our book against the venue's own best prices, where both speak of the same update: after a delta with id u the last ticker with
 * an id <= u must show our touch. Known only once a ticker with a larger id has come.
 */
export class TickerCheck {
  readonly #tickers: BookTickerReceived[] = [];
  #pendingId: number | null = null;
  #bidTicks = 0;
  #bidLots = 0;
  #askTicks = 0;
  #askLots = 0;
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
    if (!book.isTwoSided) return;
    this.#pendingId = book.updateId;
    this.#bidTicks = book.bids.ticksAt(0);
    this.#bidLots = book.bids.lotsAt(0);
    this.#askTicks = book.asks.ticksAt(0);
    this.#askLots = book.asks.lotsAt(0);
    this.#resolve();
  }

  tickerReceived(ticker: BookTickerReceived): void {
    this.#tickers.push(ticker);
    if (this.#tickers.length > REMEMBERED * 2) this.#tickers.splice(0, REMEMBERED);
    if (this.#pendingId !== null) this.#resolve();
  }

  reset(): void {
    this.#tickers.length = 0;
    this.#pendingId = null;
  }

  #resolve(): void {
    const newest = this.#tickers.at(-1);
    if (newest === undefined || this.#pendingId === null || newest.updateId <= this.#pendingId) return;
    let at = this.#tickers.length - 1;
    while (at >= 0 && (this.#tickers[at]?.updateId ?? 0) > this.#pendingId) at -= 1;
    const ticker = this.#tickers[at];
    this.#pendingId = null;
    if (ticker === undefined) return;
    this.#tickers.splice(0, at);
    const agrees =
      ticker.bidTicks === this.#bidTicks &&
      ticker.askTicks === this.#askTicks &&
      ticker.bidLots === this.#bidLots &&
      ticker.askLots === this.#askLots;
    if (agrees) {
      this.#agreed += 1;
      this.#streak = 0;
    } else {
      this.#disagreed += 1;
      this.#streak += 1;
    }
  }
}
