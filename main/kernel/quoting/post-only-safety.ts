import type { Settings } from "../settings/settings.ts";
import { secondsToUs } from "../values/units.ts";

/** No cooldown is longer, in seconds (the reference's cap). */
const MAX_COOLDOWN_S = 120;
/** Accepted placements in a row that end a streak. */
const SUCCESSES_TO_RESET = 3;

/**
 * How one slot keeps clear of post-only rejections: extra ticks and a cooldown that grow with a streak of them.
 *
 * Only a rejection with reason post-only comes here. Source: the reference's section F; times are microseconds.
 */
export class PostOnlySafety {
  #streak = 0;
  #successes = 0;
  #dynamicTicks = 0;
  #lastRejectionUs: number | null = null;
  #cooldownUntilUs: number | null = null;

  get streak(): number {
    return this.#streak;
  }

  /** End of the pause after a rejection; null = none. */
  get cooldownUntilUs(): number | null {
    return this.#cooldownUntilUs;
  }

  /** Distance to keep from the opposite best, in ticks, at least 1. */
  ticks(settings: Settings): number {
    const base = Math.max(1, settings.postOnlySafetyTicks);
    return settings.adaptivePofEnabled ? Math.max(base, this.#dynamicTicks) : base;
  }

  rejected(nowUs: number, settings: Settings): void {
    this.#successes = 0;
    if (!settings.adaptivePofEnabled) {
      this.#cooldownUntilUs = nowUs + secondsToUs(settings.pofCooldownS);
      return;
    }
    const gapUs = this.#lastRejectionUs === null ? Infinity : nowUs - this.#lastRejectionUs;
    const resetUs = secondsToUs(settings.pofStreakResetS);
    if (this.#lastRejectionUs === null || (resetUs > 0 && gapUs > resetUs)) this.#streak = 0;
    this.#lastRejectionUs = nowUs;
    this.#streak += 1;
    this.#dynamicTicks = escalated(settings, this.#streak);
    this.#cooldownUntilUs = nowUs + secondsToUs(cooldownS(settings, this.#streak));
  }

  /** The venue accepted a placement of this slot. */
  accepted(settings: Settings): void {
    if (!settings.adaptivePofEnabled || this.#streak === 0) return;
    this.#successes += 1;
    if (this.#successes >= SUCCESSES_TO_RESET) {
      this.#streak = 0;
    } else {
      this.#streak = Math.max(0, Math.min(Math.floor(this.#streak / 2), this.#streak - 2));
    }
    this.#dynamicTicks = escalated(settings, this.#streak);
    if (this.#streak === 0) this.#cooldownUntilUs = null;
  }

  filled(nowUs: number): void {
    this.#streak = 0;
    this.#successes = 0;
    this.#dynamicTicks = 0;
    this.#cooldownUntilUs = null;
    this.#lastRejectionUs = nowUs;
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
