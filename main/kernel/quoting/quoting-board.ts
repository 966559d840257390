import type { Ledger } from "../accounting/ledger.ts";
import { secondsToUs, type OrderSide } from "../values/units.ts";
import { slotName, type Decision } from "../decision.ts";
import type { EffectSink } from "../effect-sink.ts";
import type { Regime } from "../effects.ts";
import type { MarketState } from "../market/market-state.ts";
import { MID_WINDOW } from "../market/book-signals.ts";
import type { OrderManager } from "../orders/order-manager.ts";
import { inventoryBand, inventoryNorm } from "../pricing/inventory-skew.ts";
import { baseOrderLots } from "../pricing/quote-sizing.ts";
import { leastOrderLots, type Limits } from "../risk/limits.ts";
import { adverseStrength, TrendSignal } from "../signals/trend-signal.ts";
import {
  cadence,
  regimePauses,
  regimeReading,
  regimeScale,
  volatilityBps,
  VolatilityRegime,
} from "../signals/volatility-regime.ts";
import type { Settings } from "../settings/settings.ts";
import type { Micros } from "../values/units.ts";
import type { QuotingContext } from "./quoting-context.ts";
import type { RepricePipeline } from "./reprice-pipeline.ts";
import { slotIndex, SlotState } from "./slot-state.ts";

/**
 * The slots of one market, and who is looked at when: on any change that could alter an answer, and when a waiting time is over.
 *
 * Invariant: slots are looked at in the order bids from the inside out, then asks, so that one event has one outcome.
 */
export class QuotingBoard {
  readonly regime = new VolatilityRegime();
  readonly trend = new TrendSignal();
  private readonly _market: MarketState;
  private readonly _ledger: Ledger;
  private readonly _pipeline: RepricePipeline;
  private readonly _effects: EffectSink;
  private readonly _slots: SlotState[] = [];
  private _context: QuotingContext | null = null;

  constructor(market: MarketState, ledger: Ledger, pipeline: RepricePipeline, settings: Settings, effects: EffectSink) {
    this._market = market;
    this._ledger = ledger;
    this._pipeline = pipeline;
    this._effects = effects;
    this._fitSlots(settings.numPriceLevels);
  }

  get slots(): readonly SlotState[] {
    return this._slots;
  }

  /** Readings of the last look; null before the first. */
  get context(): QuotingContext | null {
    return this._context;
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

  /** The market moved: every slot's answer may have changed, but those that wait for their interval go on waiting. */
  bookChanged(nowUs: Micros, settings: Settings): void {
    for (const slot of this._slots) slot.isDirty = true;
    const { midHalfTicks } = this._market;
    if (midHalfTicks !== null) this.trend.update(nowUs, midHalfTicks, settings);
  }

  /** The book is lost, and with it the trend. The regime stays until the market is measured calmer: a gap must not end an EXTREME one. */
  bookLost(): void {
    this.trend.reset();
    this.wakeAll();
  }

  /** More levels get slots; levels that are gone wind down. */
  applySettings(settings: Settings): void {
    this._fitSlots(settings.numPriceLevels);
    this.wakeAll();
  }

  look(nowUs: Micros, settings: Settings, limits: Limits): void {
    let context: QuotingContext | null = null;
    for (const slot of this._slots) {
      if (!slot.isDue(nowUs)) continue;
      context ??= this._read(nowUs, settings, limits);
      const before = slot.lastDecision;
      const decision = this._pipeline.look(slot, context);
      this._effects.push({ type: "record-decision", decision });
      if (decision.code === "skip_denied") this._tellDenial(decision, before);
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

  /** Signals and guards' readings, once for all slots of an event. */
  private _read(nowUs: Micros, settings: Settings, limits: Limits): QuotingContext {
    const market = this._market;
    const { signals, book } = market;
    const isBookUsable = market.isUsable(nowUs, settings);
    const measured = this._measureRegime(nowUs, settings);
    const isCrypto = settings.marketProfile === "crypto";
    const regime = isCrypto ? measured.regime : "NORMAL";
    const pace = cadence(settings, regime);
    const { positionLots } = this._ledger;
    const norm = inventoryNorm(positionLots, limits.maxPositionLots);
    const direction = this.trend.direction(nowUs, settings);
    const strength = this.trend.strength(nowUs, settings, measured.mediumVolBps);
    const midHalfTicks = isBookUsable ? market.midHalfTicks : null;
    const leastLots = midHalfTicks === null ? limits.minOrderLots : leastOrderLots(limits, midHalfTicks);
    return {
      nowUs,
      settings,
      limits,
      book,
      isBookUsable,
      isBookStale: market.isStale(nowUs, settings),
      isBookCrossed: book.isCrossed,
      midHalfTicks,
      micropriceTicks: market.micropriceTicks,
      spreadBps: market.spreadBps,
      spreadEmaBps: signals.spreadEma.valueBps,
      imbalance: signals.imbalance.mean(nowUs),
      microVolBps: signals.mids.rangeBps(MID_WINDOW.microVol, nowUs),
      microDriftBps: signals.mids.driftBps(MID_WINDOW.microDrift, nowUs),
      shortVolBps: measured.shortVolBps,
      mediumVolBps: measured.mediumVolBps,
      regime,
      regimeScale: isCrypto ? regimeScale(settings, regime) : 1,
      isRegimePause: isCrypto && regimePauses(regime),
      minRepriceIntervalUs: secondsToUs(pace.minRepriceIntervalS),
      maxOrderAgeUs: secondsToUs(pace.maxOrderAgeS),
      positionLots,
      inventoryNorm: norm,
      band: inventoryBand(norm, settings),
      adverseTrendStrength: isCrypto ? adverseStrength(direction, strength, positionLots) : null,
      fundingBiasBps: market.funding.biasBps(settings),
      leastLots,
      baseLots: baseOrderLots(leastLots, settings),
    };
  }

  /** The regime is measured under every profile, so that a flip finds it measured. */
  private _measureRegime(nowUs: Micros, settings: Settings): MeasuredRegime {
    const { mids } = this._market.signals;
    const before = this.regime.regime;
    const wasMeasuring = this.regime.isMeasuring;
    const reading = regimeReading(settings, mids, nowUs);
    const regime = this.regime.update(nowUs, settings, reading);
    const shortVolBps = volatilityBps(mids, MID_WINDOW.short, nowUs, settings.volEstimator);
    if (regime !== before || this.regime.isMeasuring !== wasMeasuring) {
      this._effects.push({
        type: "record-regime-change",
        atUs: nowUs,
        from: before ?? settings.volUnknownRegime,
        to: regime,
        measured: !this.regime.isMeasuring,
        shortVolBps,
        mediumVolBps: reading.bps,
      });
    }
    return { regime, shortVolBps, mediumVolBps: reading.bps };
  }
}

interface MeasuredRegime {
  readonly regime: Regime;
  readonly shortVolBps: number | null;
  readonly mediumVolBps: number | null;
}

function isQuoted(side: OrderSide, bestTicks: number, orders: OrderManager, settings: Settings): boolean {
  for (const order of orders.live()) {
    if (order.side !== side || order.status !== "resting") continue;
    const farthestBps = settings.maxOffsetBps * (order.slot.level + 1);
    if (Math.abs(order.priceTicks - bestTicks) * 10_000 <= farthestBps * bestTicks) return true;
  }
  return false;
}
