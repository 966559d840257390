import type { Decision, Slot } from "./decision.ts";
import type { FaultKind, LatchKind, LevelPairs, OperatorCommand, RejectReason } from "./events.ts";
import type { ProfileSnapshot } from "./settings/profile.ts";
import type { Liquidity, Lots, Micros, Money, OrderSide, Ticks } from "./values/units.ts";

/** Everything the kernel can ask for, in the imperative. Requests go to the venue, records to the journal; both are hashed, in order. */
export interface PlaceOrder {
  readonly type: "place-order";
  readonly orderId: number;
  readonly slot: Slot;
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  /** A quote rests; a close or a hedge takes at once what its price allows (immediate or cancel) and only reduces. */
  readonly purpose: OrderPurpose;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}

export type OrderPurpose = "quote" | "close" | "hedge";

export type CancelReason =
  | "reprice"
  | "max_order_age"
  | "risk_limit"
  | "stale_orderbook"
  | "min_spread"
  | "imbalance"
  | "imbalance_pause"
  | "toxicity"
  | "critical"
  | "hard"
  | "trend_counter_strong"
  | "operator"
  | "halt"
  | "stop"
  | "kill";

export interface CancelOrder {
  readonly type: "cancel-order";
  readonly orderId: number;
  readonly reason: CancelReason;
}

/** Asks the venue to cancel every own order of the market. */
export interface CancelAllOrders {
  readonly type: "cancel-all-orders";
  readonly reason: CancelReason;
}

/** Asks the venue what became of an order; answered by `order-reconciled`. */
export interface QueryOrder {
  readonly type: "query-order";
  readonly orderId: number;
}

/** Asks the venue for our position and resting orders; answered by `venue-state-reported`. */
export interface QueryVenueState {
  readonly type: "query-venue-state";
  readonly queryId: number;
}

/** Asks for a `timer-fired` at or after `atUs`. */
export interface SetTimer {
  readonly type: "set-timer";
  readonly timerId: number;
  readonly atUs: Micros;
}

export interface RecordDecision {
  readonly type: "record-decision";
  readonly decision: Decision;
}

export type OrderStatus =
  | "in-flight"
  | "resting"
  | "cancelling"
  | "unresolved"
  | "filled"
  | "cancelled"
  | "rejected"
  | "denied";

/** One row a change of an order's state. */
export interface RecordOrder {
  readonly type: "record-order";
  readonly atUs: Micros;
  readonly orderId: number;
  readonly slot: Slot;
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  readonly filledLots: Lots;
  readonly status: OrderStatus;
  /** Cancel reason, reject reason or denied limit. */
  readonly reason: CancelReason | RejectReason | string | null;
}

export interface RecordFill {
  readonly type: "record-fill";
  readonly atUs: Micros;
  readonly orderId: number;
  readonly tradeId: string;
  readonly slot: Slot;
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
  readonly liquidity: Liquidity;
  readonly fee: Money;
  /** Mid at the fill in half ticks (twice the mid); null when the book was not usable: the last known mid then values the fill. */
  readonly midHalfTicks: number | null;
  readonly bestBidTicks: Ticks | null;
  readonly bestAskTicks: Ticks | null;
  /** Position after the fill, signed. */
  readonly positionLots: number;
  /** The parts after the fill; they add up to `equity`. */
  readonly pnl: PnlParts;
  readonly quoteLifetimeUs: number;
  /** The market around the fill: for research, and outside the effect hash. */
  readonly snapshot?: FillSnapshot;
}

/** The market at a fill, over the settings' windows. Null = not known. */
export interface FillSnapshot {
  readonly spreadBps: number | null;
  /** High-low range over `MM_MICRO_VOL_WINDOW_S`. */
  readonly volatilityBps: number | null;
  /** Over `MM_MICRO_DRIFT_WINDOW_S`, signed. */
  readonly driftBps: number | null;
  /** Mean over `MM_IMBALANCE_WINDOW_S`, -1 (all on the ask) to 1. */
  readonly imbalance: number | null;
  /** Order flow imbalance over 1, 5 and 15 s. */
  readonly orderFlowLots: readonly (number | null)[];
  readonly micropriceDivergenceBps: number | null;
  readonly vpin: number | null;
  readonly isStale: boolean;
  readonly bookAgeUs: number | null;
  /** `MM_FILL_SNAPSHOT_DEPTH` levels at most, best first. */
  readonly bids: LevelPairs;
  readonly asks: LevelPairs;
}

/** Parts of the session's result in quote currency; `spreadCapture + inventory + fees + funding = net`, to the last digit. */
export interface PnlParts {
  readonly spreadCapture: Money;
  readonly inventory: Money;
  /** Negative = paid. */
  readonly fees: Money;
  readonly funding: Money;
  readonly net: Money;
}

export type Regime = "CALM" | "NORMAL" | "ELEVATED" | "EXTREME";

export interface RecordRegimeChange {
  readonly type: "record-regime-change";
  readonly atUs: Micros;
  readonly from: Regime;
  readonly to: Regime;
  readonly measured: boolean;
  /** Readings in bps that decided it; null = window not covered. */
  readonly shortVolBps: number | null;
  readonly mediumVolBps: number | null;
}

export interface RecordProfileChange {
  readonly type: "record-profile-change";
  readonly atUs: Micros;
  readonly commandId: string;
  readonly by: string;
  readonly before: ProfileSnapshot;
  readonly after: ProfileSnapshot;
}

export interface RecordOperatorCommand {
  readonly type: "record-operator-command";
  readonly atUs: Micros;
  readonly commandId: string;
  readonly command: OperatorCommand;
  readonly by: string;
  /** Applied, or why not ("duplicate", "killed"). */
  readonly outcome: string;
}

export type AlertSeverity = "info" | "warning" | "critical";

export type AlertKind =
  | "book-gapped"
  | "book-crossed"
  | "book-stale"
  | "ticker-disagrees"
  | "feed-disconnected"
  | "order-unresolved"
  | "post-only-rejected"
  | "order-rejected"
  | "risk-denied"
  | "pnl-broken"
  | "trading-state"
  | "profile-warning"
  | "profile-changed"
  | "profile-refused"
  | "operator-presence"
  | RiskControl
  | FaultKind;

export interface RecordAlert {
  readonly type: "record-alert";
  readonly atUs: Micros;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly message: string;
}

/** A control of the risk stage that can speak up. */
export type RiskControl =
  | LatchKind
  | "circuit-breaker"
  | "rate-limit"
  | "maintenance"
  | "margin-guard"
  | "latency-sla"
  | "quote-trade-ratio"
  | "message-budget"
  | "operator-presence"
  | "reconciliation"
  | "book-jump"
  | "book-spread"
  | "taker-leakage"
  | "flatten"
  | "hedge";

/** A breaker, halt or latch came into force, ended, or changed its degree. */
export interface RecordRiskEvent {
  readonly type: "record-risk-event";
  readonly atUs: Micros;
  readonly control: RiskControl;
  readonly happening: "tripped" | "cleared" | "changed";
  /** Which of the control's reasons, in words or the field's names. */
  readonly detail: string;
  /** Reading and bound behind it, in the control's own unit; null = it has none. */
  readonly reading: number | null;
  readonly bound: number | null;
  /** The operator who cleared it; null = it cleared or tripped by itself. */
  readonly by: string | null;
}

/** What became of the market after an own execution. */
export interface RecordMarkout {
  readonly type: "record-markout";
  readonly atUs: Micros;
  readonly orderId: number;
  readonly tradeId: string;
  readonly slot: Slot;
  readonly side: OrderSide;
  readonly liquidity: Liquidity;
  readonly filledUs: Micros;
  readonly horizonUs: number;
  readonly priceTicks: Ticks;
  /** Last mid at or before the horizon, in half ticks; null = the book was stale or unusable then. */
  readonly midHalfTicks: number | null;
  /** Positive = good for us; null with `midHalfTicks`. */
  readonly markoutBps: number | null;
}

/** Position and result once a second of session time. */
export interface RecordSample {
  readonly type: "record-sample";
  readonly atUs: Micros;
  readonly midHalfTicks: number | null;
  readonly positionLots: number;
  readonly pnl: PnlParts;
  readonly openOrders: number;
}

export type VenueRequest = PlaceOrder | CancelOrder | CancelAllOrders | QueryOrder | QueryVenueState;
export type JournalRecord =
  | RecordDecision
  | RecordOrder
  | RecordFill
  | RecordRegimeChange
  | RecordProfileChange
  | RecordOperatorCommand
  | RecordAlert
  | RecordRiskEvent
  | RecordMarkout
  | RecordSample;
export type Effect = VenueRequest | SetTimer | JournalRecord;
