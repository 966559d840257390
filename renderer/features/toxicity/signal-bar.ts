/** A reading against its limit, as a bar with a tick. */

export interface SignalBar {
  /** Length of the bar as a share of the track. */
  readonly share: number;
  /** Place of the limit's tick; null without a limit. */
  readonly limitShare: number | null;
  readonly tone: "calm" | "near" | "over";
}

/** Where a limit stands on its track: room is left to see by how much it is passed. */
const LIMIT_SHARE = 0.75;
/** From this share of the limit on a reading is close to it. */
const NEAR_SHARE = 0.8;

/** `fullScale` is the reading that fills the track where there is no limit. The sign is dropped: a bar shows size. */
export function signalBar(reading: number | null, limit: number | null, fullScale: number): SignalBar {
  const size = Math.abs(reading ?? 0);
  if (limit === null || limit <= 0) return { share: Math.min(1, size / fullScale), limitShare: null, tone: "calm" };
  const ratio = size / limit;
  const tone = ratio >= 1 ? "over" : ratio >= NEAR_SHARE ? "near" : "calm";
  return { share: Math.min(1, ratio * LIMIT_SHARE), limitShare: LIMIT_SHARE, tone };
}
