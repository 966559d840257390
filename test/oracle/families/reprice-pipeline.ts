import { FillQuality } from "../../../main/kernel/accounting/fill-quality.ts";
import type { Decision } from "../../../main/kernel/decision.ts";
import { EffectSink } from "../../../main/kernel/effect-sink.ts";
import type { Effect } from "../../../main/kernel/effects.ts";
import { OrderBook } from "../../../main/kernel/market/order-book.ts";
import { OrderDesk } from "../../../main/kernel/orders/order-desk.ts";
import { OrderManager } from "../../../main/kernel/orders/order-manager.ts";
import { inventoryBand, inventoryNorm } from "../../../main/kernel/pricing/inventory-skew.ts";
import { hasInventoryOverride, trendRefusal } from "../../../main/kernel/quoting/market-gates.ts";
import type { QuotingContext } from "../../../main/kernel/quoting/quoting-context.ts";
import { RepricePipeline } from "../../../main/kernel/quoting/reprice-pipeline.ts";
import { MAX_LEVELS, slotIndex, SlotState } from "../../../main/kernel/quoting/slot-state.ts";
import { AccountWatch } from "../../../main/kernel/risk/account-watch.ts";
import { Halts } from "../../../main/kernel/risk/halts.ts";
import { limitsOf } from "../../../main/kernel/risk/limits.ts";
import { PlacementBudget } from "../../../main/kernel/risk/placement-budget.ts";
import { TradingState } from "../../../main/kernel/risk/trading-state.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { ToxicityGuard } from "../../../main/kernel/signals/toxicity-guard.ts";
import { adverseStrength, type TrendDirection } from "../../../main/kernel/signals/trend-signal.ts";
import {
  cadence,
  classifyVolatility,
  decidingBps,
  regimePauses,
  regimeScale,
} from "../../../main/kernel/signals/volatility-regime.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { marketScale, type MarketScale } from "../../../main/kernel/values/market-rules.ts";
import { lots, micros, secondsToUs, ticks, type Micros } from "../../../main/kernel/values/units.ts";
import {
  flag,
  number,
  numberOrNull,
  priceOf,
  record,
  records,
  settingsOf,
  side,
  text,
  ticksOf,
  ticksOrNull,
} from "../case-inputs.ts";
import type { Check, Family, Judgement } from "../oracle-case.ts";

type Inputs = Record<string, unknown>;

/** Time zero of a case: what lies before it must not be negative. */
const NOW = micros(1_000_000_000);

/** Codes that the reference does not write down (decisions, Pricing and orders). */
const SILENT = new Set<string>([
  "place_initial",
  "skip_interval",
  "skip_no_book",
  "skip_below_min_size",
  "skip_clamp",
  "replace_size",
]);

/** Answers that come before the interval in the reference too, and the interval's own. */
const BEFORE_THE_INTERVAL = new Set<string>([
  "skip_interval",
  "skip_cancel_pending",
  "skip_pof_cooldown",
  "skip_trend_counter_strong",
]);

/** One slot with everything around it, as a case describes it. */
interface Bench {
  readonly settings: Settings;
  readonly slot: SlotState;
  readonly orders: OrderManager;
  readonly pipeline: RepricePipeline;
  readonly context: QuotingContext;
  readonly sink: EffectSink;
  readonly existingId: number | null;
}

/** What a look came to, in the words of the reference. */
interface Outcome {
  readonly decisions: readonly Decision[];
  readonly codes: readonly string[];
  readonly cancels: readonly string[];
  readonly placements: readonly { readonly priceTicks: number; readonly sizeLots: number }[];
}

export const repricePipeline: Family = ({ inputs, expected }) => {
  if (inputs["market_profile"] !== "crypto") return skipped("the legacy profile is the reference's first state here");
  const bench = benchOf(inputs);
  const outcome = evaluate(bench, inputs);
  const difference = decisionThatDiffers(bench, inputs, outcome);
  if (difference !== null) return skipped(difference);
  const wanted = record(expected);
  const cancels = records(wanted["cancels"]).map((one) => text(one, "reason"));
  const placements = records(wanted["placements"]);
  const checks: Check[] = [
    equal("decisions", listed(wanted["decisions"]), outcome.codes.join(" ")),
    equal("cancels", cancels.join(" "), outcome.cancels.join(" ")),
    equal("placements", placements.length, outcome.placements.length),
  ];
  for (const [index, one] of placements.entries()) {
    const got = outcome.placements[index];
    if (got === undefined) continue;
    const size = new Decimal(got.sizeLots).mul(text(inputs, "size_step")).toFixed();
    const offBy = Math.abs(ticksOf({ ...inputs, ...one }, "price") - got.priceTicks);
    checks.push(equal(`placements[${index}].size`, text(one, "size"), size));
    const price = offBy <= 1 ? text(one, "price") : priceOf(inputs, got.priceTicks);
    checks.push(equal(`placements[${index}].price`, text(one, "price"), price));
  }
  return { kind: "checked", checks };
};

function skipped(reason: string): Judgement {
  return { kind: "skipped", reason };
}

function equal(field: string, expected: unknown, got: unknown): Check {
  return { field, expected, got, comparison: "equal" };
}

function listed(codes: unknown): string {
  if (!Array.isArray(codes)) throw new TypeError(`decisions must be a list, was ${JSON.stringify(codes)}`);
  return codes.join(" ");
}

/** Ours that stands against the reference's answer for this case; null = none, and the answers must agree. */
function decisionThatDiffers(bench: Bench, inputs: Inputs, outcome: Outcome): string | null {
  const { settings, context, slot } = bench;
  const first = outcome.decisions[0];
  if (first === undefined) return null;
  const placedS = numberOrNull(inputs, "last_reprice_age_s");
  const isWaiting = placedS !== null && secondsToUs(placedS) < context.minRepriceIntervalUs;
  const hasOrder = inputs["existing_order"] !== null;
  if (isWaiting && hasOrder && !BEFORE_THE_INTERVAL.has(first.code))
    return "guards go before the interval of a resting order";
  if (context.isBookCrossed) return "a crossed or locked book is not quoted on";
  if (first.code === "skip_warming") return "nothing is quoted before the first measured spread";
  if (context.isRegimePause && hasInventoryOverride(slot, context))
    return "a reducing side may quote in EXTREME at its scale";
  const isTrendFirst = hasOrder && trendRefusal(slot, null, context) !== null;
  if (isTrendFirst && first.code !== "skip_trend_counter_strong")
    return "guards go before the one-way trend of a resting order";
  if (hasOrder && flag(inputs, "rate_limit_degraded") && first.detail?.startsWith("replace_max_age") === true)
    return "while degraded any replacement only cancels";
  if (first.buildUp === null) return null;
  const { targetTicks, finalTicks } = first.buildUp;
  if (first.restingTicks === finalTicks && targetTicks !== finalTicks)
    return "the price that the clamp leaves is not sent again";
  if (settings.offsetMode === "dynamic" && context.regimeScale > 1) return "regime widening is applied once";
  const { skewBps } = first.buildUp;
  if (
    settings.trendSkewBoost > 1 &&
    context.trendStrength > 0 &&
    context.adverseTrendStrength === null &&
    skewBps !== 0
  )
    return "the trend boosts the skew only against the inventory";
  if (isReducingBeyondNotional(bench, inputs, first))
    return "reducing orders are not clipped by the position's notional";
  if (hasOrder && first.code === "skip_below_min_size" && first.detail?.startsWith("trend ") !== true)
    return "an order larger than is allowed now goes whatever its price";
  return null;
}

/** The reference counts position and order together, also where the one takes from the other. */
function isReducingBeyondNotional({ slot, context, settings }: Bench, inputs: Inputs, { sizeLots }: Decision): boolean {
  const { positionLots, midHalfTicks } = context;
  const reduces = slot.slot.side === "buy" ? positionLots < 0 : positionLots > 0;
  const capUsd = settings.maxPositionNotionalUsd;
  if (!reduces || capUsd === 0 || sizeLots === null || midHalfTicks === null) return false;
  const held = Math.abs(positionLots) + lotsOf(inputs, "reserved_same_side_qty") + sizeLots;
  const mid = new Decimal(midHalfTicks).div(2).mul(text(inputs, "tick_size"));
  return mid.mul(held).mul(text(inputs, "size_step")).gt(capUsd);
}

function evaluate(bench: Bench, inputs: Inputs): Outcome {
  const { slot, context, pipeline, orders, existingId } = bench;
  const decisions = [pipeline.look(slot, context)];
  const effects: Effect[] = [...bench.sink.take()];
  const isFreed = inputs["cancel_outcome"] === "already_terminal";
  const existing = existingId === null ? null : orders.find(existingId);
  if (isFreed && existing?.status === "cancelling" && decisions[0]?.code.startsWith("replace") === true) {
    // The venue has no such order any more: the reference goes on within the same look
    orders.apply(existing, "cancelled");
    decisions.push(pipeline.look(slot, context));
    effects.push(...bench.sink.take());
  }
  return {
    decisions,
    codes: decisions.flatMap((decision, index) => codesOf(decision, index === 0, isFreed)),
    cancels: effects.flatMap((effect) =>
      effect.type === "cancel-order" ? [cancelReason(effect.reason, decisions[0] ?? null)] : [],
    ),
    placements: effects.flatMap((effect) => (effect.type === "place-order" ? [effect] : [])),
  };
}

/** One decision of ours in the reference's row of them: overrides first, and the replacement that a degraded venue only cancels. */
function codesOf(decision: Decision, isFirst: boolean, isFreed: boolean): string[] {
  const words = decision.detail?.split(" ") ?? [];
  const codes = isFirst ? words.filter((word) => word.startsWith("allow_")) : [];
  if (decision.code === "cancel_only_rate_limit_degraded") {
    codes.push(...words.filter((word) => word.startsWith("replace_")));
    if (isFreed) codes.push(decision.code);
  } else if (decision.code === "skip_below_min_size") {
    codes.push(...words.filter((word) => word.startsWith("replace_")));
  } else if (!SILENT.has(decision.code)) {
    codes.push(decision.code);
  }
  return codes;
}

function cancelReason(reason: string, decision: Decision | null): string {
  return reason === "toxicity" ? `toxicity:${decision?.detail ?? ""}` : reason;
}

function benchOf(inputs: Inputs): Bench {
  const settings: Settings = {
    ...settingsOf(inputs),
    balanceAwareSizingEnabled: false,
    grossExposureLimitUsd: 0,
    priceCollarBps: 1e9,
  };
  const scale = marketScale({
    market: "case",
    venue: "case",
    baseCurrency: "BASE",
    quoteCurrency: "USD",
    tickSize: text(inputs, "tick_size"),
    lotSize: text(inputs, "size_step"),
    minOrderLots: lotsOf(inputs, "min_order_size"),
    minNotional: "0",
    fundingIntervalS: 3_600,
  });
  const sink = new EffectSink();
  const orders = new OrderManager(2 * MAX_LEVELS);
  const desk = new OrderDesk(orders, sink);
  const state = new TradingState();
  const guard = new ToxicityGuard();
  const account = new AccountWatch(settings, scale, new Halts(state, desk, sink));
  const budget = new PlacementBudget(settings);
  const pipeline = new RepricePipeline(orders, desk, guard, state, budget, account, new FillQuality());
  const slot = slotOf(inputs, settings);
  reserve(inputs, orders, slot);
  const existingId = rest(inputs, orders, slot);
  startPauses(inputs, guard, slot, settings);
  return { settings, slot, orders, pipeline, context: contextOf(inputs, settings, scale), sink, existingId };
}

function lotsOf(inputs: Inputs, key: string): number {
  return new Decimal(text(inputs, key)).div(text(inputs, "size_step")).toNumber();
}

function before(seconds: number): Micros {
  return micros(NOW - secondsToUs(seconds));
}

function slotOf(inputs: Inputs, settings: Settings): SlotState {
  const place = { side: side(inputs), level: number(inputs, "level") };
  const slot = new SlotState(place, slotIndex(place));
  const placedS = numberOrNull(inputs, "last_reprice_age_s");
  if (placedS !== null) slot.lastPlacementUs = before(placedS);
  const staleS = numberOrNull(inputs, "stale_since_age_s");
  if (staleS !== null) slot.unusableSinceUs = before(staleS);
  const cooldownS = number(inputs, "pof_cooldown_left_s");
  if (cooldownS > 0) {
    slot.postOnly.rejected(before(settings.pofCooldownS - cooldownS), { ...settings, adaptivePofEnabled: false });
  }
  return slot;
}

/** What other slots of the side hold. */
function reserve(inputs: Inputs, orders: OrderManager, slot: SlotState): void {
  const reserved = lotsOf(inputs, "reserved_same_side_qty");
  if (reserved === 0) return;
  const other = { side: slot.slot.side, level: MAX_LEVELS - 1 };
  orders.open(other, slotIndex(other), ticks(1), lots(reserved), NOW);
}

/** The order that rests already, of the least size: what the case does not tell must not decide. */
function rest(inputs: Inputs, orders: OrderManager, slot: SlotState): number | null {
  if (inputs["existing_order"] === null) return null;
  const existing = record(inputs["existing_order"]);
  const price = ticks(ticksOf({ ...inputs, ...existing }, "price"));
  const size = lots(lotsOf(inputs, "min_order_size"));
  const order = orders.open(slot.slot, slot.index, price, size, before(number(existing, "age_s")));
  orders.apply(order, "accepted");
  if (flag(inputs, "cancel_pending")) orders.apply(order, "cancel-requested");
  return order.orderId;
}

/** Pauses that still run began some time ago. */
function startPauses(inputs: Inputs, guard: ToxicityGuard, slot: SlotState, settings: Settings): void {
  const readings = { spreadBps: null, microVolBps: null, microDriftBps: null };
  const open = { ...settings, minSpreadBps: 0 };
  const imbalanceS = number(inputs, "imbalance_pause_left_s");
  if (imbalanceS > 0) {
    guard.evaluate(slot.index, slot.slot.side, false, {
      ...readings,
      nowUs: before(Math.max(1, settings.imbalanceWindowS) - imbalanceS),
      settings: { ...open, imbalancePauseThreshold: 0.5 },
      imbalance: slot.slot.side === "sell" ? 1 : -1,
      regime: "NORMAL",
      isRegimePause: false,
    });
  }
  const regimeS = number(inputs, "regime_pause_left_s");
  if (regimeS > 0) {
    guard.evaluate(slot.index, slot.slot.side, false, {
      ...readings,
      nowUs: before(Math.max(1, settings.volRegimeShortWindowS / 10) - regimeS),
      settings: open,
      imbalance: null,
      regime: "EXTREME",
      isRegimePause: true,
    });
  }
}

function contextOf(inputs: Inputs, settings: Settings, scale: MarketScale): QuotingContext {
  const book = new OrderBook();
  const bid = ticksOrNull(inputs, "best_bid");
  const ask = ticksOrNull(inputs, "best_ask");
  book.applySnapshot(1, bid === null ? [] : [bid, 1], ask === null ? [] : [ask, 1]);
  const limits = limitsOf(settings, scale);
  const isBookStale = flag(inputs, "book_stale");
  const isBookUsable = !isBookStale && bid !== null && ask !== null && bid < ask;
  const position = lotsOf(inputs, "position");
  const norm = inventoryNorm(position, limits.maxPositionLots);
  const short = numberOrNull(inputs, "vol_short_bps");
  const medium = numberOrNull(inputs, "vol_medium_bps");
  const bps = decidingBps(medium, short);
  // An unknown volatility is a setting here; as NORMAL it is what the reference takes it for
  const regime = bps === null ? "NORMAL" : classifyVolatility(settings, bps);
  const pace = cadence(settings, regime);
  const isDegraded = flag(inputs, "rate_limit_degraded");
  const direction = text(inputs, "trend_direction") as TrendDirection;
  const strength = number(inputs, "trend_strength");
  return {
    nowUs: NOW,
    settings,
    limits,
    book,
    isBookUsable,
    isBookStale,
    isBookCrossed: book.isCrossed,
    bookDoubt: null,
    midHalfTicks: isBookUsable ? bid + ask : null,
    bidAnchorTicks: bid,
    askAnchorTicks: ask,
    spreadBps: numberOrNull(inputs, "spread_bps"),
    spreadEmaBps: numberOrNull(inputs, "spread_ema_bps"),
    imbalance: numberOrNull(inputs, "imbalance"),
    microVolBps: null,
    microDriftBps: null,
    shortVolBps: short,
    mediumVolBps: medium,
    longVolBps: null,
    micropriceTicks: null,
    regime,
    regimeScale: regimeScale(settings, regime),
    isRegimePause: regimePauses(regime),
    minRepriceIntervalUs: secondsToUs(pace.minRepriceIntervalS) * (isDegraded ? 2 : 1),
    maxOrderAgeUs: secondsToUs(pace.maxOrderAgeS),
    positionLots: position,
    inventoryNorm: norm,
    band: inventoryBand(norm, settings),
    trendDirection: direction,
    trendStrength: strength,
    adverseTrendStrength: adverseStrength(direction, strength, position),
    fundingBiasBps: number(inputs, "funding_bias_bps"),
    fundingSkewFactor: 1,
    latencyTicks: 0,
    postOnlyBoostBps: number(inputs, "pof_offset_boost_bps"),
    isRateLimitDegraded: isDegraded,
    rateLimitExtraBps: isDegraded ? 5 : 0,
    leastLots: lotsOf(inputs, "min_order_size"),
    baseLots: lots(lotsOf(inputs, "base_order_size")),
  };
}
