/** Words of the commands, and of every answer that they can get. */
import type { CommandKind, Outcome } from "../../lib/command-center.ts";

interface CommandWords {
  readonly title: string;
  readonly consequence: string;
  /** Key that does the same; empty = none. */
  readonly shortcut: string;
}

export const commandWords = {
  pause: { title: "Pause", consequence: "keep the position", shortcut: "P" },
  resume: { title: "Resume", consequence: "quote again …", shortcut: "P" },
  "cancel-all": { title: "Cancel all", consequence: "own orders", shortcut: "C" },
  flatten: { title: "Flatten", consequence: "close", shortcut: "F" },
  "reduce-only": { title: "Reduce only", consequence: "shrink only", shortcut: "R" },
  flip: { title: "Flip profile", consequence: "to", shortcut: "G" },
  stop: { title: "Stop session", consequence: "cancel all, end", shortcut: "" },
  kill: { title: "KILL", consequence: "halt, cancel, latch", shortcut: "Ctrl K" },
} as const satisfies Partial<Record<CommandKind, CommandWords>>;

export const barText = {
  label: "Commands",
  noSession: "No session is running: there is nothing to command. Start one above.",
  notConnected: "Not connected: commands cannot be sent from this screen.",
  noProfile: "no other profile",
  resumeBoth: "quote again …",
} as const;

/** Error codes of the bridge in words; the bridge's own message follows where it says more. */
const codeWords: Readonly<Record<string, string>> = {
  "invalid-input": "The command was not understood",
  "not-ready": "Ballast is not ready",
  internal: "Ballast failed inside",
  "no-session": "No session is running",
  "session-running": "A session is running",
  "stale-revision": "The profile changed meanwhile; look again",
  killed: "The session was killed",
  "kill-latched": "The kill latch is set",
  "not-latched": "The latch is not set",
  "unknown-profile": "There is no such profile",
  "invalid-profile": "The profile has an error",
  "unknown-tape": "There is no such tape",
  "unreadable-tape": "The tape cannot be read",
  "journal-failed": "The journal cannot be written",
  "unknown-alert": "There is no such alert",
  "unknown-session": "There is no such session",
  unreadable: "The session cannot be read",
  "what-if-running": "A what-if is running",
  "unknown-run": "There is no such what-if",
  "not-done": "The what-if is not done",
  "no-replay": "No replay is open",
  "nothing-there": "There is nothing there",
};

/** An answer in one line. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.phase) {
    case "pending":
      return "sent, waiting …";
    case "done":
      return "done";
    case "unknown":
      return `no answer: it may or may not have happened (${outcome.message})`;
    case "refused": {
      const words = codeWords[outcome.code] ?? outcome.code;
      return outcome.message === "" ? `refused: ${words}` : `refused: ${words}. ${outcome.message}`;
    }
  }
}

export const resumeText = {
  title: "Resume quoting?",
  confirm: "Resume quoting",
  cancel: "Keep it off",
  asPaused: "Nothing is quoted now.",
  because: "Reason:",
  asPausedReducing: "Nothing is quoted now. Reduce-only stays: after this only orders that shrink the position are.",
  asReducing: "Only orders that shrink the position are quoted now.",
  killed: "This session was killed and cannot be resumed. Stop it, clear the latch and start another.",
} as const;

export const latchText = {
  title: "Clear the kill latch?",
  consequence:
    "After this, sessions can be started again. Nothing is quoted until you start one. The reason is kept in the journal.",
  reason: "Why is it safe to go on?",
  reasonHint: "at least 3 characters",
  confirm: "Clear the latch",
  cancel: "Keep it",
  set: "set",
} as const;

export const keysText = {
  title: "Keys",
  close: "Close",
  rows: [
    ["P", "Pause, or resume after a confirmation"],
    ["C", "Cancel all own orders"],
    ["F", "Flatten: cancel all and close the position, after a confirmation"],
    ["R", "Reduce only; again: resume both sides after a confirmation"],
    ["G", "Flip the profile between legacy and crypto"],
    ["Ctrl K", "KILL: halt, cancel everything, latch"],
    ["A", "Acknowledge the gravest open alert"],
    ["Space", "Re-centre the ladder"],
    ["↑ ↓", "Choose a slot"],
    ["?", "This list"],
  ],
} as const;
