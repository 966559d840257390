import { Decimal } from "../../kernel/values/decimal.ts";
import { notional, type MarketScale, type Parsed } from "../../kernel/values/market-rules.ts";
import { money, MONEY_DECIMALS, type Liquidity, type Money } from "../../kernel/values/units.ts";

/** Basis points of the notional; positive = paid by us, negative = rebate. Decimal strings are taken to the last digit. */
export interface FeeRates {
  readonly makerBps: number | string;
  readonly takerBps: number | string;
}

/** Decimals that a venue books in its quote asset; fees and funding are rounded to them, half away from zero. */
export const BOOKED_DECIMALS = 8;

const BOOKED_UNIT = 10n ** BigInt(MONEY_DECIMALS - BOOKED_DECIMALS);
const BPS_PER_UNIT = 10_000n;
const LARGEST_BPS = 1_000;

interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Exact fees of one market. */
export class FeeModel {
  readonly #scale: MarketScale;
  readonly #maker: Rational;
  readonly #taker: Rational;

  /** Throws when a rate is not a number or lies outside +-1000 bps. */
  constructor(scale: MarketScale, rates: FeeRates) {
    this.#scale = scale;
    this.#maker = rationalBps("maker fee", rates.makerBps);
    this.#taker = rationalBps("taker fee", rates.takerBps);
  }

  /** Fee of one execution: notional x bps, rounded half away from zero at 8 decimals of the quote currency. */
  fee(liquidity: Liquidity, priceTicks: number, sizeLots: number): Money {
    const rate = liquidity === "maker" ? this.#maker : this.#taker;
    const value = notional(this.#scale, priceTicks, sizeLots);
    return bookedShare(value, rate.numerator, rate.denominator * BPS_PER_UNIT);
  }
}

/** `value` x `numerator` / `denominator` (above 0), rounded half away from zero at 8 decimals. */
export function bookedShare(value: Money, numerator: bigint, denominator: bigint): Money {
  const product = value * numerator;
  const size = product < 0n ? -product : product;
  const divisor = denominator * BOOKED_UNIT;
  const units = (2n * size + divisor) / (2n * divisor);
  return money((product < 0n ? -units : units) * BOOKED_UNIT);
}

/** Numerator and denominator of a double's shortest decimal, or of a decimal string, exact. */
export function exactRational(value: number | string): Rational {
  const decimal = new Decimal(value);
  const denominator = 10n ** BigInt(decimal.decimalPlaces());
  return { numerator: BigInt(decimal.mul(denominator.toString()).toFixed(0)), denominator };
}

/** Parses `MAKER_BPS,TAKER_BPS`: "2,5", "-0.5,4.5". */
export function parseFees(text: string): Parsed<FeeRates> {
  const [makerBps = "", takerBps = "", ...rest] = text.split(",").map((part) => part.trim());
  if (rest.length === 0 && isBps(makerBps) && isBps(takerBps)) return { ok: true, value: { makerBps, takerBps } };
  return {
    ok: false,
    message: `fees must be two numbers of basis points within +-${LARGEST_BPS}, "MAKER,TAKER", was "${text}"`,
  };
}

function isBps(text: string): boolean {
  return /^-?\d+(?:\.\d{1,12})?$/.test(text) && Math.abs(Number(text)) <= LARGEST_BPS;
}

function rationalBps(what: string, value: number | string): Rational {
  const text = typeof value === "number" ? new Decimal(value).toFixed() : value;
  if (!isBps(text))
    throw new RangeError(`${what} must be within +-${LARGEST_BPS} bps with at most 12 decimals, was ${value}`);
  return exactRational(text);
}
