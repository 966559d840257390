import type { Decision, DecisionCode, ExtraParts, PriceBuildUp } from "../decision.ts";
import type { FillQuality } from "../accounting/fill-quality.ts";
import type { CancelReason } from "../effects.ts";
import type { OrderDesk } from "../orders/order-desk.ts";
import type { Order, OrderManager } from "../orders/order-manager.ts";
import { levelSizeLots, trendCutLots } from "../pricing/quote-sizing.ts";
import { targetPrice, type TargetInput, type TargetPrice } from "../pricing/target-price.ts";
import type { AccountWatch } from "../risk/account-watch.ts";
import { allowedSize, reducibleLots, type AllowedSize } from "../risk/order-sizing.ts";
import type { PlacementBudget } from "../risk/placement-budget.ts";
import { denialOf } from "../risk/risk-manager.ts";
import type { TradingState } from "../risk/trading-state.ts";
import type { ToxicityGuard } from "../signals/toxicity-guard.ts";
import { signOf, type Lots, type Micros, type Ticks } from "../values/units.ts";
import {
  hasInventoryOverride,
  isBlockedByTrend,
  isTrendCounter,
  MarketGates,
  trendRefusal,
  type OverrideCode,
  type Refusal,
} from "./market-gates.ts";
import { postOnlyClamp } from "./post-only-clamp.ts";
import type { QuotingContext } from "./quoting-context.ts";
import { compareWithResting, type RepriceAnswer } from "./reprice-gates.ts";
import { decide, type Found } from "./slot-decision.ts";
import { LEVEL_OFF, type SlotState } from "./slot-state.ts";

/** What a slot would quote. */
interface Plan {
  readonly input: TargetInput;
  readonly buildUp: TargetPrice;
  /** Most that may rest. */
  readonly allowed: AllowedSize;
  /** What would be placed: no more than is allowed, less where a trend cuts it. */
  readonly wantedLots: number;
}

/**
 * One look at one slot, in the fixed order of the reference's section E as amended by the decisions: what is in the way, the market, the guards, the
 * trend, the interval, the price, the size, the comparison with what rests, the last word of risk.
 *
 * A slot that holds an order meets the guards before the interval: the interval spaces placements and must not keep an order in a market that has turned.
 * Invariants: every look ends in exactly one decision; a slot is never given a second order before the venue has confirmed the end of the first.
 */
export class RepricePipeline {
  private readonly _orders: OrderManager;
  private readonly _desk: OrderDesk;
  private readonly _gates: MarketGates;
  private readonly _state: TradingState;
  private readonly _budget: PlacementBudget;
  private readonly _account: AccountWatch;
  private readonly _fills: FillQuality;
  /** What let the look at hand through only for the sake of a loaded inventory, in the order met; told as the decision's detail. */
  private _overrides: OverrideCode[] = [];

  constructor(
    orders: OrderManager,
    desk: OrderDesk,
    guard: ToxicityGuard,
    state: TradingState,
    budget: PlacementBudget,
    account: AccountWatch,
    fills: FillQuality,
  ) {
    this._orders = orders;
    this._desk = desk;
    this._gates = new MarketGates(guard);
    this._state = state;
    this._budget = budget;
    this._account = account;
    this._fills = fills;
  }

  look(slot: SlotState, context: QuotingContext): Decision {
    const order = this._orders.inSlot(slot.index);
    if (this._overrides.length > 0) this._overrides = [];
    const decision = this._whatIsInTheWay(slot, order, context) ?? this._answer(slot, order, context);
    slot.decided(decision);
    return decision;
  }

  /**
   * Only what must not wait for the interval: whether the market, as it is now, takes the order away that rests in a waiting slot. Null, and no decision, where it does not.
   */
  glance(slot: SlotState, context: QuotingContext): Decision | null {
    const order = this._orders.inSlot(slot.index);
    if (order?.status !== "resting" || !this._state.mayPlace) return null;
    const refusal = this._gates.refusal(slot, order, context) ?? trendRefusal(slot, order, context);
    if (refusal === null || refusal.cancelReason === null) return null;
    const decision = this._refuse(refusal, order, context.nowUs);
    slot.decided(decision);
    return decision;
  }

  private _answer(slot: SlotState, order: Order | null, context: QuotingContext): Decision {
    if (order === null) {
      const trend = trendRefusal(slot, order, context);
      if (trend !== null) return trend.decision;
      const waiting = this._whatTheIntervalForbids(slot, order, context);
      if (waiting !== null) return waiting;
    }
    const refusal = this._gates.refusal(slot, order, context);
    if (refusal !== null) return this._refuse(refusal, order, context.nowUs);
    if (order !== null) {
      const trend = trendRefusal(slot, order, context);
      if (trend !== null) return this._refuse(trend, order, context.nowUs);
      const waiting = this._whatTheIntervalForbids(slot, order, context);
      // The interval spaces placements; it keeps no order that is larger than it may be now
      if (waiting !== null && !this._isTooLarge(slot, order, context)) return waiting;
    }
    if (isBlockedByTrend(slot, context)) this._overrides.push("allow_trend_counter_inventory_override");
    if (this._gates.override !== null) this._overrides.push(this._gates.override);
    return this._quote(slot, order, context);
  }

  private _refuse(refusal: Refusal, order: Order | null, nowUs: Micros): Decision {
    if (refusal.cancelReason !== null) this._withdraw(order, refusal.cancelReason, nowUs);
    return refusal.decision;
  }

  private _whatIsInTheWay(slot: SlotState, order: Order | null, context: QuotingContext): Decision | null {
    const { nowUs } = context;
    if (!this._state.mayPlace) return this._standStill(slot, order, context);
    const growing = this._whatReducingForbids(slot, order, context);
    if (growing !== null) return growing;
    if (!slot.isEnabled) {
      const decision = decide("skip_operator", slot, order, nowUs, { detail: LEVEL_OFF });
      this._withdraw(order, "risk_limit", nowUs);
      return decision;
    }
    if (order !== null && order.status !== "resting") {
      return decide("skip_cancel_pending", slot, order, nowUs, { detail: order.status });
    }
    const cooldownUs = slot.postOnly.cooldownUntilUs;
    if (cooldownUs !== null && nowUs < cooldownUs) {
      return decide("skip_pof_cooldown", slot, order, nowUs, { reading: slot.postOnly.streak, dueUs: cooldownUs });
    }
    return null;
  }

  private _whatTheIntervalForbids(slot: SlotState, order: Order | null, context: QuotingContext): Decision | null {
    const { lastPlacementUs } = slot;
    const { nowUs, minRepriceIntervalUs } = context;
    if (lastPlacementUs === null || nowUs - lastPlacementUs >= minRepriceIntervalUs) return null;
    return decide("skip_interval", slot, order, nowUs, { dueUs: lastPlacementUs + minRepriceIntervalUs });
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
    const shrinkingLots = -signOf(side) * context.positionLots - this._orders.reservedLots(side, slot.index);
    if (order.sizeLots - order.filledLots <= shrinkingLots) return null;
    const decision = decide("skip_operator", slot, order, context.nowUs, { detail: "reduce-only" });
    this._withdraw(order, "risk_limit", context.nowUs);
    return decision;
  }

  private _quote(slot: SlotState, order: Order | null, context: QuotingContext): Decision {
    const plan = this._plan(slot, context);
    const { buildUp, wantedLots } = plan;
    const bidTicks = context.book.bestBidTicks ?? 0;
    const askTicks = context.book.bestAskTicks ?? 0;
    const safetyTicks = slot.postOnly.ticks(context.nowUs, context.settings) + context.latencyTicks;
    const finalTicks = postOnlyClamp(slot.slot.side, buildUp.targetTicks, bidTicks, askTicks, safetyTicks);
    buildUp.finalTicks = finalTicks;
    if (finalTicks !== null && finalTicks !== buildUp.targetTicks) buildUp.clamp = "post-only";
    if (order !== null) return this._compare(slot, order, context, plan);
    if (wantedLots < context.leastLots) {
      return decide("skip_below_min_size", slot, order, context.nowUs, { detail: clippedBy(plan), buildUp });
    }
    if (finalTicks === null) return decide("skip_clamp", slot, order, context.nowUs, { buildUp });
    return this._place(slot, context, buildUp, finalTicks, wantedLots as Lots);
  }

  private _isTooLarge(slot: SlotState, order: Order, context: QuotingContext): boolean {
    const levelLots = levelSizeLots(context.baseLots, context.settings, slot.slot.level);
    return order.sizeLots - order.filledLots > this._allowed(slot, context, levelLots).lots;
  }

  /** Most of a size that may rest in the slot now. */
  private _allowed(slot: SlotState, context: QuotingContext, levelLots: number): AllowedSize {
    const { settings, limits, midHalfTicks, nowUs } = context;
    const { side } = slot.slot;
    const exposure = {
      positionLots: context.positionLots,
      reservedLots: this._orders.reservedLots(side, slot.index),
      openLots: this._orders.reservedLots("buy", slot.index) + this._orders.reservedLots("sell", slot.index),
    };
    const capped = allowedSize(limits, side, levelLots, exposure, midHalfTicks, this._state.isReduceOnly);
    const openNotional = this._orders.openNotional(limits.scale, slot.index);
    const reducing = reducibleLots(side, exposure);
    return this._account.fitted(capped, reducing, openNotional, midHalfTicks, nowUs, settings);
  }

  private _plan(slot: SlotState, context: QuotingContext): Plan {
    const levelLots = levelSizeLots(context.baseLots, context.settings, slot.slot.level);
    const allowed = this._allowed(slot, context, levelLots);
    const wantedLots = Math.min(allowed.lots, this._trendLots(slot, context, levelLots));
    const extra = this._extraParts(slot, context);
    const input = this._targetInput(slot, context, extra);
    const buildUp = targetPrice(input);
    buildUp.extraParts = extra;
    return { input, buildUp, allowed, wantedLots };
  }

  /** Size of a level after the trend's cut; an order that rests already is left to its price. */
  private _trendLots(slot: SlotState, context: QuotingContext, levelLots: number): number {
    if (!isTrendCounter(slot, context)) return levelLots;
    if (hasInventoryOverride(slot, context)) {
      this._overrides.push("allow_trend_size_inventory_override");
      return levelLots;
    }
    return trendCutLots(levelLots, context.settings, context.trendStrength, slot.slot.level);
  }

  private _targetInput(slot: SlotState, context: QuotingContext, extra: ExtraParts | null): TargetInput {
    const { settings, book, band } = context;
    const { side, level } = slot.slot;
    const isCrypto = settings.marketProfile === "crypto";
    const isSingleSided = isCrypto && settings.inventorySingleSidedEnabled && band !== "NORMAL";
    return {
      settings,
      side,
      level,
      anchorTicks: (side === "buy" ? context.bidAnchorTicks : context.askAnchorTicks) ?? 0,
      bidTicks: book.bestBidTicks,
      askTicks: book.bestAskTicks,
      spreadEmaBps: context.spreadEmaBps,
      regimeScale: context.regimeScale,
      positionLots: context.positionLots,
      maxPositionLots: context.limits.maxPositionLots,
      band: isCrypto ? band : "NORMAL",
      adverseTrendStrength: context.adverseTrendStrength,
      skewFactor: context.fundingSkewFactor,
      offsetFactor: isSingleSided ? settings.inventorySingleSidedOffsetScale : 1,
      fundingBiasBps: context.fundingBiasBps,
      extraBps: extra === null ? 0 : extra.guardBps + extra.postOnlyBps + extra.rateLimitBps + extra.markoutBps,
    };
  }

  /** Null, and nothing allocated, in the usual case that nothing widens. */
  private _extraParts(slot: SlotState, context: QuotingContext): ExtraParts | null {
    const { side, level } = slot.slot;
    const guardBps = Math.max(0, this._gates.extraBps);
    const postOnlyBps = context.postOnlyBoostBps;
    const rateLimitBps = context.rateLimitExtraBps;
    const markoutBps = this._fills.wideningBps(context.nowUs, side, level, context.settings);
    if (guardBps + postOnlyBps + rateLimitBps + markoutBps === 0) return null;
    return { guardBps, postOnlyBps, rateLimitBps, markoutBps };
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
    const found: Found = { buildUp, sizeLots: plan.wantedLots as Lots };
    let code: DecisionCode;
    let reason: CancelReason = "reprice";
    if (remainingLots > allowed.lots) {
      code = "replace_size";
    } else if (ageEndsUs !== null && nowUs > ageEndsUs) {
      code = "replace_max_age";
      reason = "max_order_age";
    } else {
      code = compareWithTarget(order.priceTicks, context, plan);
    }
    if (code.startsWith("hold")) {
      const detail = this._told(null);
      return decide(code, slot, order, nowUs, { ...found, detail, dueUs: ageEndsUs === null ? null : ageEndsUs + 1 });
    }
    return this._replace(slot, order, context, plan, code, reason);
  }

  /** Asks the order back; what comes after it is placed once the venue has confirmed that it is gone. */
  private _replace(
    slot: SlotState,
    order: Order,
    context: QuotingContext,
    plan: Plan,
    code: DecisionCode,
    reason: CancelReason,
  ): Decision {
    const { nowUs } = context;
    const { allowed, buildUp, wantedLots } = plan;
    if (wantedLots < context.leastLots) {
      // Nothing can come after it, but what asked for its end is told
      const detail = `${clippedBy(plan) ?? "size"} ${code}`;
      const decision = decide("skip_below_min_size", slot, order, nowUs, { detail, buildUp });
      this._withdraw(order, reason === "reprice" ? "risk_limit" : reason, nowUs);
      return decision;
    }
    const found: Found = { buildUp, sizeLots: wantedLots as Lots };
    let decision: Decision;
    if (context.isRateLimitDegraded) {
      // The venue is given a whole interval of silence before the slot is filled again
      slot.lastPlacementUs = nowUs;
      decision = decide("cancel_only_rate_limit_degraded", slot, order, nowUs, { ...found, detail: this._told(code) });
    } else {
      const detail = this._told(code === "replace_size" ? allowed.limit : null);
      decision = decide(code, slot, order, nowUs, { ...found, detail });
    }
    this._withdraw(order, reason, nowUs);
    return decision;
  }

  /** What explains the code further, and every override that the quote stands by. */
  private _told(detail: string | null): string | null {
    if (this._overrides.length === 0) return detail;
    const overrides = this._overrides.join(" ");
    return detail === null ? overrides : `${detail} ${overrides}`;
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
      const detail = this._budget.spent(nowUs);
      return decide("skip_token", slot, null, nowUs, { detail, buildUp, sizeLots, dueUs });
    }
    const isReduceOnly = this._state.isReduceOnly;
    this._desk.place(slot.slot, slot.index, priceTicks, sizeLots, isReduceOnly, nowUs);
    slot.lastPlacementUs = nowUs;
    return decide("place_initial", slot, null, nowUs, { detail: this._told(null), buildUp, sizeLots });
  }

  private _withdraw(order: Order | null, reason: CancelReason, nowUs: Micros): void {
    if (order === null || order.status === "cancelling") return;
    // Asked back before, and nobody knows: the query that is out will tell, another cancel would only be answered likewise
    if (order.status === "unresolved" && order.reason !== null) return;
    this._desk.cancel(order, reason, nowUs);
  }
}

/**
 * Both prices that a quote wants count: the target, and where the post-only clamp holds it off that, maybe for good. Replacing an order that is near either
 * would only lose the place in the queue.
 */
function compareWithTarget(
  restingTicks: number,
  { settings }: QuotingContext,
  { input, buildUp }: Plan,
): RepriceAnswer {
  const { targetTicks, finalTicks } = buildUp;
  if (finalTicks === restingTicks) return "hold_within_tolerance";
  const answer = compareWithResting(input, settings, restingTicks, targetTicks);
  if (answer !== "replace_target_shift" || finalTicks === null || finalTicks === targetTicks) return answer;
  return compareWithResting(input, settings, restingTicks, finalTicks);
}

/** What left the least of the size. */
function clippedBy({ allowed, wantedLots }: Plan): string | null {
  return wantedLots < allowed.lots ? "trend" : allowed.limit;
}
