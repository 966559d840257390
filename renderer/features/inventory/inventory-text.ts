/** Words of the inventory panel. */
export const inventoryText = {
  title: "Inventory",
  limit: "limit",
  position: "position",
  skew: "skew now",
  onBoth: "bps on both quotes",
  ifBids: "if every bid fills",
  ifAsks: "if every ask fills",
  entry: "average entry",
  empty: "No position yet. It is drawn against its limits once a session runs.",
  warn: "warn",
  critical: "critical",
} as const;
