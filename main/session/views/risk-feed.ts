import type { StreamItem } from "../../../preload/bridge.ts";
import { LATCH_KINDS } from "../carried-risk.ts";
import type { Effect, RecordProfileChange, RecordRiskEvent, RiskControl } from "../../kernel/effects.ts";
import type { KernelEvent, LatchKind, ProfileRefused } from "../../kernel/events.ts";
import { diffSettings } from "../../kernel/settings/settings-diff.ts";

type Risk = StreamItem<"risk">;

/** The latest close-out, as its records tell it. */
export interface CloseOutSeen {
  readonly phase: Risk["closeOut"]["phase"];
  readonly why: string;
  readonly beganUs: number;
  readonly beganLots: number;
  readonly leftLots: number | null;
  readonly attempt: number;
  readonly slippageBps: number | null;
  readonly denied: string | null;
  readonly outcome: string | null;
}

/** What the records have told so far. Plain data. */
export interface SavedRisk {
  readonly trips: ReadonlyMap<RiskControl, number>;
  readonly details: ReadonlyMap<RiskControl, string>;
  readonly denials: ReadonlyMap<string, number>;
  readonly latches: ReadonlyMap<LatchKind, Risk["latches"][number]>;
  readonly closeOut: CloseOutSeen;
  readonly changed: Risk["profile"]["changed"];
  readonly refused: Risk["profile"]["refused"];
}

const NO_CLOSE_OUT: CloseOutSeen = {
  phase: "none",
  why: "",
  beganUs: 0,
  beganLots: 0,
  leftLots: null,
  attempt: 0,
  slippageBps: null,
  denied: null,
  outcome: null,
};

const CARRIED = "carried over";
const DENIED = / denied: (.+)$/;
const MOST_LISTED = 400;

/** Counts every trip, latch and denial of a session, and follows its close-out and its profile. */
export class RiskFeed {
  #trips = new Map<RiskControl, number>();
  #details = new Map<RiskControl, string>();
  #denials = new Map<string, number>();
  #latches = new Map<LatchKind, Risk["latches"][number]>();
  #closeOut = NO_CLOSE_OUT;
  #changed: Risk["profile"]["changed"] = null;
  #refused: Risk["profile"]["refused"] = null;

  /** Call with every event and every effect of it, in order. */
  observe(event: KernelEvent, effect: Effect): void {
    if (effect.type === "record-risk-event") this.#happened(effect);
    else if (effect.type === "record-decision" && effect.decision.code === "skip_denied")
      this.#denied(effect.decision.detail ?? "unnamed");
    else if (effect.type === "record-profile-change") this.#changedProfile(effect);
    else if (effect.type === "record-alert" && event.type === "profile-refused")
      this.#refused = { atUs: effect.atUs, by: event.by, message: event.message };
  }

  saved(): SavedRisk {
    return {
      trips: this.#trips,
      details: this.#details,
      denials: this.#denials,
      latches: this.#latches,
      closeOut: this.#closeOut,
      changed: this.#changed,
      refused: this.#refused,
    };
  }

  /** Goes on from where `saved` stood. */
  restore(saved: SavedRisk): void {
    this.#trips = new Map(saved.trips);
    this.#details = new Map(saved.details);
    this.#denials = new Map(saved.denials);
    this.#latches = new Map(saved.latches);
    this.#closeOut = saved.closeOut;
    this.#changed = saved.changed;
    this.#refused = saved.refused;
  }

  #happened(record: RecordRiskEvent): void {
    const { control, happening, detail } = record;
    if (happening === "tripped" || control === "hedge") this.#trips.set(control, (this.#trips.get(control) ?? 0) + 1);
    if (happening === "cleared") this.#details.delete(control);
    else this.#details.set(control, detail);
    const denied = DENIED.exec(detail)?.[1] ?? (control === "hedge" ? /^denied: (.+)$/.exec(detail)?.[1] : undefined);
    if (denied !== undefined) this.#denied(denied);
    if (control === "flatten") this.#closeOut = closeOutAfter(this.#closeOut, record, denied ?? null);
    const latch = LATCH_KINDS.find((name) => name === control);
    if (latch !== undefined) this.#latched(latch, record);
  }

  #latched(latch: LatchKind, { happening, detail, reading, bound, atUs }: RecordRiskEvent): void {
    if (happening === "cleared") this.#latches.delete(latch);
    else this.#latches.set(latch, { latch, detail, reading, bound, setAtUs: atUs, isCarried: detail === CARRIED });
  }

  #denied(limit: string): void {
    this.#denials.set(limit, (this.#denials.get(limit) ?? 0) + 1);
  }

  #changedProfile({ atUs, by, before, after }: RecordProfileChange): void {
    const settings = changesOf(before, after).slice(0, MOST_LISTED);
    this.#changed = { atUs, by, from: `${before.name} r${before.revision}`, settings };
  }
}

function closeOutAfter(seen: CloseOutSeen, record: RecordRiskEvent, denied: string | null): CloseOutSeen {
  const { happening, detail, reading, bound, atUs } = record;
  if (happening === "tripped")
    return { ...NO_CLOSE_OUT, phase: "closing", why: detail, beganUs: atUs, beganLots: reading ?? 0 };
  if (happening === "changed") return { ...seen, attempt: seen.attempt + 1, slippageBps: bound, denied };
  return { ...seen, phase: "ended", outcome: detail, leftLots: reading ?? 0 };
}

function changesOf(before: RecordProfileChange["before"], after: RecordProfileChange["after"]): string[] {
  return diffSettings(before.settings, after.settings).map(
    (change) => `${change.variable} ${change.before} \u2192 ${change.after}`,
  );
}

/** A profile that was not taken over, with who wanted it. */
export function profileRefusalText({ by, message }: Pick<ProfileRefused, "by" | "message">): string {
  return `profile not changed by ${by}: ${message}`;
}
