import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";
import type { MarketScale } from "../values/market-rules.ts";
import { secondsToUs, money, ZERO_MONEY, type Money } from "../values/units.ts";
import { settingMoney } from "./setting-money.ts";

/** A non-negative decimal setting as an exact fraction. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The balance settings in exact form; rebuilt when a setting changes. */
export interface BalanceRules {
  readonly isEnabled: boolean;
  readonly usage: Fraction;
  readonly leverage: Fraction;
  readonly untouched: Money;
  /** Age from which on a balance is stale, in microseconds; 0 = never. */
  readonly stalenessUs: number;
  readonly staleAction: Settings["balanceStaleAction"];
}

/** What is known of the account's money at one moment. */
export interface BalanceReading {
  readonly availableForTrade: Money | null;
  /** Time since the balance was last heard of; null = never. */
  readonly ageUs: number | null;
  /** Value of the other live own orders, in flight and unresolved ones too. */
  readonly openNotional: Money;
}

export interface BalanceSized {
  readonly lots: number;
  /** What clipped the size; null when nothing did. */
  readonly limit: "balance" | "balance_stale" | null;
}

export function balanceRulesOf(settings: Settings): BalanceRules {
  return {
    isEnabled: settings.balanceAwareSizingEnabled,
    usage: fractionOf(settings.balanceUsageFactor),
    leverage: fractionOf(settings.balanceNotionalMultiplier),
    untouched: settingMoney(settings.balanceMinAvailableUsd),
    stalenessUs: secondsToUs(settings.balanceStalenessMaxS),
    staleAction: settings.balanceStaleAction,
  };
}

/**
 * Clips the part of an order that opens or grows the position by the free collateral, in whole lots; `reducingLots` of the size pass untouched.
 *
 * Headroom = (available x usage - what stays untouched) x leverage - open orders. A stale balance is not used at all: `skip` lets the size
 * pass, `reduce` halves the opening part, `halt` drops it. `midHalfTicks` is twice the reference price, in ticks, and positive.
 * Source: reference, section G (sizing steps 4 to 7), with the mends of N 13 and N 14: reducing is never clipped, halves are floored to the lot.
 */
export function balanceClipped(
  rules: BalanceRules,
  scale: MarketScale,
  sizeLots: number,
  reducingLots: number,
  reading: BalanceReading,
  midHalfTicks: number,
): BalanceSized {
  const reducing = Math.min(Math.max(0, reducingLots), sizeLots);
  const opening = sizeLots - reducing;
  if (!rules.isEnabled || opening <= 0) return { lots: sizeLots, limit: null };
  if (isStale(rules, reading.ageUs)) {
    if (rules.staleAction === "skip") return { lots: sizeLots, limit: null };
    const kept = rules.staleAction === "reduce" ? Math.floor(opening / 2) : 0;
    return { lots: reducing + kept, limit: "balance_stale" };
  }
  if (reading.availableForTrade === null) return { lots: sizeLots, limit: null };
  const headroom = openingHeadroom(rules, reading.availableForTrade, reading.openNotional);
  const most = headroom > 0n ? Number((headroom * 2n) / (BigInt(midHalfTicks) * scale.tickLotMoney)) : 0;
  return most < opening ? { lots: reducing + most, limit: "balance" } : { lots: sizeLots, limit: null };
}

/** Value that may still be opened; may be negative. Rounded down to the atto. */
export function openingHeadroom(rules: BalanceRules, availableForTrade: Money, openNotional: Money): Money {
  const { usage, leverage, untouched } = rules;
  const usable = availableForTrade * usage.numerator - untouched * usage.denominator;
  const scaled = usable * leverage.numerator;
  return money(floorDivide(scaled, usage.denominator * leverage.denominator) - openNotional);
}

function isStale(rules: BalanceRules, ageUs: number | null): boolean {
  return rules.stalenessUs > 0 && (ageUs === null || ageUs > rules.stalenessUs);
}

function fractionOf(value: number): Fraction {
  const exact = new Decimal(value);
  const denominator = new Decimal(10).pow(exact.decimalPlaces());
  return { numerator: BigInt(exact.mul(denominator).toFixed(0)), denominator: BigInt(denominator.toFixed(0)) };
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < ZERO_MONEY && numerator % denominator !== 0n ? quotient - 1n : quotient;
}
