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
