/** Words of the screens about past sessions. */
export const reviewText = {
  back: "Back",
  report: "Report",
  reportHint: "What it earned and why, in one page.",
  compare: "Compare",
  compareAll: "Compare all",
  compareHint: "Puts the chosen sessions side by side; without a choice all that fit, at most the newest 1000.",
  choose: "Choose for comparing",
  chosen: "chosen",
  notListed: "not listed",
  clearChoice: "Choose none",
  reading: "Reading the journal …",
  kept: "also in",
} as const;
