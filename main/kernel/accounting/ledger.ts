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
  private readonly _scale: MarketScale;
  private _positionLots = 0;
  private _cash: Money = ZERO_MONEY;
  private _cost: Money = ZERO_MONEY;
  private _spreadCapture: Money = ZERO_MONEY;
  private _inventory: Money = ZERO_MONEY;
  private _fees: Money = ZERO_MONEY;
  private _funding: Money = ZERO_MONEY;
  /** Twice the mid that the position was last valued at; null before the first fill or mark. */
  private _markHalfTicks: number | null = null;
  private _makerFills = 0;
  private _takerFills = 0;

  constructor(scale: MarketScale) {
    this._scale = scale;
  }

  /** Signed: positive = long. */
  get positionLots(): number {
    return this._positionLots;
  }

  get makerFills(): number {
    return this._makerFills;
  }

  get takerFills(): number {
    return this._takerFills;
  }

  /** Signed average-cost basis of the open position. */
  get cost(): Money {
    return this._cost;
  }

  /** Result of closed parts of the position by average cost, before fees and funding. */
  get realized(): Money {
    return money(this._cash + this._cost);
  }

  /** Result of the open position by average cost at a mid (twice the mid, in ticks). */
  unrealized(midHalfTicks: number): Money {
    return money(this._value(this._positionLots, midHalfTicks) - this._cost);
  }

  /** Average entry price in ticks, for the eye; null when flat. */
  averageEntryTicks(): number | null {
    if (this._positionLots === 0) return null;
    return Number(this._cost) / Number(this._scale.tickLotMoney) / this._positionLots;
  }

  applyFill(fill: LedgerFill, isMaker: boolean): void {
    const mark = fill.midHalfTicks ?? this._markHalfTicks ?? fill.priceTicks * 2;
    this.mark(mark);
    const signedLots = signOf(fill.side) * fill.sizeLots;
    const paid = notional(this._scale, fill.priceTicks, signedLots);
    this._spreadCapture = money(this._spreadCapture + this._value(signedLots, mark) - paid);
    this._cash = money(this._cash - paid);
    this._moveCost(signedLots, fill.priceTicks);
    this._positionLots += signedLots;
    this._fees = money(this._fees - fill.fee);
    if (isMaker) this._makerFills += 1;
    else this._takerFills += 1;
    this.parts(null);
  }

  applyFunding(received: Money): void {
    this._funding = money(this._funding + received);
  }

  /** Values the position at a mid (twice the mid, in ticks) from now on. */
  mark(midHalfTicks: number): void {
    this._inventory = money(this._inventory + this._sinceMark(midHalfTicks));
    this._markHalfTicks = midHalfTicks;
  }

  /**
   * Parts of the result with the position valued at a mid (twice the mid, in ticks); null values it at the last mark. Changes nothing.
   * Throws when the parts do not add up to cash plus marked position: a broken invariant.
   */
  parts(midHalfTicks: number | null): PnlParts {
    const mark = midHalfTicks ?? this._markHalfTicks ?? 0;
    const inventory = money(this._inventory + this._sinceMark(mark));
    const net = money(this._spreadCapture + inventory + this._fees + this._funding);
    const equity = this._cash + this._value(this._positionLots, mark) + this._fees + this._funding;
    invariant(net === equity, `PnL parts must add up to the change in equity ${equity}, was ${net}`);
    return { spreadCapture: this._spreadCapture, inventory, fees: this._fees, funding: this._funding, net };
  }

  private _sinceMark(midHalfTicks: number): Money {
    if (this._markHalfTicks === null || this._positionLots === 0) return ZERO_MONEY;
    return this._value(this._positionLots, midHalfTicks - this._markHalfTicks);
  }

  /** Exact value of signed lots at half ticks. */
  private _value(signedLots: number, halfTicks: number): Money {
    return money((BigInt(halfTicks) * BigInt(signedLots) * this._scale.tickLotMoney) / 2n);
  }

  private _moveCost(signedLots: number, priceTicks: number): void {
    const position = this._positionLots;
    const isOpening = position === 0 || Math.sign(position) === Math.sign(signedLots);
    if (isOpening) {
      this._cost = money(this._cost + notional(this._scale, priceTicks, signedLots));
      return;
    }
    const closedLots = Math.min(Math.abs(position), Math.abs(signedLots));
    this._cost = money(this._cost - (this._cost * BigInt(closedLots)) / BigInt(Math.abs(position)));
    const openedLots = Math.abs(signedLots) - closedLots;
    if (openedLots > 0) this._cost = notional(this._scale, priceTicks, Math.sign(signedLots) * openedLots);
  }
}
