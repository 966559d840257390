import type { VenueRequest } from "../../kernel/effects.ts";
import { marketScale, type MarketRules, type MarketScale } from "../../kernel/values/market-rules.ts";
import { micros } from "../../kernel/values/units.ts";
import type { IncomingMarketEvent, IncomingVenueEvent, SimulatedVenuePort } from "../port.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { FeeModel, type FeeRates } from "./fee-model.ts";
import { FundingClock, type FundingSchedule } from "./funding-clock.ts";
import { checkedLatency, NO_LATENCY, type LatencyModel } from "./latency-model.ts";
import { MatchingEngine, type OrderReport } from "./matching-engine.ts";
import { DEFAULT_FILL_MODEL, parseFillModel, type FillModel } from "./queue-model.ts";

export interface SimulatedVenueOptions {
  readonly rules: MarketRules;
  readonly fees: FeeRates;
  /** A name for `parseFillModel`, or a model. Default `queue-log`. */
  readonly fillModel?: string | FillModel;
  /** Default none. */
  readonly latency?: LatencyModel;
  /** Default: as the source's `funding-rate-updated` events say. */
  readonly funding?: FundingSchedule;
}

interface TravellingRequest {
  readonly request: VenueRequest;
  readonly arrivalUs: number;
}

/** What the venue does next, by its own clock. */
interface NextStep {
  readonly kind: "funding" | "market" | "request";
  readonly venueUs: number;
}

/**
 * A venue in simulated time: a recorded or generated market, own orders matched against it, and the way there and back.
 *
 * It works lazily: `take` lets the venue live only as far as the next delivery, so that a request sent on what was just delivered
 * still arrives in time. The caller therefore observes every market event with `tsInit <= t` before it takes up to `t`, and sends
 * the requests of one moment before it takes beyond that moment; keeping the source's next event observed at all times does.
 *
 * Invariants: venue time never falls, nor does the `tsInit` of what `take` yields. At one venue time funding comes first, then market
 * events, then requests, each in the order they were given.
 */
export class SimulatedVenue implements SimulatedVenuePort {
  readonly #scale: MarketScale;
  readonly #latency: LatencyModel;
  readonly #funding: FundingClock;
  readonly #engine: MatchingEngine;
  readonly #market = new DeliveryQueue<IncomingMarketEvent>();
  readonly #requests = new DeliveryQueue<TravellingRequest>();
  readonly #deliveries = new DeliveryQueue<IncomingVenueEvent>();
  #venueUs = Number.NEGATIVE_INFINITY;
  #lastArrivalUs = Number.NEGATIVE_INFINITY;
  #observedUs = Number.NEGATIVE_INFINITY;

  /** Throws a RangeError that names the option on options no venue can have. */
  constructor(options: SimulatedVenueOptions) {
    this.#scale = marketScale(options.rules);
    this.#latency = checkedLatency(options.latency ?? NO_LATENCY);
    this.#funding = new FundingClock(options.funding ?? "source");
    const fees = new FeeModel(this.#scale, options.fees);
    this.#engine = new MatchingEngine(this.#scale, fees, fillModelOf(options.fillModel), (report) => {
      this.#deliver(report);
    });
  }

  /** Takes a request at kernel time `atUs`; times must not fall. */
  send(request: VenueRequest, atUs: number): void {
    // A kernel clock that lags (a late timer) cannot reach back into what the venue has done already
    const arrivalUs = Math.max(atUs + this.#latency.outboundUs, this.#venueUs, this.#lastArrivalUs);
    this.#lastArrivalUs = arrivalUs;
    this.#requests.push({ request, arrivalUs });
  }

  /** Feeds one market event of the source. Throws when `tsInit` falls: the source broke its promise. */
  observe(event: IncomingMarketEvent): void {
    if (event.tsInit < this.#observedUs)
      throw new RangeError(`market events must be in receive order: ${event.tsInit} came after ${this.#observedUs}`);
    this.#observedUs = event.tsInit;
    this.#market.push(event);
  }

  /** Time of the next delivery if nothing else is sent or observed; null = nothing is under way. */
  nextDeliveryUs(): number | null {
    const waiting = this.#deliveries.peek();
    if (waiting !== undefined) return waiting.tsInit;
    const step = this.#nextStep();
    return step === null ? null : step.venueUs + this.#latency.inboundUs;
  }

  /** Takes the next event due at or before `untilUs`; null = none. */
  take(untilUs: number): IncomingVenueEvent | null {
    for (;;) {
      const waiting = this.#deliveries.peek();
      if (waiting !== undefined) return waiting.tsInit <= untilUs ? (this.#deliveries.shift() ?? null) : null;
      const step = this.#nextStep();
      if (step === null || step.venueUs + this.#latency.inboundUs > untilUs) return null;
      this.#perform(step);
    }
  }

  queueAheadLots(orderId: number): number | null {
    return this.#engine.queueAheadLots(orderId);
  }

  /** Own orders at rest at the venue now; requests on their way are not in it. */
  openOrderCount(): number {
    return this.#engine.openOrderCount;
  }

  /** The venue's own view of the position, from its fills: signed lots. */
  positionLots(): number {
    return this.#engine.positionLots;
  }

  /** The earliest thing that the venue will do; every step yields at least one delivery. */
  #nextStep(): NextStep | null {
    // A cancel-all that finds no order says nothing, and only a request behind it could bring one
    while (this.#requests.peek()?.request.type === "cancel-all-orders" && this.#engine.openOrderCount === 0)
      this.#requests.shift();
    const event = this.#market.peek();
    const travelling = this.#requests.peek();
    const marketUs = event === undefined ? null : event.tsInit - this.#latency.inboundUs;
    const requestUs = travelling === undefined ? null : travelling.arrivalUs;
    // Funding alone keeps no venue alive: else a finished source would never run dry
    if (marketUs === null && requestUs === null) return null;
    const earliestUs = Math.min(marketUs ?? Number.POSITIVE_INFINITY, requestUs ?? Number.POSITIVE_INFINITY);
    const fundingUs = this.#funding.nextUs;
    if (fundingUs !== null && fundingUs <= earliestUs && this.#engine.positionLots !== 0)
      return { kind: "funding", venueUs: Math.max(fundingUs, this.#venueUs) };
    return { kind: marketUs === earliestUs ? "market" : "request", venueUs: earliestUs };
  }

  #perform(step: NextStep): void {
    if (step.venueUs < this.#venueUs) throw new Error(`venue time fell from ${this.#venueUs} to ${step.venueUs}`);
    this.#venueUs = step.venueUs;
    if (step.kind === "funding") {
      this.#payFunding();
      return;
    }
    // Reached only when flat: what was due so far is owed by nobody
    this.#funding.skipTo(step.venueUs);
    if (step.kind === "market") {
      const event = this.#market.shift();
      if (event !== undefined) this.#performMarket(event);
    } else {
      const travelling = this.#requests.shift();
      if (travelling !== undefined) this.#performRequest(travelling.request);
    }
  }

  #performMarket(event: IncomingMarketEvent): void {
    this.#deliveries.push(event);
    if (event.type === "funding-rate-updated")
      this.#funding.update(event.rate, event.nextFundingUs, event.intervalUs, this.#venueUs);
    this.#engine.observe(event);
  }

  #performRequest(request: VenueRequest): void {
    switch (request.type) {
      case "place-order":
        this.#engine.place(request);
        return;
      case "cancel-order":
        this.#engine.cancel(request.orderId);
        return;
      case "cancel-all-orders":
        this.#engine.cancelAll();
        return;
      case "query-order":
        this.#engine.query(request.orderId);
    }
  }

  #payFunding(): void {
    const amount = this.#funding.settle(this.#scale, this.#engine.positionLots, this.#engine.markHalfTicks);
    this.#deliver({ type: "funding-paid", amount });
  }

  #deliver(
    report: OrderReport | { readonly type: "funding-paid"; readonly amount: ReturnType<FundingClock["settle"]> },
  ): void {
    const tsEvent = micros(this.#venueUs);
    this.#deliveries.push({ ...report, tsEvent, tsInit: micros(this.#venueUs + this.#latency.inboundUs) });
  }
}

function fillModelOf(model: string | FillModel = DEFAULT_FILL_MODEL): FillModel {
  if (typeof model !== "string") return model;
  const parsed = parseFillModel(model);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return parsed.value;
}
