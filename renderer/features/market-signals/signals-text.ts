/** Words of the signals panel: every row's name, formula and source. */
export const signalsText = {
  title: "Signals",
  note: "shown and recorded; none gates by itself",
  empty: "Signals are measured once a session runs.",
  signal: "Signal",
  values: "Windows",
  unit: "Unit",
  trend: "Trend",
  trendHint: "The last two minutes, a point a second, of the middle window.",
  measuring: "measuring",
  notTold: "the venue has not told",
  noTrades: "no trades",
  weekend: "weekend",
  noSession: "none open",
  sessionNames: { asia: "Asia", europe: "EU", "united-states": "US" },
  sessionHours: { asia: "00\u201308", europe: "07\u201316", "united-states": "13\u201321" },
  tips: {
    volatilityRange:
      "Highest less lowest mid of the window, over the last mid, in bps. Source: reference, section B. Decides the regime when MM_VOL_ESTIMATOR is range.",
    volatilityRealized:
      "Square root of the sum of squared log returns of the mid over the window, in bps. Decides the regime when MM_VOL_ESTIMATOR is realized.",
    orderFlow:
      "Order flow imbalance: what is added to the bid and taken from the ask, less what is taken from the bid and added to the ask, at the touch. Positive = demand. Source: Cont, Kukanov and Stoikov, arXiv 1011.6402.",
    tradeImbalance: "(B \u2212 S) / (B + S), B and S the sizes bought and sold by aggressors; \u22121 to 1.",
    cancelledBid:
      "Size that left the 5 best bids without a trade, per second: a proxy of cancels, and a lower bound, for a book of levels tells no orders.",
    cancelledAsk:
      "Size that left the 5 best asks without a trade, per second: a proxy of cancels, and a lower bound, for a book of levels tells no orders.",
    vpin: "\u03A3|S \u2212 B| / \u03A3V over the last 50 volume buckets, 0 to 1; a bucket holds 6 s of the mean volume. By the venue's aggressor flags, and by bulk classification, B = V \u03A6(\u0394P / \u03C3). Source: Easley, L\u00F3pez de Prado and O'Hara, RFS 25(5).",
    depthImbalance:
      "(B \u2212 A) / (B + A), B and A the sizes of the best levels: of 5 levels alike, and of 10 weighed less with depth; \u22121 to 1.",
    micropriceDivergence:
      "The mid weighed by the sizes of the other side, less the mid, in bps of the mid. Positive = the next move is more likely up. At most half the spread.",
    spread:
      "Spread over its typical size, a time-weighted mean of 60 s. TIGHT at or below 2/3, WIDE at or above 3/2. Known after a minute.",
    spreadJumps: "How often the spread reached twice its typical size, per minute.",
    jumps:
      "Moves of the mid beyond 4 local volatilities (bipower variation of the last 64 moves). Source: Lee and Mykland, RFS 21(6). Known after 64 moves.",
    openInterest: "Open contracts now, and the change over each window in per cent of what was open at its start.",
    liquidatedLong: "Long positions that the venue closed. Venues may leave some out: a lower bound.",
    liquidatedShort: "Short positions that the venue closed. Venues may leave some out: a lower bound.",
    funding: "Rate of the coming funding in bps of notional, positive = longs pay, and the time until then.",
    sessions: "Trading hours of Asia (00\u201308), Europe (07\u201316) and the United States (13\u201321), in UTC.",
  },
} as const;
