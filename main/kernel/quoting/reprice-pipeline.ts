import type { Decision, DecisionCode, PriceBuildUp } from "../decision.ts";
import type { CancelReason } from "../effects.ts";
import type { OrderDesk } from "../orders/order-desk.ts";
import type { Order, OrderManager } from "../orders/order-manager.ts";
import { levelSizeLots } from "../pricing/quote-sizing.ts";
import { targetPrice, type TargetInput, type TargetPrice } from "../pricing/target-price.ts";
import type { MessageBudget } from "../risk/message-budget.ts";
import { allowedSize, type AllowedSize } from "../risk/order-sizing.ts";
import { denialOf } from "../risk/risk-manager.ts";
import type { TradingState } from "../risk/trading-state.ts";
import type { GuardVerdict, ToxicityGuard } from "../signals/toxicity-guard.ts";
import { secondsToUs, signOf, type Lots, type Micros, type Ticks } from "../values/units.ts";
import { postOnlyClamp } from "./post-only-clamp.ts";
import type { QuotingContext } from "./quoting-context.ts";
import { compareWithResting } from "./reprice-gates.ts";
import type { SlotState } from "./slot-state.ts";

/** A size of which nothing may be placed, and what took it away. */
interface Plan {
  readonly input: TargetInput;
  readonly buildUp: TargetPrice;
  readonly allowed: AllowedSize;
}

/** Everything of a decision that its code does not fix; what a stage leaves out is null. */
interface Found {
  readonly detail?: string | null;
  readonly reading?: number | null;
  readonly bound?: number | null;
  readonly buildUp?: PriceBuildUp | null;
  readonly sizeLots?: Lots | null;
  readonly dueUs?: number | null;
}

/**
 * One look at one slot, in the fixed order of the reference's section E as amended by the decisions: what is in the way, the market, the guards,
 * the price, the size, the comparison with what rests, the last word of risk.
 *
 * Invariants: every look ends in exactly one decision; a slot is never given a second order before the venue has confirmed the end of the first.
 */
export class RepricePipeline {
  private readonly _orders: OrderManager;
  private readonly _desk: OrderDesk;
  private readonly _guard: ToxicityGuard;
  private readonly _state: TradingState;
  private readonly _budget: MessageBudget;
  /** Set while the look at hand was let through only for the sake of a loaded inventory. */
  private _override: GuardVerdict["override"] = null;

  constructor(orders: OrderManager, desk: OrderDesk, guard: ToxicityGuard, state: TradingState, budget: MessageBudget) {
    this._orders = orders;
    this._desk = desk;
    this._guard = guard;
    this._state = state;
    this._budget = budget;
  }

  look(slot: SlotState, context: QuotingContext): Decision {
    const order = this._orders.inSlot(slot.index);
    const decision =
      this._whatIsInTheWay(slot, order, context) ??
      this._whatTheMarketForbids(slot, order, context) ??
      this._quote(slot, order, context);
    slot.decided(decision);
    return decision;
  }

  private _whatIsInTheWay(slot: SlotState, order: Order | null, context: QuotingContext): Decision | null {
    const { nowUs } = context;
    if (!this._state.mayPlace) return this._standStill(slot, order, context);
    const growing = this._whatReducingForbids(slot, order, context);
    if (growing !== null) return growing;
    if (!slot.isEnabled) {
      this._withdraw(order, "risk_limit", nowUs);
      return decide("skip_operator", slot, order, nowUs, { detail: "level-off" });
    }
    if (order !== null && order.status !== "resting") {
      return decide("skip_cancel_pending", slot, order, nowUs, { detail: order.status });
    }
    const cooldownUs = slot.postOnly.cooldownUntilUs;
    if (cooldownUs !== null && nowUs < cooldownUs) {
      return decide("skip_pof_cooldown", slot, order, nowUs, { reading: slot.postOnly.streak, dueUs: cooldownUs });
    }
    const { lastPlacementUs } = slot;
    if (lastPlacementUs !== null && nowUs - lastPlacementUs < context.minRepriceIntervalUs) {
      return decide("skip_interval", slot, order, nowUs, { dueUs: lastPlacementUs + context.minRepriceIntervalUs });
    }
    return null;
  }

  /** Paused, halted, killed: nothing is placed, and what still rests is asked back. */
  private _standStill(slot: SlotState, order: Order | null, context: QuotingContext): Decision {
    const state = this._state.name;
    const code = state === "PAUSED" ? "skip_operator" : "skip_halted";
    const reason: CancelReason = state === "PAUSED" ? "operator" : state === "KILLED" ? "kill" : "halt";
    const decision = decide(code, slot, order, context.nowUs, { detail: this._state.reasons().join(" ") });
    this._withdraw(order, reason, context.nowUs);
    return decision;
  }

  /** While reducing, an order that could grow or flip the position is asked back at once: no interval, guard or grace keeps it. */
  private _whatReducingForbids(slot: SlotState, order: Order | null, context: QuotingContext): Decision | null {
    if (!this._state.isReduceOnly || order === null || order.status === "cancelling") return null;
    const { side } = slot.slot;
    const reducibleLots = -signOf(side) * context.positionLots - this._orders.reservedLots(side, slot.index);
    if (order.sizeLots - order.filledLots <= reducibleLots) return null;
    const decision = decide("skip_operator", slot, order, context.nowUs, { detail: "reduce-only" });
    this._withdraw(order, "risk_limit", context.nowUs);
    return decision;
  }

  private _whatTheMarketForbids(slot: SlotState, order: Order | null, context: QuotingContext): Decision | null {
    if (!context.isBookUsable) return this._onUnusableBook(slot, order, context);
    slot.unusableSinceUs = null;
    // Before the first measured spread a dynamic offset would hang on its stand-in
    if (context.spreadEmaBps === null) return decide("skip_warming", slot, order, context.nowUs, {});
    const isReducing = reduces(slot, context.positionLots);
    const isLoaded = context.band !== "NORMAL";
    const isOverridden = context.settings.marketProfile === "crypto" && isReducing && isLoaded;
    const verdict = this._guard.evaluate(slot.index, slot.slot.side, isOverridden, context);
    if (verdict.code !== "allow") {
      const decision = decide(verdict.code, slot, order, context.nowUs, {
        detail: verdict.detail,
        reading: verdict.reading,
        bound: verdict.bound,
        dueUs: verdict.pauseUntilUs,
      });
      if (verdict.cancelReason !== null) this._withdraw(order, verdict.cancelReason, context.nowUs);
      return decision;
    }
    this._override = verdict.override;
    return this._onLoadedInventory(slot, order, context, isReducing);
  }

  private _onUnusableBook(slot: SlotState, order: Order | null, context: QuotingContext): Decision {
    const { nowUs, settings } = context;
    slot.unusableSinceUs ??= nowUs;
    const code = context.isBookStale ? "skip_stale" : context.isBookCrossed ? "skip_crossed_book" : "skip_no_book";
    const graceEndsUs = slot.unusableSinceUs + secondsToUs(settings.staleCancelGraceS);
    // Silence alone may be forgiven; a book that is lost, crossed or one-sided is not
    const isOnlyStale = context.book.isSynchronized && context.book.isTwoSided && !context.isBookCrossed;
    const mustCancel = settings.cancelOnStaleBook || !isOnlyStale;
    const isOverGrace = nowUs >= graceEndsUs;
    const dueUs = mustCancel && order !== null && !isOverGrace ? graceEndsUs : null;
    const decision = decide(code, slot, order, nowUs, { dueUs });
    if (mustCancel && isOverGrace) this._withdraw(order, "stale_orderbook", nowUs);
    return decision;
  }

  private _onLoadedInventory(
    slot: SlotState,
    order: Order | null,
    context: QuotingContext,
    isReducing: boolean,
  ): Decision | null {
    const { band, settings } = context;
    if (settings.marketProfile !== "crypto" || isReducing) return null;
    if (band !== "CRITICAL" && band !== "HARD") return null;
    const isHard = band === "HARD";
    const decision = decide(isHard ? "skip_inventory_hard" : "skip_inventory_critical", slot, order, context.nowUs, {
      reading: context.inventoryNorm,
      bound: isHard ? settings.inventoryHardPct : settings.inventoryCriticalPct,
    });
    this._withdraw(order, isHard ? "hard" : "critical", context.nowUs);
    return decision;
  }

  private _quote(slot: SlotState, order: Order | null, context: QuotingContext): Decision {
    const plan = this._plan(slot, context);
    const { buildUp, allowed } = plan;
    const bidTicks = context.book.bestBidTicks ?? 0;
    const askTicks = context.book.bestAskTicks ?? 0;
    const finalTicks = postOnlyClamp(
      slot.slot.side,
      buildUp.targetTicks,
      bidTicks,
      askTicks,
      slot.postOnly.ticks(context.settings),
    );
    buildUp.finalTicks = finalTicks;
    if (finalTicks !== null && finalTicks !== buildUp.targetTicks) buildUp.clamp = "post-only";
    if (order !== null) return this._compare(slot, order, context, plan);
    if (allowed.lots < context.leastLots) {
      return decide("skip_below_min_size", slot, order, context.nowUs, { detail: allowed.limit, buildUp });
    }
    if (finalTicks === null) return decide("skip_clamp", slot, order, context.nowUs, { buildUp });
    return this._place(slot, context, buildUp, finalTicks, allowed.lots as Lots);
  }

  private _plan(slot: SlotState, context: QuotingContext): Plan {
    const { settings } = context;
    const { side, level } = slot.slot;
    const { book } = context;
    const input: TargetInput = {
      settings,
      side,
      level,
      anchorTicks: anchorTicks(side, context),
      bidTicks: book.bestBidTicks,
      askTicks: book.bestAskTicks,
      spreadEmaBps: context.spreadEmaBps,
      regimeScale: context.regimeScale,
      positionLots: context.positionLots,
      maxPositionLots: context.limits.maxPositionLots,
      band: settings.marketProfile === "crypto" ? context.band : "NORMAL",
      adverseTrendStrength: context.adverseTrendStrength,
      fundingBiasBps: context.fundingBiasBps,
      extraBps: this._guard.extraBps,
    };
    const exposure = {
      positionLots: context.positionLots,
      reservedLots: this._orders.reservedLots(side, slot.index),
      openLots: this._orders.reservedLots("buy", slot.index) + this._orders.reservedLots("sell", slot.index),
    };
    const wantedLots = levelSizeLots(context.baseLots, settings, level);
    const allowed = allowedSize(
      context.limits,
      side,
      wantedLots,
      exposure,
      context.midHalfTicks,
      this._state.isReduceOnly,
    );
    return { input, buildUp: targetPrice(input), allowed };
  }

  /** What rests is compared on size first: an order larger than is allowed now goes, whatever its price. */
  private _compare(slot: SlotState, order: Order, context: QuotingContext, plan: Plan): Decision {
    const { nowUs } = context;
    const { allowed, buildUp } = plan;
    const remainingLots = order.sizeLots - order.filledLots;
    if (allowed.lots < Math.min(remainingLots, context.leastLots)) {
      const decision = decide("skip_below_min_size", slot, order, nowUs, { detail: allowed.limit, buildUp });
      this._withdraw(order, "risk_limit", nowUs);
      return decision;
    }
    const ageEndsUs = context.maxOrderAgeUs > 0 ? order.placedUs + context.maxOrderAgeUs : null;
    const found: Found = { buildUp, sizeLots: allowed.lots as Lots };
    let code: DecisionCode;
    let reason: CancelReason = "reprice";
    if (remainingLots > allowed.lots) {
      code = "replace_size";
    } else if (ageEndsUs !== null && nowUs > ageEndsUs) {
      code = "replace_max_age";
      reason = "max_order_age";
    } else if (buildUp.finalTicks === order.priceTicks) {
      // The post-only clamp may hold a quote off its target for good; sending the same price again would only lose the place in the queue
      code = "hold_within_tolerance";
    } else {
      code = compareWithResting(plan.input, context.settings, order.priceTicks, buildUp.targetTicks);
    }
    if (code.startsWith("hold")) {
      return decide(code, slot, order, nowUs, { ...found, dueUs: ageEndsUs === null ? null : ageEndsUs + 1 });
    }
    const decision = decide(code, slot, order, nowUs, {
      ...found,
      detail: code === "replace_size" ? allowed.limit : null,
    });
    this._withdraw(order, reason, nowUs);
    return decision;
  }

  private _place(
    slot: SlotState,
    context: QuotingContext,
    buildUp: PriceBuildUp,
    priceTicks: Ticks,
    sizeLots: Lots,
  ): Decision {
    const { nowUs } = context;
    const proposal = { side: slot.slot.side, priceTicks, sizeLots, slotIndex: slot.index };
    const denied = denialOf(
      proposal,
      this._state,
      context.limits,
      context.positionLots,
      this._orders.live(),
      context.midHalfTicks,
    );
    if (denied !== null) return decide("skip_denied", slot, null, nowUs, { detail: denied, buildUp, sizeLots });
    if (!this._budget.take(nowUs)) {
      const dueUs = nowUs + this._budget.waitUs(nowUs);
      return decide("skip_token", slot, null, nowUs, { buildUp, sizeLots, dueUs });
    }
    const isReduceOnly = this._state.isReduceOnly;
    this._desk.place(slot.slot, slot.index, priceTicks, sizeLots, isReduceOnly, nowUs);
    slot.lastPlacementUs = nowUs;
    return decide("place_initial", slot, null, nowUs, { detail: this._override, buildUp, sizeLots });
  }

  private _withdraw(order: Order | null, reason: CancelReason, nowUs: Micros): void {
    if (order === null || order.status === "cancelling") return;
    // Asked back before, and nobody knows: the query that is out will tell, another cancel would only be answered likewise
    if (order.status === "unresolved" && order.reason !== null) return;
    this._desk.cancel(order, reason, nowUs);
  }
}

function decide(code: DecisionCode, slot: SlotState, order: Order | null, atUs: Micros, found: Found): Decision {
  return {
    atUs,
    slot: slot.slot,
    code,
    detail: found.detail ?? null,
    reading: found.reading ?? null,
    bound: found.bound ?? null,
    buildUp: found.buildUp ?? null,
    restingTicks: order?.priceTicks ?? null,
    restingLots: order === null ? null : ((order.sizeLots - order.filledLots) as Lots),
    sizeLots: found.sizeLots ?? null,
    dueUs: (found.dueUs ?? null) as Micros | null,
  };
}

function reduces(slot: SlotState, positionLots: number): boolean {
  return slot.slot.side === "buy" ? positionLots < 0 : positionLots > 0;
}

function anchorTicks(side: "buy" | "sell", context: QuotingContext): number {
  const { book, settings } = context;
  if (settings.quoteAnchor === "best") return (side === "buy" ? book.bestBidTicks : book.bestAskTicks) ?? 0;
  if (settings.quoteAnchor === "microprice") return context.micropriceTicks ?? 0;
  return (context.midHalfTicks ?? 0) / 2;
}
