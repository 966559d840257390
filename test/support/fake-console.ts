/** The state of the fake console: a session on a fake market, its rows, its subscribers. */
import type { z } from "zod";
import type { StreamItem, StreamName } from "../../preload/bridge.ts";
import { contract } from "../../preload/contract.ts";
import { OFFSETS_BPS } from "./fake-choices.ts";
import { FakeMarket, STEP_US } from "./fake-market.ts";
import { FakeRisk } from "./fake-risk.ts";
import { readingsOf, trendPointOf } from "./fake-readings.ts";
import { chartPointOf, fillRowsOf, ladderOf, resultOf, signalsOf, slotsOf } from "./fake-views.ts";

export interface FakeBackendOptions {
  readonly face?: "electron" | "web";
  /** Where the session clock starts, microseconds since the epoch. */
  readonly startUs?: number;
}

type Status = StreamItem<"status">;
export interface Subscriber {
  n: number;
  readonly send: (message: { n: number; kind: "snapshot" | "update"; value: unknown }) => void;
}

const SNAPSHOT_ROWS = { decisions: 200, fills: 200, alerts: 100, chart: 600, trends: 120 } as const;
const DEFAULT_START_US = 1_790_000_000_000_000;

/** The fake console has nothing to show again; a test emits what its screen needs. */
const NO_REPLAY: StreamItem<"replay"> = {
  phase: "closed",
  sessionId: null,
  progress: 0,
  problem: null,
  isPlaying: false,
  speed: 1,
  seq: 0,
  lastSeq: 0,
  atUs: 0,
  startUs: 0,
  endUs: 0,
  isEqual: null,
};

type SessionRow = z.output<typeof contract.sessions.page.output>["sessions"][number];

export class FakeConsole {
  readonly calls: [string, unknown][] = [];
  readonly shutDowns: string[] = [];
  readonly subscribers = new Map<StreamName, Set<Subscriber>>();
  readonly face: "electron" | "web";
  wallUs: number;
  market: FakeMarket | null = null;
  session: { row: SessionRow; speed: number; source: string } | null = null;
  past: SessionRow[] = [];
  profileRevision = 0;
  killLatch: Status["killLatch"] = null;
  risk = new FakeRisk();
  lastEnd: Status["lastEnd"] = null;
  alerts: StreamItem<"alerts">[] = [];
  chart: StreamItem<"chart">[] = [];
  trends: StreamItem<"trends">[] = [];
  #carriedUs = 0;
  #nextSession = 1;
  #shownFills = 0;

  constructor(options: FakeBackendOptions) {
    this.face = options.face ?? "web";
    this.wallUs = options.startUs ?? DEFAULT_START_US;
  }

  status(): Status {
    const market = this.market;
    const isKilled = market === null ? this.killLatch !== null : market.state === "KILLED";
    const reasons = { ACTIVE: [], PAUSED: ["paused by the operator"], REDUCING: ["reduce only, by the operator"] };
    return {
      mode: market === null ? "idle" : "paper",
      tradingState: isKilled ? "KILLED" : (market?.state ?? "HALTED"),
      haltReasons: isKilled ? ["killed by the operator"] : (reasons[market?.state as "ACTIVE"] ?? []),
      sessionId: this.session?.row.sessionId ?? null,
      market: market === null ? null : "BTC-PERP",
      quoteCurrency: market === null ? null : "USDT",
      source: this.session?.source ?? null,
      speed: this.session?.speed ?? 1,
      profile: this.session?.row.profile ?? null,
      profileRevision: this.profileRevision,
      sessionUs: market?.us ?? this.wallUs,
      startedUs: market?.startedUs ?? 0,
      bookAgeMs: market === null ? null : (market.us - market.bookUs) / 1000,
      isBookUsable: market !== null && !market.isStale,
      journalBehindMs: market === null ? null : 12 + (Math.floor(market.us / STEP_US) % 5) * 7,
      loopP99Ms: 1.4,
      openOrders: market?.orders.length ?? 0,
      unresolvedOrders: market?.orders.filter((order) => order.status === "unresolved").length ?? 0,
      eventsPerSecond: market === null ? 0 : 84 * (this.session?.speed ?? 1),
      killLatch: this.killLatch,
      riskLatches: this.risk.latches.map(({ latch, detail, setAtUs }) => ({ latch, reason: detail, setAtUs })),
      lastEnd: this.lastEnd,
    };
  }

  snapshot(name: StreamName): unknown {
    const market = this.market;
    switch (name) {
      case "status":
        return this.status();
      case "ladder":
        return market && ladderOf(market);
      case "slots":
        return market && slotsOf(market);
      case "result":
        return market && resultOf(market);
      case "signals":
        return market && signalsOf(market);
      case "readings":
        return market && readingsOf(market);
      case "risk":
        return market && this.risk.view(market, this.#profile());
      case "decisions":
        return structuredClone(market?.decisions.slice(-SNAPSHOT_ROWS.decisions) ?? []);
      case "fills":
        return market === null ? [] : fillRowsOf(market, SNAPSHOT_ROWS.fills);
      case "alerts":
        return structuredClone(this.alerts.slice(-SNAPSHOT_ROWS.alerts));
      case "chart":
        return this.chart.slice(-SNAPSHOT_ROWS.chart);
      case "trends":
        return this.trends.slice(-SNAPSHOT_ROWS.trends);
      case "replay":
        return NO_REPLAY;
      default:
        return contract.feed[name].shape === "append" ? [] : null;
    }
  }

  #profile(): { readonly name: string; readonly revision: number } {
    return { name: this.session?.row.profile ?? "", revision: this.profileRevision };
  }

  publish(name: StreamName, value: unknown, kind: "snapshot" | "update" = "update"): void {
    for (const subscriber of this.subscribers.get(name) ?? []) {
      subscriber.n = kind === "snapshot" ? 0 : subscriber.n + 1;
      subscriber.send({ n: subscriber.n, kind, value });
    }
  }

  publishStates(): void {
    for (const name of ["status", "ladder", "slots", "result", "signals", "readings", "risk"] as const)
      this.publish(name, this.snapshot(name));
  }

  /** Another session is on the screens: every stream starts over. */
  startOver(): void {
    for (const name of Object.keys(contract.feed) as StreamName[]) this.publish(name, this.snapshot(name), "snapshot");
  }

  start(source: SessionRow["venue"], profile: string, speed: number, seed: number, label: string): string {
    const sessionId = `fake-${String(this.#nextSession++).padStart(4, "0")}`;
    this.market = new FakeMarket(seed, this.wallUs, OFFSETS_BPS[profile] ?? 1.6);
    const row: SessionRow = {
      sessionId,
      mode: "paper",
      market: "BTC-PERP",
      venue: source,
      profile,
      startedAtUs: this.wallUs,
      endedAtUs: null,
      endedHow: "running",
      fills: 0,
      net: null,
    };
    this.session = { row, speed, source: label };
    this.profileRevision += 1;
    [this.lastEnd, this.chart, this.trends, this.#shownFills, this.#carriedUs] = [null, [], [], 0, 0];
    this.startOver();
    this.alert("info", "session-started", `Session ${sessionId} quotes on ${label}`);
    return sessionId;
  }

  end(endedHow: "ended" | "crashed" | "killed", message: string): void {
    if (this.session === null || this.market === null) return;
    const { row } = this.session;
    const { fills, net } = { fills: this.market.fills.length, net: resultOf(this.market).net };
    this.past.unshift({ ...row, endedAtUs: this.market.us, endedHow, fills, net });
    this.lastEnd = { sessionId: row.sessionId, endedHow, message };
    this.market = null;
    this.session = null;
    this.startOver();
    if (endedHow === "crashed") this.alert("critical", "session-crashed", message);
  }

  advance(wallMs: number): void {
    this.wallUs += Math.round(wallMs * 1000);
    if (this.market === null || this.session === null) {
      this.publish("status", this.status());
      return;
    }
    this.#carriedUs += Math.round(wallMs * 1000 * this.session.speed);
    while (this.market !== null && this.#carriedUs >= STEP_US) {
      this.#carriedUs -= STEP_US;
      this.#step(this.market);
    }
    if (this.market === null) return;
    this.publishStates();
    this.#publishRows(this.market);
  }

  #step(market: FakeMarket): void {
    market.step();
    this.risk.step(market);
    if (market.us % 1_000_000 === 0) {
      const point = chartPointOf(market);
      this.chart = [...this.chart.slice(-(SNAPSHOT_ROWS.chart - 1)), point];
      this.publish("chart", [point]);
      const trend = trendPointOf(market);
      this.trends = [...this.trends.slice(-(SNAPSHOT_ROWS.trends - 1)), trend];
      this.publish("trends", [trend]);
    }
    const last = market.decisions.at(-1);
    if (last?.code === "skip_toxicity" && last.count === 1 && last.atUs === market.us)
      this.alert("warning", "guard-tripped", "Toxicity guard paused both sides: 15.2 bps > 12.5 bps");
    if (market.state === "KILLED" && market.orders.length === 0) this.end("killed", "Killed by the operator");
  }

  #publishRows(market: FakeMarket): void {
    if (market.changedDecisions.size > 0) {
      this.publish("decisions", structuredClone([...market.changedDecisions]));
      market.changedDecisions.clear();
    }
    if (market.fills.length === 0) return;
    const fresh = market.fills.length - this.#shownFills;
    // The newest few are sent again because they become durable a moment after they are shown
    this.publish("fills", fillRowsOf(market, fresh + 6));
    this.#shownFills = market.fills.length;
  }

  alert(severity: "info" | "warning" | "critical", kind: string, message: string): void {
    const known = this.alerts.findLast((row) => row.kind === kind && row.message === message && !row.isAcknowledged);
    const atUs = this.market?.us ?? this.wallUs;
    if (known === undefined) {
      this.alerts.push({ id: this.alerts.length + 1, atUs, severity, kind, message, count: 1, isAcknowledged: false });
      this.publish("alerts", [{ ...this.alerts.at(-1) }]);
      return;
    }
    [known.count, known.atUs] = [known.count + 1, atUs];
    this.publish("alerts", [{ ...known }]);
  }
}
