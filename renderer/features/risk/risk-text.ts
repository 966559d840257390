/** Words of the risk stage: its controls, latches and the close-out. */
import type { StreamItem } from "../../../preload/bridge.ts";

type Risk = StreamItem<"risk">;
type Control = Risk["controls"][number];
export type RiskLatch = Risk["latches"][number]["latch"];

interface ControlWords {
  readonly name: string;
  /** What it watches and what it does. */
  readonly tip: string;
}

export const controlWords: Readonly<Record<Control["control"], ControlWords>> = {
  "repeated-execution": {
    name: "repeated execution",
    tip: "Most fills on one side within MM_REPEATED_EXECUTION_WINDOW_S, against MM_REPEATED_EXECUTION_LIMIT. Latches.",
  },
  drawdown: {
    name: "drawdown",
    tip: "How far the result lies below its peak, against MM_DRAWDOWN_STOP_PCT_OF_MAX_NOTIONAL. Closes the position, ends the session and latches.",
  },
  "session-loss": { name: "session loss", tip: "Lost in this session, against MM_LOSS_LIMIT_SESSION_USD. Latches." },
  "day-loss": { name: "day loss", tip: "Lost on this UTC day over sessions, against MM_LOSS_LIMIT_DAY_USD. Latches." },
  "margin-guard": {
    name: "margin guard",
    tip: "Free collateral, against MM_MIN_AVAILABLE_BALANCE_FOR_TRADING, with the ratios and the distance to liquidation. Halts; a lasting breach ends the session.",
  },
  balance: {
    name: "balance age",
    tip: "Time since the account told its balance, against MM_BALANCE_STALENESS_MAX_S. A stale balance sizes no order.",
  },
  reconciliation: {
    name: "reconciliation",
    tip: "Time since the venue told our position and orders; it is asked every 30 s. A difference halts.",
  },
  "book-jump": {
    name: "book jump",
    tip: "How far the book's mid is from the last that was believed, against MM_MAX_BOOK_JUMP_BPS. Nothing is quoted on such a book until it is back, or has held for MM_BOOK_JUMP_CONFIRM_S and a trade or the ticker agrees.",
  },
  "book-spread": {
    name: "book spread",
    tip: "The spread that others show, against MM_MAX_BOOK_SPREAD_BPS. Nothing is quoted on a wider one.",
  },
  "circuit-breaker": {
    name: "circuit breaker",
    tip: "Placements that failed in a row, against MM_CIRCUIT_BREAKER_MAX_FAILURES, and their share. Halts until its cooldown is over.",
  },
  "rate-limit": {
    name: "rate limit",
    tip: "The venue's complaints about too many requests, against MM_RATE_LIMIT_HALT_HITS. Slower and wider, then a halt.",
  },
  maintenance: { name: "maintenance", tip: "The venue said that it is under maintenance. Halts for a while." },
  "latency-sla": {
    name: "latency",
    tip: "95th percentile of the time to a placement's first answer over the last minute. Wider from 500 ms, a halt from 5 s.",
  },
  "message-budget": {
    name: "message budget",
    tip: "Placements of the last minute, against MM_MAX_MESSAGES_PER_MIN. Placements wait, cancels never.",
  },
  "quote-trade-ratio": {
    name: "quotes per fill",
    tip: "Placements for each maker fill over five minutes. A warning from 50, a worse one from 100; it gates nothing.",
  },
  "taker-leakage": {
    name: "taker leakage",
    tip: "Share of the last minute's fills of quotes that took liquidity. A quote must never take; it warns and gates nothing.",
  },
  "operator-presence": {
    name: "operator presence",
    tip: "Time since the operator's last sign, against MM_OPERATOR_PRESENCE_S; in live mode only. An alert, then reduce only.",
  },
  hedge: {
    name: "hedge",
    tip: "Share of the largest position, against MM_INVENTORY_HARD_PCT. Takes back to a share of the limit; off unless MM_HARD_HEDGE_ENABLED.",
  },
};

export const stateWords: Readonly<Record<Control["state"], string>> = {
  off: "off",
  clear: "clear",
  waiting: "no word yet",
  warning: "near",
  degraded: "DEGRADED",
  reducing: "REDUCING",
  halted: "HALTED",
  latched: "LATCHED",
};

export const stateTones: Readonly<Record<Control["state"], "good" | "warn" | "bad" | "none">> = {
  off: "none",
  clear: "good",
  waiting: "none",
  warning: "warn",
  degraded: "warn",
  reducing: "bad",
  halted: "bad",
  latched: "bad",
};

/** Controls for which "near" is not the word: what they warn of is no bound that comes closer. */
export const warningWords: Readonly<Partial<Record<Control["control"], string>>> = {
  balance: "stale",
  reconciliation: "in doubt",
  "taker-leakage": "leaking",
  "operator-presence": "nobody here",
};

export const riskText = {
  title: "Risk",
  empty: "The risk stage is shown once a session runs.",
  control: "Control",
  state: "State",
  reading: "Reading",
  bound: "Bound",
  trips: "Trips",
  tripsTip: "How often it came into force in this session",
  until: "until",
  denials: "Denied",
  denialsTip: "Orders that a limit of the risk stage did not let pass, by limit",
  noDenials: "nothing",
  tripped: "trip",
  trippedTotal: "trips",
  deniedTotal: "denied",
  closeOut: "Close-out",
  noCloseOut: "none in this session",
  profile: "Profile",
  shipped: "shipped template",
  unchanged: "unchanged since the start",
  changed: "changed",
  refused: "refused",
  settings: "settings",
  setting: "setting",
  by: "by",
  at: "at",
} as const;

export const latchWords: Readonly<Record<RiskLatch, string>> = {
  "repeated-execution": "REPEATED EXECUTION",
  drawdown: "DRAWDOWN",
  "session-loss": "SESSION LOSS",
  "day-loss": "DAY LOSS",
};

export const latchTitles: Readonly<Record<RiskLatch, string>> = {
  "repeated-execution": "repeated execution",
  drawdown: "drawdown",
  "session-loss": "session loss",
  "day-loss": "day loss",
};

/** Unit of a latch's reading and bound. */
export const latchUnits: Readonly<Record<RiskLatch, Control["unit"]>> = {
  "repeated-execution": "count",
  drawdown: "money",
  "session-loss": "money",
  "day-loss": "money",
};

/** What counts afresh once a latch is cleared. */
export const latchAfterwards: Readonly<Record<RiskLatch, string>> = {
  "repeated-execution": "Fills on either side are counted from nothing again.",
  drawdown: "The drawdown is measured from the result as it is then.",
  "session-loss": "The limit counts afresh from the result as it is then: as much again may be lost.",
  "day-loss": "The limit counts afresh from the day's result as it is then: as much again may be lost.",
};

export const latchText = {
  latched: "LATCHED",
  set: "set",
  carried: "set by an earlier session",
  holds: "Nothing is quoted until a person clears it.",
  holdsNext: "A session may be started, but it quotes nothing until a person clears it.",
  clear: "Clear …",
  reading: "reading",
  bound: "bound",
  since: "set at",
  title: "Clear the latch",
  runs: "If nothing else holds it back, quoting goes on at once.",
  idle: "The next session quotes, if nothing else holds it back.",
  kept: "The reason is kept in the journal.",
  reason: "Why is it safe to go on?",
  reasonHint: "at least 3 characters",
  confirm: "Clear the latch",
  cancel: "Keep it",
  gone: "It is not set any more.",
} as const;

export const flattenText = {
  title: "Close the whole position?",
  lead: "Cancels every own order, then takes liquidity until the position is zero. This pays the spread and taker fees. Quoting stays paused afterwards.",
  flat: "There is no position. Every own order is cancelled and quoting is paused.",
  tooSmall: "The position is smaller than the market's least order: the venue will not take it.",
  will: "will",
  buy: "buy",
  sell: "sell",
  position: "position",
  worst: "worst price",
  beyond: "beyond the best",
  cost: "slippage at worst",
  costHint: "before fees",
  attempts: "attempts",
  within: "within",
  mid: "mid now",
  noBook: "The book is not usable: the last known mid is taken, with at least 50 bps.",
  confirm: "Close the position",
  cancel: "Keep the position",
  nothing: "no position",
  upTo: "at most",
} as const;

export const closeOutText = {
  closing: "CLOSING THE POSITION",
  waits: "waiting for every cancel",
  attempt: "attempt",
  of: "of",
  reach: "reaching",
  beyond: "beyond the best price",
  left: "left",
  deniedBy: "denied:",
  flat: "POSITION CLOSED",
  flatMore: "flat after",
  attemptsWord: "attempts",
  oneAttempt: "attempt",
  open: "POSITION NOT CLOSED",
  dismiss: "Dismiss",
} as const;

export const outcomeWords: Readonly<Record<string, string>> = {
  flat: "flat",
  below_min_order_size: "what is left is smaller than the market's least order",
  missing_orderbook_price: "no price is known to close at",
  attempts_used_up: "all attempts are used up",
  timed_out: "the time for it is over",
  abandoned: "it was abandoned",
  killed: "the session was killed",
};
