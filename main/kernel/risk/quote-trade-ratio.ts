import { SlidingTally } from "./sliding-tally.ts";

/** Placements for each maker fill, over a window. Levels are those of the reference's health metrics (section J). */
export interface QuoteTradeLimits {
  readonly windowUs: number;
  readonly warnRatio: number;
  readonly criticalRatio: number;
}

/** Over 300 s, a warning from 50 placements for a fill, critical from 100 (the reference's constants). */
export const QUOTE_TRADE_LIMITS: QuoteTradeLimits = { windowUs: 300_000_000, warnRatio: 50, criticalRatio: 100 };

export interface QuoteTradeReading {
  readonly quotes: number;
  readonly fills: number;
  /** Placements by maker fills; `Infinity` when nothing filled, 0 when nothing was quoted. */
  readonly ratio: number;
  readonly isWarning: boolean;
  readonly isCritical: boolean;
}

/** How much is quoted for how little: for the screen and the report, never a gate. Times are microseconds. */
export class QuoteTradeRatio {
  private readonly _quotes = new SlidingTally();
  private readonly _fills = new SlidingTally();

  placed(nowUs: number, count = 1): void {
    this._quotes.add(nowUs, count);
  }

  makerFilled(nowUs: number): void {
    this._fills.add(nowUs);
  }

  /** The ratio over the window that ends now, both ends included. */
  read(nowUs: number, limits: QuoteTradeLimits): QuoteTradeReading {
    const fromUs = nowUs - limits.windowUs;
    this._quotes.forgetBefore(fromUs);
    this._fills.forgetBefore(fromUs);
    return this.peek(nowUs, limits);
  }

  /** The same; it lets go of nothing, so that looking changes nothing. */
  peek(nowUs: number, limits: QuoteTradeLimits): QuoteTradeReading {
    const fromUs = nowUs - limits.windowUs;
    const quotes = this._quotes.since(fromUs);
    const fills = this._fills.since(fromUs);
    const ratio = fills > 0 ? quotes / fills : quotes > 0 ? Infinity : 0;
    return { quotes, fills, ratio, isWarning: ratio >= limits.warnRatio, isCritical: ratio >= limits.criticalRatio };
  }
}
