/** Words of the toxicity panel. */
export const toxicityText = {
  title: "Toxicity",
  measuring: "measuring",
  volShort: "volatility, short",
  volMedium: "volatility, medium",
  microVol: "micro volatility",
  drift: "drift",
  imbalance: "imbalance",
  flow: "trade flow",
  spread: "spread",
  spreadEma: "average",
  funding: "funding",
  carry: "carry",
  perHour: "an hour",
  empty: "Signals are measured once a session runs.",
  limit: "limit",
} as const;
