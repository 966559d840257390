import type { InventoryBand } from "../pricing/inventory-skew.ts";
import { Decimal } from "../values/decimal.ts";
import { notional, type MarketScale } from "../values/market-rules.ts";
import { money, ZERO_MONEY, type Money } from "../values/units.ts";

const HOUR_US = 3_600_000_000;

/** What funding is taken from: the rate as the venue tells it and the price that it settles at. */
export interface FundingTerms {
  /** Fraction of notional per interval; positive = longs pay shorts. */
  readonly rate: number;
  readonly intervalUs: number;
  /** May be half a tick, as a mid is. */
  readonly markTicks: number;
}

/**
 * What the position earns by funding in an hour, in quote currency; negative = it costs: `-position x mark x rate x 1 h / interval`. Exact for the rate as its shortest
 * decimal, then rounded to 10^-18, halves away from zero, so that the opposite position has the opposite carry. 0 for an unknown interval.
 */
export function carryPerHour(scale: MarketScale, positionLots: number, terms: FundingTerms): Money {
  if (!(terms.intervalUs > 0) || !Number.isFinite(terms.rate)) return ZERO_MONEY;
  const value = new Decimal(notional(scale, terms.markTicks, positionLots).toString());
  const carry = value.mul(terms.rate).mul(HOUR_US).div(terms.intervalUs).neg();
  return money(BigInt(carry.toFixed(0)));
}

/**
 * Factor of the inventory skew by what funding does to the position: inventory that earns is unwound more patiently, inventory that pays faster.
 *
 * `1 - t` when it earns and `1 + t` when it pays, `t = |bias| / largest skew`, at most `mostTolerance` (a
 * setting, 0 = off); 1 without a position, a bias or a skew. `biasBps` is the funding
 * bias by the settings (rate x weight within its cap, 0 when it is off or in the legacy profile), positive = longs pay; `skewCapBps` is the largest skew of
 * the normal band. Beyond the normal band nothing is tolerated: what a position earns by funding never speaks against reducing one that is near its limit.
 */
export function fundingSkewFactor(
  biasBps: number,
  positionLots: number,
  skewCapBps: number,
  band: InventoryBand,
  mostTolerance: number,
): number {
  if (!(mostTolerance > 0) || biasBps === 0 || positionLots === 0 || !(skewCapBps > 0)) return 1;
  const tolerance = Math.min(mostTolerance, Math.abs(biasBps) / skewCapBps);
  const earns = biasBps > 0 === positionLots < 0;
  if (!earns) return 1 + tolerance;
  return band === "NORMAL" ? 1 - tolerance : 1;
}
