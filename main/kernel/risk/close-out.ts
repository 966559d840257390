import type { OrderDesk } from "../orders/order-desk.ts";
import type { OrderManager } from "../orders/order-manager.ts";
import type { Settings } from "../settings/settings.ts";
import { formatLots, formatTicks } from "../values/market-rules.ts";
import { micros, secondsToUs, type Micros } from "../values/units.ts";
import { withinCollar } from "./close-price.ts";
import { flattenAttempts, flattenPlan, flattenSlippageBps } from "./flatten.ts";
import type { Halts } from "./halts.ts";
import type { Limits } from "./limits.ts";
import type { Taker } from "./taker.ts";
import type { TradingState } from "./trading-state.ts";

/** What a close-out sees of the market and the position. Best prices are null where the book is not to be believed. */
export interface CloseOutView {
  readonly nowUs: Micros;
  readonly settings: Settings;
  readonly limits: Limits;
  /** The venue's where it is known to differ from ours. */
  readonly positionLots: number;
  /** The venue itself told, asked after the last fill, that there is no position. */
  readonly isFlatAtVenue: boolean;
  readonly bestBidTicks: number | null;
  readonly bestAskTicks: number | null;
  /** Twice the last mid that was known, in ticks. */
  readonly lastMidHalfTicks: number | null;
}

export type CloseOutEnd =
  | "flat"
  | "below_min_order_size"
  | "missing_orderbook_price"
  | "attempts_used_up"
  | "timed_out"
  | "abandoned"
  | "killed";

/** So many polite stops abandon a close-out; the second is an impatient finger (decisions, N 34). */
const STOPS_TO_ABANDON = 3;

/**
 * Closes the position: waits until every own order is gone, then takes, one attempt at a time, each reaching further than the one before. It says
 * that nothing is left only when the venue has said so.
 *
 * Invariants: at most one closing order is live; none is sent while any own order is; it ends within `MM_SHUTDOWN_TIMEOUT_S`, once, and says how.
 * Source: reference, section I (flatten loop).
 */
export class CloseOut {
  private readonly _orders: OrderManager;
  private readonly _desk: OrderDesk;
  private readonly _taker: Taker;
  private readonly _state: TradingState;
  private readonly _halts: Halts;
  private _isActive = false;
  private _attempt = 0;
  private _stops = 0;
  private _nextUs = 0;
  private _deadlineUs = 0;

  constructor(orders: OrderManager, desk: OrderDesk, taker: Taker, state: TradingState, halts: Halts) {
    this._orders = orders;
    this._desk = desk;
    this._taker = taker;
    this._state = state;
    this._halts = halts;
  }

  get isActive(): boolean {
    return this._isActive;
  }

  /** Begins, or goes on with the one under way: its attempts and its deadline stay. */
  begin(why: string, view: CloseOutView): void {
    if (this._isActive || this._state.isKilled) return;
    this._isActive = true;
    this._attempt = 0;
    this._stops = 0;
    this._nextUs = view.nowUs;
    this._deadlineUs = view.nowUs + secondsToUs(view.settings.shutdownTimeoutS);
    this._state.closeOut(true);
    const position = formatLots(view.limits.scale, view.positionLots);
    const what =
      view.positionLots === 0 ? "making sure that no position is left" : `closing the position of ${position}`;
    const message = `${what}: ${why}`;
    this._halts.tell("flatten", "tripped", view.nowUs, {
      detail: why,
      reading: view.positionLots,
      message,
      severity: "info",
    });
  }

  /** A polite stop while it is under way; the third abandons it. */
  stopped(view: CloseOutView): void {
    if (!this._isActive) return;
    this._stops += 1;
    if (this._stops >= STOPS_TO_ABANDON) this.end("abandoned", view);
  }

  /** Takes the next step when it is time. */
  advance(view: CloseOutView): void {
    if (!this._isActive) return;
    if (this._state.isKilled) return this.end("killed", view);
    if (view.nowUs >= this._deadlineUs) return this.end("timed_out", view);
    if (this._orders.liveCount > 0) return this._recall(view);
    if (view.positionLots === 0) {
      if (view.isFlatAtVenue) this.end("flat", view);
      return;
    }
    if (view.nowUs < this._nextUs) return;
    if (this._attempt >= flattenAttempts(view.settings)) return this.end("attempts_used_up", view);
    this._try(view);
  }

  /** When the next step is due by time alone; null = none is. */
  nextDueUs(nowUs: number): number | null {
    if (!this._isActive) return null;
    return this._nextUs > nowUs ? Math.min(this._nextUs, this._deadlineUs) : this._deadlineUs;
  }

  end(how: CloseOutEnd, view: CloseOutView): void {
    if (!this._isActive) return;
    this._isActive = false;
    this._state.closeOut(false);
    const isFlat = view.positionLots === 0 && view.isFlatAtVenue;
    const message = isFlat ? this._closed() : notClosed(how, view);
    const severity = isFlat ? "info" : "critical";
    const found = { detail: how, reading: view.positionLots, bound: this._attempt, message, severity } as const;
    this._halts.tell("flatten", "cleared", view.nowUs, found);
    if (how === "abandoned" || how === "timed_out") this._desk.cancelAll("stop", view.nowUs);
  }

  private _closed(): string {
    if (this._attempt === 0) return "no position is left: there was nothing to close";
    return `the position is closed after ${this._attempt} ${this._attempt === 1 ? "attempt" : "attempts"}`;
  }

  /** An order that takes must not rest: one that is still there when the next attempt is due is asked back. */
  private _recall({ nowUs }: CloseOutView): void {
    if (nowUs < this._nextUs) return;
    for (const order of this._orders.live()) {
      if (order.status === "resting") this._desk.cancel(order, "stop", nowUs);
    }
  }

  private _try(view: CloseOutView): void {
    const { nowUs, settings, limits, positionLots } = view;
    this._attempt += 1;
    this._nextUs = micros(nowUs + Math.max(1, secondsToUs(settings.shutdownFlattenRetryDelayS)));
    const slippageBps = flattenSlippageBps(this._attempt, settings);
    const plan = flattenPlan({ ...view, minOrderLots: limits.minOrderLots, slippageBps });
    if (plan.kind === "already_flat") return;
    if (plan.kind !== "order") return this.end(plan.kind, view);
    const mid = view.lastMidHalfTicks;
    const priceTicks = mid === null ? plan.priceTicks : withinCollar(plan.priceTicks, mid, limits.collarBps);
    const taking = { purpose: "close", side: plan.side, sizeLots: plan.sizeLots, priceTicks } as const;
    const denied = this._taker.send(taking, limits, positionLots, mid, nowUs);
    const what = `${plan.side} ${formatLots(limits.scale, plan.sizeLots)} at ${formatTicks(limits.scale, priceTicks)}`;
    this._halts.tell("flatten", "changed", nowUs, {
      detail: denied === null ? `attempt ${this._attempt}` : `attempt ${this._attempt} denied: ${denied}`,
      reading: positionLots,
      bound: slippageBps.toNumber(),
      message: `close-out, attempt ${this._attempt}: ${what}${denied === null ? "" : `, denied: ${denied}`}`,
      severity: denied === null ? "info" : "warning",
    });
  }
}

function notClosed(how: CloseOutEnd, { limits, positionLots }: CloseOutView): string {
  const why = how.replaceAll("_", " ");
  if (positionLots === 0) return `ours is flat, but the venue has NOT confirmed it: ${why}`;
  return `the position is NOT closed, ${formatLots(limits.scale, positionLots)} is left: ${why}`;
}
