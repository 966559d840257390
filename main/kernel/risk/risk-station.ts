import type { Ledger } from "../accounting/ledger.ts";
import type { EffectSink } from "../effect-sink.ts";
import type {
  AccountUpdated,
  KernelEvent,
  LatchCleared,
  LatchKind,
  OperatorCommand,
  OperatorSeen,
  OrderEvent,
  OrderFilled,
  VenueStateReported,
  VenueThrottled,
} from "../events.ts";
import type { CarriedRisk, KernelConfig } from "../kernel-config.ts";
import type { MarketState } from "../market/market-state.ts";
import type { OrderDesk } from "../orders/order-desk.ts";
import type { Order, OrderManager } from "../orders/order-manager.ts";
import type { Settings } from "../settings/settings.ts";
import { unreachable } from "../values/invariant.ts";
import type { MarketScale } from "../values/market-rules.ts";
import { micros, type Micros, type OrderSide } from "../values/units.ts";
import { AccountWatch } from "./account-watch.ts";
import { BookDoubtWatch } from "./book-doubt-watch.ts";
import { CloseOut, type CloseOutView } from "./close-out.ts";
import { Halts } from "./halts.ts";
import { HardHedge } from "./hard-hedge.ts";
import type { Limits } from "./limits.ts";
import { LossWatch } from "./loss-watch.ts";
import { OperatorWatch } from "./operator-watch.ts";
import { PlacementBudget } from "./placement-budget.ts";
import { RepeatedExecution } from "./repeated-execution.ts";
import { TakerLeakage } from "./taker-leakage.ts";
import { Taker } from "./taker.ts";
import type { TradingState } from "./trading-state.ts";
import { VenueHealth } from "./venue-health.ts";
import { VenueReconciliation } from "./venue-reconciliation.ts";

const NOTHING_CARRIED: CarriedRisk = { latches: [], day: null };

/** Events that only the risk stage takes in. */
export type ToldToRisk = AccountUpdated | VenueStateReported | VenueThrottled | LatchCleared | OperatorSeen;

/** What the risk stage is built on; all of it belongs to the kernel. */
export interface RiskParts {
  readonly state: TradingState;
  readonly orders: OrderManager;
  readonly desk: OrderDesk;
  readonly ledger: Ledger;
  readonly market: MarketState;
  readonly effects: EffectSink;
  readonly scale: MarketScale;
  /** First of two slots that taking orders have for themselves. */
  readonly takingSlotIndex: number;
}

/**
 * Everything that may halt, slow, reduce or end quoting, in one place. It is told what happens, and acts through the trading state and by
 * cancelling; it never places a quote, and what it does place only reduces.
 *
 * Invariants: settings come with every call and are never kept, so that a flip of the profile loses no count and no latch; every trip and
 * every end of one is recorded and told.
 */
export class RiskStation {
  readonly health: VenueHealth;
  readonly account: AccountWatch;
  readonly budget: PlacementBudget;
  readonly leakage: TakerLeakage;
  readonly closeOut: CloseOut;
  readonly reconciliation: VenueReconciliation;
  private readonly _state: TradingState;
  private readonly _orders: OrderManager;
  private readonly _ledger: Ledger;
  private readonly _market: MarketState;
  private readonly _halts: Halts;
  private readonly _losses: LossWatch;
  private readonly _operator: OperatorWatch;
  private readonly _bookDoubts: BookDoubtWatch;
  private readonly _hedge: HardHedge;
  private readonly _repeated = new RepeatedExecution();
  private readonly _carriedLatches: readonly LatchKind[];
  private _hasStarted = false;
  private _hasStopped = false;
  private _isBudgetTold = false;
  private _isBookLost = false;
  private _lastFillUs: Micros = micros(0);
  private _lastMidHalfTicks: number | null = null;

  constructor(config: KernelConfig, parts: RiskParts) {
    const { settings } = config.profile;
    const { state, orders, desk, ledger, market, effects, scale } = parts;
    const carried = config.carried ?? NOTHING_CARRIED;
    this._state = state;
    this._orders = orders;
    this._ledger = ledger;
    this._market = market;
    this._halts = new Halts(state, desk, effects);
    this._carriedLatches = carried.latches;
    this.health = new VenueHealth(this._halts);
    this.leakage = new TakerLeakage(this._halts);
    this._bookDoubts = new BookDoubtWatch(this._halts);
    this.account = new AccountWatch(settings, scale, this._halts);
    this.budget = new PlacementBudget(settings);
    this._losses = new LossWatch(this._halts, carried.latches, carried.day);
    this._operator = new OperatorWatch(this._halts, config.isLive ?? false);
    const taker = new Taker(orders, desk, state, parts.takingSlotIndex);
    this.closeOut = new CloseOut(orders, desk, taker, state, this._halts);
    this._hedge = new HardHedge(orders, desk, taker, this.budget, state, this._halts);
    this.reconciliation = new VenueReconciliation(orders, desk, this._halts, effects);
  }

  /** What session and day have lost, for the screens. */
  get losses(): LossWatch {
    return this._losses;
  }

  /** When an operator was last seen, for the screens. */
  get operator(): OperatorWatch {
    return this._operator;
  }

  /** Fills of a side within the window of the settings. */
  executions(nowUs: number, side: OrderSide, settings: Settings): number {
    return this._repeated.count(nowUs, side, settings);
  }

  /** True when what may be sent has changed since the last call: every slot must be looked at again. */
  takeChange(): boolean {
    return this._halts.takeChange();
  }

  /** Before the first event is handled: latches of earlier sessions hold. */
  start(first: KernelEvent, nowUs: Micros, settings: Settings, limits: Limits): void {
    if (this._hasStarted) return;
    this._hasStarted = true;
    this._operator.seen(nowUs, "start");
    for (const latch of this._carriedLatches) {
      if (!this._state.halt(latch)) continue;
      const message = `the latch ${latch} of an earlier session holds until a person clears it`;
      this._halts.tell(latch, "changed", nowUs, { detail: "carried over", message, severity: "critical" });
    }
    this.reconciliation.awaitAnswer(nowUs);
    // Where the account speaks first, nothing has been missing
    if (first.type !== "account-updated") this._judgeAccount(nowUs, settings, limits);
  }

  /** Before the desk takes a report in: what it says of our way to the venue. */
  reporting(event: OrderEvent, nowUs: Micros, settings: Settings): void {
    const order = this._orders.find(event.orderId);
    if (order === null || order.isAnswered) return;
    if (event.type === "order-unresolved") {
      if (event.request === "place" && order.status === "in-flight") this.health.placementUnresolved(nowUs, settings);
      return;
    }
    if (event.type === "order-reconciled" || event.type === "cancel-rejected") return;
    order.isAnswered = true;
    this.health.placementAnswered(nowUs, nowUs - order.placedUs);
    if (event.type === "order-rejected") this.health.placementRejected(nowUs, event.reason, settings);
    else this.health.placementAccepted(nowUs, settings);
  }

  /** A request was not answered in time. */
  swept(order: Order, nowUs: Micros, settings: Settings): void {
    if (!order.isAnswered) this.health.placementUnresolved(nowUs, settings);
  }

  /** After the ledger has taken a fill in. Closing fills are what was asked for, however many; all others count as executions. */
  filled(order: Order, fill: OrderFilled, nowUs: Micros, settings: Settings): void {
    const { liquidity, priceTicks, sizeLots } = fill;
    this.leakage.filled(order.purpose, liquidity, priceTicks * sizeLots, nowUs);
    this._lastFillUs = nowUs;
    if (liquidity === "maker") this.health.makerFilled(nowUs);
    if (order.purpose === "close" || !this._repeated.filled(nowUs, order.side, settings)) return;
    const count = this._repeated.count(nowUs, order.side, settings);
    const seconds = settings.repeatedExecutionWindowS;
    this._halts.halt("repeated-execution", nowUs, {
      detail: order.side,
      reading: count,
      bound: settings.repeatedExecutionLimit,
      message: `latched until a person clears it: ${count} fills of ${order.side} orders within ${seconds} s`,
      severity: "critical",
    });
  }

  /** Takes in what account, venue and operator say beside orders and commands. */
  apply(event: ToldToRisk, nowUs: Micros, settings: Settings, limits: Limits): void {
    switch (event.type) {
      case "account-updated":
        this.account.updated(event, this._ledger.positionLots, nowUs);
        return this._judgeAccount(nowUs, settings, limits);
      case "venue-state-reported":
        return this.reconciliation.answered(event, this._ledger.positionLots, nowUs);
      case "venue-throttled":
        return this.health.throttled(event.cause, nowUs, settings);
      case "latch-cleared":
        this.operatorSeen(nowUs, event.by);
        return this._state.isNewCommand(event.commandId) ? this._clearLatch(event, nowUs) : undefined;
      case "operator-seen":
        return this.operatorSeen(nowUs, event.by);
      default:
        return unreachable(event);
    }
  }

  /** The book came or was lost: with the first book after a loss the venue is asked for what it holds. */
  bookHeard(isThere: boolean, nowUs: Micros): void {
    if (isThere && this._isBookLost) this.reconciliation.awaitAnswer(nowUs);
    this._isBookLost = !isThere;
  }

  operatorSeen(nowUs: Micros, by: string): void {
    this._operator.seen(nowUs, by);
  }

  /** After the trading state has taken a command: what it means for the close-out. */
  commanded(command: OperatorCommand, nowUs: Micros, settings: Settings, limits: Limits): void {
    const view = this._view(nowUs, settings, limits);
    switch (command) {
      case "flatten":
        return this.closeOut.begin("asked for by the operator", view);
      case "stop":
        // Nothing is traded that cannot be written down
        if (settings.flattenPositionOnShutdown && !this._hasStopped && !this._state.isRaised("journal-failed"))
          this.closeOut.begin("the session stops", view);
        this._hasStopped = true;
        return this.closeOut.stopped(view);
      case "resume":
      case "reduce-only":
        // The way back to quoting; a session that stops has none
        if (!this._state.isStopping) this.closeOut.end("abandoned", view);
        return;
      case "kill":
        return this.closeOut.end("killed", view);
      case "pause":
      case "cancel-all":
        return;
      default:
        unreachable(command);
    }
  }

  /** Before the slots are looked at: whatever time alone has changed. */
  advance(nowUs: Micros, settings: Settings): void {
    this._market.settle(nowUs);
    this._lastMidHalfTicks = this._market.midHalfTicks ?? this._lastMidHalfTicks;
    this._bookDoubts.look(this._market.plausibility, nowUs);
    this.health.advance(nowUs, settings);
    this.reconciliation.advance(this._ledger.positionLots, nowUs);
  }

  /** New settings are in force: what they say of account and budget counts at once. */
  settingsChanged(nowUs: Micros, settings: Settings, limits: Limits): void {
    this.budget.applySettings(settings, nowUs);
    this._judgeAccount(nowUs, settings, limits);
  }

  /** About every second: results, the operator, the slow readings. */
  review(nowUs: Micros, settings: Settings, limits: Limits): void {
    this.health.review(nowUs, this._orders.nextOrderId - 1);
    this.leakage.review(nowUs);
    this._operator.advance(nowUs, settings);
    this._judgeAccount(nowUs, settings, limits);
    this._judgeResult(nowUs, settings, limits);
  }

  /** After the slots were looked at: what takes. */
  act(nowUs: Micros, settings: Settings, limits: Limits): void {
    this._tellBudget(nowUs);
    if (!this.closeOut.isActive && !settings.hardHedgeEnabled) return;
    const view = this._view(nowUs, settings, limits);
    this.closeOut.advance(view);
    if (this.closeOut.isActive && view.positionLots === 0) {
      this.reconciliation.askSince(this._lastFillUs);
      this.reconciliation.advance(this._ledger.positionLots, nowUs);
    }
    this._hedge.advance(view);
  }

  /** When something here is due by time alone; null = nothing is. */
  nextDueUs(nowUs: number): number {
    const healthUs = this.health.nextChangeUs(nowUs) ?? Infinity;
    const closeUs = this.closeOut.nextDueUs(nowUs) ?? Infinity;
    return Math.min(healthUs, closeUs, this.reconciliation.nextDueUs());
  }

  /** A person clears a latch, with a reason that stays in the journal. */
  private _clearLatch({ latch, by, reason }: LatchCleared, nowUs: Micros): void {
    // One that has not fallen cannot be cleared: what it counts would be forgotten
    if (!this._state.isHaltedBy(latch)) return;
    if (latch === "repeated-execution") this._repeated.clear();
    else this._losses.lift(latch);
    const message = `${by} cleared the latch ${latch}: ${reason}`;
    this._halts.lift(latch, nowUs, { detail: reason, message, severity: "info", by });
  }

  private _judgeAccount(nowUs: Micros, settings: Settings, limits: Limits): void {
    if (this.account.judge(nowUs, settings)) this._stop("margin-guard", nowUs, settings, limits);
  }

  private _judgeResult(nowUs: Micros, settings: Settings, limits: Limits): void {
    const { net } = this._ledger.parts(this._market.isUsable(nowUs, settings) ? this._market.midHalfTicks : null);
    if (this._losses.read(nowUs, net, settings)) this._stop("drawdown", nowUs, settings, limits);
  }

  /** Ends the session as an operator's stop does. A drawdown always closes the position, the margin guard where the settings close it at the end. */
  private _stop(control: "drawdown" | "margin-guard", nowUs: Micros, settings: Settings, limits: Limits): void {
    this._state.stop();
    this._hasStopped = true;
    const message = `the session ends: ${control}`;
    this._halts.alert(control, nowUs, { message, severity: "critical" });
    if (control === "drawdown" || settings.flattenPositionOnShutdown)
      this.closeOut.begin(control, this._view(nowUs, settings, limits));
  }

  private _tellBudget(nowUs: Micros): void {
    const isSpent = this.budget.isMinuteSpent;
    if (isSpent === this._isBudgetTold) return;
    this._isBudgetTold = isSpent;
    const [reading, bound] = [this.budget.usedOfMinute(nowUs), this.budget.maxPerMinute];
    const message = isSpent
      ? `${reading} placements within a minute: no more until some are older than that`
      : "placements may leave again";
    const severity = isSpent ? "warning" : "info";
    const found = { detail: "max_messages_per_min", reading, bound, message, severity } as const;
    this._halts.tell("message-budget", isSpent ? "tripped" : "cleared", nowUs, found);
  }

  private _view(nowUs: Micros, settings: Settings, limits: Limits): CloseOutView {
    const { book } = this._market;
    const isUsable = this._market.isUsable(nowUs, settings);
    const { heard, differenceLots } = this.reconciliation;
    return {
      nowUs,
      settings,
      limits,
      // Where ours and the venue's part, the venue's is what is really there
      positionLots: this._ledger.positionLots - differenceLots,
      isFlatAtVenue: heard !== null && heard.positionLots === 0 && heard.askedUs >= this._lastFillUs,
      bestBidTicks: isUsable ? book.bestBidTicks : null,
      bestAskTicks: isUsable ? book.bestAskTicks : null,
      lastMidHalfTicks: this._market.midHalfTicks ?? this._lastMidHalfTicks,
    };
  }
}
