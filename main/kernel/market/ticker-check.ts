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
  private readonly _tickers: Touch[] = [];
  private readonly _waiting: Touch[] = [];
  private _agreed = 0;
  private _disagreed = 0;
  /** Disagreements since the last agreement. */
  private _streak = 0;

  get agreed(): number {
    return this._agreed;
  }

  get disagreed(): number {
    return this._disagreed;
  }

  get streak(): number {
    return this._streak;
  }

  bookChanged(book: OrderBook): void {
    const { bestBidTicks, bestBidLots, bestAskTicks, bestAskLots, updateId } = book;
    if (bestBidTicks === null || bestBidLots === null || bestAskTicks === null || bestAskLots === null) return;
    if (this._waiting.length === MOST_WAITING) this._waiting.shift();
    this._waiting.push({
      updateId,
      bidTicks: bestBidTicks,
      bidLots: bestBidLots,
      askTicks: bestAskTicks,
      askLots: bestAskLots,
    });
    this._resolve();
  }

  /** A ticker from before the last one says nothing new. */
  tickerReceived(ticker: Touch): void {
    const newest = this._tickers.at(-1);
    if (newest !== undefined && ticker.updateId < newest.updateId) return;
    this._tickers.push(ticker);
    if (this._tickers.length > REMEMBERED * 2) this._tickers.splice(0, REMEMBERED);
    this._resolve();
  }

  reset(): void {
    this._tickers.length = 0;
    this._waiting.length = 0;
  }

  private _resolve(): void {
    const newestId = this._tickers.at(-1)?.updateId ?? -Infinity;
    let resolved = 0;
    let at = 0;
    for (const touch of this._waiting) {
      if (newestId <= touch.updateId) break;
      resolved += 1;
      while ((this._tickers[at + 1]?.updateId ?? Infinity) <= touch.updateId) at += 1;
      const ticker = this._tickers[at];
      if (ticker !== undefined && ticker.updateId <= touch.updateId) this._compare(touch, ticker);
    }
    if (resolved > 0) this._waiting.splice(0, resolved);
    if (at > 0) this._tickers.splice(0, at);
  }

  private _compare(touch: Touch, ticker: Touch): void {
    const agrees =
      ticker.bidTicks === touch.bidTicks &&
      ticker.askTicks === touch.askTicks &&
      ticker.bidLots === touch.bidLots &&
      ticker.askLots === touch.askLots;
    if (agrees) {
      this._agreed += 1;
      this._streak = 0;
    } else {
      this._disagreed += 1;
      this._streak += 1;
    }
  }
}
