import type { FundingRateUpdated, LiquidationPrinted, TradePrinted } from "../events.ts";
import type { Settings } from "../settings/settings.ts";
import { secondsToUs } from "../values/units.ts";
import { MID_WINDOW, type BookSignals } from "./book-signals.ts";
import { CancelIntensity } from "./cancel-intensity.ts";
import { JUMP_WINDOWS_US, JumpDetector } from "./jump-detector.ts";
import { LIQUIDATION_WINDOWS_US, LiquidationIntensity } from "./liquidation-intensity.ts";
import type { MarketReadings, Windowed } from "./market-readings.ts";
import { micropriceDivergenceBps } from "./microprice-divergence.ts";
import { OPEN_INTEREST_WINDOWS_US, OpenInterest } from "./open-interest.ts";
import type { OrderBook } from "./order-book.ts";
import { OthersTouch, type OwnSizes } from "./others-touch.ts";
import { OrderFlowImbalance } from "./order-flow-imbalance.ts";
import { sessionFlags } from "./session-flags.ts";
import { SPREAD_JUMP_WINDOWS_US, SpreadRegimeSignal } from "./spread-regime.ts";
import { topKImbalance } from "./top-k-imbalance.ts";
import { TRADE_FLOW_WINDOWS_US, type TradeFlow } from "./trade-flow.ts";
import { VpinSignal } from "./vpin-signal.ts";
import { FLOW_WINDOWS_US } from "./window-sums.ts";

/** Levels of the plain and of the weighted depth imbalance. */
export const DEPTH_LEVELS = 5;
export const WEIGHTED_DEPTH_LEVELS = 10;

const VOLATILITY_WINDOWS = [MID_WINDOW.short, MID_WINDOW.medium, MID_WINDOW.long] as const;

/** Sizes beyond this are none that a market has; sums of them would not stay exact. */
const MOST_LOTS = 2 ** 40;

/** What the readings need and other parts of the market's state hold. */
export interface ReadingSources {
  readonly book: OrderBook;
  readonly signals: BookSignals;
  readonly flow: TradeFlow;
  /** Own sizes that are to be taken out of the book; null = there are none in it, or they are to count. */
  readonly own: OwnSizes | null;
}

export type VolatilityWindowSettings = Pick<
  Settings,
  "volRegimeShortWindowS" | "volRegimeMediumWindowS" | "volRegimeLongWindowS"
>;

/**
 * The signals that are shown, recorded with fills and open to strategies, and that gate nothing by themselves.
 *
 * Each event feeds them in amortised O(1), in constant memory; readings are computed only when asked, and asking changes no later reading. A gap of the book
 * empties what the book told and drops what trades told in part; only a disconnect forgets open interest and liquidations.
 */
export class MarketSignals {
  /** Read anew for each use; the quoting has one of its own, which a reading must not move. */
  private readonly _touch = new OthersTouch();
  private readonly _orderFlow = new OrderFlowImbalance();
  private readonly _cancels = new CancelIntensity();
  private readonly _spread = new SpreadRegimeSignal();
  private readonly _jumps = new JumpDetector();
  private readonly _vpin = new VpinSignal();
  private readonly _openInterest = new OpenInterest();
  private readonly _liquidations = new LiquidationIntensity();
  /** Since when the book, the trades and the liquidations are heard without a hole; null = they are not. */
  private _bookSinceUs: number | null = null;
  private _tradesSinceUs: number | null = null;
  private _liquidationsSinceUs: number | null = null;
  private _fundingRate: number | null = null;
  private _nextFundingUs = 0;

  /** Takes in one whole update of the book, as others make it; a crossed or one-sided one feeds nothing. */
  bookChanged(nowUs: number, { book, own }: Pick<ReadingSources, "book" | "own">): void {
    this._touch.read(book, own);
    const { bidTicks, bidLots, askTicks, askLots } = this._touch;
    if (bidTicks === null || askTicks === null || bidTicks >= askTicks) return;
    this._bookSinceUs ??= nowUs;
    this._tradesSinceUs ??= nowUs;
    this._orderFlow.update(nowUs, bidTicks, bidLots, askTicks, askLots);
    this._cancels.update(nowUs, book, own);
    this._spread.update(nowUs, bidTicks, askTicks);
    this._jumps.update(nowUs, bidTicks + askTicks);
  }

  tradePrinted(nowUs: number, { aggressor, priceTicks, sizeLots }: TradePrinted): void {
    if (!isSize(sizeLots)) return;
    this._tradesSinceUs ??= nowUs;
    this._cancels.tradePrinted(nowUs, aggressor, priceTicks, sizeLots);
    this._vpin.record(nowUs, aggressor, priceTicks, sizeLots);
  }

  openInterestReported(nowUs: number, openInterestLots: number): void {
    if (openInterestLots === 0 || isSize(openInterestLots)) this._openInterest.update(nowUs, openInterestLots);
  }

  /** A closing sell ended a long. */
  liquidationPrinted(nowUs: number, { side, sizeLots }: LiquidationPrinted): void {
    if (!isSize(sizeLots)) return;
    this._liquidationsSinceUs ??= nowUs;
    this._liquidations.record(nowUs, side === "sell" ? "long" : "short", sizeLots);
  }

  fundingUpdated({ rate, nextFundingUs }: FundingRateUpdated): void {
    if (Number.isFinite(rate)) this._fundingRate = rate;
    this._nextFundingUs = nextFundingUs;
  }

  /** A hole in the market's streams: flows and jumps across it would be made up, and trades may be missing, too. */
  marketLost(): void {
    this._orderFlow.reset();
    this._cancels.reset();
    this._spread.reset();
    this._jumps.reset();
    this._bookSinceUs = null;
    this._vpin.dropOpen();
    this._tradesSinceUs = null;
  }

  /** Nobody knows how long the venue was not heard. */
  disconnected(): void {
    this.marketLost();
    this._openInterest.reset();
    this._liquidations.reset();
    this._liquidationsSinceUs = null;
  }

  /** Everything as of `nowUs`, which must not run backwards. */
  read(nowUs: number, settings: VolatilityWindowSettings, sources: ReadingSources): MarketReadings {
    const { book, signals, flow, own } = sources;
    this._touch.read(book, own);
    const lengthsUs = [
      settings.volRegimeShortWindowS,
      settings.volRegimeMediumWindowS,
      settings.volRegimeLongWindowS,
    ].map(secondsToUs);
    const ifMeasured = (value: number | null, at: number): number | null =>
      signals.mids.coverageUs(VOLATILITY_WINDOWS[at] ?? 0, nowUs) * 2 < (lengthsUs[at] ?? 0) ? null : value;
    const { bidTicks, bidLots, askTicks, askLots } = this._touch;
    return {
      rangeBps: VOLATILITY_WINDOWS.map((window, at) => ifMeasured(signals.mids.rangeBps(window, nowUs), at)),
      realizedBps: VOLATILITY_WINDOWS.map((window, at) => ifMeasured(signals.mids.realizedBps(window, nowUs), at)),
      tradeImbalance: covered(nowUs, this._tradesSinceUs, TRADE_FLOW_WINDOWS_US, (at) => flow.imbalance(at, nowUs)),
      depthImbalance: topKImbalance(book, DEPTH_LEVELS, "flat", own),
      weightedDepthImbalance: topKImbalance(book, WEIGHTED_DEPTH_LEVELS, "linear", own),
      micropriceDivergenceBps:
        bidTicks === null || askTicks === null ? null : micropriceDivergenceBps(bidTicks, bidLots, askTicks, askLots),
      vpin: this._vpin.value,
      bulkVpin: this._vpin.bulkValue,
      vpinCoverage: this._vpin.coverage,
      vpinBucketLots: this._vpin.bucketLots,
      ...this._bookReadings(nowUs),
      ...this._contextReadings(nowUs),
    };
  }

  private _bookReadings(nowUs: number) {
    const sinceUs = this._bookSinceUs;
    const cancelled = (side: "bid" | "ask"): Windowed =>
      covered(nowUs, sinceUs, FLOW_WINDOWS_US, (at) => this._cancels.lotsPerSecond(side, at, nowUs));
    const hasJumps = this._jumps.localVolatility !== null;
    return {
      orderFlowLots: covered(nowUs, sinceUs, FLOW_WINDOWS_US, (at) => this._orderFlow.sumLots(at, nowUs)),
      cancelledBidLotsPerS: cancelled("bid"),
      cancelledAskLotsPerS: cancelled("ask"),
      spreadRegime: this._spread.regime(nowUs),
      spreadRatio: this._spread.ratio(nowUs),
      spreadJumpsPerMinute: covered(nowUs, sinceUs, SPREAD_JUMP_WINDOWS_US, (at) =>
        this._spread.jumpsPerMinute(at, nowUs),
      ),
      jumps: covered(nowUs, hasJumps ? sinceUs : null, JUMP_WINDOWS_US, (at) => this._jumps.jumps(at, nowUs)),
    };
  }

  private _contextReadings(nowUs: number) {
    const liquidated = (position: "long" | "short"): Windowed =>
      LIQUIDATION_WINDOWS_US.map((_length, at) =>
        this._liquidationsSinceUs === null ? null : this._liquidations.lots(position, at, nowUs),
      );
    return {
      sessions: sessionFlags(nowUs),
      openInterestLots: this._openInterest.latestLots,
      openInterestChange: OPEN_INTEREST_WINDOWS_US.map((_length, at) => this._openInterest.changeShare(at, nowUs)),
      liquidatedLongLots: liquidated("long"),
      liquidatedShortLots: liquidated("short"),
      fundingRate: this._fundingRate,
      fundingInUs: this._fundingRate === null ? null : Math.max(0, this._nextFundingUs - nowUs),
    };
  }
}

/** A value a window, null where the window is not half covered since `sinceUs`. */
function covered(
  nowUs: number,
  sinceUs: number | null,
  lengthsUs: readonly number[],
  read: (window: number) => number | null,
): Windowed {
  return lengthsUs.map((lengthUs, at) => (sinceUs === null || (nowUs - sinceUs) * 2 < lengthUs ? null : read(at)));
}

function isSize(lots: number): boolean {
  return lots > 0 && lots <= MOST_LOTS;
}
