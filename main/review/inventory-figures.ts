import { formatLots, type MarketScale } from "../kernel/values/market-rules.ts";
import { distributionOf, nearestRank, type Distribution } from "./distribution.ts";
import { summarizeInventory, type BandShares, type PositionPoint } from "./inventory-series.ts";

/** How the position lay. Sizes are in base currency, signed; shares 0 to 1, null without a largest position. */
export interface InventoryFigures {
  /** Of the position once a second: what lay longer weighs more. Fills only show how far it came in between. */
  readonly distribution: Distribution;
  readonly final: string;
  /** At any moment. */
  readonly maxAbs: string;
  /** 95 % of the seconds held no more; zero without one. */
  readonly p95Abs: string;
  readonly maxAllowed: number | null;
  readonly peakUtilization: number | null;
  readonly nonflatShare: number | null;
  readonly longestSameSideUs: number;
  readonly aboveWarnUs: number | null;
  readonly aboveCriticalUs: number | null;
  readonly aboveHardUs: number | null;
  /** In how many seconds the position was seen in each of at most 41 spans of equal width, from the lowest; for the picture. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly seen: number }[];
}

const MOST_SPANS = 41;

/**
 * @param points the position after every change of it and once a second
 * @param sampledLots the position once a second, signed lots
 * @param maxPosition largest position of the profile in base currency; null = none
 */
export function inventoryFigures(
  points: readonly PositionPoint[],
  sampledLots: readonly number[],
  maxPosition: number | null,
  bands: BandShares,
  scale: MarketScale,
): InventoryFigures {
  const maxLots = maxPosition === null ? null : maxPosition / scale.lotSize;
  const summary = summarizeInventory(points, maxLots, bands);
  const sampledAbsLots = Float64Array.from(sampledLots, Math.abs).sort();
  const maxAbsLots = summary.maxAbsLots ?? 0;
  return {
    distribution: inBase(distributionOf(sampledLots), scale.lotSize),
    final: formatLots(scale, summary.finalLots ?? 0),
    maxAbs: formatLots(scale, maxAbsLots),
    p95Abs: formatLots(scale, nearestRank(sampledAbsLots, 0.95) ?? 0),
    maxAllowed: maxPosition,
    peakUtilization: maxLots === null || maxLots === 0 ? null : maxAbsLots / maxLots,
    nonflatShare: summary.nonflatShare,
    longestSameSideUs: summary.longestSameSideUs,
    aboveWarnUs: summary.aboveWarnUs,
    aboveCriticalUs: summary.aboveCriticalUs,
    aboveHardUs: summary.aboveHardUs,
    histogram: histogramOf(sampledLots, scale.lotSize),
  };
}

/** Lots are whole, so they are scaled last; what doubles add beyond twelve digits is dropped. */
function inBase(lots: Distribution, lotSize: number): Distribution {
  const scaled = (value: number | null): number | null => (value === null ? null : tidy(value * lotSize));
  return {
    count: lots.count,
    mean: scaled(lots.mean),
    variance: lots.variance === null ? null : tidy(lots.variance * lotSize * lotSize),
    least: scaled(lots.least),
    p5: scaled(lots.p5),
    p10: scaled(lots.p10),
    p50: scaled(lots.p50),
    p90: scaled(lots.p90),
    p95: scaled(lots.p95),
    p99: scaled(lots.p99),
    greatest: scaled(lots.greatest),
  };
}

function histogramOf(lots: readonly number[], lotSize: number): InventoryFigures["histogram"] {
  if (lots.length === 0) return [];
  let least = Infinity;
  let greatest = -Infinity;
  for (const position of lots) {
    least = Math.min(least, position);
    greatest = Math.max(greatest, position);
  }
  const width = Math.max(1, Math.ceil((greatest - least + 1) / MOST_SPANS));
  const seen = Array.from({ length: Math.floor((greatest - least) / width) + 1 }, () => 0);
  for (const position of lots) {
    const span = Math.floor((position - least) / width);
    seen[span] = (seen[span] ?? 0) + 1;
  }
  return seen.map((count, span) => ({
    from: tidy((least + span * width) * lotSize),
    to: tidy((least + (span + 1) * width) * lotSize),
    seen: count,
  }));
}

function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
