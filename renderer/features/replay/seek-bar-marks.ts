/** Where things stand on the seek bar: pure, so that it can be tested without a canvas. */
import type { MarkKind, Timeline } from "./replay-store.ts";

export interface Way {
  readonly startUs: number;
  readonly endUs: number;
}

/** Pixel of a time on a bar of a width. */
export function xOf(way: Way, widthPx: number, atUs: number): number {
  const share = (atUs - way.startUs) / Math.max(1, way.endUs - way.startUs);
  return Math.min(1, Math.max(0, share)) * widthPx;
}

/** Time at a pixel, within the way. */
export function usAt(way: Way, widthPx: number, x: number): number {
  const share = Math.min(1, Math.max(0, x / Math.max(1, widthPx)));
  return Math.round(way.startUs + share * (way.endUs - way.startUs));
}

/** A mark may be this far from the pointer and still be meant. */
const NEAR_PX = 5;

/** The mark nearest to a pixel; null when none is near. */
export function markNear(timeline: Timeline, widthPx: number, x: number): Timeline["marks"][number] | null {
  let nearest: Timeline["marks"][number] | null = null;
  let nearestPx = NEAR_PX;
  for (const mark of timeline.marks) {
    const distance = Math.abs(xOf(timeline, widthPx, mark.atUs) - x);
    if (distance >= nearestPx) continue;
    nearest = mark;
    nearestPx = distance;
  }
  return nearest;
}

/** Lanes of the bar from the top, as shares of its height: marks that mean more stand taller. */
export const markLanes: Readonly<Record<MarkKind, { readonly from: number; readonly to: number }>> = {
  halt: { from: 0, to: 1 },
  gap: { from: 0, to: 1 },
  profile: { from: 0, to: 1 },
  reject: { from: 0.78, to: 1 },
  fill: { from: 0.55, to: 0.78 },
  regime: { from: 0, to: 0.12 },
};

/** Points of the mid's line on the bar; null breaks it. */
export function pathPoints(
  timeline: Timeline,
  widthPx: number,
  heightPx: number,
): readonly ({ readonly x: number; readonly y: number } | null)[] {
  const mids = timeline.path.flatMap(({ mid }) => (mid === null ? [] : [mid]));
  const low = Math.min(...mids);
  const high = Math.max(...mids);
  const span = high - low || 1;
  return timeline.path.map(({ atUs, mid }) =>
    mid === null ? null : { x: xOf(timeline, widthPx, atUs), y: heightPx * (0.94 - (0.78 * (mid - low)) / span) },
  );
}
