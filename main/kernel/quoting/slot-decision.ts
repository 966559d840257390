import type { Decision, DecisionCode, PriceBuildUp } from "../decision.ts";
import type { Order } from "../orders/order-manager.ts";
import type { Lots, Micros } from "../values/units.ts";
import type { SlotState } from "./slot-state.ts";

/** Everything of a decision that its code does not fix; what a stage leaves out is null. */
export interface Found {
  readonly detail?: string | null;
  readonly reading?: number | null;
  readonly bound?: number | null;
  readonly buildUp?: PriceBuildUp | null;
  readonly sizeLots?: Lots | null;
  readonly dueUs?: number | null;
}

/** The decision of one look at a slot that holds `order`. */
export function decide(
  code: DecisionCode,
  slot: SlotState,
  order: Order | null,
  atUs: Micros,
  found: Found = {},
): Decision {
  return {
    atUs,
    slot: slot.slot,
    code,
    detail: found.detail ?? null,
    reading: found.reading ?? null,
    bound: found.bound ?? null,
    buildUp: found.buildUp ?? null,
    restingTicks: order?.priceTicks ?? null,
    restingLots: order === null ? null : ((order.sizeLots - order.filledLots) as Lots),
    sizeLots: found.sizeLots ?? null,
    dueUs: (found.dueUs ?? null) as Micros | null,
  };
}
