import { Decimal } from "../values/decimal.ts";
import { notional, parseMoney, type MarketScale } from "../values/market-rules.ts";
import { MONEY_DECIMALS, type Money } from "../values/units.ts";
import type { Settings } from "../settings/settings.ts";

/** A notional cap in the two forms that sizing needs: exact money, and half-tick-lots as a double to decide quickly. */
export interface NotionalCap {
  readonly money: Money;
  readonly halfTickLots: number;
}

/** The limits of a profile in one market's integers; rebuilt when a setting changes. `null` = no such limit. */
export interface Limits {
  readonly scale: MarketScale;
  readonly maxLongLots: number;
  readonly maxShortLots: number;
  /** Denominator of inventory norm, skew and bands, whichever side the position is on, in lots; may have a fraction. */
  readonly maxPositionLots: number;
  readonly orderNotional: NotionalCap | null;
  readonly positionNotional: NotionalCap | null;
  readonly grossNotional: NotionalCap | null;
  /** The venue's least size whatever the price; `leastOrderLots` has its least notional in it, too. */
  readonly minOrderLots: number;
  readonly minNotional: NotionalCap | null;
  readonly collarBps: number;
}

/** Four roundings at most lie between a cap and its quotient; twice their sum. */
const RELATIVE_MARGIN = 2 ** -50;

export function limitsOf(settings: Settings, scale: MarketScale): Limits {
  const sizeLots = (size: number): Decimal => new Decimal(size).div(scale.rules.lotSize);
  const sideLots = (own: number): number =>
    sizeLots(own > 0 ? own : settings.maxPositionSize)
      .floor()
      .toNumber();
  return {
    scale,
    maxLongLots: sideLots(settings.maxLongPositionSize),
    maxShortLots: sideLots(settings.maxShortPositionSize),
    maxPositionLots: sizeLots(settings.maxPositionSize).toNumber(),
    orderNotional: notionalCap(settings.maxOrderNotionalUsd, scale),
    positionNotional: notionalCap(settings.maxPositionNotionalUsd, scale),
    grossNotional: notionalCap(settings.grossExposureLimitUsd, scale),
    // A venue that states no least size takes a lot, not an order of nothing
    minOrderLots: Math.max(1, scale.rules.minOrderLots),
    minNotional: notionalCap(new Decimal(scale.rules.minNotional).toNumber(), scale),
    collarBps: settings.priceCollarBps,
  };
}

/**
 * Largest whole number of lots whose notional at a price (twice the price, in ticks) stays within a cap. Exact: near a whole number
 * the double's answer is checked in integers.
 */
export function lotsWithin(cap: NotionalCap, halfTicks: number, scale: MarketScale): number {
  const quotient = cap.halfTickLots / halfTicks;
  const whole = Math.floor(quotient);
  if (whole >= Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  const margin = Math.max(1e-6, quotient * RELATIVE_MARGIN);
  const isNearBorder = quotient - whole < margin || whole + 1 - quotient < margin;
  if (!isNearBorder) return whole;
  return Number((cap.money * 2n) / (BigInt(halfTicks) * scale.tickLotMoney));
}

/**
 * Least size that the venue takes at any price the collar lets pass, in lots: its least size, or what its least notional comes to at the
 * collar's lower border, whichever is more. `midHalfTicks` is twice the mid, in ticks.
 */
export function leastOrderLots(limits: Limits, midHalfTicks: number): number {
  if (limits.minNotional === null) return limits.minOrderLots;
  const lowestHalfTicks = Math.max(1, Math.floor(midHalfTicks * (1 - Math.min(limits.collarBps, 9_000) / 10_000)));
  const most = lotsWithin(limits.minNotional, lowestHalfTicks, limits.scale);
  const isExact = notional(limits.scale, lowestHalfTicks / 2, most) === limits.minNotional.money;
  return Math.max(limits.minOrderLots, isExact ? most : most + 1);
}

function notionalCap(usd: number, scale: MarketScale): NotionalCap | null {
  if (usd <= 0) return null;
  const exact = parseMoney(new Decimal(usd).toDecimalPlaces(MONEY_DECIMALS, Decimal.ROUND_DOWN).toFixed());
  return { money: exact, halfTickLots: (Number(exact) * 2) / Number(scale.tickLotMoney) };
}
