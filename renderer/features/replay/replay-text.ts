/** Words of the replay. */
import type { MarkKind } from "./replay-store.ts";

export const replayText = {
  title: "Replay",
  banner: "REPLAY",
  bannerMore: "A past session, shown again as it was. Nothing can be sent from here.",
  close: "Close",
  preparing: "Preparing the replay: the session is run through once, and snapshots are left along the way.",
  preparingNote: "This is done once for a session.",
  failed: "This session cannot be shown again.",
  equal: "equal to what was recorded, to the bit",
  unequal: "DIFFERS from what was recorded",
  unknown: "not compared: the session was stored without an effect hash",
  live: "A session is running meanwhile.",
  liveBack: "Back to it",
  liveKill: "Ctrl K kills it, from here too.",
  play: "Play",
  pause: "Pause",
  eventBack: "One event back",
  eventOn: "One event on",
  decisionBack: "Back to the last decision that changed",
  decisionOn: "On to the next decision that changes",
  event: "event",
  decision: "decision",
  speed: "Speed",
  anyCode: "any decision",
  code: "Decision to jump to",
  seek: "Place in the session",
  of: "of",
  why: "Why it stood there",
  whyHint: "Goes to the moment before the fill: the quote still stands, with its reason and the build-up of its price",
} as const;

/** Kinds of marks in the order in which they stand on the bar, with the key that jumps to the next one. */
export const markWords: Readonly<
  Record<MarkKind, { readonly one: string; readonly many: string; readonly key: string }>
> = {
  fill: { one: "fill", many: "fills", key: "F" },
  regime: { one: "regime", many: "regimes", key: "R" },
  profile: { one: "profile", many: "profiles", key: "P" },
  reject: { one: "reject", many: "rejects", key: "X" },
  halt: { one: "halt", many: "halts", key: "H" },
  gap: { one: "gap", many: "gaps", key: "G" },
};

export const markKinds = Object.keys(markWords) as MarkKind[];

export const replayKeysText = {
  title: "Keys of the replay",
  close: "Close",
  rows: [
    ["Space", "Play or pause"],
    ["← →", "One event back or on"],
    ["Shift ← →", "The decision before or after that changed something"],
    ["+ −", "Faster, slower"],
    ["Home End", "Beginning, end"],
    ["F R P X H G", "Next fill, regime, profile, reject, halt, gap; with Shift the one before"],
    ["D", "Next decision of the chosen code; with Shift the one before"],
    ["↑ ↓", "Choose a slot"],
    ["Esc", "Close the replay"],
    ["Ctrl K", "KILL a session that runs meanwhile; the replay itself sends nothing"],
    ["?", "This list"],
  ],
} as const;
