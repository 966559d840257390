import { describe, expect, it } from "vitest";
import type { OrderStatus } from "../../../main/kernel/effects.ts";
import {
  isLive,
  ORDER_HAPPENINGS,
  ORDER_TRANSITIONS,
  type OrderHappening,
} from "../../../main/kernel/orders/order-status.ts";

const STATUSES: readonly OrderStatus[] = [
  "in-flight",
  "resting",
  "cancelling",
  "unresolved",
  "filled",
  "cancelled",
  "rejected",
  "denied",
];

/** The table once more, as it must be; what is not named changes nothing. */
const WANTED: Readonly<Record<OrderStatus, Partial<Record<OrderHappening, OrderStatus>>>> = {
  "in-flight": {
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
    rejected: "rejected",
    filled: "filled",
    "cancel-requested": "cancelling",
    cancelled: "cancelled",
    unresolved: "unresolved",
    "found-gone": "cancelled",
  },
  cancelling: {
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
    accepted: "resting",
    rejected: "rejected",
    filled: "filled",
    "cancel-requested": "cancelling",
    cancelled: "cancelled",
    "found-resting": "resting",
    "found-gone": "cancelled",
  },
  filled: {},
  cancelled: { filled: "filled" },
  rejected: { filled: "filled" },
  denied: {},
};

const EVERY = STATUSES.flatMap((status) => ORDER_HAPPENINGS.map((happening) => ({ status, happening })));

describe("order transitions", () => {
  it.each(EVERY)("$status, $happening", ({ status, happening }) => {
    expect(ORDER_TRANSITIONS[status][happening]).toBe(WANTED[status][happening] ?? null);
  });

  it("never bring an ended order back to life", () => {
    const ended = STATUSES.filter((status) => !isLive(status));
    const revivals = ended.flatMap((status) =>
      Object.values(ORDER_TRANSITIONS[status]).filter((next) => next !== null && isLive(next)),
    );
    expect(revivals).toEqual([]);
  });

  it("let every live order be asked back, and end by a cancel or a complete fill", () => {
    for (const status of STATUSES.filter(isLive)) {
      const row = ORDER_TRANSITIONS[status];
      expect(status === "cancelling" || row["cancel-requested"] === "cancelling").toBe(true);
      expect([row.cancelled, row.filled, row.rejected]).toEqual(["cancelled", "filled", "rejected"]);
    }
  });

  it("take a silence for doubt, never for an end", () => {
    for (const status of STATUSES.filter(isLive))
      expect([null, "unresolved"]).toContain(ORDER_TRANSITIONS[status].unresolved);
  });
});
