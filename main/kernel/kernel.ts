import { FillWatch } from "./accounting/fill-watch.ts";
import { Ledger } from "./accounting/ledger.ts";
import { Uptime } from "./accounting/uptime.ts";
import { slotName } from "./decision.ts";
import { EffectSink } from "./effect-sink.ts";
import type { Effect } from "./effects.ts";
import type {
  FaultCleared,
  FaultRaised,
  KernelEvent,
  OperatorCommanded,
  OrderEvent,
  ProfileChanged,
} from "./events.ts";
import type { KernelConfig } from "./kernel-config.ts";
import { BookWatch } from "./market/book-watch.ts";
import { fillSnapshot } from "./market/fill-snapshot.ts";
import { MarketState } from "./market/market-state.ts";
import { OrderDesk, type ReportOutcome } from "./orders/order-desk.ts";
import { OrderManager } from "./orders/order-manager.ts";
import { RepricePipeline } from "./quoting/reprice-pipeline.ts";
import { QuotingBoard } from "./quoting/quoting-board.ts";
import { MAX_LEVELS } from "./quoting/slot-state.ts";
import { limitsOf, type Limits } from "./risk/limits.ts";
import { RiskStation } from "./risk/risk-station.ts";
import { CANCEL_REASONS, TradingState } from "./risk/trading-state.ts";
import type { ProfileSnapshot } from "./settings/profile.ts";
import { profileChangeNotice } from "./settings/profile-change-notice.ts";
import { ToxicityGuard } from "./signals/toxicity-guard.ts";
import { unreachable } from "./values/invariant.ts";
import { marketScale, type MarketScale } from "./values/market-rules.ts";
import { micros, type Micros } from "./values/units.ts";

/** Slots of orders that take: behind all the quotes' ones. */
const TAKING_SLOT_INDEX = 2 * MAX_LEVELS;

/** Sweeps, samples and time-driven looks happen this often. */
const HOUSEKEEPING_US = 1_000_000;

/**
 * The pure quoting core of one market: events in, effects out, nothing else. It has no clock but the events', no randomness, no I/O.
 *
 * Stage order of every event: book, own orders, account, signals, guards, pricing, post-only, reprice, risk, effects, metrics.
 * Content of a venue never makes `handle` throw; a broken invariant of our own does (`InvariantError`), and the session must end.
 */
export class Kernel {
  readonly scale: MarketScale;
  readonly market: MarketState;
  readonly ledger: Ledger;
  readonly orders: OrderManager;
  readonly state = new TradingState();
  readonly uptime = new Uptime();
  /** What became of own fills. */
  readonly fills: FillWatch;
  /** Whatever may halt, slow, reduce or end quoting. */
  readonly risk: RiskStation;
  readonly board: QuotingBoard;
  private readonly _desk: OrderDesk;
  private readonly _bookWatch = new BookWatch();
  private _profile: ProfileSnapshot;
  private _limits: Limits;
  private readonly _effects = new EffectSink();
  private _nowUs: Micros = micros(0);
  private _nextHousekeepingUs = 0;
  private _timerId = 0;
  /** Time of the timer that is still to fire; null = none is set. */
  private _timerAtUs: number | null = null;

  constructor(config: KernelConfig) {
    const { settings } = config.profile;
    this.scale = marketScale(config.rules);
    this._profile = config.profile;
    this._limits = limitsOf(settings, this.scale);
    this.ledger = new Ledger(this.scale);
    this.orders = new OrderManager(TAKING_SLOT_INDEX + 2);
    // Only a live venue's book has our own orders in it; those of tapes and generators do not
    this.market = new MarketState(settings, config.isLive === true ? this.orders : null);
    this.fills = new FillWatch(this._effects);
    this._desk = new OrderDesk(this.orders, this._effects);
    this.risk = new RiskStation(config, {
      state: this.state,
      orders: this.orders,
      desk: this._desk,
      ledger: this.ledger,
      market: this.market,
      effects: this._effects,
      scale: this.scale,
      takingSlotIndex: TAKING_SLOT_INDEX,
    });
    const guard = new ToxicityGuard();
    const { account, budget, health } = this.risk;
    const { quality } = this.fills;
    const pipeline = new RepricePipeline(this.orders, this._desk, guard, this.state, budget, account, quality);
    this.board = new QuotingBoard(this.market, this.ledger, pipeline, settings, this._effects, health);
  }

  get profile(): ProfileSnapshot {
    return this._profile;
  }

  get limits(): Limits {
    return this._limits;
  }

  /** Time of the last event. */
  get nowUs(): Micros {
    return this._nowUs;
  }

  /** Handles one event and returns what it asks for, in order. Event times that run backwards count as no time passing. */
  handle(event: KernelEvent): readonly Effect[] {
    if (event.tsInit > this._nowUs) this._nowUs = event.tsInit;
    this.risk.start(event, this._nowUs, this._profile.settings, this._limits);
    this.fills.advance(this._nowUs, this._profile.settings, this.board);
    const mayLook = this._apply(event);
    if (mayLook) this._look();
    if (this._nowUs >= this._nextHousekeepingUs) this._housekeeping();
    if (mayLook || this._timerAtUs === null) this._setTimer();
    return this._effects.take();
  }

  /** Takes the event in; true when slots may have to be looked at. */
  private _apply(event: KernelEvent): boolean {
    switch (event.type) {
      case "book-snapshot-received":
      case "book-delta-received":
      case "book-ticker-received":
      case "trade-printed":
      case "feed-disconnected":
      case "frame-unreadable":
      case "funding-rate-updated":
      case "open-interest-reported":
      case "liquidation-printed":
        return this._applyMarket(event);
      case "order-accepted":
      case "order-rejected":
      case "order-filled":
      case "order-cancelled":
      case "cancel-rejected":
      case "order-unresolved":
      case "order-reconciled":
        this._applyReport(event);
        return true;
      case "funding-paid":
        this.ledger.applyFunding(event.amount);
        return false;
      case "account-updated":
      case "venue-state-reported":
      case "venue-throttled":
      case "latch-cleared":
      case "operator-seen":
        this.risk.apply(event, this._nowUs, this._profile.settings, this._limits);
        return true;
      case "profile-refused":
        this._alert("warning", "profile-refused", event.message);
        return false;
      case "operator-commanded":
        this._applyCommand(event);
        return true;
      case "profile-changed":
        if (!this.state.isNewCommand(event.commandId)) return false;
        this.risk.operatorSeen(this._nowUs, event.by);
        this._applyProfile(event);
        return true;
      case "session-ending":
        this.fills.end(this._nowUs, this._profile.settings);
        return false;
      case "timer-fired":
        if (event.timerId === this._timerId) this._timerAtUs = null;
        return true;
      case "fault-raised":
      case "fault-cleared":
        this._applyFault(event);
        return true;
      default:
        return unreachable(event);
    }
  }

  private _applyFault({ type, fault }: FaultRaised | FaultCleared): void {
    if (type === "fault-raised") {
      if (!this.state.raise(fault)) return;
      this._alert("critical", fault, `quoting halted: ${fault}`);
      this._desk.cancelAll("halt", this._nowUs);
    } else {
      if (!this.state.clear(fault)) return;
      this._alert("info", fault, `${fault} is over`);
    }
    this.board.wakeAll();
  }

  private _applyMarket(event: Parameters<MarketState["apply"]>[0]): boolean {
    const change = this.market.apply(event, this._nowUs);
    switch (change) {
      case "none":
        return false;
      case "book-changed":
        this.fills.bookHeard(this._nowUs, this.market.midHalfTicks, this._profile.settings, this.board);
        this.risk.bookHeard(true, this._nowUs);
        this.board.bookChanged(this._nowUs, this._profile.settings);
        return true;
      case "book-lost": {
        const what = event.type === "feed-disconnected" ? `feed disconnected: ${event.reason}` : "gap in the book";
        this._alert("warning", event.type === "feed-disconnected" ? "feed-disconnected" : "book-gapped", what);
        this.fills.bookHeard(this._nowUs, null, this._profile.settings, this.board);
        this.risk.bookHeard(false, this._nowUs);
        this.board.bookLost();
        return true;
      }
      case "ticker-disagrees":
        this._alert("warning", "ticker-disagrees", "the venue's ticker and our book show different best prices");
        return false;
      case "funding-changed":
        this.board.wakeAll();
        return true;
      default:
        return unreachable(change);
    }
  }

  private _applyReport(event: OrderEvent): void {
    const wasInFlight = this.orders.find(event.orderId)?.status === "in-flight";
    this.risk.reporting(event, this._nowUs, this._profile.settings);
    const outcome = this._desk.report(event, this._nowUs);
    if (wasInFlight && "order" in outcome && outcome.kind !== "unresolved") {
      this.board.firstHeardOf(outcome.order, this._nowUs);
    }
    switch (outcome.kind) {
      case "unknown-order":
        // A fill of an order that is none of ours, or long forgotten: the venue's position may no longer be ours
        if (event.type === "order-filled") this.risk.reconciliation.askSoon();
        return;
      case "nothing":
      case "duplicate-fill":
        return;
      case "accepted":
        this.board.slotAt(outcome.order.slotIndex)?.postOnly.accepted(this._profile.settings);
        this.board.wakeSlot(outcome.order.slotIndex);
        return;
      case "found-resting":
        this.board.wakeSlot(outcome.order.slotIndex);
        return;
      case "ended":
        if (event.type === "order-rejected") {
          this._alert("warning", "order-rejected", `order ${outcome.order.orderId} rejected: ${event.reason}`);
        }
        this.board.slotFreed(outcome.order.slotIndex);
        return;
      case "post-only-rejected":
        this._alert("warning", "post-only-rejected", `${slotName(outcome.order.slot)} would have taken: rejected`);
        this.board.postOnlyRejected(outcome.order.slotIndex, this._nowUs, this._profile.settings);
        return;
      case "unresolved":
        this._alert("critical", "order-unresolved", `nobody knows what became of order ${outcome.order.orderId}`);
        return;
      case "filled":
        this._applyFill(outcome);
        return;
      default:
        unreachable(outcome);
    }
  }

  private _applyFill({ order, fill }: Extract<ReportOutcome, { kind: "filled" }>): void {
    const isUsable = this.market.isUsable(this._nowUs, this._profile.settings);
    const midHalfTicks = isUsable ? this.market.midHalfTicks : null;
    const { side } = order;
    const { priceTicks, sizeLots, fee, liquidity, tradeId } = fill;
    this.ledger.applyFill({ side, priceTicks, sizeLots, fee, midHalfTicks }, liquidity === "maker");
    this.board.slotAt(order.slotIndex)?.postOnly.filled();
    this.fills.filled(order, fill, midHalfTicks, this._nowUs);
    this.risk.filled(order, fill, this._nowUs, this._profile.settings);
    this._effects.push({
      type: "record-fill",
      atUs: this._nowUs,
      orderId: order.orderId,
      tradeId,
      slot: order.slot,
      side,
      priceTicks,
      sizeLots,
      liquidity,
      fee,
      midHalfTicks,
      bestBidTicks: this.market.book.bestBidTicks,
      bestAskTicks: this.market.book.bestAskTicks,
      positionLots: this.ledger.positionLots,
      pnl: this.ledger.parts(null),
      quoteLifetimeUs: this._nowUs - order.placedUs,
      snapshot: fillSnapshot(this.market, this._nowUs, this._profile.settings),
    });
    // A fill moves inventory, and with it every slot's price and size
    this.board.wakeAll();
  }

  private _applyCommand(event: OperatorCommanded): void {
    const before = this.state.name;
    this.risk.operatorSeen(this._nowUs, event.by);
    const outcome = this.state.command(event.commandId, event.command);
    this._effects.push({
      type: "record-operator-command",
      atUs: this._nowUs,
      commandId: event.commandId,
      command: event.command,
      by: event.by,
      outcome,
    });
    if (outcome !== "applied") return;
    const reason = CANCEL_REASONS[event.command];
    if (reason !== null) this._desk.cancelAll(reason, this._nowUs);
    this.risk.commanded(event.command, this._nowUs, this._profile.settings, this._limits);
    if (this.state.name !== before) {
      const severity = this.state.name === "KILLED" ? "critical" : "info";
      this._alert(severity, "trading-state", `${before} to ${this.state.name}: ${event.command} by ${event.by}`);
    }
    this.board.wakeAll();
  }

  /** A profile changes between two events: whole, and without losing any state. */
  private _applyProfile(event: ProfileChanged): void {
    const before = this._profile;
    this._profile = event.profile;
    const { settings } = event.profile;
    this._limits = limitsOf(settings, this.scale);
    this.risk.settingsChanged(this._nowUs, settings, this._limits);
    this.market.applySettings(settings);
    this.board.applySettings(settings);
    this._effects.push({
      type: "record-profile-change",
      atUs: this._nowUs,
      commandId: event.commandId,
      by: event.by,
      before,
      after: event.profile,
    });
    const { severity, message } = profileChangeNotice(before, event.profile, event.by);
    this._alert(severity, "profile-changed", message);
  }

  private _watchBook(): void {
    const { settings } = this._profile;
    const { market } = this;
    const isFit = market.isUsable(this._nowUs, settings);
    const ageS = (market.ageUs(this._nowUs) ?? 0) / 1_000_000;
    const notice = this._bookWatch.look(isFit, market.isStale(this._nowUs, settings), market.book.isCrossed, ageS);
    if (notice) this._alert(notice.isOver ? "info" : "warning", notice.kind, notice.message);
  }

  private _look(): void {
    this._watchBook();
    const { settings } = this._profile;
    this.risk.advance(this._nowUs, settings);
    if (this.risk.takeChange()) this.board.wakeAll();
    this.board.look(this._nowUs, settings, this._limits);
    this.risk.act(this._nowUs, settings, this._limits);
    this.uptime.mark(this._nowUs, this.board.isTwoSided(this.orders, settings));
  }

  /** What time alone brings about: unanswered requests, the second's sample, looks that no change of the market has caused. */
  private _housekeeping(): void {
    this._nextHousekeepingUs = this._nowUs + HOUSEKEEPING_US;
    for (const order of this._desk.sweep(this._nowUs)) {
      this._alert("critical", "order-unresolved", `no answer about order ${order.orderId}, asking the venue`);
      this.risk.swept(order, this._nowUs, this._profile.settings);
    }
    this.risk.review(this._nowUs, this._profile.settings, this._limits);
    this.board.wakeAll();
    this._look();
    const { midHalfTicks } = this.market;
    if (midHalfTicks !== null) this.ledger.mark(midHalfTicks);
    this._effects.push({
      type: "record-sample",
      atUs: this._nowUs,
      midHalfTicks,
      positionLots: this.ledger.positionLots,
      pnl: this.ledger.parts(null),
      openOrders: this.orders.liveCount,
    });
  }

  /** Keeps exactly one timer ahead: the earliest due look, at the latest the next housekeeping. */
  private _setTimer(): void {
    const dueUs = Math.min(this.board.nextDueUs() ?? Infinity, this.risk.nextDueUs(this._nowUs));
    const wantedUs = Math.max(this._nowUs + 1, Math.min(this._nextHousekeepingUs, dueUs));
    if (this._timerAtUs !== null && this._timerAtUs <= wantedUs) return;
    this._timerId += 1;
    this._timerAtUs = wantedUs;
    this._effects.push({ type: "set-timer", timerId: this._timerId, atUs: micros(wantedUs) });
  }

  private _alert(
    severity: "info" | "warning" | "critical",
    kind: Extract<Effect, { type: "record-alert" }>["kind"],
    message: string,
  ): void {
    this._effects.push({ type: "record-alert", atUs: this._nowUs, kind, severity, message });
  }
}
