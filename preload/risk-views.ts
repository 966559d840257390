/** View models of the risk stage: its controls, its latches, the close-out, and what it has denied. Sizes are decimal strings of the market. */
import { z } from "zod";

const us = z.int().min(0);
const decimal = z.string().max(64);

/** Latches that a person clears, but for the kill latch. */
export const latchName = z.enum(["repeated-execution", "drawdown", "session-loss", "day-loss"]);

export const riskControl = z.enum([
  ...latchName.options,
  "margin-guard",
  "balance",
  "reconciliation",
  "book-jump",
  "book-spread",
  "circuit-breaker",
  "rate-limit",
  "maintenance",
  "latency-sla",
  "message-budget",
  "quote-trade-ratio",
  "taker-leakage",
  "operator-presence",
  "hedge",
]);

/** What a control does at this moment, from nothing to the most: `off` watches nothing, `waiting` knows too little to judge. */
export const riskControlState = z.enum([
  "off",
  "clear",
  "waiting",
  "warning",
  "degraded",
  "reducing",
  "halted",
  "latched",
]);

export const riskControlView = z.strictObject({
  control: riskControl,
  state: riskControlState,
  /** Which of its reasons, in the field's names; null = none. */
  detail: z.string().max(300).nullable(),
  /** Both in the control's own unit; null = it has none, or does not know it yet. */
  reading: z.number().nullable(),
  bound: z.number().nullable(),
  unit: z.enum(["count", "money", "bps", "ms", "s", "share", "per-fill"]),
  /** When it ends by itself; null = not by time, or it does nothing now. */
  untilUs: us.nullable(),
  /** How often it tripped in this session. */
  trips: z.int().min(0),
});

export const latchView = z.strictObject({
  latch: latchName,
  detail: z.string(),
  reading: z.number().nullable(),
  bound: z.number().nullable(),
  setAtUs: us,
  /** Set by an earlier session. */
  isCarried: z.boolean(),
});

/** The last close-out of the session. */
export const closeOut = z.strictObject({
  phase: z.enum(["none", "closing", "ended"]),
  /** Who or what asked for it. */
  why: z.string(),
  beganUs: us,
  /** Position when it began and, once it has ended, what was left. */
  began: decimal,
  left: decimal.nullable(),
  attempt: z.int().min(0),
  attempts: z.int().min(1),
  /** Of the present attempt, in bps beyond the best price. */
  slippageBps: z.number().nullable(),
  /** The limit that denied the present attempt; null = none did. */
  denied: z.string().nullable(),
  /** "flat", or why not, in the field's names; null while it goes on. */
  outcome: z.string().nullable(),
});

/** What a close-out would do now, by `MM_SHUTDOWN_FLATTEN_*`. */
export const flattenPlan = z.strictObject({
  attempts: z.int().min(1),
  firstBps: z.number(),
  worstBps: z.number(),
  /** Cost of closing the whole position with the worst slippage, before fees; null without a price. */
  worstCost: z.number().nullable(),
  timeoutS: z.number(),
  /** What of the position is smaller than the market's least order cannot be closed. */
  isTooSmall: z.boolean(),
});

/** The profile in force: when it last changed, by whom, and what was last refused. */
export const profileStanding = z.strictObject({
  name: z.string(),
  revision: z.int(),
  hash: z.string(),
  changed: z
    .strictObject({ atUs: us, by: z.string(), from: z.string(), settings: z.array(z.string()).max(400) })
    .nullable(),
  refused: z.strictObject({ atUs: us, by: z.string(), message: z.string() }).nullable(),
});

export const risk = z.strictObject({
  quoteCurrency: z.string(),
  controls: z.array(riskControlView).max(20),
  latches: z.array(latchView).max(4),
  closeOut,
  flattenPlan,
  /** Looks at a slot and orders that take which a limit denied, by limit. */
  denials: z.array(z.strictObject({ limit: z.string(), count: z.int() })).max(50),
  profile: profileStanding,
});
