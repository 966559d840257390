import type { DecisionCode } from "../decision.ts";
import { exactFullOffsetBps, fullOffsetBps, type TargetInput } from "../pricing/target-price.ts";
import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";

export type RepriceAnswer = Extract<
  DecisionCode,
  "replace_target_shift" | "hold_within_tolerance" | "hold_below_tick_gate" | "hold_below_edge_gate"
>;

export type RepriceSettings = Pick<
  Settings,
  "repriceTolerancePercent" | "minRepriceMoveTicks" | "minRepriceEdgeDeltaBps"
>;

const BPS = 10_000;

/** Relative closeness to a border from which on decimals decide: far above the dozen roundings of either side. */
const RELATIVE_MARGIN = 2 ** -44;

/**
 * Whether a resting order is far enough from its target to be worth replacing (reference, section E, comparison).
 *
 * Three gates, all of which must be passed: the move exceeds `repriceTolerancePercent` (a fraction) of the full offset, it is at least
 * `minRepriceMoveTicks`, and it changes the edge against the anchor by at least `minRepriceEdgeDeltaBps`. Borders are exact.
 */
export function compareWithResting(
  input: TargetInput,
  settings: RepriceSettings,
  restingTicks: number,
  targetTicks: number,
): RepriceAnswer {
  const fullBps = fullOffsetBps(input);
  if (!(input.anchorTicks > 0) || fullBps === 0) return "replace_target_shift";
  const moveTicks = Math.abs(restingTicks - targetTicks);
  if (isWithinTolerance(input, settings, fullBps, moveTicks)) return "hold_within_tolerance";
  if (moveTicks < settings.minRepriceMoveTicks) return "hold_below_tick_gate";
  if (isBelowEdgeGate(input, settings, moveTicks)) return "hold_below_edge_gate";
  return "replace_target_shift";
}

function isWithinTolerance(input: TargetInput, settings: RepriceSettings, fullBps: number, moveTicks: number): boolean {
  const allowedTicks = (input.anchorTicks * fullBps * settings.repriceTolerancePercent) / BPS;
  if (Math.abs(moveTicks - allowedTicks) > (moveTicks + allowedTicks) * RELATIVE_MARGIN)
    return moveTicks <= allowedTicks;
  return exactFullOffsetBps(input)
    .mul(settings.repriceTolerancePercent)
    .mul(input.anchorTicks)
    .gte(new Decimal(moveTicks).mul(BPS));
}

/** Both edges hang on the same anchor, so their difference is the move itself. */
function isBelowEdgeGate(input: TargetInput, settings: RepriceSettings, moveTicks: number): boolean {
  const moveShare = moveTicks * BPS;
  const gateShare = settings.minRepriceEdgeDeltaBps * input.anchorTicks;
  if (Math.abs(moveShare - gateShare) > (moveShare + gateShare) * RELATIVE_MARGIN) return moveShare < gateShare;
  return new Decimal(settings.minRepriceEdgeDeltaBps).mul(input.anchorTicks).gt(new Decimal(moveTicks).mul(BPS));
}
