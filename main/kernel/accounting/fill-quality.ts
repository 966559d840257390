import type { Settings } from "../settings/settings.ts";
import { signOf, type Liquidity, type OrderSide } from "../values/units.ts";
import { MARKOUT_HORIZONS_US, type MarkoutHorizon, type MarkoutSample } from "./markouts.ts";

/** The horizon that a slot's quoting answers to: 5 s. */
const JUDGED_HORIZON: MarkoutHorizon = 2;
/** Markouts of a slot that the judgement rests on. */
const RECENT = 50;
/** Widening is never more, in bps. */
const MAX_WIDENING_BPS = 10;
/** Without a new markout a widening fades to nothing over this time: a slot that never fills must not stay wide for ever. */
const FADE_US = 600_000_000;

/** An average with the number of values in it; 0 of none. */
export interface Average {
  readonly count: number;
  readonly averageBps: number;
}

/** A slot's fills, for the screen. */
export interface SlotQuality {
  /** Fills with a known mid. */
  readonly fills: number;
  readonly averageEdgeBps: number;
  readonly average1sBps: number;
  readonly average5sBps: number;
  /** Share of 5 s markouts below zero, 0 to 1. */
  readonly adverseShare: number;
}

/** How far a fill's price was better than the mid, in bps of the mid; the mid is given twice, in ticks. Source: reference, section J. */
export function fillEdgeBps(side: OrderSide, fillTicks: number, midHalfTicks: number): number {
  return ((signOf(side) * (midHalfTicks - fillTicks * 2)) / midHalfTicks) * 10_000;
}

/**
 * What fills turned out to be worth: edges, markouts by horizon, side and liquidity, by slot, and quote lifetimes. Constant memory: sums, and the
 * last 50 judged markouts of each slot.
 *
 * The widening it asks for is a distance on the slot's offset, so that it moves the quote, and no fill resets it (the mend of N 24): as much as the
 * recent 5 s markouts fall short of `MM_MIN_ACCEPTABLE_MARKOUT_BPS`. Survives a change of settings.
 */
export class FillQuality {
  private readonly _slots = new Map<number, SlotSums>();
  private readonly _sums = new Float64Array(MARKOUT_HORIZONS_US.length * 4);
  private readonly _counts = new Float64Array(MARKOUT_HORIZONS_US.length * 4);
  private readonly _missing = new Float64Array(MARKOUT_HORIZONS_US.length);
  private _lifetimeSumUs = 0;
  private _lifetimes = 0;

  /** A fill at its moment: twice the mid in ticks (null = not usable), and how long its order had rested (null = unknown). */
  filled(
    side: OrderSide,
    level: number,
    priceTicks: number,
    midHalfTicks: number | null,
    lifetimeUs: number | null,
  ): void {
    if (lifetimeUs !== null) {
      this._lifetimeSumUs += lifetimeUs;
      this._lifetimes += 1;
    }
    if (midHalfTicks === null || midHalfTicks <= 0) return;
    const slot = this._slot(side, level);
    slot.fills += 1;
    slot.edgeSum += fillEdgeBps(side, priceTicks, midHalfTicks);
  }

  /** A markout fell due at `nowUs`. True when it leaves its slot's 5 s average below what is acceptable: the slot is to widen. */
  markedOut(nowUs: number, sample: MarkoutSample, settings: Settings): boolean {
    const { fill, horizon, bps } = sample;
    if (bps === null) {
      this._missing[horizon] = (this._missing[horizon] ?? 0) + 1;
      return false;
    }
    const cell = cellOf(horizon, fill.side, fill.liquidity);
    this._sums[cell] = (this._sums[cell] ?? 0) + bps;
    this._counts[cell] = (this._counts[cell] ?? 0) + 1;
    const slot = this._slot(fill.side, fill.level);
    slot.sums[horizon] = (slot.sums[horizon] ?? 0) + bps;
    slot.counts[horizon] = (slot.counts[horizon] ?? 0) + 1;
    if (horizon !== JUDGED_HORIZON) return false;
    slot.judge(nowUs, bps);
    return slot.recentBps < settings.minAcceptableMarkoutBps;
  }

  /** What to add to a slot's offset now, in bps, from 0 to 10. */
  wideningBps(nowUs: number, side: OrderSide, level: number, settings: Settings): number {
    const slot = this._slots.get(keyOf(side, level));
    if (slot === undefined || slot.judgedUs === null) return 0;
    const shortfall = settings.minAcceptableMarkoutBps - slot.recentBps;
    if (shortfall <= 0) return 0;
    const fade = Math.max(0, 1 - Math.max(0, nowUs - slot.judgedUs) / FADE_US);
    return Math.min(MAX_WIDENING_BPS, shortfall) * fade;
  }

  /** Null for a slot without fills. */
  slot(side: OrderSide, level: number): SlotQuality | null {
    const slot = this._slots.get(keyOf(side, level));
    if (slot === undefined) return null;
    const average = (horizon: MarkoutHorizon): number => quotient(slot.sums[horizon] ?? 0, slot.counts[horizon] ?? 0);
    return {
      fills: slot.fills,
      averageEdgeBps: quotient(slot.edgeSum, slot.fills),
      average1sBps: average(1),
      average5sBps: average(JUDGED_HORIZON),
      adverseShare: quotient(slot.adverse, slot.counts[JUDGED_HORIZON] ?? 0),
    };
  }

  /** Average markout at a horizon; null for a side or liquidity takes both. */
  average(horizon: MarkoutHorizon, side: OrderSide | null, liquidity: Liquidity | null): Average {
    let sum = 0;
    let count = 0;
    for (const ofSide of side === null ? BOTH_SIDES : [side]) {
      for (const ofLiquidity of liquidity === null ? BOTH_LIQUIDITIES : [liquidity]) {
        const cell = cellOf(horizon, ofSide, ofLiquidity);
        sum += this._sums[cell] ?? 0;
        count += this._counts[cell] ?? 0;
      }
    }
    return { count, averageBps: quotient(sum, count) };
  }

  /** Markouts of a horizon that could not be taken. */
  missing(horizon: MarkoutHorizon): number {
    return this._missing[horizon] ?? 0;
  }

  /** Fills whose order's age was known. */
  get lifetimeCount(): number {
    return this._lifetimes;
  }

  /** Average time that an order rested before a fill; 0 of none. */
  get averageLifetimeUs(): number {
    return quotient(this._lifetimeSumUs, this._lifetimes);
  }

  private _slot(side: OrderSide, level: number): SlotSums {
    const key = keyOf(side, level);
    let slot = this._slots.get(key);
    if (slot === undefined) {
      slot = new SlotSums();
      this._slots.set(key, slot);
    }
    return slot;
  }
}

const BOTH_SIDES: readonly OrderSide[] = ["buy", "sell"];
const BOTH_LIQUIDITIES: readonly Liquidity[] = ["maker", "taker"];

export class SlotSums {
  fills = 0;
  edgeSum = 0;
  adverse = 0;
  judgedUs: number | null = null;
  recentBps = 0;
  readonly sums = new Float64Array(MARKOUT_HORIZONS_US.length);
  readonly counts = new Float64Array(MARKOUT_HORIZONS_US.length);
  private readonly _recent = new Float64Array(RECENT);
  private _judged = 0;

  judge(nowUs: number, bps: number): void {
    if (bps < 0) this.adverse += 1;
    this._recent[this._judged % RECENT] = bps;
    this._judged += 1;
    this.judgedUs = nowUs;
    // Summed anew each time: a running sum of doubles would drift.
    const count = Math.min(this._judged, RECENT);
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += this._recent[i] ?? 0;
    this.recentBps = sum / count;
  }
}

function keyOf(side: OrderSide, level: number): number {
  return (level + 1) * 2 + (side === "buy" ? 0 : 1);
}

function cellOf(horizon: MarkoutHorizon, side: OrderSide, liquidity: Liquidity): number {
  return horizon * 4 + (side === "buy" ? 0 : 2) + (liquidity === "maker" ? 0 : 1);
}

function quotient(sum: number, count: number): number {
  return count === 0 ? 0 : sum / count;
}
