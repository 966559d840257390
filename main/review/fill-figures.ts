import { fillEdgeBps } from "../kernel/accounting/fill-quality.ts";
import type { RecordFill } from "../kernel/effects.ts";
import { formatLots, formatMoney, notional, type MarketScale } from "../kernel/values/market-rules.ts";
import { money, ZERO_MONEY } from "../kernel/values/units.ts";
import { distributionOf, type Distribution } from "./distribution.ts";
import { share } from "./order-lives.ts";

/** Fills of one kind. Money and sizes are exact decimals, volume is in quote currency. */
export interface FillCount {
  readonly name: string;
  readonly fills: number;
  readonly size: string;
  readonly volume: string;
  /** Paid (-) or received. */
  readonly fees: string;
  readonly meanEdgeBps: number | null;
}

export interface FillFigures {
  readonly all: FillCount;
  /** Buy, sell, maker, taker, then each level. */
  readonly kinds: readonly FillCount[];
  readonly perHour: number | null;
  readonly makerShare: number | null;
  readonly meanSize: number | null;
  readonly medianSize: number | null;
  readonly edgeBps: Distribution;
  /** Share of fills at a price worse than the mid. */
  readonly negativeEdgeShare: number | null;
  /** From the placement to the fill, milliseconds. */
  readonly lifetimeMs: Distribution;
}

/** Counts fills and what they were worth at their moment. */
export function fillFigures(fills: readonly RecordFill[], durationUs: number, scale: MarketScale): FillFigures {
  const levels = [...new Set(fills.map(({ slot }) => slot.level))].sort((a, b) => a - b);
  const kind = (name: string, holds: (fill: RecordFill) => boolean): FillCount =>
    countFills(name, fills.filter(holds), scale);
  const edges = edgesOf(fills);
  const sizes = distributionOf(fills.map(({ sizeLots }) => sizeLots * scale.lotSize));
  return {
    all: countFills("all", fills, scale),
    kinds: [
      kind("buy", ({ side }) => side === "buy"),
      kind("sell", ({ side }) => side === "sell"),
      kind("maker", ({ liquidity }) => liquidity === "maker"),
      kind("taker", ({ liquidity }) => liquidity === "taker"),
      ...levels.map((level) => kind(levelName(level), ({ slot }) => slot.level === level)),
    ],
    perHour: durationUs > 0 ? fills.length / (durationUs / 3_600_000_000) : null,
    makerShare: share(fills.filter(({ liquidity }) => liquidity === "maker").length, fills.length),
    meanSize: sizes.mean,
    medianSize: sizes.p50,
    edgeBps: distributionOf(edges),
    negativeEdgeShare: share(edges.filter((edge) => edge < 0).length, edges.length),
    lifetimeMs: distributionOf(fills.map(({ quoteLifetimeUs }) => quoteLifetimeUs / 1000)),
  };
}

function countFills(name: string, fills: readonly RecordFill[], scale: MarketScale): FillCount {
  let sizeLots = 0;
  let volume = ZERO_MONEY;
  let fees = ZERO_MONEY;
  for (const fill of fills) {
    sizeLots += fill.sizeLots;
    volume = money(volume + notional(scale, fill.priceTicks, fill.sizeLots));
    fees = money(fees - fill.fee);
  }
  return {
    name,
    fills: fills.length,
    size: formatLots(scale, sizeLots),
    volume: formatMoney(volume),
    fees: formatMoney(fees),
    meanEdgeBps: distributionOf(edgesOf(fills)).mean,
  };
}

/** "level 0"; an order of no level closes a position. */
export function levelName(level: number): string {
  return level < 0 ? "closing" : `level ${level}`;
}

/** Edges of the fills whose mid was known. */
function edgesOf(fills: readonly RecordFill[]): readonly number[] {
  return fills.flatMap(({ side, priceTicks, midHalfTicks }) =>
    midHalfTicks === null ? [] : [fillEdgeBps(side, priceTicks, midHalfTicks)],
  );
}
