import type { Ledger } from "../accounting/ledger.ts";
import type { EffectSink } from "../effect-sink.ts";
import type { Regime } from "../effects.ts";
import { MID_WINDOW } from "../market/book-signals.ts";
import type { MarketState } from "../market/market-state.ts";
import type { OthersTouch } from "../market/others-touch.ts";
import { tickTimeMs } from "../market/tick-time.ts";
import { inventoryBand, inventoryNorm, skewCapBps } from "../pricing/inventory-skew.ts";
import { baseOrderLots } from "../pricing/quote-sizing.ts";
import { leastOrderLots, type Limits } from "../risk/limits.ts";
import type { VenueHealth } from "../risk/venue-health.ts";
import type { Settings } from "../settings/settings.ts";
import { fundingSkewFactor } from "../signals/funding-carry.ts";
import { adverseStrength, TrendSignal } from "../signals/trend-signal.ts";
import {
  cadence,
  regimePauses,
  regimeReading,
  regimeScale,
  volatilityBps,
  VolatilityRegime,
} from "../signals/volatility-regime.ts";
import { secondsToUs, type Micros } from "../values/units.ts";
import { OffsetBoost } from "./offset-boost.ts";
import { latencyTicks, PlacementLatency } from "./placement-latency.ts";
import type { QuotingContext } from "./quoting-context.ts";

interface Volatilities {
  atUs: number;
  shortBps: number | null;
  mediumBps: number | null;
}

/** From worst to best: a regime that ranks before the present one is a rise. */
const FROM_WORST: readonly Regime[] = ["EXTREME", "ELEVATED", "NORMAL", "CALM"];

/** What quoting makes of the market before it looks at any slot: regime, trend, funding, post-only and rate-limit widening, all in one context. */
export class SignalStage {
  readonly regime = new VolatilityRegime();
  readonly trend = new TrendSignal();
  readonly boost = new OffsetBoost();
  readonly latency = new PlacementLatency();
  private readonly _market: MarketState;
  private readonly _ledger: Ledger;
  private readonly _effects: EffectSink;
  private readonly _health: VenueHealth;
  private readonly _volatility: Volatilities = { atUs: -1, shortBps: null, mediumBps: null };

  constructor(market: MarketState, ledger: Ledger, effects: EffectSink, health: VenueHealth) {
    this._market = market;
    this._ledger = ledger;
    this._effects = effects;
    this._health = health;
  }

  /** The book has changed. True when the market has become wilder by a regime: every slot is then to be looked at, also one that waits. */
  bookChanged(nowUs: Micros, settings: Settings): boolean {
    const { touch, plausibility } = this._market;
    const { midHalfTicks } = touch;
    if (midHalfTicks !== null && plausibility.isPlausible) this.trend.update(nowUs, midHalfTicks, settings);
    return this._measureRegime(nowUs, settings);
  }

  /** Other settings may read the same market otherwise: the next look measures anew. */
  settingsChanged(): void {
    this._volatility.atUs = -1;
  }

  /** Measures again by time alone; true on a rise, as above. */
  timePassed(nowUs: Micros, settings: Settings): boolean {
    return nowUs !== this._volatility.atUs && this._measureRegime(nowUs, settings);
  }

  /** The regime is measured under every profile, so that a flip finds it measured. */
  private _measureRegime(nowUs: Micros, settings: Settings): boolean {
    const { mids } = this._market.signals;
    const { volEstimator } = settings;
    const volatility = this._volatility;
    volatility.atUs = nowUs;
    volatility.shortBps = volatilityBps(mids, MID_WINDOW.short, nowUs, volEstimator);
    volatility.mediumBps = volatilityBps(mids, MID_WINDOW.medium, nowUs, volEstimator);
    const before = this.regime.regime;
    const wasMeasuring = this.regime.isMeasuring;
    const regime = this.regime.update(nowUs, settings, regimeReading(settings, mids, nowUs));
    if (regime !== before || this.regime.isMeasuring !== wasMeasuring) {
      this._effects.push({
        type: "record-regime-change",
        atUs: nowUs,
        from: before ?? settings.volUnknownRegime,
        to: regime,
        measured: !this.regime.isMeasuring,
        shortVolBps: volatility.shortBps,
        mediumVolBps: volatility.mediumBps,
      });
    }
    const was = before ?? settings.volUnknownRegime;
    return settings.marketProfile === "crypto" && FROM_WORST.indexOf(regime) < FROM_WORST.indexOf(was);
  }

  /** Signals and guards' readings, once for all slots of an event. */
  read(nowUs: Micros, settings: Settings, limits: Limits): QuotingContext {
    const market = this._market;
    const { signals, book } = market;
    const touch = market.readTouch();
    const isBookUsable = market.isUsable(nowUs, settings) && touch.midHalfTicks !== null;
    const { shortBps, mediumBps } = this._volatility;
    const isCrypto = settings.marketProfile === "crypto";
    const regime = isCrypto ? (this.regime.regime ?? settings.volUnknownRegime) : "NORMAL";
    const pace = cadence(settings, regime);
    const slowing = this._health.repriceMultiplier(nowUs, settings);
    const inventory = this._inventory(nowUs, settings, limits);
    const midHalfTicks = isBookUsable ? market.midHalfTicks : null;
    const leastLots = midHalfTicks === null ? limits.minOrderLots : leastOrderLots(limits, midHalfTicks);
    const microVolBps = signals.mids.rangeBps(MID_WINDOW.microVol, nowUs);
    this.boost.update(nowUs);
    return {
      nowUs,
      settings,
      limits,
      book,
      isBookUsable,
      isBookStale: market.isStale(nowUs, settings),
      isBookCrossed: book.isCrossed,
      bookDoubt: market.plausibility.doubt,
      midHalfTicks,
      bidAnchorTicks: anchorTicks(touch.bidTicks, touch, settings),
      askAnchorTicks: anchorTicks(touch.askTicks, touch, settings),
      spreadBps: touch.spreadBps,
      spreadEmaBps: signals.spreadEma.valueBps,
      imbalance: signals.imbalance.mean(nowUs),
      microVolBps,
      microDriftBps: signals.mids.driftBps(MID_WINDOW.microDrift, nowUs),
      shortVolBps: shortBps,
      mediumVolBps: mediumBps,
      longVolBps: volatilityBps(signals.mids, MID_WINDOW.long, nowUs, settings.volEstimator),
      micropriceTicks: touch.micropriceTicks,
      regime,
      regimeScale: isCrypto ? regimeScale(settings, regime) : 1,
      isRegimePause: isCrypto && regimePauses(regime),
      minRepriceIntervalUs: secondsToUs(pace.minRepriceIntervalS * slowing),
      maxOrderAgeUs: secondsToUs(pace.maxOrderAgeS),
      ...inventory,
      latencyTicks: this._latencyTicks(touch, settings, microVolBps),
      postOnlyBoostBps: this.boost.boostBps(settings),
      isRateLimitDegraded: this._health.isRateLimitDegraded(nowUs),
      rateLimitExtraBps: this._health.extraOffsetBps(nowUs, settings),
      leastLots,
      baseLots: baseOrderLots(leastLots, settings),
    };
  }

  /** The position, and what trend and funding make of it. */
  private _inventory(nowUs: Micros, settings: Settings, limits: Limits) {
    const { positionLots } = this._ledger;
    const norm = inventoryNorm(positionLots, limits.maxPositionLots);
    const band = inventoryBand(norm, settings);
    const direction = this.trend.direction(nowUs, settings);
    const strength = this.trend.strength(nowUs, settings, this._volatility.mediumBps);
    const biasBps = this._market.funding.biasBps(settings);
    const capBps = skewCapBps(settings, "NORMAL");
    const { fundingInventoryTolerance, marketProfile } = settings;
    return {
      positionLots,
      inventoryNorm: norm,
      band,
      trendDirection: direction,
      trendStrength: strength,
      adverseTrendStrength: marketProfile === "crypto" ? adverseStrength(direction, strength, positionLots) : null,
      fundingBiasBps: biasBps,
      fundingSkewFactor: fundingSkewFactor(biasBps, positionLots, capBps, band, fundingInventoryTolerance),
    };
  }

  private _latencyTicks(touch: OthersTouch, settings: Settings, microVolBps: number | null): number {
    const latencyMs = this.latency.averageUs / 1000;
    if (latencyMs === 0) return 0;
    const windowUs = secondsToUs(settings.microVolWindowS);
    return latencyTicks(latencyMs, tickTimeMs(microVolBps, windowUs, 1, touch.bidTicks, touch.askTicks));
  }
}

/** What a side hangs on: its own best price, or the middle that both sides share. */
function anchorTicks(bestTicks: number | null, touch: OthersTouch, settings: Settings): number | null {
  if (settings.quoteAnchor === "best") return bestTicks;
  if (settings.quoteAnchor === "microprice") return touch.micropriceTicks;
  const { midHalfTicks } = touch;
  return midHalfTicks === null ? null : midHalfTicks / 2;
}
