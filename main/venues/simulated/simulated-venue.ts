import type { VenueRequest } from "../../kernel/effects.ts";
import type { OrderFilled, OrderUnresolved } from "../../kernel/events.ts";
import { marketScale, type MarketRules, type MarketScale } from "../../kernel/values/market-rules.ts";
import { micros, type Micros } from "../../kernel/values/units.ts";
import type { IncomingMarketEvent, IncomingVenueEvent, SimulatedVenuePort } from "../port.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { FeeModel, type FeeRates } from "./fee-model.ts";
import { FundingClock, type FundingSchedule } from "./funding-clock.ts";
import { checkedLatency, NO_LATENCY, type LatencyModel } from "./latency-model.ts";
import { MatchingEngine, type OrderReport } from "./matching-engine.ts";
import { ReportBox } from "./report-box.ts";
import { VenueAccount, type AccountOptions } from "./venue-account.ts";
import { FaultDice, type VenueFaults } from "./venue-faults.ts";
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
  readonly account?: AccountOptions;
  /** Default none. */
  readonly faults?: VenueFaults;
}

/** Anything the venue says that is no market data, before its clock has stamped it. */
type Unstamped<E> = E extends unknown ? Omit<E, "tsEvent" | "tsInit"> : never;
type VenueReport = Unstamped<Exclude<IncomingVenueEvent, IncomingMarketEvent>>;
/** A fill with the venue's time, before it arrives. */
type LostFill = Omit<OrderFilled, "seq" | "tsInit">;
type RequestKind = OrderUnresolved["request"];

/** The account is told at least this often in venue time. */
const ACCOUNT_EVERY_US = 5_000_000;
/** A request without an answer is given up after this long. */
const ANSWER_TIMEOUT_US = 5_000_000;

interface TravellingRequest {
  readonly request: VenueRequest;
  readonly arrivalUs: number;
}

/** What the venue does next, by its own clock. */
interface NextStep {
  readonly kind: "funding" | "account" | "market" | "request";
  readonly venueUs: number;
}

/**
 * A venue in simulated time: a recorded or generated market, own orders matched against it, and the way there and back.
 *
 * It works lazily: `take` lets the venue live only as far as the next delivery, so that a request sent on what was just delivered
 * still arrives in time. The caller therefore observes every market event with `tsInit <= t` before it takes up to `t`, and sends
 * the requests of one moment before it takes beyond that moment; keeping the source's next event observed at all times does.
 *
 * The account is told right before the first market event, after every step that filled or paid something, and every 5 s of venue time.
 *
 * Invariants: venue time never falls, nor does the `tsInit` of what `take` yields. At one venue time funding comes first, then the account, then
 * market events, then requests, each in the order they were given. Without faults every report arrives once, on time, in order.
 */
export class SimulatedVenue implements SimulatedVenuePort {
  readonly #scale: MarketScale;
  readonly #latency: LatencyModel;
  readonly #funding: FundingClock;
  readonly #engine: MatchingEngine;
  readonly #market = new DeliveryQueue<IncomingMarketEvent>();
  readonly #requests = new DeliveryQueue<TravellingRequest>();
  readonly #account: VenueAccount;
  readonly #dice: FaultDice | null;
  readonly #deliveries = new ReportBox();
  /** Fills that the stream lost: told when the venue is asked. */
  #lostFills: LostFill[] = [];
  /** Order whose answer is being swallowed on its way. */
  #mutedOrderId: number | null = null;
  #mustTellAccount = false;
  /** Infinite until the market's first event: nobody quotes before it. */
  #nextAccountUs = Number.POSITIVE_INFINITY;
  #venueUs = Number.NEGATIVE_INFINITY;
  #lastArrivalUs = Number.NEGATIVE_INFINITY;
  #observedUs = Number.NEGATIVE_INFINITY;

  /** Throws a RangeError that names the option on options no venue can have. */
  constructor(options: SimulatedVenueOptions) {
    this.#scale = marketScale(options.rules);
    this.#latency = checkedLatency(options.latency ?? NO_LATENCY);
    this.#funding = new FundingClock(options.funding ?? "source");
    const fees = new FeeModel(this.#scale, options.fees);
    this.#account = new VenueAccount(this.#scale, options.account ?? {});
    this.#dice = options.faults === undefined ? null : new FaultDice(options.faults);
    this.#engine = new MatchingEngine(this.#scale, fees, this.#account, fillModelOf(options.fillModel), (report) => {
      this.#report(report);
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

  /**
   * Time of the next delivery if nothing else is sent or observed; null = nothing is under way. A rough venue may lose what it would have
   * delivered: then `take` of that time yields nothing, and there is a next time.
   */
  nextDeliveryUs(): number | null {
    const waitingUs = this.#deliveries.peek()?.tsInit ?? Number.POSITIVE_INFINITY;
    const nextUs = Math.min(waitingUs, this.#nextArrivalUs());
    return nextUs === Number.POSITIVE_INFINITY ? null : nextUs;
  }

  /** Takes the next event due at or before `untilUs`; null = none. */
  take(untilUs: number): IncomingVenueEvent | null {
    for (;;) {
      const waitingUs = this.#deliveries.peek()?.tsInit ?? Number.POSITIVE_INFINITY;
      const arrivalUs = this.#nextArrivalUs();
      if (Math.min(waitingUs, arrivalUs) > untilUs) return null;
      const event = waitingUs <= arrivalUs ? this.#deliveries.shift() : undefined;
      if (event !== undefined) return event;
      const step = this.#nextStep();
      if (step === null) return null;
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

  /** When the venue's next step would be heard of; infinite while something is on its way that arrives before it. */
  #nextArrivalUs(): number {
    const step = this.#deliveries.hasPunctual ? null : this.#nextStep();
    return step === null ? Number.POSITIVE_INFINITY : step.venueUs + this.#latency.inboundUs;
  }

  /** The earliest thing that the venue will do; without faults every step yields at least one delivery. */
  #nextStep(): NextStep | null {
    // A cancel-all that finds no order says nothing, and only a request behind it could bring one
    while (this.#requests.peek()?.request.type === "cancel-all-orders" && this.#engine.openOrderCount === 0)
      this.#requests.shift();
    const event = this.#market.peek();
    const travelling = this.#requests.peek();
    const marketUs = event === undefined ? null : event.tsInit - this.#latency.inboundUs;
    const requestUs = travelling === undefined ? null : travelling.arrivalUs;
    // Funding and the account's clock keep no venue alive: else a finished source would never run dry
    if (marketUs === null && requestUs === null) return null;
    const earliestUs = Math.min(marketUs ?? Number.POSITIVE_INFINITY, requestUs ?? Number.POSITIVE_INFINITY);
    const fundingUs = this.#funding.nextUs;
    const isFundingDue = fundingUs !== null && fundingUs <= earliestUs && this.#engine.positionLots !== 0;
    if (isFundingDue && fundingUs <= this.#nextAccountUs)
      return { kind: "funding", venueUs: Math.max(fundingUs, this.#venueUs) };
    if (this.#nextAccountUs <= earliestUs) return { kind: "account", venueUs: this.#nextAccountUs };
    return { kind: marketUs === earliestUs ? "market" : "request", venueUs: earliestUs };
  }

  #perform(step: NextStep): void {
    if (step.venueUs < this.#venueUs) throw new Error(`venue time fell from ${this.#venueUs} to ${step.venueUs}`);
    this.#venueUs = step.venueUs;
    switch (step.kind) {
      case "funding":
        this.#payFunding();
        break;
      case "account":
        this.#mustTellAccount = true;
        break;
      case "market":
        this.#skipFunding();
        this.#performMarket();
        break;
      case "request":
        this.#skipFunding();
        this.#performRequest();
        break;
      default:
        step.kind satisfies never;
    }
    if (this.#mustTellAccount) this.#tellAccount();
  }

  /** Reached only when flat: what was due so far is owed by nobody. */
  #skipFunding(): void {
    this.#funding.skipTo(this.#venueUs);
  }

  #performMarket(): void {
    const event = this.#market.shift();
    if (event === undefined) return;
    // The account is known before the first quote can go out
    if (this.#nextAccountUs === Number.POSITIVE_INFINITY) this.#tellAccount();
    this.#deliveries.push(event);
    if (event.type === "funding-rate-updated")
      this.#funding.update(event.rate, event.nextFundingUs, event.intervalUs, this.#venueUs);
    this.#engine.observe(event);
    const unwanted = this.#dice?.cancelledByVenue(this.#venueUs, this.#engine.openOrderCount) ?? null;
    if (unwanted !== null) this.#engine.cancelByVenue(unwanted);
  }

  #performRequest(): void {
    const request = this.#requests.shift()?.request;
    switch (request?.type) {
      case "place-order":
        if (this.#arrives(request.orderId, "place")) this.#engine.place(request);
        break;
      case "cancel-order":
        if (this.#arrives(request.orderId, "cancel")) this.#engine.cancel(request.orderId);
        break;
      case "cancel-all-orders":
        this.#engine.cancelAll();
        break;
      case "query-order":
        this.#retellFills(request.orderId);
        this.#engine.query(request.orderId);
        break;
      case "query-venue-state":
        this.#retellFills(null);
        this.#tellState(request.queryId);
        break;
      default:
    }
    this.#mutedOrderId = null;
  }

  /** Decides what becomes of a request; true = the venue acts on it. */
  #arrives(orderId: number, request: RequestKind): boolean {
    const fate = this.#dice?.requestFate(request) ?? "answered";
    switch (fate) {
      case "answered":
        return true;
      case "lost-request":
      case "lost-response":
        this.#deliverLate({ type: "order-unresolved", orderId, request }, ANSWER_TIMEOUT_US);
        if (fate === "lost-response") this.#mutedOrderId = orderId;
        return fate === "lost-response";
      case "refused":
        this.#deliver({ type: "cancel-rejected", orderId, reason: "unstated" });
        return false;
      case "rate-limited":
      case "maintenance":
        this.#deliver({ type: "venue-throttled", cause: fate });
        this.#deliver({ type: "order-rejected", orderId, reason: fate === "maintenance" ? fate : "rate-limit" });
        return false;
      default:
        return fate satisfies never;
    }
  }

  /** What the engine says of an order goes on its way, which may be a rough one. */
  #report(report: OrderReport): void {
    if (report.type === "order-filled") this.#mustTellAccount = true;
    // The answer to an unresolved request; its fills come through the stream all the same
    else if (report.orderId === this.#mutedOrderId) return;
    // What was asked for comes by the way of the answer, not of the stream
    if (this.#dice === null || report.type === "order-reconciled") return this.#deliver(report);
    switch (this.#dice.reportFate()) {
      case "on-time":
        return this.#deliver(report);
      case "twice":
        this.#deliver(report);
        return this.#deliver(report);
      case "late":
        return this.#deliverLate(report, this.#dice.lateUs());
      case "lost":
        if (report.type === "order-filled") this.#lostFills.push({ ...report, tsEvent: micros(this.#venueUs) });
    }
  }

  /** Fills that the stream lost are found in the venue's list of trades: of one order, or all (null). */
  #retellFills(orderId: number | null): void {
    const found = this.#lostFills.filter((fill) => orderId === null || fill.orderId === orderId);
    if (found.length === 0) return;
    this.#lostFills = this.#lostFills.filter((fill) => !found.includes(fill));
    for (const fill of found) this.#deliveries.push({ ...fill, tsInit: this.#arrivalUs(0) });
  }

  #tellState(queryId: number): void {
    const restingOrderIds = this.#engine.restingOrders().map(({ orderId }) => orderId);
    const { positionLots } = this.#engine;
    this.#deliver({ type: "venue-state-reported", queryId, positionLots, restingOrderIds });
  }

  #tellAccount(): void {
    this.#mustTellAccount = false;
    this.#nextAccountUs = this.#venueUs + ACCOUNT_EVERY_US;
    const { positionLots, markHalfTicks } = this.#engine;
    this.#deliver(this.#account.report(positionLots, markHalfTicks, this.#engine.restingOrders()));
  }

  #payFunding(): void {
    const amount = this.#funding.settle(this.#scale, this.#engine.positionLots, this.#engine.markHalfTicks);
    this.#account.applyFunding(amount);
    this.#deliver({ type: "funding-paid", amount });
    this.#mustTellAccount = true;
  }

  #deliver(report: VenueReport): void {
    this.#deliveries.push({ ...report, tsEvent: micros(this.#venueUs), tsInit: this.#arrivalUs(0) });
  }

  #deliverLate(report: VenueReport, delayUs: number): void {
    this.#deliveries.pushLate({ ...report, tsEvent: micros(this.#venueUs), tsInit: this.#arrivalUs(delayUs) });
  }

  #arrivalUs(delayUs: number): Micros {
    return micros(this.#venueUs + this.#latency.inboundUs + delayUs);
  }
}

function fillModelOf(model: string | FillModel = DEFAULT_FILL_MODEL): FillModel {
  if (typeof model !== "string") return model;
  const parsed = parseFillModel(model);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return parsed.value;
}
