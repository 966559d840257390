/** View models of the console: what the screens show, as plain data. Prices and sizes are decimal strings of the market, times are microseconds since the epoch. */
import { z } from "zod";
import { latchName } from "./risk-views.ts";

const us = z.int().min(0);
const decimal = z.string().max(64);
const side = z.enum(["buy", "sell"]);

export const mode = z.enum(["idle", "paper", "backtest", "replay", "live"]);
export const tradingState = z.enum(["ACTIVE", "PAUSED", "REDUCING", "HALTED", "KILLED"]);
export const regime = z.enum(["CALM", "NORMAL", "ELEVATED", "EXTREME"]);

export const profileChoice = z.strictObject({
  name: z.string(),
  isShipped: z.boolean(),
  marketProfile: z.enum(["legacy", "crypto"]),
  problem: z.string().nullable(),
});
export const tapeChoice = z.strictObject({
  tapeId: z.string(),
  market: z.string(),
  venue: z.string(),
  firstUs: us,
  lastUs: us,
  bytes: z.int(),
  problem: z.string().nullable(),
});

/** The first thing a console asks for. */
export const hello = z.strictObject({
  appVersion: z.string(),
  buildHash: z.string(),
  face: z.enum(["electron", "web"]),
  dataDir: z.string(),
  profiles: z.array(profileChoice),
  tapes: z.array(tapeChoice),
  crashedSessions: z.array(z.string()),
  /** What tape and journal of a crashed session disagreed about when this console opened it, and what was done; empty = nothing. */
  recoveries: z.array(z.strictObject({ sessionId: z.string(), differences: z.array(z.string()) })),
});

export const sessionRow = z.strictObject({
  sessionId: z.string(),
  mode,
  market: z.string(),
  venue: z.string(),
  profile: z.string(),
  startedAtUs: us,
  endedAtUs: us.nullable(),
  endedHow: z.enum(["running", "ended", "crashed", "killed"]),
  fills: z.int(),
  net: decimal.nullable(),
});

/** A page of the sessions that fit a filter, newest first, and what there is beside it. */
export const sessionPage = z.strictObject({
  sessions: z.array(sessionRow).max(200),
  /** How many fit, on this page or not. */
  fitting: z.int(),
  /** How many there are at all. */
  all: z.int(),
  /** What can be chosen from. */
  markets: z.array(z.string()),
  profiles: z.array(z.string()),
});

/** State of the house, several times a second; the whole status strip. */
export const status = z.strictObject({
  mode,
  tradingState,
  /** Why quoting is halted or paused, in the operator's words; empty when ACTIVE. */
  haltReasons: z.array(z.string()),
  sessionId: z.string().nullable(),
  market: z.string().nullable(),
  quoteCurrency: z.string().nullable(),
  /** "embedded market, seed 7" or the tape's name. */
  source: z.string().nullable(),
  speed: z.number(),
  profile: z.string().nullable(),
  profileRevision: z.int(),
  /** Clock of the session. */
  sessionUs: us,
  startedUs: us,
  /** Age of the book in session time; null = none yet. */
  bookAgeMs: z.number().nullable(),
  isBookUsable: z.boolean(),
  /** How far the durable journal is behind the kernel, in wall time; null = no session. */
  journalBehindMs: z.number().nullable(),
  loopP99Ms: z.number(),
  openOrders: z.int(),
  /** Orders whose fate nobody knows. */
  unresolvedOrders: z.int(),
  eventsPerSecond: z.number(),
  /** Kill latch: no session starts until a person clears it. */
  killLatch: z.strictObject({ reason: z.string(), setAtUs: us }).nullable(),
  /** Latches of the risk stage as the journal has them, whether a session runs or not. */
  riskLatches: z.array(z.strictObject({ latch: latchName, reason: z.string(), setAtUs: us })).max(4),
  /** How the last session ended, for the idle screen. */
  lastEnd: z
    .strictObject({ sessionId: z.string(), endedHow: z.enum(["ended", "crashed", "killed"]), message: z.string() })
    .nullable(),
});

export const ownAtLevel = z.strictObject({
  orderId: z.int(),
  side,
  level: z.int(),
  size: decimal,
  status: z.enum(["in-flight", "resting", "cancelling", "unresolved"]),
  /** Estimated size ahead in the queue; null until it rests. */
  queueAhead: decimal.nullable(),
});

export const ladderRow = z.strictObject({
  price: decimal,
  /** Tick of the row, for keys and arithmetic. */
  ticks: z.int(),
  bidSize: z.number(),
  askSize: z.number(),
  tradedBuy: z.number(),
  tradedSell: z.number(),
  own: z.array(ownAtLevel),
});

/** Rows from the highest price down, one per group of ticks. */
export const ladder = z.strictObject({
  sizeDecimals: z.int(),
  groupTicks: z.int(),
  bestBid: decimal.nullable(),
  bestAsk: decimal.nullable(),
  mid: decimal.nullable(),
  spreadBps: z.number().nullable(),
  lastTrade: z.strictObject({ price: decimal, size: decimal, aggressor: side, atUs: us }).nullable(),
  averageEntry: decimal.nullable(),
  breakEven: decimal.nullable(),
  rows: z.array(ladderRow).max(400),
});

export const buildUp = z.strictObject({
  anchor: decimal,
  /** Signed parts in bps of the anchor and in quote currency; positive moves the price up. */
  parts: z.array(
    z.strictObject({
      // "extra" is the whole widening; the four after it are what it is made of, where that is known
      name: z.enum([
        "offset",
        "regime",
        "skew",
        "trend",
        "funding",
        "extra",
        "guard",
        "post-only-boost",
        "rate-limit",
        "markout",
        "tick",
        "crossing",
        "post-only",
      ]),
      bps: z.number(),
      price: z.number(),
    }),
  ),
  regimeScale: z.number(),
  target: decimal,
  final: decimal.nullable(),
});

export const slotView = z.strictObject({
  side,
  level: z.int(),
  price: decimal.nullable(),
  size: decimal.nullable(),
  queueAhead: decimal.nullable(),
  status: z.enum(["empty", "in-flight", "resting", "cancelling", "unresolved"]),
  ageMs: z.number().nullable(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  reading: z.number().nullable(),
  bound: z.number().nullable(),
  decidedAtUs: us.nullable(),
  dueInMs: z.number().nullable(),
  buildUp: buildUp.nullable(),
});
export const slots = z.strictObject({ slots: z.array(slotView).max(40) });

export const result = z.strictObject({
  quoteCurrency: z.string(),
  position: decimal,
  positionNotional: decimal,
  maxPosition: decimal,
  /** Signed share of the largest position, -1 to 1. */
  inventoryNorm: z.number(),
  band: z.enum(["NORMAL", "WARN", "CRITICAL", "HARD"]),
  bands: z.strictObject({ warn: z.number(), critical: z.number(), hard: z.number() }),
  /** What inventory does to both quotes now, in bps; positive raises them. */
  skewBps: z.number(),
  /** Position if every own order on that side filled now. */
  ifBidsFill: decimal,
  ifAsksFill: decimal,
  averageEntry: decimal.nullable(),
  spreadCapture: decimal,
  inventory: decimal,
  fees: decimal,
  funding: decimal,
  net: decimal,
  fillsMaker: z.int(),
  fillsTaker: z.int(),
  placements: z.int(),
  cancels: z.int(),
  uptime: z.number(),
});

export const signals = z.strictObject({
  regime,
  regimeSinceUs: us,
  isRegimeMeasured: z.boolean(),
  volShortBps: z.number().nullable(),
  volMediumBps: z.number().nullable(),
  microVolBps: z.number().nullable(),
  microVolLimitBps: z.number().nullable(),
  driftBps: z.number().nullable(),
  driftLimitBps: z.number().nullable(),
  imbalance: z.number().nullable(),
  imbalanceLimit: z.number().nullable(),
  spreadBps: z.number().nullable(),
  spreadEmaBps: z.number().nullable(),
  fundingRate: z.number().nullable(),
  /** What the position earns by funding in an hour, in quote currency; negative = it costs. Null without a price. */
  fundingCarryPerHour: z.number().nullable(),
  tradeFlow: z.number().nullable(),
});

/** One value a window, shortest window first; null = not known yet. */
const windowed = z.array(z.number().nullable()).max(4);

/** Every signal of the market. Nothing here gates a quote by itself. Sizes are in base currency. */
export const readings = z.strictObject({
  baseCurrency: z.string(),
  /** Short, medium and long, in seconds. */
  volatilityWindowsS: z.array(z.number()).max(3),
  volatilityRangeBps: windowed,
  volatilityRealizedBps: windowed,
  /** 1, 5 and 15 s, positive = demand. */
  orderFlow: windowed,
  /** 1, 5 and 15 s, -1 to 1. */
  tradeImbalance: windowed,
  /** Left the best levels untraded, per second, over 1, 5 and 15 s. */
  cancelledBidPerS: windowed,
  cancelledAskPerS: windowed,
  vpin: z.number().nullable(),
  bulkVpin: z.number().nullable(),
  /** Share of VPIN's buckets that are full. */
  vpinCoverage: z.number(),
  vpinBucket: z.number().nullable(),
  /** The best 5 levels, and the best 10 weighed less with depth. */
  depthImbalance: z.number().nullable(),
  weightedDepthImbalance: z.number().nullable(),
  micropriceDivergenceBps: z.number().nullable(),
  spreadRegime: z.enum(["TIGHT", "NORMAL", "WIDE"]).nullable(),
  /** Spread over its typical size. */
  spreadRatio: z.number().nullable(),
  /** Per minute, over 15 and 60 s. */
  spreadJumpsPerMinute: windowed,
  /** Counts over 15, 60 and 300 s. */
  jumps: windowed,
  openSessions: z.array(z.enum(["asia", "europe", "united-states"])).max(3),
  isWeekend: z.boolean(),
  openInterest: z.number().nullable(),
  /** As a fraction, over 1, 5 and 15 minutes. */
  openInterestChange: windowed,
  /** Over 15, 60 and 300 s; null where the venue has told of none. */
  liquidatedLong: windowed,
  liquidatedShort: windowed,
  /** Fraction of notional an interval, positive = longs pay. */
  fundingRate: z.number().nullable(),
  fundingInS: z.number().nullable(),
});

/** The readings' short past: one point a second of session time. */
export const trendPoint = z.strictObject({
  atUs: us,
  volatilityRange: z.number().nullable(),
  volatilityRealized: z.number().nullable(),
  orderFlow: z.number().nullable(),
  tradeImbalance: z.number().nullable(),
  cancelledBid: z.number().nullable(),
  cancelledAsk: z.number().nullable(),
  vpin: z.number().nullable(),
  depthImbalance: z.number().nullable(),
  micropriceDivergence: z.number().nullable(),
  spreadRatio: z.number().nullable(),
  spreadJumps: z.number().nullable(),
  jumps: z.number().nullable(),
  openInterest: z.number().nullable(),
  liquidatedLong: z.number().nullable(),
  liquidatedShort: z.number().nullable(),
  fundingRate: z.number().nullable(),
});

export const decisionRow = z.strictObject({
  id: z.int(),
  atUs: us,
  slot: z.string(),
  code: z.string(),
  count: z.int(),
  text: z.string(),
});

export const fillRow = z.strictObject({
  id: z.int(),
  atUs: us,
  tradeId: z.string(),
  side,
  level: z.int(),
  price: decimal,
  size: decimal,
  liquidity: z.enum(["maker", "taker"]),
  fee: decimal,
  edgeBps: z.number().nullable(),
  position: decimal,
  /** True once the journal has it on disk. */
  isDurable: z.boolean(),
});

export const alertRow = z.strictObject({
  id: z.int(),
  atUs: us,
  severity: z.enum(["info", "warning", "critical"]),
  kind: z.string(),
  message: z.string(),
  count: z.int(),
  isAcknowledged: z.boolean(),
});

/** One point a second of session time; null prices break the line. */
export const chartPoint = z.strictObject({
  atUs: us,
  mid: z.number().nullable(),
  bid: z.number().nullable(),
  ask: z.number().nullable(),
  position: z.number(),
  net: z.number(),
  regime,
});

/** A self-contained HTML page about past sessions, and the file in the data folder that holds it as well. */
export const reviewPage = z.strictObject({
  title: z.string().max(200),
  html: z.string().max(16_000_000),
  file: z.string().nullable(),
});
