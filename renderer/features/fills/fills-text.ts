/** Words of the fills list. */
export const fillsText = {
  title: "Fills",
  time: "time",
  side: "side",
  price: "price",
  size: "size",
  edge: "edge",
  edgeUnit: "distance from the mid when filled, in bps",
  empty: "No fills yet.",
  maker: "maker",
  taker: "taker",
  liquidity: "by",
  durable: "On disk",
  notDurable: "Not on disk yet",
  note: "newest first",
} as const;
