import { SlidingTally } from "../risk/sliding-tally.ts";
import type { Settings } from "../settings/settings.ts";

const WINDOW_US = 60_000_000;
const MAX_BOOST_BPS = 3;
const RAISE_ABOVE = 0.1;
const LOWER_BELOW = 0.05;

/** Least time between two steps: a step's effect must be seen before the next (the reference went from 0 to 3 within three seconds, N 27). */
export const BOOST_PACE_US = 15_000_000;

/** One step of the boost, in bps, by post-only rejections and placements of the last minute. No placements: unchanged. Source: reference, section F. */
export function steppedBoostBps(boostBps: number, rejections: number, placements: number): number {
  if (placements === 0) return boostBps;
  const share = rejections / placements;
  if (share > RAISE_ABOVE) return Math.min(MAX_BOOST_BPS, boostBps + 1);
  return share < LOWER_BELOW ? Math.max(0, boostBps - 1) : boostBps;
}

/**
 * Widening of all slots while too many placements are refused as post-only. Times are microseconds.
 *
 * Survives a change of settings; with the adaptive handling off it counts on and widens nothing.
 */
export class OffsetBoost {
  private readonly _rejections = new SlidingTally();
  private readonly _placements = new SlidingTally();
  private _boostBps = 0;
  private _steppedAtUs: number | null = null;

  /** A post-only rejection of any slot. */
  rejected(nowUs: number): void {
    this._rejections.add(nowUs);
    this._rejections.forgetBefore(nowUs - WINDOW_US);
  }

  /** A placement left. */
  placed(nowUs: number): void {
    this._placements.add(nowUs);
    this._placements.forgetBefore(nowUs - WINDOW_US);
  }

  /** Post-only rejections of the last minute, both ends included. */
  rejectionsInWindow(nowUs: number): number {
    return this._rejections.since(nowUs - WINDOW_US);
  }

  /** Steps when a step is due; call it at every timer. Returns the boost in bps. */
  update(nowUs: number): number {
    if (this._steppedAtUs !== null && nowUs - this._steppedAtUs < BOOST_PACE_US) return this._boostBps;
    const placements = this._placements.since(nowUs - WINDOW_US);
    const boostBps = steppedBoostBps(this._boostBps, this.rejectionsInWindow(nowUs), placements);
    if (boostBps !== this._boostBps) {
      this._boostBps = boostBps;
      this._steppedAtUs = nowUs;
    }
    return boostBps;
  }

  /** Widening in bps, to be added to every slot's offset. */
  boostBps(settings: Settings): number {
    return settings.adaptivePofEnabled ? this._boostBps : 0;
  }
}
