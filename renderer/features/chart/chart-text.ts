/** Words of the chart. */
export const chartText = {
  title: "Price, quotes and fills",
  note: "1 s · regime behind",
  position: "position",
  empty: "The line starts with the first second of the session.",
  description:
    "Mid price, best own bid and ask, fills and position over time, with the volatility regime as background",
  legend: { mid: "mid", bid: "own bid", ask: "own ask" },
} as const;
