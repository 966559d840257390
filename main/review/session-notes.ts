import type {
  RecordAlert,
  RecordOperatorCommand,
  RecordProfileChange,
  RecordRegimeChange,
  RecordRiskEvent,
} from "../kernel/effects.ts";
import { diffSettings } from "../kernel/settings/settings-diff.ts";

/** Alerts of one kind. */
export interface AlertCount {
  readonly kind: string;
  readonly severity: "info" | "warning" | "critical";
  readonly count: number;
  readonly firstUs: number;
  readonly lastUs: number;
  /** The newest one's words. */
  readonly message: string;
}

export type CommandNote = Pick<RecordOperatorCommand, "atUs" | "command" | "by" | "outcome">;
export type RiskNote = Pick<RecordRiskEvent, "atUs" | "control" | "happening" | "detail" | "by">;
export type RegimeNote = Pick<RecordRegimeChange, "atUs" | "from" | "to" | "measured">;

export interface ProfileChangeNote {
  readonly atUs: number;
  readonly by: string;
  readonly before: string;
  readonly after: string;
  /** Each setting that changed, as it would stand in a file. */
  readonly changes: readonly { readonly variable: string; readonly before: string; readonly after: string }[];
}

/** Lists of a report are cut here; the counts beside them are whole. */
const LONGEST_LIST = 500;

/** What was said and asked during a session. */
export class SessionNotes {
  readonly #alerts = new Map<string, AlertCount>();
  readonly commands: CommandNote[] = [];
  readonly riskEvents: RiskNote[] = [];
  readonly regimes: RegimeNote[] = [];
  readonly profileChanges: ProfileChangeNote[] = [];
  #regimeChanges = 0;

  get alerts(): readonly AlertCount[] {
    const rank = { critical: 0, warning: 1, info: 2 };
    return [...this.#alerts.values()].sort((a, b) => rank[a.severity] - rank[b.severity] || b.count - a.count);
  }

  /** Changes from one regime to another. */
  get regimeChanges(): number {
    return this.#regimeChanges;
  }

  alert({ kind, severity, message, atUs }: RecordAlert, count: number, lastUs: number): void {
    const key = `${severity} ${kind}`;
    const known = this.#alerts.get(key);
    const firstUs = known?.firstUs ?? atUs;
    this.#alerts.set(key, { kind, severity, count: (known?.count ?? 0) + count, firstUs, lastUs, message });
  }

  command({ atUs, command, by, outcome }: RecordOperatorCommand): void {
    if (this.commands.length < LONGEST_LIST) this.commands.push({ atUs, command, by, outcome });
  }

  riskEvent({ atUs, control, happening, detail, by }: RecordRiskEvent): void {
    if (this.riskEvents.length < LONGEST_LIST) this.riskEvents.push({ atUs, control, happening, detail, by });
  }

  regime({ atUs, from, to, measured }: RecordRegimeChange): void {
    if (from !== to) this.#regimeChanges += 1;
    if (this.regimes.length < LONGEST_LIST) this.regimes.push({ atUs, from, to, measured });
  }

  profileChange({ atUs, by, before, after }: RecordProfileChange): void {
    if (this.profileChanges.length >= LONGEST_LIST) return;
    const changes = diffSettings(before.settings, after.settings).map(({ variable, before: was, after: now }) => ({
      variable,
      before: was,
      after: now,
    }));
    this.profileChanges.push({
      atUs,
      by,
      before: `${before.name} r${before.revision}`,
      after: `${after.name} r${after.revision}`,
      changes,
    });
  }
}
