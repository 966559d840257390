/** Words of the what-if screen. */
export const whatIfText = {
  title: "What if",
  lead: "Meets the recorded market again, once as it was set and once otherwise, on a simulated venue. Nothing is sent and nothing is kept.",
  back: "Back",
  open: "What if",
  openHint: "Runs other settings or another profile against the market as it was recorded.",
  baseline: "As a baseline",
  asItBegan: "as the session began",
  alternative: "What if it had been",
  sameProfile: "the same, but for the settings below",
  overrides: "Settings of the alternative",
  overridesHint: "one a line, such as MM_MIN_OFFSET_BPS=2",
  keepCommands: "Repeat the operator's commands of then",
  run: "Run",
  cancel: "Cancel",
  idle: "Choose another profile or a setting, and run. It takes about as long as 24 backtests, in the background.",
  oneWay: "in one way alone",
  sureTitle: "How sure",
  partsTitle: "Result",
  pathTitle: "Position and result",
  fillsTitle: "Fills, matched in time",
  decisionsTitle: "Where the answers differ",
  notesTitle: "What this is and is not",
  noFills: "No run was filled.",
  noDisagreement: "Both runs gave the same answers.",
} as const;

/** The parts of a result in the order in which they add up. */
export const partNames = [
  ["spreadCapture", "spread capture"],
  ["inventory", "inventory"],
  ["fees", "fees"],
  ["funding", "funding"],
  ["net", "net"],
] as const;
