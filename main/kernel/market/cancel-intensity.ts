import type { BookSide, OrderSide } from "../values/units.ts";
import type { LevelTable } from "./level-table.ts";
import type { OrderBook } from "./order-book.ts";
import type { OwnLotsAt } from "./top-k-imbalance.ts";
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
  readonly #bids = new NearSide("bid");
  readonly #asks = new NearSide("ask");

  /** Takes in one whole update; a crossed or one-sided book is passed over. */
  update(nowUs: number, book: OrderBook, ownLotsAt: OwnLotsAt | null = null): void {
    if (!book.isTwoSided || book.isCrossed) return;
    this.#bids.update(nowUs, book.bids, ownLotsAt);
    this.#asks.update(nowUs, book.asks, ownLotsAt);
  }

  /** A print: an aggressive buy takes from the asks, a sell from the bids. */
  tradePrinted(nowUs: number, aggressor: OrderSide, priceTicks: number, sizeLots: number): void {
    (aggressor === "buy" ? this.#asks : this.#bids).tradePrinted(nowUs, priceTicks, sizeLots);
  }

  /** Lots that left a side without a trade, over a window. Late trades may take back more than is left in it, but never below 0. */
  cancelledLots(side: BookSide, window: number, nowUs: number): number {
    return Math.max(0, (side === "bid" ? this.#bids : this.#asks).sums.sum(window, nowUs));
  }

  /** The same per second, over the whole length of the window. */
  lotsPerSecond(side: BookSide, window: number, nowUs: number): number {
    return this.cancelledLots(side, window, nowUs) / this.#bids.sums.lengthS(window);
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this.#bids.reset();
    this.#asks.reset();
  }
}

class NearSide {
  readonly sums = new WindowSums(FLOW_WINDOWS_US);
  readonly #side: BookSide;
  readonly #ticks = new Float64Array(NEAR_LEVELS);
  readonly #lots = new Float64Array(NEAR_LEVELS);
  /** Traded at each near level since the last update. */
  readonly #tradedLots = new Float64Array(NEAR_LEVELS);
  #count = 0;
  /** Unexplained reductions, for trades that are told late: a ring of the newest. */
  readonly #debtTicks = new Float64Array(REMEMBERED);
  readonly #debtLots = new Float64Array(REMEMBERED);
  readonly #debtAtUs = new Float64Array(REMEMBERED);
  #debts = 0;

  constructor(side: BookSide) {
    this.#side = side;
  }

  update(nowUs: number, table: LevelTable, ownLotsAt: OwnLotsAt | null): void {
    let unexplainedLots = 0;
    for (let i = 0; i < this.#count; i += 1) {
      const priceTicks = this.#ticks[i] ?? 0;
      const nowLots = withoutOwn(table.lotsAtPrice(priceTicks), this.#side, priceTicks, ownLotsAt);
      const goneLots = (this.#lots[i] ?? 0) - nowLots - (this.#tradedLots[i] ?? 0);
      if (!(goneLots > 0)) continue;
      unexplainedLots += goneLots;
      this.#remember(nowUs, priceTicks, goneLots);
    }
    if (unexplainedLots > 0) this.sums.add(nowUs, unexplainedLots);
    this.#count = Math.min(NEAR_LEVELS, table.count);
    for (let i = 0; i < this.#count; i += 1) {
      const priceTicks = table.ticksAt(i);
      this.#ticks[i] = priceTicks;
      this.#lots[i] = withoutOwn(table.lotsAt(i), this.#side, priceTicks, ownLotsAt);
      this.#tradedLots[i] = 0;
    }
  }

  tradePrinted(nowUs: number, priceTicks: number, sizeLots: number): void {
    const restLots = sizeLots - this.#settle(nowUs, priceTicks, sizeLots);
    for (let i = 0; i < this.#count; i += 1) {
      if (this.#ticks[i] === priceTicks) this.#tradedLots[i] = (this.#tradedLots[i] ?? 0) + restLots;
    }
  }

  reset(): void {
    this.sums.reset();
    this.#count = 0;
    this.#debts = 0;
  }

  #remember(nowUs: number, priceTicks: number, sizeLots: number): void {
    const at = this.#debts % REMEMBERED;
    this.#debtTicks[at] = priceTicks;
    this.#debtLots[at] = sizeLots;
    this.#debtAtUs[at] = nowUs;
    this.#debts += 1;
  }

  /** Takes back what a late trade explains, oldest first, and returns it in lots. */
  #settle(nowUs: number, priceTicks: number, sizeLots: number): number {
    let settledLots = 0;
    for (let i = Math.max(0, this.#debts - REMEMBERED); i < this.#debts && settledLots < sizeLots; i += 1) {
      const at = i % REMEMBERED;
      if (this.#debtTicks[at] !== priceTicks || nowUs - (this.#debtAtUs[at] ?? 0) > LATE_TRADE_US) continue;
      const owedLots = this.#debtLots[at] ?? 0;
      const paidLots = Math.min(owedLots, sizeLots - settledLots);
      this.#debtLots[at] = owedLots - paidLots;
      settledLots += paidLots;
    }
    if (settledLots > 0) this.sums.add(nowUs, -settledLots);
    return settledLots;
  }
}

function withoutOwn(levelLots: number, side: BookSide, priceTicks: number, ownLotsAt: OwnLotsAt | null): number {
  return ownLotsAt === null ? levelLots : Math.max(0, levelLots - ownLotsAt(side, priceTicks));
}
