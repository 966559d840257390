import { Decimal } from "./decimal.ts";
import { lots, money, ticks, type Lots, type Money, type Ticks } from "./units.ts";

/** What a venue says of one market. Decimal strings are in the venue's own units. */
export interface MarketRules {
  /** The venue's symbol, `BTCUSDT`. */
  readonly market: string;
  readonly venue: string;
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly minOrderLots: number;
  /** Smallest notional of an order in quote currency, decimal string; "0" = none. */
  readonly minNotional: string;
  readonly fundingIntervalS: number;
}

/** Exact conversions between a market's decimals and its integers. */
export interface MarketScale {
  readonly rules: MarketRules;
  /** Tick and lot as doubles, for signals and for the screen; never for money. */
  readonly tickSize: number;
  readonly lotSize: number;
  /** Decimals to print a price and a size with. */
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Value of one tick times one lot. */
  readonly tickLotMoney: Money;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const MONEY_FACTOR = new Decimal(10).pow(18);

/** Builds the exact scale of a market. Throws on rules that no venue can mean (tick or lot not positive, finer than atto quote currency). */
export function marketScale(rules: MarketRules): MarketScale {
  const tick = new Decimal(rules.tickSize);
  const lot = new Decimal(rules.lotSize);
  if (!tick.gt(0) || !lot.gt(0))
    throw new RangeError(`${rules.market}: tick and lot must be positive, were ${rules.tickSize} and ${rules.lotSize}`);
  // Half of it must be whole too, for a mid price lies on half ticks.
  const half = tick.mul(lot).mul(MONEY_FACTOR).div(2);
  if (!half.isInteger())
    throw new RangeError(
      `${rules.market}: tick times lot must be a multiple of 2e-18, was ${tick.mul(lot).toString()}`,
    );
  return {
    rules,
    tickSize: tick.toNumber(),
    lotSize: lot.toNumber(),
    priceDecimals: tick.decimalPlaces(),
    sizeDecimals: lot.decimalPlaces(),
    tickLotMoney: money(BigInt(half.mul(2).toFixed(0))),
  };
}

/** Parses a venue's decimal price to ticks; refuses what is not a whole, non-negative number of ticks. */
export function parseTicks(scale: MarketScale, text: string): Parsed<Ticks> {
  const whole = wholeUnits(text, scale.rules.tickSize);
  return whole === null
    ? { ok: false, message: `price must be a multiple of ${scale.rules.tickSize}, was "${text}"` }
    : { ok: true, value: ticks(whole) };
}

/** Parses a venue's decimal size to lots; refuses what is not a whole, non-negative number of lots. */
export function parseLots(scale: MarketScale, text: string): Parsed<Lots> {
  const whole = wholeUnits(text, scale.rules.lotSize);
  return whole === null
    ? { ok: false, message: `size must be a non-negative multiple of ${scale.rules.lotSize}, was "${text}"` }
    : { ok: true, value: lots(whole) };
}

const PLAIN_DECIMAL = /^\d+(?:\.\d+)?$/;

function wholeUnits(text: string, unitText: string): number | null {
  if (!PLAIN_DECIMAL.test(text)) return null;
  const count = new Decimal(text).div(unitText);
  return count.isInteger() && count.lte(Number.MAX_SAFE_INTEGER) ? count.toNumber() : null;
}

/** Decimal string of a price, with the market's own number of decimals. Accepts halves of ticks (mids), one decimal more. */
export function formatTicks(scale: MarketScale, value: number): string {
  const decimals = Number.isInteger(value) ? scale.priceDecimals : scale.priceDecimals + 1;
  return new Decimal(value).mul(scale.rules.tickSize).toFixed(decimals);
}

/** Decimal string of a size, with the market's own number of decimals. */
export function formatLots(scale: MarketScale, value: number): string {
  return new Decimal(value).mul(scale.rules.lotSize).toFixed(scale.sizeDecimals);
}

/** Exact money of `priceTicks` x `sizeLots`; the product may be signed and the price a half tick. */
export function notional(scale: MarketScale, priceTicks: number, sizeLots: number): Money {
  return money((BigInt(priceTicks * 2) * BigInt(sizeLots) * scale.tickLotMoney) / 2n);
}

/** Exact decimal string of money, without trailing zeros: "-0.0005". */
export function formatMoney(value: Money): string {
  return new Decimal(value.toString()).div(MONEY_FACTOR).toFixed();
}

/** Money of a plain decimal string with at most 18 decimals. Throws on anything else. */
export function parseMoney(text: string): Money {
  const atto = new Decimal(text).mul(MONEY_FACTOR);
  if (!atto.isInteger()) throw new RangeError(`money must have at most 18 decimals, was "${text}"`);
  return money(BigInt(atto.toFixed(0)));
}
