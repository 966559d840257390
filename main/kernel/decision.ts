import type { Lots, Micros, OrderSide, Ticks } from "./values/units.ts";

/** One (side, level) place of the market for one resting order. Level 0 is the innermost, -1 the place of orders that close or hedge. */
export interface Slot {
  readonly side: OrderSide;
  readonly level: number;
}

/** A slot as the operator calls it: "BUY 0"; "SELL take" is the place of orders that close or hedge. */
export function slotName({ side, level }: Slot): string {
  return `${side === "buy" ? "BUY" : "SELL"} ${level < 0 ? "take" : level}`;
}

/** Every answer a look at a slot can have. A denial carries its limit: `skip_denied:max_order_notional`. */
export const DECISION_CODES = [
  "place_initial",
  "replace_target_shift",
  "replace_max_age",
  "replace_size",
  "hold_within_tolerance",
  "hold_below_tick_gate",
  "hold_below_edge_gate",
  "skip_cancel_pending",
  "skip_pof_cooldown",
  "skip_trend_counter_strong",
  "skip_stale",
  "skip_min_spread",
  "skip_imbalance",
  "skip_imbalance_pause",
  "skip_toxicity",
  "skip_inventory_critical",
  "skip_inventory_hard",
  "skip_interval",
  "skip_no_book",
  "skip_crossed_book",
  "skip_warming",
  "skip_below_min_size",
  "skip_clamp",
  "skip_halted",
  "skip_token",
  "skip_operator",
  "skip_denied",
  "cancel_only_rate_limit_degraded",
  "allow_trend_counter_inventory_override",
  "allow_imbalance_inventory_override",
  "allow_trend_size_inventory_override",
  "skip_implausible_book",
] as const;

export type DecisionCode = (typeof DECISION_CODES)[number];

/**
 * How a price came about, in the order of its stages; each `...Bps` is a signed share of the anchor that moves the price up when positive.
 * The sum of anchor and all parts is `rawTicks`; then the clamps and the tick.
 */
export interface PriceBuildUp {
  /** Same-side best price the quote hangs on. */
  readonly anchorTicks: number;
  /** Base distance without the regime's part. */
  readonly offsetBps: number;
  /** What the regime scale adds to the distance. */
  readonly regimeBps: number;
  readonly regimeScale: number;
  /** Inventory skew without the trend's boost. */
  readonly skewBps: number;
  /** What an adverse trend adds to the skew. */
  readonly trendBps: number;
  /** The bias, and what funding takes off or adds to the skew. */
  readonly fundingBps: number;
  /** All widening beyond offset and regime. */
  readonly extraBps: number;
  /** What the widening is made of, in bps, each 0 or more whichever side it moves; null = there is none. */
  readonly extraParts: ExtraParts | null;
  /** Unrounded target, in ticks; a double, for the eye only. */
  readonly rawTicks: number;
  /** After the crossing clamp and the exact rounding to the tick. */
  readonly targetTicks: Ticks;
  /** After the post-only clamp: the price that was or would be sent; null when no valid price is left. */
  readonly finalTicks: Ticks | null;
  readonly clamp: "none" | "crossing" | "post-only";
}

/** The stages that widen a quote, in bps of the anchor. */
export interface ExtraParts {
  /** The legacy profile's toxicity guard. */
  readonly guardBps: number;
  /** Too many placements refused as post-only. */
  readonly postOnlyBps: number;
  /** The venue has told us to slow down. */
  readonly rateLimitBps: number;
  /** The slot's fills have turned out badly. */
  readonly markoutBps: number;
}

export interface Decision {
  readonly atUs: Micros;
  readonly slot: Slot;
  readonly code: DecisionCode;
  /** Limit, halt reason or pause that explains the code further: "max_position", "operator-paused", "volatility_spike". */
  readonly detail: string | null;
  /** Reading and bound behind a skip, in the guard's own unit (bps, fraction, seconds). */
  readonly reading: number | null;
  readonly bound: number | null;
  /** Null where the look ended before pricing. */
  readonly buildUp: PriceBuildUp | null;
  readonly restingTicks: Ticks | null;
  readonly restingLots: Lots | null;
  readonly sizeLots: Lots | null;
  /** When the slot is looked at again at the latest; null = at the next change. */
  readonly dueUs: Micros | null;
}
