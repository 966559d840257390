import type { AccountEvent, MarketEvent, OrderEvent, Unsequenced } from "../kernel/events.ts";
import type { VenueRequest } from "../kernel/effects.ts";
import type { MarketRules } from "../kernel/values/market-rules.ts";

/** An event on its way to the kernel; the event queue numbers it. */
export type IncomingMarketEvent = Unsequenced<MarketEvent>;
export type IncomingVenueEvent = Unsequenced<MarketEvent | OrderEvent | AccountEvent>;

/** A finite or endless market in receive order (`tsInit` never falls). Pull-based, so that memory stays constant. */
export interface MarketSource {
  readonly rules: MarketRules;
  /** Next event, or null at the end. Synchronous: a source reads ahead by itself. */
  next(): IncomingMarketEvent | null;
  close(): void;
}

/**
 * A venue in simulated time. The session moves its clock; it answers with events stamped by that clock.
 *
 * Invariants: time never falls; what `advance` yields is ordered by `tsInit`; a request reaches the book only after the outbound latency.
 */
export interface SimulatedVenuePort {
  /** Takes a request at kernel time `atUs`. */
  send(request: VenueRequest, atUs: number): void;
  /** Feeds one market event of the source, as the venue itself sees it at `event.tsInit` less the inbound latency. */
  observe(event: IncomingMarketEvent): void;
  /** Time of the earliest event for the kernel; null = none. A rough venue may lose it: then `take` of that time yields nothing, and there is a next. */
  nextDeliveryUs(): number | null;
  /** Takes the next event due at or before `untilUs`. */
  take(untilUs: number): IncomingVenueEvent | null;
  /** Size ahead of an own resting order in its price level, in lots; null when it does not rest. */
  queueAheadLots(orderId: number): number | null;
  /** Own orders that the venue itself holds now: the truth behind "no own orders left". */
  openOrderCount(): number;
}
