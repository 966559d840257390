import type { PnlParts } from "../effects.ts";
import { invariant } from "../values/invariant.ts";
import { notional, type MarketScale } from "../values/market-rules.ts";
import { money, signOf, ZERO_MONEY, type Lots, type Money, type OrderSide, type Ticks } from "../values/units.ts";

/** One execution as the ledger sees it. */
export interface LedgerFill {
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  /** Paid by us; negative = rebate. */
  readonly fee: Money;
  /** Twice the mid in ticks at the fill; null = the book was not usable. */
  readonly midHalfTicks: number | null;
}

/**
 * Position and result of one market from its own fills, exact.
 *
 * The result is kept twice, by two ways that share no arithmetic: as cash plus the marked position, and as parts
 * (spread capture at each fill, inventory from mark to mark, fees, funding). `parts` compares them every time.
 *
 * Invariants: `cost` has the sign of the position and is zero when flat; nothing here is ever rounded except the share of the
 * cost that a partial close releases, whose remainder stays in the cost.
 */
export class Ledger {
  readonly #scale: MarketScale;
  #positionLots = 0;
  #cash: Money = ZERO_MONEY;
  #cost: Money = ZERO_MONEY;
  #spreadCapture: Money = ZERO_MONEY;
  #inventory: Money = ZERO_MONEY;
  #fees: Money = ZERO_MONEY;
  #funding: Money = ZERO_MONEY;
  /** Twice the mid that the position was last valued at; null before the first fill or mark. */
  #markHalfTicks: number | null = null;
  #makerFills = 0;
  #takerFills = 0;

  constructor(scale: MarketScale) {
    this.#scale = scale;
  }

  /** Signed: positive = long. */
  get positionLots(): number {
    return this.#positionLots;
  }

  get makerFills(): number {
    return this.#makerFills;
  }

  get takerFills(): number {
    return this.#takerFills;
  }

  /** Signed average-cost basis of the open position. */
  get cost(): Money {
    return this.#cost;
  }

  /** Result of closed parts of the position by average cost, before fees and funding. */
  get realized(): Money {
    return money(this.#cash + this.#cost);
  }

  /** Result of the open position by average cost at a mid (twice the mid, in ticks). */
  unrealized(midHalfTicks: number): Money {
    return money(this.#value(this.#positionLots, midHalfTicks) - this.#cost);
  }

  /** Average entry price in ticks, for the eye; null when flat. */
  averageEntryTicks(): number | null {
    if (this.#positionLots === 0) return null;
    return Number(this.#cost) / Number(this.#scale.tickLotMoney) / this.#positionLots;
  }

  applyFill(fill: LedgerFill, isMaker: boolean): void {
    const mark = fill.midHalfTicks ?? this.#markHalfTicks ?? fill.priceTicks * 2;
    this.mark(mark);
    const signedLots = signOf(fill.side) * fill.sizeLots;
    const paid = notional(this.#scale, fill.priceTicks, signedLots);
    this.#spreadCapture = money(this.#spreadCapture + this.#value(signedLots, mark) - paid);
    this.#cash = money(this.#cash - paid);
    this.#moveCost(signedLots, fill.priceTicks);
    this.#positionLots += signedLots;
    this.#fees = money(this.#fees - fill.fee);
    if (isMaker) this.#makerFills += 1;
    else this.#takerFills += 1;
    this.parts(null);
  }

  applyFunding(received: Money): void {
    this.#funding = money(this.#funding + received);
  }

  /** Values the position at a mid (twice the mid, in ticks) from now on. */
  mark(midHalfTicks: number): void {
    this.#inventory = money(this.#inventory + this.#sinceMark(midHalfTicks));
    this.#markHalfTicks = midHalfTicks;
  }

  /**
   * Parts of the result with the position valued at a mid (twice the mid, in ticks); null values it at the last mark. Changes nothing.
   * Throws when the parts do not add up to cash plus marked position: a broken invariant.
   */
  parts(midHalfTicks: number | null): PnlParts {
    const mark = midHalfTicks ?? this.#markHalfTicks ?? 0;
    const inventory = money(this.#inventory + this.#sinceMark(mark));
    const net = money(this.#spreadCapture + inventory + this.#fees + this.#funding);
    const equity = this.#cash + this.#value(this.#positionLots, mark) + this.#fees + this.#funding;
    invariant(net === equity, `PnL parts must add up to the change in equity ${equity}, was ${net}`);
    return { spreadCapture: this.#spreadCapture, inventory, fees: this.#fees, funding: this.#funding, net };
  }

  #sinceMark(midHalfTicks: number): Money {
    if (this.#markHalfTicks === null || this.#positionLots === 0) return ZERO_MONEY;
    return this.#value(this.#positionLots, midHalfTicks - this.#markHalfTicks);
  }

  /** Exact value of signed lots at half ticks. */
  #value(signedLots: number, halfTicks: number): Money {
    return money((BigInt(halfTicks) * BigInt(signedLots) * this.#scale.tickLotMoney) / 2n);
  }

  #moveCost(signedLots: number, priceTicks: number): void {
    const position = this.#positionLots;
    const isOpening = position === 0 || Math.sign(position) === Math.sign(signedLots);
    if (isOpening) {
      this.#cost = money(this.#cost + notional(this.#scale, priceTicks, signedLots));
      return;
    }
    const closedLots = Math.min(Math.abs(position), Math.abs(signedLots));
    this.#cost = money(this.#cost - (this.#cost * BigInt(closedLots)) / BigInt(Math.abs(position)));
    const openedLots = Math.abs(signedLots) - closedLots;
    if (openedLots > 0) this.#cost = notional(this.#scale, priceTicks, Math.sign(signedLots) * openedLots);
  }
}
