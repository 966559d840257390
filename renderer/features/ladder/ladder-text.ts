/** Words of the ladder. */
export const ladderText = {
  title: "Ladder",
  mine: "mine",
  bid: "bid",
  price: "price",
  ask: "ask",
  sold: "sold",
  bought: "bought",
  traded: "traded",
  ahead: "ahead",
  held: "held",
  take: "take",
  recentre: "Space re-centres",
  scrolled: "scrolled · Space re-centres",
  averageEntry: "average entry",
  breakEven: "break-even",
  spread: "spread",
  last: "last",
  noBook: "No order book yet. The ladder fills when the market's first snapshot has come.",
} as const;

export const orderStateWords = {
  "in-flight": "sending",
  resting: "",
  cancelling: "cancel",
  unresolved: "UNRESOLVED",
} as const;

export const orderStateMeanings = {
  "in-flight": "Sent, not yet confirmed by the venue",
  resting: "Rests in the book",
  cancelling: "A cancel is on its way",
  unresolved: "Nobody knows whether this order lives; its size stays reserved until the venue tells",
} as const;
