import type { StreamItem } from "../../preload/bridge.ts";
import type { TapeReader } from "../../db/tape-reader.ts";
import type { Decision, PriceBuildUp, Slot } from "../kernel/decision.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { slotIndex } from "../kernel/quoting/slot-state.ts";
import { isWaitingAnswer, slotsView } from "./views/slots-view.ts";

export type ExplainedSlot = StreamItem<"slots">["slots"][number];

/** The screen's slots at one moment of a session. */
export interface Explanation {
  /** Time and seq of the last event at or before the moment asked for. */
  readonly atUs: number;
  readonly seq: number;
  readonly profile: string;
  readonly profileRevision: number;
  readonly tradingState: string;
  readonly slots: readonly ExplainedSlot[];
}

/**
 * Replays a session's tape up to a moment and says of every slot, or of one, what the console showed then: what rested, why, and the
 * build-up of its price. Null when the session had not begun. Queue positions are the venue's and are not on the tape.
 */
export function explainAt(kernel: Kernel, tape: TapeReader, untilUs: number, only: Slot | null): Explanation | null {
  const reasons = new Map<number, Decision>();
  const buildUps = new Map<number, PriceBuildUp>();
  let seq = 0;
  for (let event = tape.next(); event !== null && event.tsInit <= untilUs; event = tape.next()) {
    seq = event.seq;
    for (const effect of kernel.handle(event)) {
      if (effect.type !== "record-decision") continue;
      const { decision } = effect;
      if (!isWaitingAnswer(decision)) reasons.set(slotIndex(decision.slot), decision);
      if (decision.buildUp) buildUps.set(slotIndex(decision.slot), decision.buildUp);
    }
  }
  if (seq === 0) return null;
  const { slots } = slotsView(kernel, reasons, buildUps, () => null);
  return {
    atUs: kernel.nowUs,
    seq,
    profile: kernel.profile.name,
    profileRevision: kernel.profile.revision,
    tradingState: kernel.state.name,
    slots: only === null ? slots : slots.filter(({ side, level }) => side === only.side && level === only.level),
  };
}
