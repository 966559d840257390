/** Every decision code of the kernel in an operator's words. The codes come over the bridge as strings; a test holds this table against the kernel's list. */
import { formatDuration, formatNumber, formatShare } from "../../lib/format.ts";

export type ReasonKind = "placed" | "hold" | "skip";
/** Unit of the reading and the bound behind a code; null = the code carries none. */
type ReadingUnit = "bps" | "fraction" | "seconds" | "ticks" | "share" | "plain" | null;

export interface ReasonText {
  readonly kind: ReasonKind;
  /** Two or three words, for narrow places. */
  readonly label: string;
  /** What happened and why, as a sentence. */
  readonly sentence: string;
  readonly unit: ReadingUnit;
  /** How the reading stood to the bound. */
  readonly relation: ">" | "<" | "of";
}

function reason(
  kind: ReasonKind,
  label: string,
  sentence: string,
  unit: ReadingUnit = null,
  relation: ReasonText["relation"] = ">",
): ReasonText {
  return { kind, label, sentence, unit, relation };
}

export const reasonTexts: Readonly<Record<string, ReasonText>> = {
  place_initial: reason("placed", "placed", "The slot was free and every guard agreed: a new order was sent."),
  replace_target_shift: reason(
    "placed",
    "target moved",
    "The target moved far enough to be worth a new order: the old one was cancelled and replaced.",
    "bps",
  ),
  replace_max_age: reason("placed", "order too old", "The order reached its greatest age and is refreshed.", "seconds"),
  replace_size: reason(
    "placed",
    "size no longer allowed",
    "The order was larger than what is allowed now and is replaced by a smaller one.",
    "plain",
  ),
  hold_within_tolerance: reason(
    "hold",
    "within tolerance",
    "The order stands close enough to its target: moving it would only lose the place in the queue.",
    "bps",
    "<",
  ),
  hold_below_tick_gate: reason(
    "hold",
    "too few ticks",
    "The target moved by fewer ticks than the gate asks for: the order stays.",
    "ticks",
    "<",
  ),
  hold_below_edge_gate: reason(
    "hold",
    "too little edge",
    "A new order would gain less edge than the gate asks for: the order stays.",
    "bps",
    "<",
  ),
  skip_cancel_pending: reason(
    "skip",
    "cancel pending",
    "The slot waits until the venue confirms the cancel of its last order.",
  ),
  skip_pof_cooldown: reason(
    "skip",
    "post-only cooldown",
    "The venue refused this slot for crossing the book; it rests for a while before the next try.",
    "seconds",
    "of",
  ),
  skip_trend_counter_strong: reason(
    "skip",
    "against the trend",
    "A strong trend runs against this side: quoting it would be run over.",
    "fraction",
  ),
  skip_stale: reason("skip", "book stale", "The book is too old to be trusted; nothing is priced from it.", "seconds"),
  skip_min_spread: reason(
    "skip",
    "spread too tight",
    "The market's spread is below the least that pays for quoting.",
    "bps",
    "<",
  ),
  skip_imbalance: reason(
    "skip",
    "imbalance",
    "The book leans against this side: it is paused until the pressure is gone.",
    "fraction",
  ),
  skip_imbalance_pause: reason(
    "skip",
    "imbalance pause",
    "The side is still paused after the book leaned against it.",
    "seconds",
    "of",
  ),
  skip_toxicity: reason(
    "skip",
    "toxic flow",
    "The market moves too fast for a resting quote: it would be filled just before it is wrong.",
    "bps",
  ),
  skip_inventory_critical: reason(
    "skip",
    "inventory critical",
    "The position is in its critical band: this side would enlarge it.",
    "share",
  ),
  skip_inventory_hard: reason(
    "skip",
    "inventory at its limit",
    "The position is in its hard band: this side would enlarge it.",
    "share",
  ),
  skip_interval: reason(
    "skip",
    "too soon",
    "The slot was looked at a moment ago; it is looked at again when its interval is over.",
    "seconds",
    "<",
  ),
  skip_no_book: reason("skip", "no book", "There is no usable order book yet."),
  skip_crossed_book: reason(
    "skip",
    "crossed book",
    "The best bid stands at or above the best ask: such a book is not believed.",
  ),
  skip_implausible_book: reason(
    "skip",
    "implausible book",
    "The book jumped at once, or its spread gapes, further than it is believed: it may be wrong.",
    "bps",
  ),
  skip_warming: reason("skip", "measuring", "The signals have not seen enough of the market yet.", "seconds", "of"),
  skip_below_min_size: reason(
    "skip",
    "size too small",
    "What may still be quoted is smaller than the market's least order.",
    "plain",
    "<",
  ),
  skip_clamp: reason("skip", "no valid price", "No price is left between the limits for this side."),
  skip_halted: reason("skip", "halted", "Trading is halted: only cancels are sent."),
  skip_token: reason("skip", "message budget", "The budget for messages to the venue is used up for the moment."),
  skip_operator: reason("skip", "held by the operator", "The operator holds this side back."),
  skip_denied: reason("skip", "denied by a limit", "A risk limit does not allow this order.", "plain"),
  cancel_only_rate_limit_degraded: reason(
    "skip",
    "cancels only",
    "The venue limits our messages: until it recovers only cancels are sent.",
  ),
  allow_trend_counter_inventory_override: reason(
    "placed",
    "allowed: reduces",
    "A trend runs against this side, yet it is quoted because it reduces the position.",
  ),
  allow_imbalance_inventory_override: reason(
    "placed",
    "allowed: reduces",
    "The book leans against this side, yet it is quoted because it reduces the position.",
  ),
  allow_trend_size_inventory_override: reason(
    "placed",
    "full size: reduces",
    "A trend would shrink this order, yet it keeps its size because it reduces the position.",
  ),
};

const detailTexts: Readonly<Record<string, string>> = {
  "operator-paused": "paused by the operator",
  "operator-reduce-only": "reduce only, by the operator",
  "operator-killed": "killed by the operator",
  volatility_spike: "volatility spike",
  max_position: "largest position",
  max_order_notional: "largest order",
  max_position_notional: "largest notional",
  post_only: "post-only",
};

/** A detail of the kernel in words; an unknown one is shown with its marks turned into spaces. */
export function describeDetail(detail: string): string {
  return detailTexts[detail] ?? detail.replaceAll(/[_-]+/g, " ");
}

/** The table's entry of a code; `skip_denied:max_position` is found under `skip_denied`. */
export function reasonOf(code: string): ReasonText {
  const [base = code] = code.split(":");
  const known = reasonTexts[base];
  if (known !== undefined) return known;
  const kind: ReasonKind = base.startsWith("hold_") ? "hold" : /^(?:skip|cancel)_/.test(base) ? "skip" : "placed";
  const words = base.replaceAll("_", " ");
  return { kind, label: words, sentence: `${words}.`, unit: null, relation: ">" };
}

function formatReading(value: number, unit: ReadingUnit): string {
  switch (unit) {
    case "bps":
      return formatNumber(value, { decimals: 1 });
    case "fraction":
      return formatNumber(value, { decimals: 2 });
    case "share":
      return formatShare(value, { decimals: 0 });
    case "seconds":
      return formatDuration(value * 1000);
    case "ticks":
      return formatNumber(value, { decimals: 0 });
    case "plain":
    case null:
      return String(Number(value.toPrecision(6)));
  }
}

export interface Reading {
  readonly code: string;
  readonly detail: string | null;
  readonly reading: number | null;
  readonly bound: number | null;
}

/** The numbers behind a decision, as "0.74 > 0.70"; empty when there are none. */
export function describeReading({ code, reading, bound }: Reading): string {
  if (reading === null) return "";
  const { unit, relation } = reasonOf(code);
  const suffix = unit === "bps" || unit === "ticks" ? ` ${unit}` : "";
  // the pressure on a sell is a negative imbalance: what counts is its size
  const sized = relation === ">" && bound !== null && bound >= 0 ? Math.abs(reading) : reading;
  if (bound === null) return formatReading(sized, unit) + suffix;
  return `${formatReading(sized, unit)} ${relation} ${formatReading(bound, unit)}${suffix}`;
}

/** The short reason that stands where a price would be: "imbalance 0.74 > 0.70". */
export function describeHeld(decision: Reading): string {
  const { label } = reasonOf(decision.code);
  const [, limit] = decision.code.split(":");
  const numbers = describeReading(decision);
  const detail = decision.detail ?? limit ?? null;
  // a detail says more than the label where the label is only its family
  const isFamily = /^skip_(?:halted|operator|denied)/.test(decision.code);
  const words = detail === null ? label : isFamily ? describeDetail(detail) : `${label}, ${describeDetail(detail)}`;
  return numbers === "" ? words : `${words} ${numbers}`;
}

/** The decision as a full sentence with its numbers and its detail. */
export function describeDecision(decision: Reading): string {
  const { sentence } = reasonOf(decision.code);
  const [, limit] = decision.code.split(":");
  const numbers = describeReading(decision);
  const detail = decision.detail ?? limit ?? null;
  const more = [detail === null ? "" : describeDetail(detail), numbers].filter((part) => part !== "").join(", ");
  return more === "" ? sentence : `${sentence} (${more})`;
}
