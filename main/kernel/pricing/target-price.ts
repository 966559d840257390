import type { PriceBuildUp } from "../decision.ts";
import { Decimal } from "../values/decimal.ts";
import { ticks, type OrderSide, type Ticks } from "../values/units.ts";
import {
  exactSkewBps,
  inventoryNorm,
  skewCapBps,
  skewCurve,
  trendGrowth,
  type InventoryBand,
  type SkewSettings,
} from "./inventory-skew.ts";
import { baseOffsetBps, exactOffsetBps, regimeOffsetBps, type OffsetParts, type OffsetSettings } from "./offset.ts";
import { roundTickCount, roundToTick } from "./round-to-tick.ts";

/** Everything a target price hangs on. May be one object that the caller fills anew for every look. */
export interface TargetInput {
  readonly settings: OffsetSettings & SkewSettings;
  readonly side: OrderSide;
  readonly level: number;
  /** What the quote hangs on, in ticks: the same-side best, or a mid or microprice, which need not be whole. */
  readonly anchorTicks: number;
  readonly bidTicks: number | null;
  readonly askTicks: number | null;
  readonly spreadEmaBps: number | null;
  /** 1 = none. Multiplies the offset in dynamic mode, adds (scale - 1) x minimum offset in fixed mode. */
  readonly regimeScale: number;
  readonly positionLots: number;
  /** The position limit in lots: limit / lot size, correctly rounded, which is exact for every lot that is a decimal. */
  readonly maxPositionLots: number;
  /** Band as the skew sees it (`skewBand`). */
  readonly band: InventoryBand;
  /** Strength of a trend against the inventory, 0 to 1; null = none. */
  readonly adverseTrendStrength: number | null;
  /** Multiplies the whole skew: what funding does to it (`fundingSkewFactor`); 1 = nothing. */
  readonly skewFactor: number;
  /** Multiplies offset and regime, not the widening: a side that is quoted alone may stand closer; 1 = no closer. */
  readonly offsetFactor: number;
  /** Positive lowers both quotes. */
  readonly fundingBiasBps: number;
  /** Sum of all widening beyond offset and regime; counts only when positive. */
  readonly extraBps: number;
}

/** A build-up that the later stages complete: the post-only clamp sets `finalTicks` and `clamp`. */
export type TargetPrice = { -readonly [Field in keyof PriceBuildUp]: PriceBuildUp[Field] };

const BPS = 10_000;
const ONE = new Decimal(1);

/**
 * Bound of the relative error of every part of the fast path, times 64 for comfort.
 *
 * Each part is a product of at most ten correctly rounded operations on settings that stand for decimals (2^-53 each, representation included), which is
 * below 2^-48. The curve is the exception: its argument is a difference divided by (1 - deadband) and then goes through tanh(k z) / tanh(k), whose
 * slope is at most k / tanh(k), so its absolute error is below 2^-50 x (1 + slope / (1 - deadband)) plus the 2 ulp of two tanh.
 */
const RELATIVE_ERROR = 2 ** -43;

/** Closeness to a border, in ticks, from which on decimals decide even if the bound above is smaller. */
const LEAST_MARGIN_TICKS = 1e-7;

/** A decimal result this close to a whole tick is that tick: what is left of it is the 50th digit of a periodic quotient. */
const SNAP_TICKS = new Decimal("1e-25");

/**
 * The price a slot wants, and how it came about: anchor, offset, skew, funding and widening, then the crossing clamp, then the tick
 * (reference, section C). A buy is rounded down, a sell up.
 *
 * Exact: computed in doubles, and again in decimals when the unrounded value is not certain to lie on one side of a grid line or of the clamp.
 */
export function targetPrice(input: TargetInput): TargetPrice {
  const { settings, anchorTicks } = input;
  const norm = inventoryNorm(input.positionLots, input.maxPositionLots);
  const { baseBps, regimeBps } = offsetParts(input);
  const extraBps = Math.max(0, input.extraBps);
  const skewBps = skewCurve(norm, settings) * skewCapBps(settings, input.band);
  const trendBps = skewBps * trendGrowth(settings, input.adverseTrendStrength);
  const fundingBps = input.fundingBiasBps + (skewBps + trendBps) * (input.skewFactor - 1);
  const away = input.side === "buy" ? -1 : 1;
  const sumBps = away * (baseBps + regimeBps + extraBps) - skewBps - trendBps - fundingBps;
  const rawTicks = anchorTicks + (anchorTicks * sumBps) / BPS;
  const found = certainTarget(input, rawTicks, marginTicks(input, baseBps, extraBps)) ?? exactTarget(input);
  return {
    anchorTicks,
    offsetBps: away * baseBps + 0,
    regimeBps: away * regimeBps + 0,
    regimeScale: input.regimeScale,
    skewBps: 0 - skewBps,
    trendBps: 0 - trendBps,
    fundingBps: 0 - fundingBps,
    extraBps: away * extraBps + 0,
    extraParts: null,
    rawTicks,
    targetTicks: found.ticks,
    finalTicks: null,
    clamp: found.isCrossing ? "crossing" : "none",
  };
}

/** Full distance of the quote from its anchor without skew and funding, in bps: what the reprice tolerance is a share of. */
export function fullOffsetBps(input: TargetInput): number {
  const { baseBps, regimeBps } = offsetParts(input);
  return baseBps + regimeBps + Math.max(0, input.extraBps);
}

/** Offset and regime as the quote gets them. */
function offsetParts(input: TargetInput): OffsetParts {
  const { settings, offsetFactor } = input;
  const baseBps = baseOffsetBps(settings, input.level, input.spreadEmaBps);
  const regimeBps = regimeOffsetBps(settings, baseBps, input.regimeScale);
  return offsetFactor === 1
    ? { baseBps, regimeBps }
    : { baseBps: baseBps * offsetFactor, regimeBps: regimeBps * offsetFactor };
}

/** The same in decimals. */
export function exactFullOffsetBps(input: TargetInput): Decimal {
  const offset = exactOffsetBps(input.settings, input.level, input.spreadEmaBps, input.regimeScale);
  return offset.mul(input.offsetFactor).add(Math.max(0, input.extraBps));
}

interface FoundTarget {
  readonly ticks: Ticks;
  readonly isCrossing: boolean;
}

/** How far `rawTicks` of the fast path may be from the truth. */
export function marginTicks(input: TargetInput, baseBps: number, extraBps: number): number {
  const { settings } = input;
  const scale = 1 + Math.abs(input.regimeScale);
  const k = Math.max(0, settings.skewShapeK);
  const slope = k === 0 ? 1 : k / Math.tanh(k);
  const roomLeft = 1 - Math.min(1, Math.max(0, settings.inventoryDeadbandPct));
  // With no room left the curve is 0, exactly
  const steepness = roomLeft > 0 ? 1 + slope / roomLeft : 0;
  const capBps =
    skewCapBps(settings, input.band) * (2 + Math.abs(settings.trendSkewBoost)) * (1 + Math.abs(input.skewFactor));
  const partsBps =
    baseBps * scale + settings.minOffsetBps * scale + extraBps + Math.abs(input.fundingBiasBps) + capBps * steepness;
  return LEAST_MARGIN_TICKS + input.anchorTicks * RELATIVE_ERROR * (partsBps / BPS + 1);
}

/** The target, if the margin leaves no doubt about clamp and grid line; else null. */
function certainTarget(input: TargetInput, rawTicks: number, margin: number): FoundTarget | null {
  const { side, bidTicks, askTicks } = input;
  if (!Number.isFinite(rawTicks)) return null;
  if (bidTicks !== null && askTicks !== null) {
    const inside = side === "buy" ? askTicks - rawTicks : rawTicks - bidTicks;
    if (inside < -margin) return { ticks: crossingTicks(side, bidTicks, askTicks), isCrossing: true };
  }
  // Best prices are whole, so this covers a target that may or may not cross, too
  if (Math.abs(rawTicks - Math.round(rawTicks)) <= margin) return null;
  return { ticks: wholeTicks(roundTickCount(rawTicks, side)), isCrossing: false };
}

/** Settings may ask for a distance beyond all prices: the target then stays at the largest number, which no collar lets pass. */
function wholeTicks(value: number): Ticks {
  return ticks(Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value)));
}

function crossingTicks(side: OrderSide, bidTicks: number, askTicks: number): Ticks {
  return ticks(side === "buy" ? askTicks - 1 : bidTicks + 1);
}

/** The unrounded target in decimal ticks. */
export function exactRawTicks(input: TargetInput): Decimal {
  const anchor = new Decimal(input.anchorTicks);
  const distance = exactFullOffsetBps(input);
  const shift = exactSkewBps(
    input.positionLots,
    input.maxPositionLots,
    input.settings,
    input.band,
    input.adverseTrendStrength,
  )
    .mul(input.skewFactor)
    .add(input.fundingBiasBps);
  const sum = (input.side === "buy" ? distance.neg() : distance).sub(shift);
  const raw = anchor.add(anchor.mul(sum).div(BPS));
  const whole = raw.round();
  return raw.sub(whole).abs().lt(SNAP_TICKS) ? whole : raw;
}

/** The target by decimals alone: always right, and some hundred times slower than doubles. */
export function exactTarget(input: TargetInput): FoundTarget {
  const { side, bidTicks, askTicks } = input;
  const raw = exactRawTicks(input);
  if (bidTicks !== null && askTicks !== null && (side === "buy" ? raw.gte(askTicks) : raw.lte(bidTicks)))
    return { ticks: crossingTicks(side, bidTicks, askTicks), isCrossing: true };
  return { ticks: wholeTicks(roundToTick(raw, ONE, side).toNumber()), isCrossing: false };
}
