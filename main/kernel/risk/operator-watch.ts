import type { Settings } from "../settings/settings.ts";
import type { Micros } from "../values/units.ts";
import type { Halts } from "./halts.ts";
import { OperatorPresence, type Presence } from "./operator-presence.ts";

/** Live mode needs somebody who looks: first an alert, then only reducing orders, until a sign comes. */
export class OperatorWatch {
  private readonly _halts: Halts;
  private readonly _isLive: boolean;
  private readonly _presence = new OperatorPresence(0);

  constructor(halts: Halts, isLive: boolean) {
    this._halts = halts;
    this._isLive = isLive;
  }

  /** False where no money is at stake: then nobody is watched for. */
  get isWatching(): boolean {
    return this._isLive;
  }

  get presence(): Presence {
    return this._presence.presence;
  }

  /** Time of the last sign of an operator, in microseconds; 0 = none yet. */
  get lastSignUs(): number {
    return this._presence.lastSignUs;
  }

  /** Input of an operator, a command, an acknowledged alert. */
  seen(nowUs: Micros, by: string): void {
    if (!this._presence.sign(nowUs)) return;
    const message = `${by} is there again`;
    this._halts.reduce("operator-presence", false, nowUs, { detail: "present", message, severity: "info", by });
  }

  advance(nowUs: Micros, settings: Settings): void {
    const presence = this._presence.advance(nowUs, settings, this._isLive);
    if (presence === null) return;
    const { operatorPresenceS: seconds } = settings;
    if (presence === "alert") {
      const message = `nobody has been here for ${seconds} s; after as long again only reducing orders are placed`;
      const found = { detail: "alert", bound: seconds, message, severity: "critical" } as const;
      this._halts.tell("operator-presence", "tripped", nowUs, found);
    } else if (presence === "absent") {
      const message = `nobody has been here for ${2 * seconds} s: only reducing orders are placed`;
      const found = { detail: "absent", bound: 2 * seconds, message, severity: "critical" } as const;
      this._halts.reduce("operator-presence", true, nowUs, found);
    } else {
      const message = "the watch for an operator is off";
      this._halts.reduce("operator-presence", false, nowUs, { detail: "off", message, severity: "info" });
    }
  }
}
