/** Words of the status strip and the banners. */
import type { StreamItem } from "../../preload/bridge.ts";

type Status = StreamItem<"status">;

export const modeWords: Readonly<Record<Status["mode"], string>> = {
  idle: "IDLE",
  paper: "PAPER",
  backtest: "BACKTEST",
  replay: "REPLAY",
  live: "LIVE",
};

export const modeMeanings: Readonly<Record<Status["mode"], string>> = {
  idle: "No session is running. Nothing is quoted.",
  paper: "Orders go to a simulated venue. No money is at stake.",
  backtest: "A recorded market is run through at full speed. No money is at stake.",
  replay: "A past session is shown again. No order can be placed.",
  live: "Orders go to the venue. Money is at stake.",
};

export type Tone = "good" | "warn" | "bad" | "none";

export const stateTones: Readonly<Record<Status["tradingState"], Tone>> = {
  ACTIVE: "good",
  PAUSED: "warn",
  REDUCING: "warn",
  HALTED: "bad",
  KILLED: "bad",
};

export const stateMeanings: Readonly<Record<Status["tradingState"], string>> = {
  ACTIVE: "Both sides may be quoted.",
  PAUSED: "Nothing is quoted; the position stays as it is.",
  REDUCING: "Only orders that shrink the position may be quoted.",
  HALTED: "Only cancels are sent.",
  KILLED: "Everything was cancelled; quoting stays off until the kill latch is cleared.",
};

export const stripText = {
  book: "book",
  noBook: "none",
  unusableBook: "not usable",
  journal: "journal",
  behind: "behind",
  loop: "loop p99",
  orders: "orders",
  unresolved: "UNRESOLVED",
  profile: "profile",
  build: "build",
  theme: "Light or dark",
  keys: "Keys",
} as const;

export const bannerText = {
  connecting: "Connecting to Ballast …",
  lost: "Connection to Ballast lost.",
  lostMore:
    "What you see is old. Quoting goes on, or not, without this screen: commands cannot be sent from here until the connection is back.",
  stale: "No news for some time.",
  staleMore: "The connection stands but nothing comes over it. What you see is old.",
  usedLink:
    "If Ballast was started again, this page belongs to the old start: open the link that Ballast prints now. A link opens one page, once.",
} as const;

/** From these on a reading is amber, then red. */
export const stripLimits = {
  bookAgeMs: { warn: 1000, bad: 3000 },
  journalBehindMs: { warn: 250, bad: 1000 },
  loopP99Ms: { warn: 5, bad: 50 },
} as const;

export function toneOf(value: number | null, limits: { readonly warn: number; readonly bad: number }): Tone {
  if (value === null) return "none";
  if (value >= limits.bad) return "bad";
  return value >= limits.warn ? "warn" : "good";
}
