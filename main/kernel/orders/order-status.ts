import type { OrderStatus } from "../effects.ts";

/** What can happen to an order, whoever says it. */
export const ORDER_HAPPENINGS = [
  "accepted",
  "rejected",
  "part-filled",
  "filled",
  "cancel-requested",
  "cancelled",
  "cancel-refused",
  "cancel-refused-unknown",
  "unresolved",
  "found-resting",
  "found-gone",
] as const;

export type OrderHappening = (typeof ORDER_HAPPENINGS)[number];

/** `null` = changes nothing: a repeated or late report. */
type Row = Readonly<Record<OrderHappening, OrderStatus | null>>;

const NOTHING: Row = {
  accepted: null,
  rejected: null,
  "part-filled": null,
  filled: null,
  "cancel-requested": null,
  cancelled: null,
  "cancel-refused": null,
  "cancel-refused-unknown": null,
  unresolved: null,
  "found-resting": null,
  "found-gone": null,
};

/**
 * The whole life of an order, as data. Uncomfortable rows:
 * a terminal report before the placement's answer wins, so `accepted` after it changes nothing;
 * a refused cancel of an order that the venue does not know says nothing about fills, so the order is unresolved until asked for;
 * a fill after the confirmed cancel is real (the ledger counts it) and turns the order into a filled one once it is complete.
 */
export const ORDER_TRANSITIONS: Readonly<Record<OrderStatus, Row>> = {
  "in-flight": {
    ...NOTHING,
    accepted: "resting",
    rejected: "rejected",
    "part-filled": "resting",
    filled: "filled",
    "cancel-requested": "cancelling",
    cancelled: "cancelled",
    unresolved: "unresolved",
    "found-resting": "resting",
    "found-gone": "cancelled",
  },
  resting: {
    ...NOTHING,
    rejected: "rejected",
    filled: "filled",
    "cancel-requested": "cancelling",
    cancelled: "cancelled",
    unresolved: "unresolved",
    "found-gone": "cancelled",
  },
  cancelling: {
    ...NOTHING,
    rejected: "rejected",
    filled: "filled",
    cancelled: "cancelled",
    "cancel-refused": "resting",
    "cancel-refused-unknown": "unresolved",
    unresolved: "unresolved",
    "found-resting": "resting",
    "found-gone": "cancelled",
  },
  unresolved: {
    ...NOTHING,
    accepted: "resting",
    rejected: "rejected",
    filled: "filled",
    "cancel-requested": "cancelling",
    cancelled: "cancelled",
    "found-resting": "resting",
    "found-gone": "cancelled",
  },
  filled: NOTHING,
  cancelled: { ...NOTHING, filled: "filled" },
  rejected: { ...NOTHING, filled: "filled" },
  denied: NOTHING,
};

/** True while the order may still fill; its remaining size stays reserved. */
export function isLive(status: OrderStatus): boolean {
  return status === "in-flight" || status === "resting" || status === "cancelling" || status === "unresolved";
}
