import type { StreamItem } from "../../preload/bridge.ts";
import type { Decision, PriceBuildUp, Slot } from "../kernel/decision.ts";
import type { Effect, RecordAlert } from "../kernel/effects.ts";
import type { KernelEvent } from "../kernel/events.ts";
import { slotIndex } from "../kernel/quoting/slot-state.ts";
import type { FeedUpdate } from "./engine-protocol.ts";
import type { ViewedSession } from "./viewed-session.ts";
import { LadderFeed } from "./views/ladder-view.ts";
import { readingsView, trendPoint } from "./views/readings-view.ts";
import { resultView } from "./views/result-view.ts";
import {
  AlertFeed,
  ChartFeed,
  DecisionFeed,
  FillFeed,
  TrendFeed,
  type SavedAlerts,
  type SavedDecisions,
} from "./views/row-feeds.ts";
import { profileRefusalText, RiskFeed, type SavedRisk } from "./views/risk-feed.ts";
import { riskView } from "./views/risk-view.ts";
import { signalsView } from "./views/signals-view.ts";
import { isWaitingAnswer, slotsView } from "./views/slots-view.ts";

/** Where the views stand between two events: what they show beside the kernel's own state. Plain data. */
export interface SavedViews {
  readonly decisions: SavedDecisions;
  readonly nextFillId: number;
  readonly alerts: SavedAlerts;
  readonly risk: SavedRisk;
  readonly trades: readonly number[];
  readonly reasons: ReadonlyMap<number, Decision>;
  readonly buildUps: ReadonlyMap<number, PriceBuildUp>;
  readonly regimeSinceUs: number;
}

/**
 * Makes the screens' view models of a session, whether it runs or is shown again: rows as things happen, states when asked.
 *
 * Reads the kernel and never changes it, nor asks it for a reading whose value could depend on when it is asked.
 */
export class ViewFeed {
  readonly decisions: DecisionFeed;
  readonly fills: FillFeed;
  readonly alerts = new AlertFeed();
  readonly chart = new ChartFeed();
  readonly trends = new TrendFeed();
  readonly #ladder = new LadderFeed();
  readonly #risk = new RiskFeed();
  readonly #viewed: ViewedSession;
  /** By slot: the last answer that says more than that the slot waits for its interval. */
  #reasons = new Map<number, Decision>();
  #buildUps = new Map<number, PriceBuildUp>();
  #regimeSinceUs: number;
  #countedEvents = 0;
  #countedAtMs = 0;
  #eventsPerSecond = 0;

  constructor(viewed: ViewedSession) {
    this.#viewed = viewed;
    this.decisions = new DecisionFeed(viewed.kernel.scale);
    this.fills = new FillFeed(viewed.kernel.scale, viewed.journalBehindMs !== null);
    this.#regimeSinceUs = viewed.startedUs;
  }

  /** Everything that the screens show now; rows since the last call. */
  updates(nowMs: number): FeedUpdate[] {
    const { kernel, tally } = this.#viewed;
    const ahead = (orderId: number): number | null => this.#viewed.queueAheadLots(orderId);
    return [
      { name: "status", value: this.#status(nowMs) },
      { name: "ladder", value: this.#ladder.view(kernel, ahead) },
      { name: "slots", value: slotsView(kernel, this.#reasons, this.#buildUps, ahead) },
      { name: "result", value: resultView(kernel, tally) },
      { name: "signals", value: signalsView(kernel, this.#regimeSinceUs) },
      { name: "readings", value: readingsView(kernel) },
      { name: "risk", value: riskView(kernel, this.#risk.saved()) },
      { name: "decisions", value: this.decisions.take() },
      { name: "fills", value: this.fills.take() },
      { name: "alerts", value: this.alerts.take() },
      { name: "chart", value: this.chart.take() },
      { name: "trends", value: this.trends.take() },
    ];
  }

  /** The slot's last answer that says more than that it waits; null before the first. */
  reasonOf(slot: Slot): Decision | null {
    return this.#reasons.get(slotIndex(slot)) ?? null;
  }

  saved(): SavedViews {
    return {
      decisions: this.decisions.saved(),
      nextFillId: this.fills.nextId,
      alerts: this.alerts.saved(),
      risk: this.#risk.saved(),
      trades: this.#ladder.saved(),
      reasons: this.#reasons,
      buildUps: this.#buildUps,
      regimeSinceUs: this.#regimeSinceUs,
    };
  }

  /** Goes on from where `saved` stood; rows that were not taken are forgotten. */
  restore(saved: SavedViews): void {
    this.decisions.restore(saved.decisions);
    this.fills.restore(saved.nextFillId);
    this.alerts.restore(saved.alerts);
    this.#risk.restore(saved.risk);
    this.chart.take();
    this.trends.take();
    this.#ladder.restore(saved.trades);
    this.#reasons = new Map(saved.reasons);
    this.#buildUps = new Map(saved.buildUps);
    this.#regimeSinceUs = saved.regimeSinceUs;
  }

  /** Call with every event and what came of it, in order. */
  observe(event: KernelEvent, effects: readonly Effect[]): void {
    if (event.type === "trade-printed") this.#ladder.trade(event.priceTicks, event.sizeLots, event.aggressor);
    for (const effect of effects) {
      this.#risk.observe(event, effect);
      switch (effect.type) {
        case "record-decision": {
          const { decision } = effect;
          this.decisions.add(decision);
          if (!isWaitingAnswer(decision)) this.#reasons.set(slotIndex(decision.slot), decision);
          if (decision.buildUp) this.#buildUps.set(slotIndex(decision.slot), decision.buildUp);
          break;
        }
        case "record-fill":
          this.fills.add(event.seq, effect);
          break;
        case "record-alert":
          this.alerts.add(shownAlert(event, effect));
          break;
        case "record-regime-change":
          this.#regimeSinceUs = effect.atUs;
          break;
        case "record-sample":
          this.chart.add(this.#chartPoint(effect));
          this.trends.add(trendPoint(this.#viewed.kernel, effect.atUs));
          break;
        default:
      }
    }
  }

  #chartPoint(sample: Extract<Effect, { type: "record-sample" }>): StreamItem<"chart"> {
    const { kernel } = this.#viewed;
    const { tickSize, lotSize } = kernel.scale;
    let bid: number | null = null;
    let ask: number | null = null;
    for (const order of kernel.orders.live()) {
      if (order.status !== "resting" || order.purpose !== "quote") continue;
      if (order.side === "buy") bid = Math.max(bid ?? 0, order.priceTicks * tickSize);
      else ask = Math.min(ask ?? Infinity, order.priceTicks * tickSize);
    }
    const decimals = kernel.scale.priceDecimals + 1;
    return {
      atUs: sample.atUs,
      mid: sample.midHalfTicks === null ? null : rounded((sample.midHalfTicks / 2) * tickSize, decimals),
      bid: bid === null ? null : rounded(bid, decimals),
      ask: ask === null ? null : rounded(ask, decimals),
      position: rounded(sample.positionLots * lotSize, kernel.scale.sizeDecimals),
      net: Number(sample.pnl.net) / 1e18,
      regime: kernel.board.regime.regime ?? kernel.profile.settings.volUnknownRegime,
    };
  }

  #status(nowMs: number): StreamItem<"status"> {
    const viewed = this.#viewed;
    const { kernel } = viewed;
    this.#countRate(nowMs, viewed.tally.events);
    const ageUs = kernel.market.ageUs(viewed.nowUs);
    const { settings, name, revision } = { ...kernel.profile };
    return {
      mode: viewed.mode,
      tradingState: kernel.state.name,
      haltReasons: kernel.state.reasons(),
      sessionId: viewed.sessionId,
      market: kernel.scale.rules.market,
      quoteCurrency: kernel.scale.rules.quoteCurrency,
      source: viewed.source,
      speed: viewed.speed,
      profile: name,
      profileRevision: revision,
      sessionUs: viewed.nowUs,
      startedUs: viewed.startedUs,
      bookAgeMs: ageUs === null ? null : ageUs / 1000,
      isBookUsable: kernel.market.isUsable(kernel.nowUs, settings),
      journalBehindMs: viewed.journalBehindMs,
      loopP99Ms: viewed.loopP99Ms,
      openOrders: kernel.orders.liveCount,
      unresolvedOrders: [...kernel.orders.live()].filter((order) => order.status === "unresolved").length,
      eventsPerSecond: this.#eventsPerSecond,
      killLatch: null,
      riskLatches: [],
      lastEnd: null,
    };
  }

  #countRate(nowMs: number, events: number): void {
    if (nowMs - this.#countedAtMs < 1000) return;
    this.#eventsPerSecond = Math.round(((events - this.#countedEvents) * 1000) / (nowMs - this.#countedAtMs));
    this.#countedAtMs = nowMs;
    this.#countedEvents = events;
  }
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** An alert as it is shown: a refused profile with who wanted it, and one that changed from elsewhere than this console as what an eye must rest on. */
function shownAlert(event: KernelEvent, alert: RecordAlert): RecordAlert {
  if (event.type === "profile-refused" && alert.kind === "profile-refused")
    return { ...alert, message: profileRefusalText(event) };
  if (event.type === "profile-changed" && alert.kind === "profile-changed" && event.by !== "operator")
    return { ...alert, severity: "warning" };
  return alert;
}
