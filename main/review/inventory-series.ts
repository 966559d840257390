import { nearestRank } from "./distribution.ts";

/** The position at a moment, in signed lots. It holds until the next one. */
export interface PositionPoint {
  readonly atUs: number;
  readonly positionLots: number;
}

/** Shares of the largest position at which the bands begin, 0 to 1. */
export interface BandShares {
  readonly warn: number;
  readonly critical: number;
  readonly hard: number;
}

export interface InventorySummary {
  readonly observations: number;
  readonly durationUs: number;
  readonly finalLots: number | null;
  readonly maxAbsLots: number | null;
  /** 95 % of the observations held no more than this; nearest rank. */
  readonly p95AbsLots: number | null;
  readonly nonflatUs: number;
  /** Share of the time with a position; null of no time. */
  readonly nonflatShare: number | null;
  /** Longest stretch on one side of flat. */
  readonly longestSameSideUs: number;
  /** Null without a largest position. */
  readonly aboveWarnUs: number | null;
  readonly aboveCriticalUs: number | null;
  readonly aboveHardUs: number | null;
}

export interface InventoryBucket {
  readonly startUs: number;
  readonly observations: number;
  readonly openLots: number;
  readonly closeLots: number;
  readonly maxAbsLots: number;
}

/** How a position was held over time. Points are in order of time. Source: reference, section M. */
export function summarizeInventory(
  points: readonly PositionPoint[],
  maxPositionLots: number | null,
  bands: BandShares,
): InventorySummary {
  const first = points[0];
  const last = points.at(-1);
  const durationUs = first === undefined || last === undefined ? 0 : last.atUs - first.atUs;
  const absolute = Float64Array.from(points, ({ positionLots }) => Math.abs(positionLots)).sort();
  const nonflatUs = timeWhere(points, (lots) => lots !== 0);
  const timeAbove = (share: number): number | null =>
    maxPositionLots === null ? null : timeWhere(points, (lots) => Math.abs(lots) >= maxPositionLots * share);
  return {
    observations: points.length,
    durationUs,
    finalLots: last?.positionLots ?? null,
    maxAbsLots: absolute.at(-1) ?? null,
    p95AbsLots: nearestRank(absolute, 0.95),
    nonflatUs,
    nonflatShare: durationUs === 0 ? null : nonflatUs / durationUs,
    longestSameSideUs: longestSameSide(points),
    aboveWarnUs: timeAbove(bands.warn),
    aboveCriticalUs: timeAbove(bands.critical),
    aboveHardUs: timeAbove(bands.hard),
  };
}

/** The same points in spans of `bucketUs`, counted from the epoch; spans without a point are left out. */
export function bucketInventory(points: readonly PositionPoint[], bucketUs: number): readonly InventoryBucket[] {
  const buckets: InventoryBucket[] = [];
  for (const { atUs, positionLots } of points) {
    const startUs = Math.floor(atUs / bucketUs) * bucketUs;
    const open = buckets.at(-1);
    if (open?.startUs === startUs) {
      buckets[buckets.length - 1] = {
        ...open,
        observations: open.observations + 1,
        closeLots: positionLots,
        maxAbsLots: Math.max(open.maxAbsLots, Math.abs(positionLots)),
      };
    } else {
      buckets.push({
        startUs,
        observations: 1,
        openLots: positionLots,
        closeLots: positionLots,
        maxAbsLots: Math.abs(positionLots),
      });
    }
  }
  return buckets;
}

function timeWhere(points: readonly PositionPoint[], holds: (lots: number) => boolean): number {
  let sumUs = 0;
  for (const [index, { atUs, positionLots }] of points.entries()) {
    const next = points[index + 1];
    if (next !== undefined && holds(positionLots)) sumUs += next.atUs - atUs;
  }
  return sumUs;
}

/** A stretch ends where the position is seen flat or on the other side. */
function longestSameSide(points: readonly PositionPoint[]): number {
  let longestUs = 0;
  let side = 0;
  let sinceUs = 0;
  for (const { atUs, positionLots } of points) {
    const now = Math.sign(positionLots);
    if (side !== 0) longestUs = Math.max(longestUs, atUs - sinceUs);
    if (now === side) continue;
    side = now;
    sinceUs = atUs;
  }
  return longestUs;
}
