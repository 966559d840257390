import type { Decision, DecisionCode } from "../kernel/decision.ts";
import type { OrderSide } from "../kernel/values/units.ts";
import { share } from "./order-lives.ts";

/** One answer to looks at the slots; a run of equal answers is one row with its count. */
export interface DecisionRun {
  readonly decision: Decision;
  readonly count: number;
  readonly lastAtUs: number;
}

export interface DecisionCount {
  readonly code: DecisionCode;
  readonly detail: string | null;
  readonly looks: number;
  readonly buys: number;
  readonly sells: number;
  readonly share: number;
}

/** How well the quotes were kept where they should be. Source: reference, section M. */
export interface RepriceQuality {
  readonly looks: number;
  readonly blocks: { readonly buy: number; readonly sell: number };
  /** The side with more blocks over the other; null where one side has none. */
  readonly sideBias: number | null;
  /** Above 3. */
  readonly isSideBiased: boolean;
  /** Code with most blocks, its share of all blocks, and whether that is more than half. */
  readonly mainBlocker: { readonly code: DecisionCode; readonly share: number; readonly isDominant: boolean } | null;
  /** A slot's blocks that followed another reason within 0.1 s. */
  readonly stackedBlocks: number;
  /** Share of looks that replaced an order. */
  readonly replaceShare: number | null;
  readonly hints: readonly string[];
}

export interface DecisionFigures {
  readonly looks: number;
  readonly placed: number;
  readonly replaced: number;
  /** Codes with their details, most frequent first. */
  readonly mix: readonly DecisionCount[];
  readonly quality: RepriceQuality;
}

const STACK_US = 100_000;
const BIASED = 3;
const DOMINANT = 0.5;

/** What an operator may try where one reason blocks most looks. */
const HINTS: Readonly<Partial<Record<DecisionCode, string>>> = {
  skip_toxicity: "The market moved faster than MM_MICRO_VOL_MAX_BPS and MM_MICRO_DRIFT_MAX_BPS allow.",
  skip_min_spread: "The spread was below MM_MIN_SPREAD_BPS.",
  skip_imbalance: "The book leaned further than MM_IMBALANCE_PAUSE_THRESHOLD allows.",
  skip_imbalance_pause: "The book leaned too far again and again; each time the slot waited.",
  skip_interval: "Looks came faster than the regime's cadence lets a slot move.",
  skip_pof_cooldown: "Post-only rejections held the slot back: more safety ticks mean fewer of them.",
  skip_cancel_pending: "Cancels were slow to be confirmed.",
  skip_stale: "The book was stale: look at the connection.",
  skip_implausible_book:
    "The book jumped or gaped too far to be believed: look at the feed, then at MM_MAX_BOOK_JUMP_BPS.",
  skip_token: "The message rate limit was reached.",
  skip_inventory_critical: "The position stood in the critical band: less size or more skew keeps it away from there.",
  skip_inventory_hard: "The position stood at its hard limit.",
  hold_within_tolerance:
    "Orders stood within MM_REPRICE_TOLERANCE_PERCENT of their targets, which is what a calm market looks like.",
  hold_below_tick_gate: "Moves were below MM_MIN_REPRICE_MOVE_TICKS.",
  hold_below_edge_gate: "Moves were below MM_MIN_REPRICE_EDGE_DELTA_BPS.",
};

interface Sides {
  buy: number;
  sell: number;
}

interface LastBlock {
  readonly code: DecisionCode;
  readonly lastAtUs: number;
}

/** Counts decisions by reason. */
export class DecisionMix {
  readonly #counts = new Map<
    string,
    { readonly code: DecisionCode; readonly detail: string | null; readonly by: Sides }
  >();
  readonly #blocksByCode = new Map<DecisionCode, number>();
  readonly #blocks: Sides = { buy: 0, sell: 0 };
  readonly #lastBlocks = new Map<string, LastBlock>();
  #looks = 0;
  #placed = 0;
  #replaced = 0;
  #stacked = 0;

  take({ decision, count, lastAtUs }: DecisionRun): void {
    const { code, detail, slot } = decision;
    const key = `${code}:${detail ?? ""}`;
    const known = this.#counts.get(key) ?? { code, detail, by: { buy: 0, sell: 0 } };
    known.by[slot.side] += count;
    this.#counts.set(key, known);
    this.#looks += count;
    if (code === "place_initial") this.#placed += count;
    if (code.startsWith("replace_")) this.#replaced += count;
    if (isBlock(code)) this.#takeBlock(decision, count, lastAtUs);
  }

  get figures(): DecisionFigures {
    const mix = [...this.#counts.values()]
      .map(({ code, detail, by }) => ({
        code,
        detail,
        looks: by.buy + by.sell,
        buys: by.buy,
        sells: by.sell,
        share: (by.buy + by.sell) / this.#looks,
      }))
      .sort((a, b) => b.looks - a.looks);
    return { looks: this.#looks, placed: this.#placed, replaced: this.#replaced, mix, quality: this.#quality() };
  }

  #takeBlock({ code, slot, atUs }: Decision, count: number, lastAtUs: number): void {
    this.#blocks[slot.side] += count;
    this.#blocksByCode.set(code, (this.#blocksByCode.get(code) ?? 0) + count);
    const key = slotKey(slot);
    const last = this.#lastBlocks.get(key);
    if (last !== undefined && last.code !== code && atUs - last.lastAtUs <= STACK_US) this.#stacked += 1;
    this.#lastBlocks.set(key, { code, lastAtUs });
  }

  #quality(): RepriceQuality {
    const { buy, sell } = this.#blocks;
    const [main] = [...this.#blocksByCode].sort(([, a], [, b]) => b - a);
    const mainShare = main === undefined ? null : main[1] / (buy + sell);
    const sideBias = Math.min(buy, sell) === 0 ? null : Math.max(buy, sell) / Math.min(buy, sell);
    const isSideBiased = sideBias === null ? buy !== sell : sideBias > BIASED;
    const hint = main === undefined ? undefined : HINTS[main[0]];
    return {
      looks: this.#looks,
      blocks: { buy, sell },
      sideBias,
      isSideBiased,
      mainBlocker:
        main === undefined || mainShare === null
          ? null
          : { code: main[0], share: mainShare, isDominant: mainShare > DOMINANT },
      stackedBlocks: this.#stacked,
      replaceShare: share(this.#replaced, this.#looks),
      hints: [
        ...(hint === undefined ? [] : [hint]),
        ...(isSideBiased ? [`The ${buy > sell ? "buy" : "sell"} side was blocked far more often than the other.`] : []),
      ],
    };
  }
}

/** A look that left the book as it was. */
function isBlock(code: DecisionCode): boolean {
  return code.startsWith("skip_") || code.startsWith("hold_");
}

/** A slot's name as a key. */
export function slotKey(slot: { readonly side: OrderSide; readonly level: number }): string {
  return `${slot.side}:${slot.level}`;
}
