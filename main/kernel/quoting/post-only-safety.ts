import type { Settings } from "../settings/settings.ts";
import { secondsToUs } from "../values/units.ts";

/** No cooldown is longer, in seconds (the reference's cap). */
const MAX_COOLDOWN_S = 120;
/** Accepted placements in a row that end a streak. */
const SUCCESSES_TO_RESET = 3;
/** Without another bad markout one of its ticks is given back in this time: all of the usual most in about ten minutes. */
const ADVERSE_TICK_US = 75_000_000;

/**
 * How one slot keeps clear of post-only rejections: extra ticks and a cooldown that grow with a streak of them.
 *
 * Ticks that bad markouts have added are kept apart: a fill ends a streak of rejections, but is no sign that fills have become better (N 24).
 * Only a rejection with reason post-only comes here. Source: the reference's section F; times are microseconds.
 */
export class PostOnlySafety {
  private _streak = 0;
  private _successes = 0;
  private _dynamicTicks = 0;
  private _lastRejectionUs: number | null = null;
  private _cooldownUntilUs: number | null = null;
  private _adverseTicks = 0;
  private _adverseUs = 0;

  get streak(): number {
    return this._streak;
  }

  /** End of the pause after a rejection; null = none. */
  get cooldownUntilUs(): number | null {
    return this._cooldownUntilUs;
  }

  /** Distance to keep from the opposite best, in ticks, at least 1. */
  ticks(nowUs: number, settings: Settings): number {
    const base = Math.max(1, settings.postOnlySafetyTicks);
    if (!settings.adaptivePofEnabled) return base;
    const most = Math.max(base, settings.pofMaxSafetyTicks);
    const dynamic = Math.max(base, this._dynamicTicks);
    return Math.max(dynamic, Math.min(most, dynamic + this._adverseTicksAt(nowUs)));
  }

  /** The slot's fills turn out badly: one tick more, which fades unless it happens again. */
  widened(nowUs: number, settings: Settings): void {
    this._adverseTicks = Math.min(Math.max(1, settings.pofMaxSafetyTicks), this._adverseTicksAt(nowUs) + 1);
    this._adverseUs = nowUs;
  }

  rejected(nowUs: number, settings: Settings): void {
    this._successes = 0;
    if (!settings.adaptivePofEnabled) {
      this._cooldownUntilUs = nowUs + secondsToUs(settings.pofCooldownS);
      return;
    }
    const gapUs = this._lastRejectionUs === null ? Infinity : nowUs - this._lastRejectionUs;
    const resetUs = secondsToUs(settings.pofStreakResetS);
    if (this._lastRejectionUs === null || (resetUs > 0 && gapUs > resetUs)) this._streak = 0;
    this._lastRejectionUs = nowUs;
    this._streak += 1;
    this._dynamicTicks = escalated(settings, this._streak);
    this._cooldownUntilUs = nowUs + secondsToUs(cooldownS(settings, this._streak));
  }

  /** The venue accepted a placement of this slot. */
  accepted(settings: Settings): void {
    if (!settings.adaptivePofEnabled || this._streak === 0) return;
    this._successes += 1;
    if (this._successes >= SUCCESSES_TO_RESET) {
      this._streak = 0;
    } else {
      this._streak = Math.max(0, Math.min(Math.floor(this._streak / 2), this._streak - 2));
    }
    this._dynamicTicks = escalated(settings, this._streak);
    if (this._streak === 0) this._cooldownUntilUs = null;
  }

  filled(): void {
    this._streak = 0;
    this._dynamicTicks = 0;
    this._cooldownUntilUs = null;
  }

  private _adverseTicksAt(nowUs: number): number {
    if (this._adverseTicks === 0) return 0;
    return Math.max(0, this._adverseTicks - Math.floor((nowUs - this._adverseUs) / ADVERSE_TICK_US));
  }
}

function escalated(settings: Settings, streak: number): number {
  const base = Math.max(1, settings.postOnlySafetyTicks);
  return Math.min(Math.max(base, settings.pofMaxSafetyTicks), base + streak);
}

/** By repeated multiplication: `**` may differ in the last digit between engines. */
function cooldownS(settings: Settings, streak: number): number {
  const growth = Math.max(1, settings.pofBackoffMultiplier);
  let cooldown = settings.pofCooldownS;
  for (let i = 1; i < streak && cooldown < MAX_COOLDOWN_S; i += 1) cooldown *= growth;
  return Math.min(MAX_COOLDOWN_S, cooldown);
}
