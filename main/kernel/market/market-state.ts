import type { MarketEvent } from "../events.ts";
import { FundingBias } from "../signals/funding-bias.ts";
import type { Settings } from "../settings/settings.ts";
import { unreachable } from "../values/invariant.ts";
import { secondsToUs, type OrderSide } from "../values/units.ts";
import { BookPlausibility } from "./book-plausibility.ts";
import { BookSignals } from "./book-signals.ts";
import { FeedFreshness } from "./feed-freshness.ts";
import type { MarketReadings } from "./market-readings.ts";
import { MarketSignals, type VolatilityWindowSettings } from "./market-signals.ts";
import { OrderBook } from "./order-book.ts";
import { OthersTouch, type OwnSizes } from "./others-touch.ts";
import { spreadBps } from "./spread-ema.ts";
import { TickerCheck } from "./ticker-check.ts";
import { TradeFlow } from "./trade-flow.ts";

/** What a market event did, as far as the rest of the kernel cares. */
export type MarketChange = "none" | "book-changed" | "book-lost" | "ticker-disagrees" | "funding-changed";

/** So many disagreements in a row mean that our book is wrong, not that two streams crossed. */
const DISAGREEMENTS_TO_TELL = 20;

export interface LastTrade {
  readonly priceTicks: number;
  readonly sizeLots: number;
  readonly aggressor: OrderSide;
  readonly atUs: number;
}

/** One market as its venue's streams tell it: book, histories, flow, funding, and whether all that may be believed. */
export class MarketState {
  readonly book = new OrderBook();
  readonly signals: BookSignals;
  readonly flow = new TradeFlow();
  readonly funding = new FundingBias();
  /** Whether what the book shows can be; one that cannot feeds nothing that quotes are made of. */
  readonly plausibility: BookPlausibility;
  /** Shown and recorded, never gating. */
  private readonly _shown = new MarketSignals();
  private readonly _ticker = new TickerCheck();
  private readonly _freshness = new FeedFreshness();
  private _lastTrade: LastTrade | null = null;
  private _hasToldDisagreement = false;
  private _gaps = 0;
  private _unreadable = 0;

  /** What others show at the touch, as of the last change of the book or `readTouch`. */
  readonly touch = new OthersTouch();
  /** Own sizes in the venue's public book; null where the book does not show them. */
  private readonly _own: OwnSizes | null;
  private _isOwnFiltered: boolean;

  constructor(settings: Settings, own: OwnSizes | null = null) {
    this.signals = new BookSignals(settings);
    this.plausibility = new BookPlausibility(settings);
    this._own = own;
    this._isOwnFiltered = settings.ownSizeFilter;
  }

  /** Takes over changed windows and the filter; nothing remembered is lost. */
  applySettings(settings: Settings): void {
    this.signals.applySettings(settings);
    this.plausibility.applySettings(settings);
    this._isOwnFiltered = settings.ownSizeFilter;
  }

  /** The touch as it is now: own orders come and go between two changes of the book. */
  readTouch(): OthersTouch {
    this.touch.read(this.book, this.own);
    return this.touch;
  }

  /** Own sizes that are to be taken out of the book; null = it shows none, or the settings let them count. */
  get own(): OwnSizes | null {
    return this._isOwnFiltered ? this._own : null;
  }

  get lastTrade(): LastTrade | null {
    return this._lastTrade;
  }

  /** Gaps and disconnects so far. */
  get gaps(): number {
    return this._gaps;
  }

  /** Frames that the connector could not use. */
  get unreadable(): number {
    return this._unreadable;
  }

  get tickerAgreement(): { readonly agreed: number; readonly disagreed: number } {
    return { agreed: this._ticker.agreed, disagreed: this._ticker.disagreed };
  }

  /** Time since the depth stream was last heard of, microseconds; null = never. */
  ageUs(nowUs: number): number | null {
    return this._freshness.ageUs(nowUs);
  }

  isStale(nowUs: number, settings: Settings): boolean {
    return this._freshness.isStale(nowUs, secondsToUs(settings.orderbookStalenessThresholdS));
  }

  /** In sequence, two-sided, not crossed, plausible and fresh: fit to quote on. */
  isUsable(nowUs: number, settings: Settings): boolean {
    return this.book.isSynchronized && this.midHalfTicks !== null && !this.isStale(nowUs, settings);
  }

  /** Lets time pass for the plausibility of the book, which may be believed by it. */
  settle(nowUs: number): void {
    if (this.plausibility.settle(nowUs)) this._feedSignals(nowUs);
  }

  /** Twice the mid in ticks; null unless the book is two-sided, not crossed and plausible: nothing is valued by a price that cannot be. */
  get midHalfTicks(): number | null {
    const { book } = this;
    if (!book.isTwoSided || book.isCrossed || !this.plausibility.isPlausible) return null;
    return book.bids.ticksAt(0) + book.asks.ticksAt(0);
  }

  get spreadBps(): number | null {
    const { book } = this;
    return book.isTwoSided && !book.isCrossed ? spreadBps(book.bids.ticksAt(0), book.asks.ticksAt(0)) : null;
  }

  /** Every signal as of `nowUs`; computed here and now, and never seen by a gate. */
  readings(nowUs: number, settings: VolatilityWindowSettings): MarketReadings {
    return this._shown.read(nowUs, settings, this);
  }

  /** Takes an event in at kernel time `nowUs`, which never runs backwards, whatever the event's own stamp says. */
  apply(event: MarketEvent, nowUs: number): MarketChange {
    switch (event.type) {
      case "book-delta-received": {
        this._freshness.heard(nowUs);
        const { book } = this;
        const outcome = book.applyDelta(
          event.firstUpdateId,
          event.updateId,
          event.previousUpdateId,
          event.bids,
          event.asks,
        );
        if (outcome === "gapped") return this._lose();
        return outcome === "applied" ? this._bookChanged(nowUs) : "none";
      }
      // A ticker checks the book and says nothing of its age: else a frozen book would look fresh
      case "book-ticker-received":
        this._ticker.tickerReceived(event);
        if (event.bidTicks > 0 && event.bidTicks < event.askTicks)
          this.plausibility.priceHeard(nowUs, event.bidTicks + event.askTicks);
        return this._isNewDisagreement() ? "ticker-disagrees" : "none";
      case "trade-printed":
        this._lastTrade = {
          priceTicks: event.priceTicks,
          sizeLots: event.sizeLots,
          aggressor: event.aggressor,
          atUs: nowUs,
        };
        this.flow.record(nowUs, event.aggressor, event.sizeLots);
        this._shown.tradePrinted(nowUs, event);
        if (event.priceTicks > 0) this.plausibility.priceHeard(nowUs, event.priceTicks * 2);
        return "none";
      case "book-snapshot-received":
        this._freshness.heard(nowUs);
        // A lost book has emptied the histories; a fresh look at one that was not lost is no reason to
        this._ticker.reset();
        this.book.applySnapshot(event.updateId, event.bids, event.asks);
        return this._bookChanged(nowUs);
      case "feed-disconnected":
        this._shown.disconnected();
        return this._lose();
      case "frame-unreadable":
        this._unreadable += 1;
        return "none";
      case "funding-rate-updated":
        this.funding.setRate(event.rate, event.intervalUs);
        this._shown.fundingUpdated(event);
        return "funding-changed";
      case "open-interest-reported":
        this._shown.openInterestReported(nowUs, event.openInterestLots);
        return "none";
      case "liquidation-printed":
        this._shown.liquidationPrinted(nowUs, event);
        return "none";
      default:
        return unreachable(event);
    }
  }

  private _bookChanged(nowUs: number): MarketChange {
    const { midHalfTicks, spreadBps: touchBps } = this.readTouch();
    if (this.plausibility.bookChanged(nowUs, midHalfTicks, touchBps)) this._feedSignals(nowUs);
    if (this.book.isTwoSided) {
      this._shown.bookChanged(nowUs, this);
      this._ticker.bookChanged(this.book);
    }
    return "book-changed";
  }

  private _feedSignals(nowUs: number): void {
    const { bidTicks, bidLots, askTicks, askLots } = this.touch;
    if (bidTicks !== null && askTicks !== null) this.signals.update(nowUs, bidTicks, bidLots, askTicks, askLots);
  }

  /** True once for every run of disagreements that is long enough. */
  private _isNewDisagreement(): boolean {
    const isLong = this._ticker.streak >= DISAGREEMENTS_TO_TELL;
    const isNew = isLong && !this._hasToldDisagreement;
    this._hasToldDisagreement = isLong;
    return isNew;
  }

  private _lose(): MarketChange {
    this._gaps += 1;
    this.book.clear();
    this.signals.reset();
    this.plausibility.bookLost();
    this.flow.reset();
    this._shown.marketLost();
    this._ticker.reset();
    return "book-lost";
  }
}
