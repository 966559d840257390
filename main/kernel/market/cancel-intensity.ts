import type { BookSide, OrderSide } from "../values/units.ts";
import type { LevelTable } from "./level-table.ts";
import type { OrderBook } from "./order-book.ts";
import type { OwnSizes } from "./others-touch.ts";
import { FLOW_WINDOWS_US, WindowSums } from "./window-sums.ts";

/** Levels from the touch that count as near it. */
export const NEAR_LEVELS = 5;

/** A trade that is told after the book has shown it takes back what was counted at its price this recently. */
const LATE_TRADE_US = 1_000_000;

/** Reductions remembered for late trades, per side. */
const REMEMBERED = 32;

/**
 * Size that left the five best levels of a side without being traded: a proxy of cancels, for a book of levels tells no orders.
 *
 * At every whole update each level that was near the touch before gives `max(0, q' - q - traded at its price since)`, primes are the previous state; the sum over a
 * window, divided by its length, is in lots per second. Additions and removals inside one update cannot be told apart, so the figure is a lower
 * bound. Trades may be told before or after the update that shows them: early ones explain the next update, late ones take back what was counted at
 * their price in the last second. All in whole lots; five look-ups a side and update. Windows are named by their place in `FLOW_WINDOWS_US`.
 */
export class CancelIntensity {
  private readonly _bids = new NearSide("bid");
  private readonly _asks = new NearSide("ask");

  /** Takes in one whole update; a crossed or one-sided book is passed over. */
  update(nowUs: number, book: OrderBook, own: OwnSizes | null = null): void {
    if (!book.isTwoSided || book.isCrossed) return;
    this._bids.update(nowUs, book.bids, own);
    this._asks.update(nowUs, book.asks, own);
  }

  /** A print: an aggressive buy takes from the asks, a sell from the bids. */
  tradePrinted(nowUs: number, aggressor: OrderSide, priceTicks: number, sizeLots: number): void {
    (aggressor === "buy" ? this._asks : this._bids).tradePrinted(nowUs, priceTicks, sizeLots);
  }

  /** Lots that left a side without a trade, over a window. Late trades may take back more than is left in it, but never below 0. */
  cancelledLots(side: BookSide, window: number, nowUs: number): number {
    return Math.max(0, (side === "bid" ? this._bids : this._asks).sums.sum(window, nowUs));
  }

  /** The same per second, over the whole length of the window. */
  lotsPerSecond(side: BookSide, window: number, nowUs: number): number {
    return this.cancelledLots(side, window, nowUs) / this._bids.sums.lengthS(window);
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this._bids.reset();
    this._asks.reset();
  }
}

class NearSide {
  readonly sums = new WindowSums(FLOW_WINDOWS_US);
  private readonly _side: BookSide;
  private readonly _ticks = new Float64Array(NEAR_LEVELS);
  private readonly _lots = new Float64Array(NEAR_LEVELS);
  /** Traded at each near level since the last update. */
  private readonly _tradedLots = new Float64Array(NEAR_LEVELS);
  private _count = 0;
  /** Unexplained reductions, for trades that are told late: a ring of the newest. */
  private readonly _debtTicks = new Float64Array(REMEMBERED);
  private readonly _debtLots = new Float64Array(REMEMBERED);
  private readonly _debtAtUs = new Float64Array(REMEMBERED);
  private _debts = 0;

  constructor(side: BookSide) {
    this._side = side;
  }

  update(nowUs: number, table: LevelTable, own: OwnSizes | null): void {
    let unexplainedLots = 0;
    for (let i = 0; i < this._count; i += 1) {
      const priceTicks = this._ticks[i] ?? 0;
      const nowLots = withoutOwn(table.lotsAtPrice(priceTicks), this._side, priceTicks, own);
      const goneLots = (this._lots[i] ?? 0) - nowLots - (this._tradedLots[i] ?? 0);
      if (!(goneLots > 0)) continue;
      unexplainedLots += goneLots;
      this._remember(nowUs, priceTicks, goneLots);
    }
    if (unexplainedLots > 0) this.sums.add(nowUs, unexplainedLots);
    this._count = Math.min(NEAR_LEVELS, table.count);
    for (let i = 0; i < this._count; i += 1) {
      const priceTicks = table.ticksAt(i);
      this._ticks[i] = priceTicks;
      this._lots[i] = withoutOwn(table.lotsAt(i), this._side, priceTicks, own);
      this._tradedLots[i] = 0;
    }
  }

  tradePrinted(nowUs: number, priceTicks: number, sizeLots: number): void {
    const restLots = sizeLots - this._settle(nowUs, priceTicks, sizeLots);
    for (let i = 0; i < this._count; i += 1) {
      if (this._ticks[i] === priceTicks) this._tradedLots[i] = (this._tradedLots[i] ?? 0) + restLots;
    }
  }

  reset(): void {
    this.sums.reset();
    this._count = 0;
    this._debts = 0;
  }

  private _remember(nowUs: number, priceTicks: number, sizeLots: number): void {
    const at = this._debts % REMEMBERED;
    this._debtTicks[at] = priceTicks;
    this._debtLots[at] = sizeLots;
    this._debtAtUs[at] = nowUs;
    this._debts += 1;
  }

  /** Takes back what a late trade explains, oldest first, and returns it in lots. */
  private _settle(nowUs: number, priceTicks: number, sizeLots: number): number {
    let settledLots = 0;
    for (let i = Math.max(0, this._debts - REMEMBERED); i < this._debts && settledLots < sizeLots; i += 1) {
      const at = i % REMEMBERED;
      if (this._debtTicks[at] !== priceTicks || nowUs - (this._debtAtUs[at] ?? 0) > LATE_TRADE_US) continue;
      const owedLots = this._debtLots[at] ?? 0;
      const paidLots = Math.min(owedLots, sizeLots - settledLots);
      this._debtLots[at] = owedLots - paidLots;
      settledLots += paidLots;
    }
    if (settledLots > 0) this.sums.add(nowUs, -settledLots);
    return settledLots;
  }
}

function withoutOwn(levelLots: number, side: BookSide, priceTicks: number, own: OwnSizes | null): number {
  return own === null ? levelLots : Math.max(0, levelLots - own.restingLots(side, priceTicks));
}
