import type { ProfileSnapshot } from "./settings/profile.ts";
import type { Liquidity, Lots, Micros, Money, OrderSide, Ticks } from "./values/units.ts";

/**
 * Everything that can happen to the kernel, in the past tense. An event is never changed after it was made.
 *
 * `seq` is given by the event queue and is the authority for replay; `tsEvent` is the venue's clock, `tsInit` ours.
 */
export interface EventStamp {
  readonly seq: number;
  readonly tsEvent: Micros;
  readonly tsInit: Micros;
}

/** Flat pairs `[ticks, lots, ticks, lots, ...]`; lots are absolute, 0 removes the level. */
export type LevelPairs = readonly number[];

export interface BookSnapshotReceived extends EventStamp {
  readonly type: "book-snapshot-received";
  readonly updateId: number;
  readonly bids: LevelPairs;
  readonly asks: LevelPairs;
}

export interface BookDeltaReceived extends EventStamp {
  readonly type: "book-delta-received";
  readonly firstUpdateId: number;
  readonly updateId: number;
  /** The venue's id of the delta before this one; the gap rule compares it with the last applied. */
  readonly previousUpdateId: number;
  readonly bids: LevelPairs;
  readonly asks: LevelPairs;
}

/** The venue's own best prices: a check on our book, never a source of it. */
export interface BookTickerReceived extends EventStamp {
  readonly type: "book-ticker-received";
  readonly updateId: number;
  readonly bidTicks: Ticks;
  readonly bidLots: Lots;
  readonly askTicks: Ticks;
  readonly askLots: Lots;
}

export interface TradePrinted extends EventStamp {
  readonly type: "trade-printed";
  readonly tradeId: number;
  readonly aggressor: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
}

export interface FeedDisconnected extends EventStamp {
  readonly type: "feed-disconnected";
  readonly reason: string;
}

/** A frame of the venue that could not be used; it was counted and dropped. */
export interface FrameUnreadable extends EventStamp {
  readonly type: "frame-unreadable";
  readonly reason: string;
}

export interface FundingRateUpdated extends EventStamp {
  readonly type: "funding-rate-updated";
  /** Fraction of notional per interval; positive = longs pay shorts. */
  readonly rate: number;
  readonly nextFundingUs: Micros;
  readonly intervalUs: number;
}

/** Contracts open in the whole market, where the venue tells. */
export interface OpenInterestReported extends EventStamp {
  readonly type: "open-interest-reported";
  readonly openInterestLots: number;
}

/** Somebody's position was closed by the venue, where the venue tells. */
export interface LiquidationPrinted extends EventStamp {
  readonly type: "liquidation-printed";
  /** Side of the closing order: "sell" = a long was liquidated. */
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
}

/** Own orders are named by our own counter, `orderId`; the venue sees `clientOrderId(session, orderId)`. */
export interface OrderAccepted extends EventStamp {
  readonly type: "order-accepted";
  readonly orderId: number;
  readonly venueOrderId: string;
}

export type RejectReason = "post-only" | "reduce-only" | "margin" | "rules" | "rate-limit" | "maintenance" | "unstated";

export interface OrderRejected extends EventStamp {
  readonly type: "order-rejected";
  readonly orderId: number;
  readonly reason: RejectReason;
}

export interface OrderFilled extends EventStamp {
  readonly type: "order-filled";
  readonly orderId: number;
  /** The venue's id of the execution; a second event with the same id changes nothing. */
  readonly tradeId: string;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  readonly liquidity: Liquidity;
  /** Paid by us; negative = rebate. */
  readonly fee: Money;
}

export interface OrderCancelled extends EventStamp {
  readonly type: "order-cancelled";
  readonly orderId: number;
  readonly cause: "requested" | "venue" | "expired";
}

export interface CancelRejected extends EventStamp {
  readonly type: "cancel-rejected";
  readonly orderId: number;
  readonly reason: "unknown-order" | "unstated";
}

/** Nobody knows whether the request arrived: a timeout, a 5xx, a cut connection. Never taken for a rejection. */
export interface OrderUnresolved extends EventStamp {
  readonly type: "order-unresolved";
  readonly orderId: number;
  readonly request: "place" | "cancel";
}

/** What a query of the venue said about an order that was unresolved or swept. */
export interface OrderReconciled extends EventStamp {
  readonly type: "order-reconciled";
  readonly orderId: number;
  readonly venueStatus: "resting" | "filled" | "cancelled" | "never-arrived";
}

export interface FundingPaid extends EventStamp {
  readonly type: "funding-paid";
  /** Received by us; negative = paid. */
  readonly amount: Money;
}

/** The account as the venue counts it, over all its markets. */
export interface AccountUpdated extends EventStamp {
  readonly type: "account-updated";
  readonly equity: Money;
  /** Free for new orders. */
  readonly available: Money;
  readonly initialMargin: Money;
  /** Of this market's position; null = not told or flat. */
  readonly markTicks: Ticks | null;
  readonly liquidationTicks: Ticks | null;
}

/** What the venue holds for us in this market: the answer to `query-venue-state`. */
export interface VenueStateReported extends EventStamp {
  readonly type: "venue-state-reported";
  readonly queryId: number;
  readonly positionLots: number;
  /** Our ids of every own order that rests there; an order that is not ours by name has the id -1. */
  readonly restingOrderIds: readonly number[];
}

/** The venue asked for silence: too many requests (429), or it is being maintained (503). */
export interface VenueThrottled extends EventStamp {
  readonly type: "venue-throttled";
  readonly cause: "rate-limited" | "maintenance";
}

export type OperatorCommand = "pause" | "resume" | "cancel-all" | "reduce-only" | "flatten" | "kill" | "stop";

export interface OperatorCommanded extends EventStamp {
  readonly type: "operator-commanded";
  /** One key press is one command id; a second event with the same id changes nothing. */
  readonly commandId: string;
  readonly command: OperatorCommand;
  readonly by: string;
}

export interface ProfileChanged extends EventStamp {
  readonly type: "profile-changed";
  readonly commandId: string;
  readonly by: string;
  readonly profile: ProfileSnapshot;
}

/** A changed profile that was not taken over: the one in force stays. */
export interface ProfileRefused extends EventStamp {
  readonly type: "profile-refused";
  readonly by: string;
  /** What is wrong, where, and what was expected. */
  readonly message: string;
}

/** A stop that only a person ends; it holds over restarts. */
export type LatchKind = "repeated-execution" | "drawdown" | "session-loss" | "day-loss";

export interface LatchCleared extends EventStamp {
  readonly type: "latch-cleared";
  readonly commandId: string;
  readonly latch: LatchKind;
  readonly by: string;
  readonly reason: string;
}

/** The operator is there: input, or an alert acknowledged. */
export interface OperatorSeen extends EventStamp {
  readonly type: "operator-seen";
  readonly by: string;
}

/** Nothing comes after this: what still waits for the market is closed as not known. A session that broke has none. */
export interface SessionEnding extends EventStamp {
  readonly type: "session-ending";
}

export interface TimerFired extends EventStamp {
  readonly type: "timer-fired";
  readonly timerId: number;
}

/** Faults of our own house that halt quoting while they last. */
export type FaultKind = "journal-behind" | "journal-failed" | "event-loop-delayed";

export interface FaultRaised extends EventStamp {
  readonly type: "fault-raised";
  readonly fault: FaultKind;
}

export interface FaultCleared extends EventStamp {
  readonly type: "fault-cleared";
  readonly fault: FaultKind;
}

export type MarketEvent =
  | BookSnapshotReceived
  | BookDeltaReceived
  | BookTickerReceived
  | TradePrinted
  | FeedDisconnected
  | FrameUnreadable
  | FundingRateUpdated
  | OpenInterestReported
  | LiquidationPrinted;
export type OrderEvent =
  | OrderAccepted
  | OrderRejected
  | OrderFilled
  | OrderCancelled
  | CancelRejected
  | OrderUnresolved
  | OrderReconciled;
export type AccountEvent = FundingPaid | AccountUpdated | VenueStateReported | VenueThrottled;
export type ControlEvent =
  | OperatorCommanded
  | ProfileChanged
  | ProfileRefused
  | LatchCleared
  | OperatorSeen
  | SessionEnding
  | TimerFired
  | FaultRaised
  | FaultCleared;
export type KernelEvent = MarketEvent | OrderEvent | AccountEvent | ControlEvent;

/** An event before the queue has numbered it. */
export type Unsequenced<E extends EventStamp> = E extends EventStamp ? Omit<E, "seq"> : never;
