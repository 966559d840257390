import type { PlaceOrder } from "../../../main/kernel/effects.ts";
import type { MarketRules } from "../../../main/kernel/values/market-rules.ts";
import { lots, micros, ticks, type OrderSide } from "../../../main/kernel/values/units.ts";
import type { IncomingMarketEvent, IncomingVenueEvent } from "../../../main/venues/port.ts";
import { SimulatedVenue, type SimulatedVenueOptions } from "../../../main/venues/simulated/simulated-venue.ts";

export const RULES: MarketRules = {
  market: "TEST-USD",
  venue: "simulated",
  baseCurrency: "TEST",
  quoteCurrency: "USD",
  tickSize: "0.1",
  lotSize: "0.001",
  minOrderLots: 1,
  minNotional: "0",
  fundingIntervalS: 3_600,
};

export function stamp(atUs: number): { tsEvent: ReturnType<typeof micros>; tsInit: ReturnType<typeof micros> } {
  return { tsEvent: micros(atUs), tsInit: micros(atUs) };
}

export function snapshot(
  atUs: number,
  bids: number[],
  asks: number[],
  updateId = 1,
): Extract<IncomingMarketEvent, { type: "book-snapshot-received" }> {
  return { type: "book-snapshot-received", updateId, bids, asks, ...stamp(atUs) };
}

export function trade(atUs: number, aggressor: OrderSide, priceTicks: number, sizeLots: number): IncomingMarketEvent {
  return {
    type: "trade-printed",
    tradeId: atUs,
    aggressor,
    priceTicks: ticks(priceTicks),
    sizeLots: lots(sizeLots),
    ...stamp(atUs),
  };
}

export function place(
  orderId: number,
  side: OrderSide,
  priceTicks: number,
  sizeLots: number,
  options: { postOnly?: boolean; reduceOnly?: boolean; purpose?: PlaceOrder["purpose"] } = {},
): PlaceOrder {
  return {
    type: "place-order",
    orderId,
    slot: { side, level: 0 },
    side,
    priceTicks: ticks(priceTicks),
    sizeLots: lots(sizeLots),
    purpose: options.purpose ?? "quote",
    postOnly: options.postOnly ?? true,
    reduceOnly: options.reduceOnly ?? false,
  };
}

/** A venue with a clock: feeds it, and keeps all that it delivered. */
export class VenueHarness {
  readonly venue: SimulatedVenue;
  readonly delivered: IncomingVenueEvent[] = [];
  #updateId = 1;

  constructor(options: Partial<SimulatedVenueOptions> = {}) {
    this.venue = new SimulatedVenue({ rules: RULES, fees: { makerBps: 2, takerBps: 5 }, ...options });
  }

  /** Opens with 100 lots at 1000 / 1002 and more behind. */
  open(atUs = 0): this {
    return this.market(snapshot(atUs, [1000, 100, 999, 200, 998, 300], [1002, 100, 1003, 200, 1004, 300]));
  }

  market(event: IncomingMarketEvent): this {
    this.venue.observe(event);
    return this.run(event.tsInit);
  }

  /** A delta that follows the last one. */
  delta(atUs: number, bids: number[], asks: number[] = []): this {
    const previousUpdateId = this.#updateId;
    this.#updateId += 1;
    return this.market({
      type: "book-delta-received",
      firstUpdateId: this.#updateId,
      updateId: this.#updateId,
      previousUpdateId,
      bids,
      asks,
      ...stamp(atUs),
    });
  }

  send(atUs: number, ...requests: Parameters<SimulatedVenue["send"]>[0][]): this {
    for (const request of requests) this.venue.send(request, atUs);
    return this;
  }

  run(untilUs: number): this {
    for (let event = this.venue.take(untilUs); event !== null; event = this.venue.take(untilUs))
      this.delivered.push(event);
    return this;
  }

  /** Everything that is not market data, short: `filled 1 10@1000 maker`. */
  story(): string[] {
    return this.delivered.flatMap((event) => {
      switch (event.type) {
        case "order-accepted":
          return [`accepted ${event.orderId}`];
        case "order-rejected":
          return [`rejected ${event.orderId} ${event.reason}`];
        case "order-filled":
          return [`filled ${event.orderId} ${event.sizeLots}@${event.priceTicks} ${event.liquidity}`];
        case "order-cancelled":
          return [`cancelled ${event.orderId} ${event.cause}`];
        case "cancel-rejected":
          return [`cancel-rejected ${event.orderId} ${event.reason}`];
        case "order-reconciled":
          return [`reconciled ${event.orderId} ${event.venueStatus}`];
        case "order-unresolved":
          return [`unresolved ${event.orderId} ${event.request}`];
        case "funding-paid":
          return [`funding ${event.amount}`];
        case "venue-state-reported":
          return [`state ${event.queryId} ${event.positionLots} [${event.restingOrderIds.join(" ")}]`];
        case "venue-throttled":
          return [`throttled ${event.cause}`];
        default:
          return [];
      }
    });
  }

  /** What was said of the account, in order. */
  accounts(): Extract<IncomingVenueEvent, { type: "account-updated" }>[] {
    return this.delivered.filter((event) => event.type === "account-updated");
  }

  fills(): number[] {
    return this.delivered.flatMap((event) => (event.type === "order-filled" ? [event.sizeLots] : []));
  }
}
