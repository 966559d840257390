import type { Settings } from "../settings/settings.ts";
import { secondsToUs } from "../values/units.ts";

/** `present`: all is well or the watch is off; `alert`: nobody has been here for long; `absent`: for twice as long, only reducing orders may leave. */
export type Presence = "present" | "alert" | "absent";

/**
 * How long ago a person gave the last sign, in live mode only. Times are microseconds.
 *
 * A sign is any input of the operator or the acknowledgement of an alert; it makes the operator present at once. After `MM_OPERATOR_PRESENCE_S`
 * without one an alert is due, after as long again the session goes to REDUCING. 0 = off.
 */
export class OperatorPresence {
  private _lastSignUs: number;
  private _presence: Presence = "present";

  constructor(startUs: number) {
    this._lastSignUs = startUs;
  }

  get presence(): Presence {
    return this._presence;
  }

  /** Time of the last sign; the start counts as one. */
  get lastSignUs(): number {
    return this._lastSignUs;
  }

  /** A sign of the operator; true when it ends an alert or an absence. */
  sign(nowUs: number): boolean {
    this._lastSignUs = Math.max(this._lastSignUs, nowUs);
    const isReturn = this._presence !== "present";
    this._presence = "present";
    return isReturn;
  }

  /** Follows the time; returns the presence when it changed by that, else null. */
  advance(nowUs: number, settings: Settings, isLive: boolean): Presence | null {
    const spanUs = secondsToUs(settings.operatorPresenceS);
    const reached = isLive && spanUs > 0 ? presenceAfter(nowUs - this._lastSignUs, spanUs) : "present";
    if (reached === this._presence) return null;
    this._presence = reached;
    return reached;
  }

  /** When the presence next changes if no sign comes; null when it does not. */
  nextChangeUs(settings: Settings, isLive: boolean): number | null {
    const spanUs = secondsToUs(settings.operatorPresenceS);
    if (!isLive || spanUs <= 0 || this._presence === "absent") return null;
    return this._lastSignUs + (this._presence === "present" ? spanUs : 2 * spanUs);
  }
}

function presenceAfter(silentUs: number, spanUs: number): Presence {
  if (silentUs < spanUs) return "present";
  return silentUs < 2 * spanUs ? "alert" : "absent";
}
