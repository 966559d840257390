/** View models of the chart made from its points: pure, so that breaks and bands can be tested without a canvas. */
import type { StreamItem } from "../../../preload/bridge.ts";

export type ChartPoint = StreamItem<"chart">;
export type FillRow = StreamItem<"fills">;
export type Regime = ChartPoint["regime"];

/** Points are a second apart; a longer silence is drawn as a break. */
const BREAK_AFTER_S = 5;

export function secondOf(us: number): number {
  return Math.floor(us / 1_000_000);
}

/** A value of a line, or a place where the line is broken. */
export type LinePoint = { readonly time: number; readonly value: number } | { readonly time: number };

/** True where the points before and after do not belong together. */
export function isBreak(before: ChartPoint | undefined, after: ChartPoint): boolean {
  return before !== undefined && secondOf(after.atUs) - secondOf(before.atUs) > BREAK_AFTER_S;
}

export interface RegimeBand {
  readonly regime: Regime;
  readonly fromS: number;
  readonly toS: number;
}

/** Stretches of one regime; a break ends a stretch. */
export function regimeBands(points: readonly ChartPoint[]): readonly RegimeBand[] {
  const bands: { regime: Regime; fromS: number; toS: number }[] = [];
  let before: ChartPoint | undefined;
  for (const point of points) {
    const last = bands.at(-1);
    const at = secondOf(point.atUs);
    const isBroken = isBreak(before, point);
    if (last === undefined || last.regime !== point.regime || isBroken) {
      if (last !== undefined && !isBroken) last.toS = at;
      bands.push({ regime: point.regime, fromS: at, toS: at });
    } else last.toS = at;
    before = point;
  }
  return bands;
}

/** A stretch on which one side was quoted without a break: its own best quote, and the mid that it stood away from. */
export interface QuoteBand {
  readonly side: "bid" | "ask";
  readonly points: readonly { readonly atS: number; readonly quote: number; readonly mid: number }[];
}

/** Where each side was quoted; a second without a quote or a price, and a break, end a stretch. */
export function quoteBands(points: readonly ChartPoint[]): readonly QuoteBand[] {
  return (["bid", "ask"] as const).flatMap((side) => bandsOf(points, side));
}

function bandsOf(points: readonly ChartPoint[], side: "bid" | "ask"): QuoteBand[] {
  const bands: { side: typeof side; points: { atS: number; quote: number; mid: number }[] }[] = [];
  let before: ChartPoint | undefined;
  let isOpen = false;
  for (const point of points) {
    const { mid } = point;
    const quote = point[side];
    if (quote === null || mid === null) isOpen = false;
    else {
      if (!isOpen || isBreak(before, point)) bands.push({ side, points: [] });
      bands.at(-1)?.points.push({ atS: secondOf(point.atUs), quote, mid });
      isOpen = true;
    }
    before = point;
  }
  return bands;
}

/** Seconds at which the data comes back after it was missing: a gap without points, or points without a price. The first price comes from nowhere. */
export function returnSeconds(points: readonly ChartPoint[]): readonly number[] {
  const seconds: number[] = [];
  let before: ChartPoint | undefined;
  let hasPrice = false;
  for (const point of points) {
    const isBack = hasPrice && before?.mid === null && point.mid !== null;
    if (isBack || isBreak(before, point)) seconds.push(secondOf(point.atUs));
    hasPrice ||= point.mid !== null;
    before = point;
  }
  return seconds;
}

export interface FillMark {
  readonly atS: number;
  readonly price: number;
  readonly side: "buy" | "sell";
  readonly isTaker: boolean;
}

export function fillMarks(fills: readonly FillRow[]): readonly FillMark[] {
  return fills.map((fill) => ({
    atS: secondOf(fill.atUs),
    price: Number(fill.price),
    side: fill.side,
    isTaker: fill.liquidity === "taker",
  }));
}
