/** Words of the decision feed. */
export const decisionsText = {
  title: "Decisions",
  note: "newest first",
  held: "standing still",
  newer: "newer",
  empty: "No decisions yet.",
  noneOfKind: "No decision of this kind among the newest.",
  filters: { all: "All", placed: "Placed", hold: "Holds", skip: "Skips" },
} as const;
