import type { AccountUpdated } from "../../kernel/events.ts";
import { notional, parseMoney, type MarketScale } from "../../kernel/values/market-rules.ts";
import { money, signOf, ticks, ZERO_MONEY, type Money, type OrderSide, type Ticks } from "../../kernel/values/units.ts";
import { exactRational } from "./fee-model.ts";

/** What the simulated account begins with. */
export interface AccountOptions {
  /** Quote currency, decimal string above 0. Default `DEFAULT_COLLATERAL`. */
  readonly collateral?: string;
  /** Initial margin is notional / leverage; 1 to 1000. Default 10. */
  readonly leverage?: number;
}

/** Quote currency that a simulated account begins with unless a session says otherwise. */
export const DEFAULT_COLLATERAL = "10000";
const DEFAULT_LEVERAGE = 10;
const LARGEST_LEVERAGE = 1_000;
/** Share of the position's notional below which the venue would close it: half the initial margin at the default leverage. */
const MAINTENANCE_SHARE = 0.05;

/** One open order as margin sees it. */
export interface MarginOrder {
  readonly side: OrderSide;
  readonly priceTicks: number;
  readonly remainingLots: number;
  readonly reduceOnly: boolean;
}

type AccountReport = Omit<AccountUpdated, "seq" | "tsEvent" | "tsInit">;

/**
 * Collateral and result of the simulated account, exact, by cash: it shares no arithmetic with the kernel's ledger.
 *
 * equity = collateral + cash of all fills - fees + funding + position x mark. Initial margin = max(|p|, |p + buys|, |p - sells|) / leverage,
 * p the position at the mark and buys, sells the open orders at their own prices (reduce-only ones need none). The liquidation price is where
 * equity equals the maintenance share of the notional; a long that its cash covers wholly has the lowest price there is, one tick.
 */
export class VenueAccount {
  readonly #scale: MarketScale;
  readonly #leverage: { readonly numerator: bigint; readonly denominator: bigint };
  #cash: Money;

  /** Throws a RangeError that names the option on an account no venue can have. */
  constructor(scale: MarketScale, { collateral = DEFAULT_COLLATERAL, leverage = DEFAULT_LEVERAGE }: AccountOptions) {
    if (!/^\d{1,15}(?:\.\d{1,18})?$/.test(collateral) || parseMoney(collateral) <= 0n)
      throw new RangeError(`collateral must be an amount above 0 with at most 18 decimals, was "${collateral}"`);
    if (!(leverage >= 1 && leverage <= LARGEST_LEVERAGE))
      throw new RangeError(`leverage must be 1 to ${LARGEST_LEVERAGE}, was ${leverage}`);
    this.#scale = scale;
    this.#leverage = exactRational(leverage);
    this.#cash = parseMoney(collateral);
  }

  applyFill(side: OrderSide, priceTicks: number, sizeLots: number, fee: Money): void {
    this.#cash = money(this.#cash - notional(this.#scale, priceTicks, signOf(side) * sizeLots) - fee);
  }

  applyFunding(received: Money): void {
    this.#cash = money(this.#cash + received);
  }

  /** The account now. The mark is in half ticks; null (no market yet) values nothing, for nothing can be held then. */
  report(positionLots: number, markHalfTicks: number | null, orders: readonly MarginOrder[]): AccountReport {
    const position = markHalfTicks === null ? ZERO_MONEY : notional(this.#scale, markHalfTicks / 2, positionLots);
    const equity = money(this.#cash + position);
    const initialMargin = this.#initialMargin(position, orders);
    const free = equity - initialMargin;
    const isHeld = positionLots !== 0 && markHalfTicks !== null;
    return {
      type: "account-updated",
      equity,
      available: free > 0n ? money(free) : ZERO_MONEY,
      initialMargin,
      markTicks: isHeld ? ticks(Math.round(markHalfTicks / 2)) : null,
      liquidationTicks: isHeld ? this.#liquidationTicks(positionLots) : null,
    };
  }

  #initialMargin(position: Money, orders: readonly MarginOrder[]): Money {
    let buys = 0n;
    let sells = 0n;
    for (const { side, priceTicks, remainingLots, reduceOnly } of orders) {
      if (reduceOnly) continue;
      const value = notional(this.#scale, priceTicks, remainingLots);
      if (side === "buy") buys += value;
      else sells += value;
    }
    const largest = [position, position + buys, position - sells].map(magnitude).reduce((a, b) => (a > b ? a : b));
    const { numerator, denominator } = this.#leverage;
    // Rounded up: a venue asks for no less than it needs
    return money((largest * denominator + numerator - 1n) / numerator);
  }

  /** cash + q P = m |q| P: a long's price rounded up, a short's down, so that it is never reported too far away. */
  #liquidationTicks(positionLots: number): Ticks {
    const share = exactRational(MAINTENANCE_SHARE);
    const held = BigInt(Math.abs(positionLots)) * this.#scale.tickLotMoney;
    const isLong = positionLots > 0;
    const over = isLong ? 0n - this.#cash : this.#cash;
    if (over <= 0n) return ticks(1);
    const divisor = held * (isLong ? share.denominator - share.numerator : share.denominator + share.numerator);
    const scaled = over * share.denominator;
    const price = isLong ? (scaled + divisor - 1n) / divisor : scaled / divisor;
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    return ticks(Number(price < 1n ? 1n : price > most ? most : price));
  }
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
