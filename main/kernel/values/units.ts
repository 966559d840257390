/** Prices are integer ticks, sizes integer lots, times integer microseconds since the Unix epoch. Brands keep one from passing for another. */

declare const unit: unique symbol;

export type Ticks = number & { readonly [unit]: "ticks" };
export type Lots = number & { readonly [unit]: "lots" };
export type Micros = number & { readonly [unit]: "micros" };

/** Money in atto quote currency (10^-18), exact. Tick times lot of every supported market is a whole number of it. */
export type Money = bigint & { readonly [unit]: "money" };

export type OrderSide = "buy" | "sell";
export type BookSide = "bid" | "ask";
export type Liquidity = "maker" | "taker";

/** Number of decimals of `Money`. */
export const MONEY_DECIMALS = 18;

export const ZERO_MONEY = 0n as Money;

/** Brands an integer number of ticks. Throws when it is not a safe integer: a broken invariant, never venue content. */
export function ticks(value: number): Ticks {
  if (!Number.isSafeInteger(value)) throw new RangeError(`ticks must be a whole number, was ${value}`);
  return value as Ticks;
}

/** Brands an integer number of lots. Throws when it is not a safe integer: a broken invariant, never venue content. */
export function lots(value: number): Lots {
  if (!Number.isSafeInteger(value)) throw new RangeError(`lots must be a whole number, was ${value}`);
  return value as Lots;
}

/** Brands integer microseconds. Throws when it is not a safe integer. */
export function micros(value: number): Micros {
  if (!Number.isSafeInteger(value)) throw new RangeError(`microseconds must be a whole number, was ${value}`);
  return value as Micros;
}

/** A setting's seconds in whole microseconds, rounded to the nearest. */
export function secondsToUs(seconds: number): number {
  return Math.round(seconds * 1_000_000);
}

export function money(value: bigint): Money {
  return value as Money;
}

export function oppositeSide(side: OrderSide): OrderSide {
  return side === "buy" ? "sell" : "buy";
}

/** +1 for a buy, -1 for a sell. */
export function signOf(side: OrderSide): 1 | -1 {
  return side === "buy" ? 1 : -1;
}
