import type { Decision, DecisionCode } from "../kernel/decision.ts";
import { formatMoney } from "../kernel/values/market-rules.ts";
import { money, ZERO_MONEY, type Money } from "../kernel/values/units.ts";
import { slotKey } from "./decision-figures.ts";
import { moneyNumber } from "./result-parts.ts";
import type { ResultStep } from "./result-splits.ts";

/** What one reason kept from being quoted. */
export interface PauseFigures {
  readonly reason: DecisionCode;
  /** Times that a slot was paused for it. */
  readonly pauses: number;
  /** Time of all slots together, and the longest of one. */
  readonly slotTimeUs: number;
  readonly longestUs: number;
  /** Inventory result while an innermost slot was paused for it: measured, exact, in quote currency. */
  readonly inventoryMeanwhile: string;
  /** Spread capture that the paused time would have brought at the rate of the quoting time: an estimate, in quote currency; null = nothing was quoted to judge by. */
  readonly forgoneEstimate: number | null;
}

/** These answers only set the pace: the slot's state is what it was. */
const PACING: ReadonlySet<DecisionCode> = new Set(["skip_interval", "skip_cancel_pending", "skip_token"]);

interface SlotState {
  reason: DecisionCode | null;
  sinceUs: number;
}

interface Sum {
  pauses: number;
  slotTimeUs: number;
  longestUs: number;
  inventory: Money;
}

/** Follows each slot between quoting and the reasons that keep it from it, by the decisions in their order. */
export class Pauses {
  readonly #slots = new Map<string, SlotState>();
  readonly #sums = new Map<DecisionCode, Sum>();
  #quotingUs = 0;

  take({ slot, code, atUs }: Decision): void {
    if (PACING.has(code)) return;
    const reason = code.startsWith("skip_") ? code : null;
    const key = slotKey(slot);
    const state = this.#slots.get(key);
    if (state === undefined) {
      this.#slots.set(key, { reason, sinceUs: atUs });
    } else if (state.reason !== reason) {
      this.#close(state, atUs);
      state.reason = reason;
      state.sinceUs = atUs;
    }
  }

  /** The result went on by a step while the slots stood as they do. */
  step({ change }: ResultStep): void {
    const reasons = new Set([this.#slots.get("buy:0")?.reason, this.#slots.get("sell:0")?.reason]);
    for (const reason of reasons) {
      if (reason === null || reason === undefined) continue;
      const sum = this.#sumOf(reason);
      sum.inventory = money(sum.inventory + change.inventory);
    }
  }

  /** The figures at the end of the session; reasons that took most time first. */
  figures(endUs: number, spreadCapture: Money): readonly PauseFigures[] {
    for (const state of this.#slots.values()) {
      this.#close(state, endUs);
      state.reason = null;
      state.sinceUs = endUs;
    }
    const capturePerUs = this.#quotingUs > 0 ? moneyNumber(spreadCapture) / this.#quotingUs : null;
    return [...this.#sums]
      .filter(([, sum]) => sum.pauses > 0)
      .map(([reason, sum]) => ({
        reason,
        pauses: sum.pauses,
        slotTimeUs: sum.slotTimeUs,
        longestUs: sum.longestUs,
        inventoryMeanwhile: formatMoney(sum.inventory),
        forgoneEstimate: capturePerUs === null ? null : capturePerUs * sum.slotTimeUs,
      }))
      .sort((a, b) => b.slotTimeUs - a.slotTimeUs);
  }

  #close({ reason, sinceUs }: SlotState, atUs: number): void {
    const spanUs = Math.max(0, atUs - sinceUs);
    if (reason === null) {
      this.#quotingUs += spanUs;
      return;
    }
    const sum = this.#sumOf(reason);
    sum.pauses += 1;
    sum.slotTimeUs += spanUs;
    sum.longestUs = Math.max(sum.longestUs, spanUs);
  }

  #sumOf(reason: DecisionCode): Sum {
    const known = this.#sums.get(reason);
    if (known !== undefined) return known;
    const sum: Sum = { pauses: 0, slotTimeUs: 0, longestUs: 0, inventory: ZERO_MONEY };
    this.#sums.set(reason, sum);
    return sum;
  }
}
