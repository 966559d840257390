import type { PlaceOrder } from "../../kernel/effects.ts";
import type { LevelPairs, OrderEvent, OrderReconciled, RejectReason } from "../../kernel/events.ts";
import { notional, parseMoney, type MarketScale } from "../../kernel/values/market-rules.ts";
import {
  lots,
  oppositeSide,
  signOf,
  ticks,
  type BookSide,
  type Liquidity,
  type Money,
  type OrderSide,
} from "../../kernel/values/units.ts";
import type { IncomingMarketEvent } from "../port.ts";
import type { FeeModel } from "./fee-model.ts";
import { alwaysBehind, frontAfterDepthChange, type FillModel } from "./queue-model.ts";
import { RestingOrders, type OwnLevel, type RestingOrder } from "./resting-orders.ts";
import type { VenueAccount } from "./venue-account.ts";
import { VenueBook } from "./venue-book.ts";

type Unstamped<E> = E extends OrderEvent ? Omit<E, "seq" | "tsEvent" | "tsInit"> : never;

/** What the venue has to say about an order; the venue's clock stamps it. */
export type OrderReport = Unstamped<OrderEvent>;

type FinalStatus = Exclude<OrderReconciled["venueStatus"], "resting">;

/** Ended orders that the venue still knows; older ones count as never arrived. */
const REMEMBERED_ORDERS = 10_000;

/**
 * Price-time matching of own orders against a recorded market that they do not move.
 *
 * Invariants: every placement is answered by exactly one acceptance or rejection; every accepted order ends at most once, by its
 * last fill or a cancellation; an order is never filled beyond its size; the maker fills of one trade never exceed the trade under
 * a queue model. Who calls it gives it everything in the venue's own time order.
 */
export class MatchingEngine {
  readonly #scale: MarketScale;
  readonly #fees: FeeModel;
  readonly #account: VenueAccount;
  readonly #model: FillModel;
  readonly #report: (report: OrderReport) => void;
  readonly #book = new VenueBook();
  readonly #resting = new RestingOrders();
  readonly #ended = new Map<number, FinalStatus>();
  readonly #minNotional: Money;
  #positionLots = 0;
  #orderCounter = 0;
  #tradeCounter = 0;

  constructor(
    scale: MarketScale,
    fees: FeeModel,
    account: VenueAccount,
    model: FillModel,
    report: (report: OrderReport) => void,
  ) {
    this.#scale = scale;
    this.#fees = fees;
    this.#account = account;
    this.#model = model;
    this.#report = report;
    this.#minNotional = parseMoney(scale.rules.minNotional);
  }

  /** Signed position from all fills so far. */
  get positionLots(): number {
    return this.#positionLots;
  }

  get markHalfTicks(): number | null {
    return this.#book.markHalfTicks;
  }

  get openOrderCount(): number {
    return this.#resting.count;
  }

  /** Own orders at rest, in order of arrival. */
  restingOrders(): readonly RestingOrder[] {
    return this.#resting.all();
  }

  queueAheadLots(orderId: number): number | null {
    return this.#resting.queueAheadLots(orderId);
  }

  /** Lets the market move on by one event. */
  observe(event: IncomingMarketEvent): void {
    const change = this.#book.apply(event);
    if (this.#resting.count === 0) return;
    if (event.type === "trade-printed") this.#onTrade(event.aggressor, event.priceTicks, event.sizeLots);
    if (event.type === "book-snapshot-received" || (event.type === "book-delta-received" && change === "changed")) {
      this.#updateQueues("bid", event.type === "book-delta-received" ? event.bids : null);
      this.#updateQueues("ask", event.type === "book-delta-received" ? event.asks : null);
      if (!this.#book.isCrossed) {
        this.#fillCrossed("bid");
        this.#fillCrossed("ask");
      }
    }
    this.#endReduceOnly();
  }

  place(request: PlaceOrder): void {
    const { orderId } = request;
    const reason = this.#refusal(request);
    if (reason !== null) {
      // A duplicate's refusal must not overwrite the fate of the order it repeats
      if (this.#resting.get(orderId) === undefined && !this.#ended.has(orderId)) this.#end(orderId, "never-arrived");
      this.#report({ type: "order-rejected", orderId, reason });
      return;
    }
    this.#orderCounter += 1;
    this.#report({ type: "order-accepted", orderId, venueOrderId: `sim-${this.#orderCounter}` });
    const remainingLots = this.#takeLiquidity(request);
    if (remainingLots === 0) {
      this.#end(orderId, "filled");
    } else if (request.purpose !== "quote" && !request.postOnly) {
      // Immediate or cancel: what did not trade on arrival is gone
      this.#end(orderId, "cancelled");
      this.#report({ type: "order-cancelled", orderId, cause: "expired" });
    } else {
      const { side, priceTicks, reduceOnly } = request;
      const depthLots = this.#book.lotsAtPrice(bookSideOf(side), priceTicks);
      this.#resting.add({ orderId, side, priceTicks, reduceOnly, remainingLots }, depthLots);
    }
    this.#endReduceOnly();
  }

  cancel(orderId: number): void {
    const order = this.#resting.get(orderId);
    if (order === undefined) this.#report({ type: "cancel-rejected", orderId, reason: "unknown-order" });
    else this.#cancelResting(order, "requested");
  }

  /** Cancels everything at rest, in order of arrival; says nothing when nothing rests. */
  cancelAll(): void {
    for (const order of this.#resting.all()) this.#cancelResting(order, "requested");
  }

  /** Takes one order back of the venue's own accord, by its place in order of arrival. */
  cancelByVenue(index: number): void {
    const order = this.#resting.all()[index];
    if (order !== undefined) this.#cancelResting(order, "venue");
  }

  query(orderId: number): void {
    const isResting = this.#resting.get(orderId) !== undefined;
    const venueStatus = isResting ? "resting" : (this.#ended.get(orderId) ?? "never-arrived");
    this.#report({ type: "order-reconciled", orderId, venueStatus });
  }

  #refusal(request: PlaceOrder): RejectReason | null {
    const { orderId, side, priceTicks, sizeLots, reduceOnly } = request;
    const isDuplicate = this.#resting.get(orderId) !== undefined || this.#ended.has(orderId);
    if (isDuplicate || priceTicks <= 0 || sizeLots < Math.max(1, this.#scale.rules.minOrderLots)) return "rules";
    if (!reduceOnly && notional(this.#scale, priceTicks, sizeLots) < this.#minNotional) return "rules";
    if (!this.#book.isKnown) return "maintenance";
    if (reduceOnly && this.#reducibleLots(side) === 0) return "reduce-only";
    const opposite = bookSideOf(oppositeSide(side));
    const recorded = this.#book.bestAvailable(opposite)?.priceTicks;
    if (request.postOnly && recorded !== undefined && reaches(side, priceTicks, recorded)) return "post-only";
    const own = this.#resting.levels(opposite)[0]?.priceTicks;
    if (own !== undefined && reaches(side, priceTicks, own)) return request.postOnly ? "post-only" : "rules";
    return null;
  }

  /** Walks the recorded levels that the order reaches. Returns what is left of the order. */
  #takeLiquidity(request: PlaceOrder): number {
    const { orderId, side, priceTicks, reduceOnly } = request;
    const opposite = bookSideOf(oppositeSide(side));
    let remainingLots: number = request.sizeLots;
    if (request.postOnly) return remainingLots;
    while (remainingLots > 0) {
      const best = this.#book.bestAvailable(opposite);
      if (best === null || !reaches(side, priceTicks, best.priceTicks)) break;
      const wanted = reduceOnly ? Math.min(remainingLots, this.#reducibleLots(side)) : remainingLots;
      const taken = Math.min(wanted, best.lots);
      if (taken === 0) break;
      this.#book.take(opposite, best.priceTicks, taken);
      remainingLots -= taken;
      this.#reportFill(orderId, side, best.priceTicks, taken, "taker");
    }
    return remainingLots;
  }

  #onTrade(aggressor: OrderSide, priceTicks: number, sizeLots: number): void {
    if (this.#model.kind !== "queue") {
      this.#fillByTradePrice("bid", priceTicks);
      this.#fillByTradePrice("ask", priceTicks);
    }
    this.#consumeQueues(aggressor === "sell" ? "bid" : "ask", priceTicks, sizeLots);
  }

  /** `touch` and `through`: the price of the print alone decides. */
  #fillByTradePrice(side: BookSide, priceTicks: number): void {
    const sign = side === "bid" ? 1 : -1;
    for (const level of this.#resting.levels(side).slice()) {
      const passed = sign * (level.priceTicks - priceTicks);
      if (passed < 0 || (passed === 0 && this.#model.kind === "through")) return;
      for (const order of level.orders.slice()) this.#fillMaker(order, order.remainingLots);
    }
  }

  /** Shares one trade over public size in front and own orders, best price first, then oldest first. */
  #consumeQueues(side: BookSide, priceTicks: number, sizeLots: number): void {
    const sign = side === "bid" ? 1 : -1;
    let availableLots = sizeLots;
    for (const level of this.#resting.levels(side).slice()) {
      const passed = sign * (level.priceTicks - priceTicks);
      if (passed < 0) return;
      let publicTaken = 0;
      for (const order of level.orders.slice()) {
        if (passed === 0) order.tradedLots += sizeLots;
        // A print beyond our price says that everybody in front of us at our price was served
        const publicAhead = passed > 0 ? 0 : Math.max(0, order.frontLots - publicTaken);
        const share = Math.min(availableLots, publicAhead);
        publicTaken += share;
        availableLots -= share;
        order.frontLots = publicAhead - share;
        if (this.#model.kind !== "queue" || order.frontLots > 0 || availableLots <= 0) continue;
        // Fronts hold fractions of lots, fills do not: rounding the share of the oldest shortens what is left for the younger
        const filled = this.#fillMaker(order, Math.round(availableLots));
        availableLots = Math.max(0, availableLots - filled);
      }
    }
  }

  /** Moves own orders up where public size left: at the prices that a delta names, or everywhere when the book was replaced (null). */
  #updateQueues(side: BookSide, changes: LevelPairs | null): void {
    const cancelBehind = this.#model.kind === "queue" ? this.#model.cancelBehind : alwaysBehind;
    for (const level of this.#resting.levels(side)) {
      // A level named with its old size counts too: what traded was refilled from behind
      if (changes !== null && !namesPrice(changes, level.priceTicks)) continue;
      const depthLots = this.#book.lotsAtPrice(side, level.priceTicks);
      let olderFront = 0;
      for (const order of level.orders) {
        const front =
          changes === null
            ? Math.min(order.frontLots, depthLots)
            : frontAfterDepthChange(order.frontLots, level.depthLots, depthLots, order.tradedLots, cancelBehind);
        order.frontLots = Math.max(front, olderFront);
        olderFront = order.frontLots;
        order.tradedLots = 0;
      }
      level.depthLots = depthLots;
    }
  }

  /** Fills what the opposite side of the recorded book has reached. */
  #fillCrossed(side: BookSide): void {
    const opposite: BookSide = side === "bid" ? "ask" : "bid";
    const sign = side === "bid" ? 1 : -1;
    for (const level of this.#resting.levels(side).slice()) {
      for (const order of level.orders.slice()) {
        const best = this.#book.bestAvailable(opposite);
        const passed = best === null ? -1 : sign * (level.priceTicks - best.priceTicks);
        if (best === null || passed < 0) return;
        if (passed > 0 || this.#model.kind === "touch") this.#fillMaker(order, order.remainingLots);
        else if (this.#model.kind === "queue") this.#fillLocked(level, order, opposite, best.lots);
      }
    }
  }

  /** The recording shows an opposite order at our very price: it would have met ours, as far as its size goes. */
  #fillLocked(level: OwnLevel, order: RestingOrder, opposite: BookSide, availableLots: number): void {
    const filled = this.#fillMaker(order, availableLots);
    if (filled > 0) this.#book.take(opposite, level.priceTicks, filled);
  }

  /** Fills an order at its own price, at most by what it may still trade. Returns the filled lots. */
  #fillMaker(order: RestingOrder, wantedLots: number): number {
    const allowed = order.reduceOnly ? this.#reducibleLots(order.side) : order.remainingLots;
    const filled = Math.min(wantedLots, order.remainingLots, allowed);
    if (filled <= 0) return 0;
    order.remainingLots -= filled;
    order.frontLots = 0;
    this.#reportFill(order.orderId, order.side, order.priceTicks, filled, "maker");
    if (order.remainingLots === 0) {
      this.#resting.remove(order);
      this.#end(order.orderId, "filled");
    }
    return filled;
  }

  #reportFill(orderId: number, side: OrderSide, priceTicks: number, sizeLots: number, liquidity: Liquidity): void {
    this.#positionLots += signOf(side) * sizeLots;
    this.#tradeCounter += 1;
    const fee = this.#fees.fee(liquidity, priceTicks, sizeLots);
    this.#account.applyFill(side, priceTicks, sizeLots, fee);
    this.#report({
      type: "order-filled",
      orderId,
      tradeId: `sim-${this.#tradeCounter}`,
      priceTicks: ticks(priceTicks),
      sizeLots: lots(sizeLots),
      liquidity,
      fee,
    });
  }

  /** What a reduce-only order of a side can still trade before the position is flat. */
  #reducibleLots(side: OrderSide): number {
    return Math.max(0, -signOf(side) * this.#positionLots);
  }

  /** The venue takes back reduce-only orders that have nothing left to reduce. */
  #endReduceOnly(): void {
    for (const side of ["bid", "ask"] as const) {
      for (const level of this.#resting.levels(side).slice()) {
        for (const order of level.orders.slice())
          if (order.reduceOnly && this.#reducibleLots(order.side) === 0) this.#cancelResting(order, "venue");
      }
    }
  }

  #cancelResting(order: RestingOrder, cause: "requested" | "venue"): void {
    this.#resting.remove(order);
    this.#end(order.orderId, "cancelled");
    this.#report({ type: "order-cancelled", orderId: order.orderId, cause });
  }

  #end(orderId: number, status: FinalStatus): void {
    this.#ended.set(orderId, status);
    if (this.#ended.size <= REMEMBERED_ORDERS) return;
    const oldest = this.#ended.keys().next();
    if (oldest.done !== true) this.#ended.delete(oldest.value);
  }
}

function bookSideOf(side: OrderSide): BookSide {
  return side === "buy" ? "bid" : "ask";
}

/** True where an order of `side` at `priceTicks` would trade with an opposite order at `oppositeTicks`. */
function reaches(side: OrderSide, priceTicks: number, oppositeTicks: number): boolean {
  return side === "buy" ? priceTicks >= oppositeTicks : priceTicks <= oppositeTicks;
}

function namesPrice(pairs: LevelPairs, priceTicks: number): boolean {
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === priceTicks) return true;
  return false;
}
