import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";

export type InventoryBand = "NORMAL" | "WARN" | "CRITICAL" | "HARD";

export type BandSettings = Pick<Settings, "inventoryWarnPct" | "inventoryCriticalPct" | "inventoryHardPct">;
export type SkewSettings = Pick<
  Settings,
  "inventoryDeadbandPct" | "skewShapeK" | "skewMaxBps" | "inventorySkewFactor" | "trendSkewBoost"
>;

/** Skew in bps; positive lowers both quotes. */
export interface SkewParts {
  /** Without the trend. */
  readonly skewBps: number;
  /** What an adverse trend adds. */
  readonly trendBps: number;
}

/** Outside the normal band the largest skew grows by this. */
const BAND_BOOST = 1.25;

/** Share of the position limit in use, -1 to 1; 0 where the limit is not positive. */
export function inventoryNorm(positionLots: number, maxPositionLots: number): number {
  if (!(maxPositionLots > 0)) return 0;
  return Math.max(-1, Math.min(1, positionLots / maxPositionLots));
}

/**
 * Band of a share of the position limit.
 *
 * A quotient of whole lots is correctly rounded, and so is the setting; two such ratios differ by at least 1 / (lots x 10^digits of the setting), which
 * is far above a rounding error, so the comparison of doubles is exact on the border too.
 */
export function inventoryBand(norm: number, settings: BandSettings): InventoryBand {
  const used = Math.abs(norm);
  if (used >= settings.inventoryHardPct) return "HARD";
  if (used >= settings.inventoryCriticalPct) return "CRITICAL";
  if (used >= settings.inventoryWarnPct) return "WARN";
  return "NORMAL";
}

/** Band that the skew may know of: in the legacy profile bands do not touch the skew. */
export function skewBand(settings: BandSettings & Pick<Settings, "marketProfile">, norm: number): InventoryBand {
  return settings.marketProfile === "crypto" ? inventoryBand(norm, settings) : "NORMAL";
}

/** Signed share of the largest skew: 0 inside the deadband, then tanh(k z) / tanh(k), linear for k = 0. */
export function skewCurve(norm: number, settings: SkewSettings): number {
  const used = Math.abs(norm);
  const deadband = Math.max(0, Math.min(1, settings.inventoryDeadbandPct));
  if (used <= deadband) return 0;
  const beyond = (used - deadband) / (1 - deadband);
  const k = Math.max(0, settings.skewShapeK);
  const curve = k === 0 ? beyond : Math.tanh(k * beyond) / Math.tanh(k);
  return norm < 0 ? -curve : curve;
}

/** Largest skew in a band, before any trend. */
export function skewCapBps(settings: SkewSettings, band: InventoryBand): number {
  const capBps = settings.skewMaxBps * settings.inventorySkewFactor;
  return band === "NORMAL" ? capBps : capBps * BAND_BOOST;
}

/** Growth of the cap by an adverse trend: 0 without one. `strength` is 0 to 1. */
export function trendGrowth(settings: SkewSettings, adverseTrendStrength: number | null): number {
  return adverseTrendStrength === null ? 0 : (settings.trendSkewBoost - 1) * adverseTrendStrength;
}

/**
 * Skew of a share of the position limit: sign x curve x cap (reference, section C).
 *
 * `adverseTrendStrength` is the strength of a trend that pushes against the inventory, null when there is none: the caller decides the direction.
 */
export function skewBps(
  norm: number,
  settings: SkewSettings,
  band: InventoryBand,
  adverseTrendStrength: number | null,
): SkewParts {
  const plainBps = skewCurve(norm, settings) * skewCapBps(settings, band);
  return { skewBps: plainBps, trendBps: plainBps * trendGrowth(settings, adverseTrendStrength) };
}

/** Sum of both parts of `skewBps` in decimals, 50 digits, tanh included. `maxPositionLots` must be the limit in lots, exactly. */
export function exactSkewBps(
  positionLots: number,
  maxPositionLots: number,
  settings: SkewSettings,
  band: InventoryBand,
  adverseTrendStrength: number | null,
): Decimal {
  const zero = new Decimal(0);
  if (!(maxPositionLots > 0)) return zero;
  const used = Decimal.min(1, new Decimal(Math.abs(positionLots)).div(maxPositionLots));
  const deadband = Decimal.max(0, Decimal.min(1, settings.inventoryDeadbandPct));
  if (used.lte(deadband)) return zero;
  const beyond = used.sub(deadband).div(new Decimal(1).sub(deadband));
  const k = Decimal.max(0, settings.skewShapeK);
  const curve = k.isZero() || beyond.eq(1) ? beyond : exactTanh(k.mul(beyond)).div(exactTanh(k));
  const growth =
    adverseTrendStrength === null ? zero : new Decimal(settings.trendSkewBoost).sub(1).mul(adverseTrendStrength);
  const skew = curve
    .mul(settings.skewMaxBps)
    .mul(settings.inventorySkewFactor)
    .mul(band === "NORMAL" ? 1 : BAND_BOOST)
    .mul(growth.add(1));
  return positionLots < 0 ? skew.neg() : skew;
}

/** From here on tanh differs from 1 by less than 10^-52. */
const SATURATED = 60;

/** Below this the exponential cancels; three terms of the series leave a relative error under 10^-49. */
const TINY = 1e-8;

function exactTanh(x: Decimal): Decimal {
  if (x.gte(SATURATED)) return new Decimal(1);
  if (x.lt(TINY)) {
    const square = x.mul(x);
    return x.mul(new Decimal(1).sub(square.div(3)).add(square.mul(square).mul(2).div(15)));
  }
  const square = x.mul(2).exp();
  return square.sub(1).div(square.add(1));
}
