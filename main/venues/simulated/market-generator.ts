import type { MarketRules } from "../../kernel/values/market-rules.ts";
import { lots, micros, ticks, type OrderSide } from "../../kernel/values/units.ts";
import type { IncomingMarketEvent, MarketSource } from "../port.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { FairPrice } from "./fair-price.ts";
import { FundingRates } from "./funding-rates.ts";
import { FeedHoles } from "./feed-holes.ts";
import { GeneratedSide } from "./generated-book.ts";
import {
  generatedMarket,
  type GeneratedMarket,
  type GeneratedMarketName,
  type GeneratedRegime,
} from "./generated-markets.ts";
import { PositionNews } from "./position-news.ts";
import { scenario, type ScenarioName } from "./scenarios.ts";
import { SeededRandom } from "./seeded-random.ts";
import { TakeArrivals } from "./take-arrivals.ts";

export interface GeneratorOptions {
  readonly market: GeneratedMarketName;
  /** Any safe integer; the same seed gives the same market on every machine. */
  readonly seed: number;
  /** Time of the first event, microseconds since the epoch. */
  readonly startUs: number;
  /** Default `mixed`. */
  readonly scenario?: ScenarioName;
}

/** A frame is what happens between two depth updates. */
const SHORTEST_FRAME_US = 35_000;
const FRAME_JITTER_US = 30_001;
/** How far the local clock is behind the venue's event time. */
const FEED_DELAY_US = 1_500;
const TICKER_AFTER_US = 200;
const FUNDING_AFTER_US = 400;
const LARGEST_PRINTS_PER_TAKE = 6;
/** Sets the news' generator off from the market's. */
const NEWS_SEED = 0x6e657773;

/** Activity of a regime against the normal one. */
const ACTIVITY: Readonly<Record<GeneratedRegime, number>> = { calm: 0.6, normal: 1, elevated: 1.8, extreme: 3 };
/** Push of a sweep in multiples of the regime's volatility: smallest, and range. */
const SWEEP_PUSH = [3, 5] as const;
/** How much farther than others a take of a sweep walks. */
const SWEEP_REACH = 3;
/** Chance that an uninformed take repeats the side of the last. */
const SIDE_PERSISTENCE = 0.6;
/** Largest share of takes that know the fair price. */
const LARGEST_INFORMED_SHARE = 0.85;
/** Chance a frame that quoters follow a gap beyond their threshold, and that they mend a widened spread. */
const FOLLOW_CHANCE = 0.3;
const MEND_CHANCE = 0.85;
/** Chance a frame that quoters change their mind about the spread. */
const SPREAD_REDRAW_CHANCE = 0.05;

/** Endless, deterministic market of a given seed, in constant memory. */
export function createGenerator(options: GeneratorOptions): MarketGenerator {
  return new MarketGenerator(options);
}

/** Settings that fit the size of the market, as `MM_NAME=value` lines: position near 2 500 USD, orders near 120 USD. */
export function suggestedOverrides(name: GeneratedMarketName): readonly string[] {
  return name === "btc"
    ? ["MM_MAX_POSITION_SIZE=0.04", "MM_ORDER_SIZE_MULTIPLIER=2"]
    : ["MM_MAX_POSITION_SIZE=2000", "MM_ORDER_SIZE_MULTIPLIER=100"];
}

/**
 * The embedded default market: see docs/market-generator.md.
 *
 * Invariants: the first event is a snapshot; the public book is never crossed or locked; trades print at the touch of the book as the
 * trades before them left it, and the next delta shows the loss; a ticker equals the touch of the book after the delta with its id.
 */
export class MarketGenerator implements MarketSource {
  readonly rules: MarketRules;
  readonly #market: GeneratedMarket;
  readonly #random: SeededRandom;
  readonly #fair: FairPrice;
  readonly #arrivals: TakeArrivals;
  readonly #funding: FundingRates;
  readonly #holes: FeedHoles;
  readonly #news: PositionNews;
  readonly #bids: GeneratedSide;
  readonly #asks: GeneratedSide;
  readonly #events = new DeliveryQueue<IncomingMarketEvent>();
  #nowUs: number;
  #updateId = 1_000;
  #tradeId = 0;
  #lastSide: OrderSide = "buy";
  #spreadTicks: number;
  #tickerKey = "";
  #isClosed = false;

  constructor(options: GeneratorOptions) {
    const market = generatedMarket(options.market);
    const weather = scenario(options.scenario ?? "mixed");
    this.rules = market.rules;
    this.#market = market;
    this.#random = new SeededRandom(options.seed);
    this.#nowUs = micros(options.startUs);
    this.#fair = new FairPrice(market, weather, this.#random);
    this.#arrivals = new TakeArrivals(this.#random);
    this.#funding = new FundingRates(this.#random, market.rules.fundingIntervalS);
    this.#holes = new FeedHoles(weather.feedHolesPerS, this.#random);
    const newsRandom = new SeededRandom(options.seed ^ NEWS_SEED);
    this.#news = new PositionNews(newsRandom, weather.liquidatedShare, market.openInterestLots);
    const bidTicks = market.firstPriceTicks;
    this.#bids = new GeneratedSide("bid", bidTicks, market, this.#random);
    this.#spreadTicks = this.#drawSpread();
    this.#asks = new GeneratedSide("ask", bidTicks + this.#spreadTicks, market, this.#random);
    this.#emitSnapshot(this.#nowUs);
    this.#emitFunding(this.#nowUs + FUNDING_AFTER_US);
  }

  /** Regime of the fair price, for tests and reports. */
  get regime(): GeneratedRegime {
    return this.#fair.regime;
  }

  /** The next event; null only after `close`. */
  next(): IncomingMarketEvent | null {
    if (this.#isClosed) return null;
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      this.#playFrame();
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #playFrame(): void {
    const startUs = this.#nowUs;
    const elapsedUs = SHORTEST_FRAME_US + this.#random.below(FRAME_JITTER_US);
    const elapsedS = elapsedUs / 1_000_000;
    this.#nowUs = startUs + elapsedUs;
    this.#fair.advance(elapsedS);
    this.#takeLiquidity(startUs, elapsedUs);
    this.#quote();
    for (const side of [this.#bids, this.#asks]) {
      side.churn();
      if (this.#random.chance(0.5)) side.refreshTouch();
    }
    const hole = this.#holes.advance(elapsedS);
    if (hole === "opens")
      this.#emit({ type: "feed-disconnected", reason: "generated hole", ...this.#stamp(this.#nowUs) });
    if (hole === "closes" || hole === "resynchronizes") this.#emitSnapshot(this.#nowUs);
    else this.#emitDelta(hole === "loses-delta");
    const openInterestLots = this.#news.report(this.#nowUs);
    if (openInterestLots !== null) {
      const stamp = this.#stamp(this.#nowUs + TICKER_AFTER_US);
      this.#emit({ type: "open-interest-reported", openInterestLots, ...stamp });
    }
    if (this.#funding.isDue(this.#nowUs)) this.#emitFunding(this.#nowUs + FUNDING_AFTER_US);
  }

  /** Gap between what the informed know and what the book shows, in multiples of the quoters' threshold. */
  #gap(): number {
    const mid = (this.#bids.bestTicks + this.#asks.bestTicks) / 2;
    return (this.#fair.ticks - mid) / this.#followTicks();
  }

  #followTicks(): number {
    const spread = this.#market.spreadTicks[this.#fair.regime][0];
    return Math.max(spread, this.#market.followThreshold * this.#fair.volatilityTicks);
  }

  #takeLiquidity(startUs: number, elapsedUs: number): void {
    const random = this.#random;
    const activity = ACTIVITY[this.#fair.regime];
    const gap = this.#gap();
    const pressure = Math.min(3, Math.abs(gap));
    const outsidePerS = activity * this.#market.baseTakesPerS + this.#market.informedTakesPerS * pressure;
    let count = this.#arrivals.next(outsidePerS, elapsedUs / 1_000_000);
    let sweep: OrderSide | null = null;
    if (random.chance((this.#market.sweepsPerS * activity * elapsedUs) / 1_000_000)) {
      sweep = random.chance(0.5) ? "buy" : "sell";
      const push = this.#fair.volatilityTicks * (SWEEP_PUSH[0] + SWEEP_PUSH[1] * random.uniform());
      this.#fair.push(sweep === "buy" ? push : -push);
      count += 4 + random.below(6);
    }
    const informedShare = Math.min(LARGEST_INFORMED_SHARE, pressure * 0.45);
    for (let index = 0; index < count; index += 1) {
      const atUs = startUs + Math.floor((elapsedUs * (index + 1)) / (count + 1));
      this.#take(sweep ?? this.#takeSide(gap, informedShare), atUs, sweep === null ? 1 : SWEEP_REACH);
    }
  }

  #takeSide(gap: number, informedShare: number): OrderSide {
    if (this.#random.chance(informedShare)) return gap > 0 ? "buy" : "sell";
    if (!this.#random.chance(SIDE_PERSISTENCE)) this.#lastSide = this.#lastSide === "buy" ? "sell" : "buy";
    return this.#lastSide;
  }

  /** One aggressor: prints against resting orders, level by level, up to a limit price. */
  #take(aggressor: OrderSide, atUs: number, reach: number): void {
    const random = this.#random;
    const side = aggressor === "buy" ? this.#asks : this.#bids;
    const limitTicks = side.bestTicks + side.outward * Math.ceil(this.#followTicks() * reach);
    let remaining = Math.max(1, Math.round(random.quantile(this.#market.takeLots)));
    for (let print = 1; print <= LARGEST_PRINTS_PER_TAKE && remaining > 0; print += 1) {
      const priceTicks = side.bestTicks;
      if ((priceTicks - limitTicks) * side.outward > 0) return;
      const isSplit = remaining > 20 && print < LARGEST_PRINTS_PER_TAKE && random.chance(0.5);
      const wanted = isSplit ? Math.max(1, Math.floor(remaining * random.uniform())) : remaining;
      const sizeLots = side.takeBest(wanted);
      remaining -= sizeLots;
      this.#tradeId += 1;
      this.#emit({
        type: "trade-printed",
        tradeId: this.#tradeId,
        aggressor,
        priceTicks: ticks(priceTicks),
        sizeLots: lots(sizeLots),
        ...this.#stamp(atUs),
      });
      if (this.#news.isLiquidation(sizeLots)) this.#emitLiquidation(aggressor, priceTicks, sizeLots, atUs);
    }
  }

  #emitLiquidation(side: OrderSide, priceTicks: number, sizeLots: number, atUs: number): void {
    const size = lots(sizeLots);
    this.#emit({
      type: "liquidation-printed",
      side,
      priceTicks: ticks(priceTicks),
      sizeLots: size,
      ...this.#stamp(atUs),
    });
  }

  /** Quoters follow the fair price when it is far enough away, else mend what takes have torn. */
  #quote(): void {
    const random = this.#random;
    const bids = this.#bids;
    const asks = this.#asks;
    if (random.chance(SPREAD_REDRAW_CHANCE)) this.#spreadTicks = this.#drawSpread();
    const spread = this.#spreadTicks;
    const gap = this.#gap();
    if (Math.abs(gap) > 1 && random.chance(FOLLOW_CHANCE * Math.min(2, Math.abs(gap)))) {
      const mid = (bids.bestTicks + asks.bestTicks) / 2;
      const furthest = this.#market.depthTicks;
      const wanted = (this.#fair.ticks - mid) * (0.6 + 0.4 * random.uniform());
      const newMid = mid + Math.max(-furthest, Math.min(furthest, wanted));
      const bidTicks = Math.floor(newMid - spread / 2);
      bids.moveBest(bidTicks);
      asks.moveBest(bidTicks + spread);
      return;
    }
    const excess = asks.bestTicks - bids.bestTicks - spread;
    if (excess <= 0 || !random.chance(MEND_CHANCE)) return;
    // The side that lags behind the fair price steps in; without a gap it is a matter of chance
    if (gap > 0.3 || (gap > -0.3 && random.chance(0.5))) bids.moveBest(asks.bestTicks - spread);
    else asks.moveBest(bids.bestTicks + spread);
  }

  #drawSpread(): number {
    const [smallest, extra] = this.#market.spreadTicks[this.#fair.regime];
    return smallest + Math.floor(this.#random.exponential() * extra);
  }

  #emitSnapshot(atUs: number): void {
    this.#bids.drainChanges();
    this.#asks.drainChanges();
    this.#updateId += 1;
    const bids = this.#bids.levels();
    const asks = this.#asks.levels();
    this.#emit({ type: "book-snapshot-received", updateId: this.#updateId, bids, asks, ...this.#stamp(atUs) });
    this.#emitTicker(atUs + TICKER_AFTER_US);
  }

  #emitDelta(isLost: boolean): void {
    const bids = this.#bids.drainChanges();
    const asks = this.#asks.drainChanges();
    const changes = (bids.length + asks.length) / 2;
    if (changes === 0) return;
    const previousUpdateId = this.#updateId;
    this.#updateId += changes;
    if (isLost) return;
    const ids = { firstUpdateId: previousUpdateId + 1, updateId: this.#updateId, previousUpdateId };
    this.#emit({ type: "book-delta-received", ...ids, bids, asks, ...this.#stamp(this.#nowUs) });
    this.#emitTicker(this.#nowUs + TICKER_AFTER_US);
  }

  #emitTicker(atUs: number): void {
    const { bestTicks: bidTicks, bestLots: bidLots } = this.#bids;
    const { bestTicks: askTicks, bestLots: askLots } = this.#asks;
    const key = `${bidTicks} ${bidLots} ${askTicks} ${askLots}`;
    if (key === this.#tickerKey) return;
    this.#tickerKey = key;
    this.#emit({
      type: "book-ticker-received",
      updateId: this.#updateId,
      bidTicks: ticks(bidTicks),
      bidLots: lots(bidLots),
      askTicks: ticks(askTicks),
      askLots: lots(askLots),
      ...this.#stamp(atUs),
    });
  }

  #emitFunding(atUs: number): void {
    const { rate, nextFundingUs, intervalUs } = this.#funding.next(atUs, this.#fair.trendSign);
    const next = micros(nextFundingUs);
    this.#emit({ type: "funding-rate-updated", rate, nextFundingUs: next, intervalUs, ...this.#stamp(atUs) });
  }

  #stamp(atUs: number): Pick<IncomingMarketEvent, "tsEvent" | "tsInit"> {
    return { tsEvent: micros(atUs - FEED_DELAY_US), tsInit: micros(atUs) };
  }

  #emit(event: IncomingMarketEvent): void {
    if (!this.#holes.isSilent || event.type === "feed-disconnected" || event.type === "book-snapshot-received")
      this.#events.push(event);
  }
}
