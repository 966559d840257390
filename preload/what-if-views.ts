/** What a what-if run came to: two runs of one recorded market side by side. Money, prices and sizes are decimal strings, times are microseconds. */
import { z } from "zod";
import { buildUp } from "./views.ts";

const us = z.int().min(0);
const decimal = z.string().max(64);
const side = z.enum(["buy", "sell"]);

/** Totals of one run; the four parts add up to `net`, to the last digit. */
const run = z.strictObject({
  spreadCapture: decimal,
  inventory: decimal,
  fees: decimal,
  funding: decimal,
  net: decimal,
  fillsMaker: z.int(),
  fillsTaker: z.int(),
  placements: z.int(),
  cancels: z.int(),
  /** Share of the time with a two-sided quote within the offset limits. */
  uptime: z.number(),
  position: decimal,
  maxAbsPosition: decimal,
  /** Largest fall of the net result from its highest point, from the samples of every second. */
  maxDrawdown: decimal,
  effectHash: z.string(),
});

/** One row of the table: both runs under one way of filling and one latency. */
const cell = z.strictObject({
  baselineFillModel: z.string(),
  alternativeFillModel: z.string(),
  latencyMs: z.number(),
  baseline: run,
  alternative: run,
  /** Alternative less baseline. */
  difference: z.strictObject({
    spreadCapture: decimal,
    inventory: decimal,
    fees: decimal,
    funding: decimal,
    net: decimal,
  }),
});

/** How far the answer depends on what nobody knows: where in the queue we stood, and how fast we were. */
const certainty = z.strictObject({
  cells: z.int(),
  better: z.int(),
  worse: z.int(),
  equal: z.int(),
  /** Difference of net over the cells. */
  least: decimal,
  median: decimal,
  most: decimal,
  verdict: z.enum(["better", "worse", "equal", "unsure"]),
  /** Of what only one was tried; then the verdict is unsure whatever the sign. */
  notVaried: z.array(z.enum(["fill model", "latency"])).max(2),
  /** The same for each fill model over the latencies, and for each latency over the fill models. */
  byFillModel: z.array(z.strictObject({ name: z.string(), least: decimal, most: decimal, verdict: z.string() })).max(8),
  byLatency: z.array(z.strictObject({ name: z.string(), least: decimal, most: decimal, verdict: z.string() })).max(8),
  words: z.string(),
});

const fill = z.strictObject({
  atUs: us,
  level: z.int(),
  price: decimal,
  size: decimal,
  liquidity: z.enum(["maker", "taker"]),
  fee: decimal,
  position: decimal,
});

/** A fill of one run beside the fill of the other that answers to it; null = the other run had none at that time. */
const fillPair = z.strictObject({
  side,
  baseline: fill.nullable(),
  alternative: fill.nullable(),
});

const fillCount = z.strictObject({ fills: z.int(), size: decimal });

const pathPoint = z.strictObject({
  atUs: us,
  mid: z.number().nullable(),
  baselinePosition: z.number(),
  alternativePosition: z.number(),
  baselineNet: z.number(),
  alternativeNet: z.number(),
});

/** What one run answered for a slot. */
const answer = z.strictObject({
  code: z.string(),
  text: z.string(),
  price: decimal.nullable(),
  size: decimal.nullable(),
  buildUp: buildUp.nullable(),
});

/** A kind of disagreement between the runs over the slots, and one place where it showed. */
const disagreement = z.strictObject({
  baseline: z.string(),
  alternative: z.string(),
  /** Slot time spent in it: two slots for a second are two seconds. */
  seconds: z.number(),
  /** Of all slot time. */
  share: z.number(),
  stretches: z.int(),
  /** Where both quote: mean distance by which the alternative stands further from the market, in bps; null otherwise. */
  widerBps: z.number().nullable(),
  example: z
    .strictObject({
      fromUs: us,
      toUs: us,
      slot: z.string(),
      baseline: answer.nullable(),
      alternative: answer.nullable(),
    })
    .nullable(),
});

const runName = z.strictObject({ name: z.string(), hash: z.string() });

export const whatIfReport = z.strictObject({
  source: z.string(),
  market: z.string(),
  quoteCurrency: z.string(),
  baseCurrency: z.string(),
  firstUs: us,
  lastUs: us,
  baseline: runName,
  alternative: runName,
  settings: z.array(z.strictObject({ variable: z.string(), baseline: z.string(), alternative: z.string() })).max(400),
  certainty,
  cells: z.array(cell).max(64),
  /** The cell that the rest below looks into. */
  shown: z.int().min(0),
  fills: z.strictObject({
    windowMs: z.number(),
    matched: fillCount,
    baselineOnly: fillCount,
    alternativeOnly: fillCount,
    pairs: z.array(fillPair).max(400),
    /** True when there were more pairs than are listed. */
    isCut: z.boolean(),
  }),
  path: z.array(pathPoint).max(1000),
  /** Share of slot time in which both runs gave the same answer. */
  agreement: z.number(),
  disagreements: z.array(disagreement).max(40),
  /** What was on the tape beside the market, and what became of it here. */
  notes: z.array(z.string()).max(20),
});

/** Where a run is, for a screen that asks several times a second. */
export const whatIfProgress = z.strictObject({
  state: z.enum(["running", "done", "failed", "cancelled"]),
  share: z.number().min(0).max(1),
  words: z.string(),
  /** Why it failed. */
  message: z.string().nullable(),
});
