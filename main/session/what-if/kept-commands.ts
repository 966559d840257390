import type { KernelEvent, LatchCleared, OperatorCommanded, ProfileChanged } from "../../kernel/events.ts";
import { isMarketEvent } from "../tape-source.ts";

/** Something an operator did in the session, to be done again at the same time. */
export interface KeptCommand {
  readonly atUs: number;
  /** A change of profile belongs to what was: the alternative has a profile of its own. */
  readonly isForBaselineOnly: boolean;
  readonly event:
    | Pick<OperatorCommanded, "type" | "commandId" | "command" | "by">
    | Pick<LatchCleared, "type" | "commandId" | "latch" | "by" | "reason">
    | Pick<ProfileChanged, "type" | "commandId" | "by" | "profile">;
}

/** What stands on the tape beside the market. */
export interface SeenControls {
  readonly commands: number;
  readonly stopsAndKills: number;
  readonly profileChanges: number;
  readonly clearedLatches: number;
  /** Faults of the house that halted quoting. */
  readonly faults: number;
}

/** An operator does not do more in a session; what is beyond is counted, not kept. */
const MOST_KEPT = 10_000;

/**
 * Sorts what a tape holds beside the market. A stop or a kill is never kept: a what-if run ends with the market. Nor are faults of the house,
 * the venue's reports and timers: both runs have their own.
 */
export function commandsOf(
  events: Iterable<KernelEvent>,
  keep: boolean,
): {
  readonly controls: SeenControls;
  readonly kept: readonly KeptCommand[];
  /** Time of the last event of the market; 0 = there is none. */
  readonly lastMarketUs: number;
} {
  const controls = { commands: 0, stopsAndKills: 0, profileChanges: 0, clearedLatches: 0, faults: 0 };
  const kept: KeptCommand[] = [];
  let lastMarketUs = 0;
  for (const event of events) {
    const atUs = event.tsInit;
    if (event.type === "operator-commanded") {
      const { type, commandId, command, by } = event;
      const isEnd = command === "stop" || command === "kill";
      controls[isEnd ? "stopsAndKills" : "commands"] += 1;
      if (!isEnd) kept.push({ atUs, isForBaselineOnly: false, event: { type, commandId, command, by } });
    } else if (event.type === "profile-changed") {
      const { type, commandId, by, profile } = event;
      controls.profileChanges += 1;
      kept.push({ atUs, isForBaselineOnly: true, event: { type, commandId, by, profile } });
    } else if (event.type === "latch-cleared") {
      const { type, commandId, latch, by, reason } = event;
      controls.clearedLatches += 1;
      kept.push({ atUs, isForBaselineOnly: false, event: { type, commandId, latch, by, reason } });
    } else if (event.type === "fault-raised") {
      controls.faults += 1;
    } else if (isMarketEvent(event)) {
      lastMarketUs = Math.max(lastMarketUs, atUs);
    }
    if (kept.length > MOST_KEPT) kept.pop();
  }
  // Behind the market there is nothing left to command
  return { controls, kept: keep ? kept.filter(({ atUs }) => atUs < lastMarketUs) : [], lastMarketUs };
}
