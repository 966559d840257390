import type { Settings } from "../settings/settings.ts";
import { SlidingTally } from "./sliding-tally.ts";
import { secondsToUs } from "../values/units.ts";

/** Shortest window and shortest halt, whatever the settings say (reference, section H). */
const LEAST_US = 1_000_000;

/**
 * What follows from a venue's complaints about too many requests, and from its word that it is under maintenance. Times are microseconds.
 *
 * A complaint slows and widens quoting for a while; enough of them within the window halt it. Neither end is ever moved nearer, not by
 * a change of settings either. Source: reference, section H (429 and 503).
 */
export class RateLimitState {
  private readonly _hits = new SlidingTally();
  private _degradedUntilUs: number | null = null;
  private _haltedUntilUs: number | null = null;
  private _maintenanceUntilUs: number | null = null;
  private _hitCount = 0;

  /** All complaints of the session. */
  get hitCount(): number {
    return this._hitCount;
  }

  get degradedUntilUs(): number | null {
    return this._degradedUntilUs;
  }

  get haltedUntilUs(): number | null {
    return this._haltedUntilUs;
  }

  get maintenanceUntilUs(): number | null {
    return this._maintenanceUntilUs;
  }

  /** A complaint came; true when quoting halts (or halts for longer) by it, and every order is to be cancelled. */
  hit(nowUs: number, settings: Settings): boolean {
    this._hitCount += 1;
    this._hits.add(nowUs);
    this._degradedUntilUs = later(this._degradedUntilUs, nowUs + secondsToUs(settings.rateLimitDegradedS));
    this._hits.forgetBefore(nowUs - windowUs(settings));
    if (this.hitsInWindow(nowUs, settings) < settings.rateLimitHaltHits) return false;
    this._haltedUntilUs = later(this._haltedUntilUs, nowUs + Math.max(LEAST_US, secondsToUs(settings.rateLimitHaltS)));
    return true;
  }

  /** The venue said that it is under maintenance: no placements for a while, and every order is to be cancelled. */
  maintenance(nowUs: number, settings: Settings): void {
    this._maintenanceUntilUs = later(this._maintenanceUntilUs, nowUs + secondsToUs(settings.maintenancePauseS));
  }

  /** Complaints in the window that ends now, both ends included. */
  hitsInWindow(nowUs: number, settings: Settings): number {
    return this._hits.since(nowUs - windowUs(settings));
  }

  isDegraded(nowUs: number): boolean {
    return isBefore(nowUs, this._degradedUntilUs);
  }

  isHalted(nowUs: number): boolean {
    return isBefore(nowUs, this._haltedUntilUs);
  }

  isInMaintenance(nowUs: number): boolean {
    return isBefore(nowUs, this._maintenanceUntilUs);
  }

  /** Time until placements are taken up again after maintenance; 0 when there is none. */
  maintenanceLeftUs(nowUs: number): number {
    return this._maintenanceUntilUs === null ? 0 : Math.max(0, this._maintenanceUntilUs - nowUs);
  }

  /** Widening while degraded, in bps. */
  extraOffsetBps(nowUs: number, settings: Settings): number {
    return this.isDegraded(nowUs) ? settings.rateLimitExtraOffsetBps : 0;
  }

  /** Factor on the least time between placements. */
  repriceMultiplier(nowUs: number, settings: Settings): number {
    return this.isDegraded(nowUs) ? Math.max(1, settings.rateLimitRepriceMultiplier) : 1;
  }

  /** Earliest moment after now at which an answer above changes by itself; null when none does. */
  nextChangeUs(nowUs: number): number | null {
    let next: number | null = null;
    for (const untilUs of [this._degradedUntilUs, this._haltedUntilUs, this._maintenanceUntilUs]) {
      if (untilUs !== null && untilUs > nowUs && (next === null || untilUs < next)) next = untilUs;
    }
    return next;
  }
}

/**
 * Whether a venue's answer says that it is under maintenance: status 503, or a text with "maintenance", "service unavailable" or "503".
 * For venues that have no code of their own for it.
 */
export function saysMaintenance(status: number | string | null, text: string | null): boolean {
  if (String(status) === "503") return true;
  return text !== null && /maintenance|service unavailable|503/i.test(text);
}

function windowUs(settings: Settings): number {
  return Math.max(LEAST_US, secondsToUs(settings.rateLimitHaltWindowS));
}

function later(current: number | null, candidate: number): number {
  return current === null ? candidate : Math.max(current, candidate);
}

function isBefore(nowUs: number, untilUs: number | null): boolean {
  return untilUs !== null && nowUs < untilUs;
}
