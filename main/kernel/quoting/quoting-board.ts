import type { Ledger } from "../accounting/ledger.ts";
import { slotName, type Decision } from "../decision.ts";
import type { EffectSink } from "../effect-sink.ts";
import type { MarketState } from "../market/market-state.ts";
import type { Order, OrderManager } from "../orders/order-manager.ts";
import type { Limits } from "../risk/limits.ts";
import type { VenueHealth } from "../risk/venue-health.ts";
import type { Settings } from "../settings/settings.ts";
import type { TrendSignal } from "../signals/trend-signal.ts";
import type { VolatilityRegime } from "../signals/volatility-regime.ts";
import type { Micros, OrderSide } from "../values/units.ts";
import type { QuotingContext } from "./quoting-context.ts";
import type { RepricePipeline } from "./reprice-pipeline.ts";
import { SignalStage } from "./signal-stage.ts";
import { slotIndex, SlotState } from "./slot-state.ts";

/**
 * The slots of one market, and who is looked at when: on any change that could alter an answer, and when a waiting time is over.
 *
 * Invariant: slots are looked at in the order bids from the inside out, then asks, so that one event has one outcome.
 */
export class QuotingBoard {
  private readonly _market: MarketState;
  private readonly _stage: SignalStage;
  private readonly _pipeline: RepricePipeline;
  private readonly _effects: EffectSink;
  private readonly _slots: SlotState[] = [];
  private _context: QuotingContext | null = null;

  constructor(
    market: MarketState,
    ledger: Ledger,
    pipeline: RepricePipeline,
    settings: Settings,
    effects: EffectSink,
    health: VenueHealth,
  ) {
    this._market = market;
    this._stage = new SignalStage(market, ledger, effects, health);
    this._pipeline = pipeline;
    this._effects = effects;
    this._fitSlots(settings.numPriceLevels);
  }

  get slots(): readonly SlotState[] {
    return this._slots;
  }

  get regime(): VolatilityRegime {
    return this._stage.regime;
  }

  get trend(): TrendSignal {
    return this._stage.trend;
  }

  /** Readings of the last look; null before the first. */
  get context(): QuotingContext | null {
    return this._context;
  }

  /** Average time from sending an order to its first report, in microseconds; 0 before the first. */
  get placementLatencyUs(): number {
    return this._stage.latency.averageUs;
  }

  slotAt(index: number): SlotState | null {
    return this._slots.find((slot) => slot.index === index) ?? null;
  }

  /** Something changed for every slot, also for one that waits for its interval. */
  wakeAll(): void {
    for (const slot of this._slots) slot.wake();
  }

  wakeSlot(index: number): void {
    const slot = this.slotAt(index);
    slot?.wake();
  }

  /** An order of this slot has ended: the slot may quote anew, and so may every other one that it stood in the way of. */
  slotFreed(freed: number): void {
    this.wakeSlot(freed);
    const side = this.slotAt(freed)?.slot.side;
    for (const slot of this._slots) {
      if (slot.lastDecision !== null && lackedRoom(slot.lastDecision, side === slot.slot.side)) slot.wake();
    }
  }

  /** The market moved: every slot's answer may have changed, but those that wait for their interval go on waiting, unless it has become wilder. */
  bookChanged(nowUs: Micros, settings: Settings): void {
    for (const slot of this._slots) slot.isDirty = true;
    if (this._stage.bookChanged(nowUs, settings)) this.wakeAll();
  }

  /** The book is lost, and with it the trend. The regime stays until the market is measured calmer: a gap must not end an EXTREME one. */
  bookLost(): void {
    this._stage.trend.reset();
    this.wakeAll();
  }

  /** More levels get slots; levels that are gone wind down. */
  applySettings(settings: Settings): void {
    this._stage.settingsChanged();
    this._fitSlots(settings.numPriceLevels);
    this.wakeAll();
  }

  /** The first word of an order that was in flight. */
  firstHeardOf(order: Order, nowUs: Micros): void {
    this._stage.latency.sample(nowUs - order.placedUs);
  }

  /** An order of this slot would have taken. */
  postOnlyRejected(index: number, nowUs: Micros, settings: Settings): void {
    this._stage.boost.rejected(nowUs);
    this.slotAt(index)?.postOnly.rejected(nowUs, settings);
    this.slotFreed(index);
  }

  /** Fills of this slot turn out badly. */
  widen(index: number, nowUs: Micros, settings: Settings): void {
    this.slotAt(index)?.postOnly.widened(nowUs, settings);
    this.wakeSlot(index);
  }

  look(nowUs: Micros, settings: Settings, limits: Limits): void {
    if (this._stage.timePassed(nowUs, settings)) this.wakeAll();
    let context: QuotingContext | null = null;
    for (const slot of this._slots) {
      const isDue = slot.isDue(nowUs);
      if (!isDue && !slot.mayNeedGlance) continue;
      context ??= this._stage.read(nowUs, settings, limits);
      const before = slot.lastDecision;
      const decision = isDue ? this._pipeline.look(slot, context) : this._pipeline.glance(slot, context);
      if (decision === null) continue;
      this._effects.push({ type: "record-decision", decision });
      if (decision.code === "place_initial") this._stage.boost.placed(nowUs);
      else if (decision.code === "skip_denied") this._tellDenial(decision, before);
    }
    if (context !== null) this._context = context;
  }

  /** Once a run of denials. A quote that waits for its own opposite one to be cancelled is no news. */
  private _tellDenial(decision: Decision, before: Decision | null): void {
    const { detail, slot, atUs } = decision;
    if (detail === "self_match" || (before?.code === "skip_denied" && before.detail === detail)) return;
    const message = `${slotName(slot)} denied by its limit: ${detail}`;
    this._effects.push({ type: "record-alert", atUs, kind: "risk-denied", severity: "warning", message });
  }

  /** The earliest time at which a slot wants a look without any change; null = none does. */
  nextDueUs(): number | null {
    let next: number | null = null;
    for (const slot of this._slots) {
      if (slot.dueUs !== null && (next === null || slot.dueUs < next)) next = slot.dueUs;
    }
    return next;
  }

  /** A bid and an ask rest, each within the largest offset of its level from its own best. */
  isTwoSided(orders: OrderManager, settings: Settings): boolean {
    const { bestBidTicks, bestAskTicks } = this._market.book;
    if (bestBidTicks === null || bestAskTicks === null) return false;
    return isQuoted("buy", bestBidTicks, orders, settings) && isQuoted("sell", bestAskTicks, orders, settings);
  }

  private _fitSlots(levels: number): void {
    for (const side of ["buy", "sell"] as const) {
      for (let level = 0; level < levels; level += 1) {
        const index = slotIndex({ side, level });
        if (this.slotAt(index) === null) this._slots.push(new SlotState({ side, level }, index));
      }
    }
    this._slots.sort((a, b) => a.index - b.index);
    for (const slot of this._slots) slot.isEnabled = slot.slot.level < levels;
  }
}

/** Whether an order less on the same side, or on the other one, may change an answer. */
function lackedRoom({ code, detail }: Decision, isSameSide: boolean): boolean {
  if (code !== "skip_denied" && code !== "skip_below_min_size") return false;
  if (detail === "self_match") return !isSameSide;
  return isSameSide || detail === "gross_exposure" || detail === "balance";
}

function isQuoted(side: OrderSide, bestTicks: number, orders: OrderManager, settings: Settings): boolean {
  for (const order of orders.live()) {
    if (order.side !== side || order.status !== "resting") continue;
    const farthestBps = settings.maxOffsetBps * (order.slot.level + 1);
    if (Math.abs(order.priceTicks - bestTicks) * 10_000 <= farthestBps * bestTicks) return true;
  }
  return false;
}
