/** Words of the result panel. */
export const resultText = {
  title: "Result",
  session: "session",
  spreadCapture: "spread captured",
  inventory: "inventory",
  fees: "fees",
  funding: "funding",
  net: "net",
  fills: "fills",
  maker: "maker",
  taker: "taker",
  placements: "placed",
  cancels: "cancelled",
  uptime: "two-sided",
  empty: "The parts of the result are counted from the first fill on.",
} as const;
