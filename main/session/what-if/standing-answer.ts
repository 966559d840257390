import type { Decision } from "../../kernel/decision.ts";

/** What stands in a slot by a run's last real answer; a slot that only waits keeps the answer before, as on the screen. */
export interface StandingAnswer {
  readonly decision: Decision;
  /** `quotes`, or the code that keeps the slot from quoting. */
  readonly stance: string;
  /** Price that rests or was sent; null = nothing does. */
  readonly ticks: number | null;
  readonly lots: number | null;
}

export function standingAnswer(decision: Decision): StandingAnswer {
  const { code, buildUp, restingTicks, restingLots, sizeLots } = decision;
  const isSent = code.startsWith("place") || code.startsWith("replace");
  if (isSent) return { decision, stance: "quotes", ticks: buildUp?.finalTicks ?? null, lots: sizeLots };
  const isQuoting = code.startsWith("hold") || code.startsWith("allow");
  return { decision, stance: isQuoting ? "quotes" : code, ticks: restingTicks, lots: restingLots };
}
