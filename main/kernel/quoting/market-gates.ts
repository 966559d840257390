import type { Decision, DecisionCode } from "../decision.ts";
import type { CancelReason } from "../effects.ts";
import type { Order } from "../orders/order-manager.ts";
import type { ToxicityGuard } from "../signals/toxicity-guard.ts";
import { isCounterSide } from "../signals/trend-signal.ts";
import { secondsToUs } from "../values/units.ts";
import type { QuotingContext } from "./quoting-context.ts";
import { decide } from "./slot-decision.ts";
import type { SlotState } from "./slot-state.ts";

/** Why a slot may not quote now, and what that means for the order in it. */
export interface Refusal {
  readonly decision: Decision;
  /** Why a resting order goes with it; null = it stays. */
  readonly cancelReason: CancelReason | null;
}

/** Codes of what lets a quote through that a gate would have stopped, were it not for a loaded inventory that it reduces. */
export type OverrideCode = Extract<DecisionCode, `allow_${string}`>;

/** True for a side that would shrink the position. */
export function reducesPosition(slot: SlotState, positionLots: number): boolean {
  return slot.slot.side === "buy" ? positionLots < 0 : positionLots > 0;
}

/** A slot that reduces a loaded inventory passes what only guards against taking on more of it; crypto profile only. */
export function hasInventoryOverride(slot: SlotState, context: QuotingContext): boolean {
  return (
    context.band !== "NORMAL" &&
    context.settings.marketProfile === "crypto" &&
    reducesPosition(slot, context.positionLots)
  );
}

/** One-way mode: nothing new on the side that a strong trend runs against (reference, section D). Null = the trend forbids nothing. */
export function trendRefusal(slot: SlotState, order: Order | null, context: QuotingContext): Refusal | null {
  if (!isBlockedByTrend(slot, context) || hasInventoryOverride(slot, context)) return null;
  const { settings, nowUs, trendStrength } = context;
  return {
    decision: decide("skip_trend_counter_strong", slot, order, nowUs, {
      detail: context.trendDirection.toLowerCase(),
      reading: trendStrength,
      bound: settings.trendStrongThreshold,
    }),
    cancelReason: settings.trendCancelCounterOnStrong ? "trend_counter_strong" : null,
  };
}

/** True where one-way mode would refuse, were it not for an override. */
export function isBlockedByTrend(slot: SlotState, context: QuotingContext): boolean {
  const { settings } = context;
  if (settings.marketProfile !== "crypto" || !settings.trendOneWayEnabled) return false;
  return context.trendStrength >= settings.trendStrongThreshold && isTrendCounter(slot, context);
}

/** True for the side that the trend runs against, in the crypto profile. */
export function isTrendCounter(slot: SlotState, context: QuotingContext): boolean {
  return context.settings.marketProfile === "crypto" && isCounterSide(context.trendDirection, slot.slot.side);
}

/** What the market itself forbids: an unusable book, the guards, a loaded inventory. Keeps the guards' pauses. */
export class MarketGates {
  private readonly _guard: ToxicityGuard;
  /** Set by the last `refusal` that was null: the guard let the quote pass only for the sake of a loaded inventory. */
  override: OverrideCode | null = null;

  constructor(guard: ToxicityGuard) {
    this._guard = guard;
  }

  /** Widening that the guard asked for at the last `refusal`, in bps. */
  get extraBps(): number {
    return this._guard.extraBps;
  }

  /** Null = nothing. */
  refusal(slot: SlotState, order: Order | null, context: QuotingContext): Refusal | null {
    this.override = null;
    if (!context.isBookUsable) return onUnusableBook(slot, order, context);
    slot.unusableSinceUs = null;
    // Before the first measured spread a dynamic offset would hang on its stand-in
    if (context.spreadEmaBps === null) {
      return { decision: decide("skip_warming", slot, order, context.nowUs), cancelReason: null };
    }
    const verdict = this._guard.evaluate(slot.index, slot.slot.side, hasInventoryOverride(slot, context), context);
    if (verdict.code !== "allow") {
      const { detail, reading, bound, pauseUntilUs } = verdict;
      const found = { detail, reading, bound, dueUs: pauseUntilUs };
      return {
        decision: decide(verdict.code, slot, order, context.nowUs, found),
        cancelReason: verdict.cancelReason,
      };
    }
    this.override = verdict.override;
    return onLoadedInventory(slot, order, context);
  }
}

function onUnusableBook(slot: SlotState, order: Order | null, context: QuotingContext): Refusal {
  const { nowUs, settings, bookDoubt, isBookStale, isBookCrossed } = context;
  slot.unusableSinceUs ??= nowUs;
  if (bookDoubt !== null && !isBookStale && context.book.isTwoSided && !isBookCrossed) {
    // What it shows may be true, and then the quotes stand in its way: no grace
    const { kind, readingBps, boundBps } = bookDoubt;
    const found = { detail: kind, reading: readingBps, bound: boundBps };
    return {
      decision: decide("skip_implausible_book", slot, order, nowUs, found),
      cancelReason: "stale_orderbook",
    };
  }
  const code = isBookStale ? "skip_stale" : isBookCrossed ? "skip_crossed_book" : "skip_no_book";
  const graceEndsUs = slot.unusableSinceUs + secondsToUs(settings.staleCancelGraceS);
  // Silence alone may be forgiven; a book that is lost, crossed or one-sided is not
  const isOnlyStale = context.book.isSynchronized && context.book.isTwoSided && !isBookCrossed && bookDoubt === null;
  const mustCancel = settings.cancelOnStaleBook || !isOnlyStale;
  // On a lost book nobody sees what runs at the quotes: they go at once, as at every failure of the feed
  const isOverGrace = !context.book.isSynchronized || nowUs >= graceEndsUs;
  const dueUs = mustCancel && order !== null && !isOverGrace ? graceEndsUs : null;
  return {
    decision: decide(code, slot, order, nowUs, { dueUs }),
    cancelReason: mustCancel && isOverGrace ? "stale_orderbook" : null,
  };
}

/** Bands of the crypto profile: no quote adds from CRITICAL on, and where so set none from WARN on (`seeds/001`, 5B). */
function onLoadedInventory(slot: SlotState, order: Order | null, context: QuotingContext): Refusal | null {
  const { band, settings, nowUs } = context;
  if (band === "NORMAL" || settings.marketProfile !== "crypto" || reducesPosition(slot, context.positionLots)) {
    return null;
  }
  if (band === "WARN" && !settings.inventorySingleSidedEnabled) return null;
  const isHard = band === "HARD";
  const isCritical = band === "CRITICAL";
  return {
    decision: decide(isHard ? "skip_inventory_hard" : "skip_inventory_critical", slot, order, nowUs, {
      detail: isHard || isCritical ? null : "single-sided",
      reading: context.inventoryNorm,
      bound: isHard
        ? settings.inventoryHardPct
        : isCritical
          ? settings.inventoryCriticalPct
          : settings.inventoryWarnPct,
    }),
    cancelReason: isHard ? "hard" : "critical",
  };
}
