/** Everything the other side has said, in one store outside React. Messages are gathered and applied once a frame, so that a fast stream costs one render. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type {
  Bridge,
  SessionStreamName,
  StreamItem,
  StreamMessage,
  StreamName,
  Unsubscribe,
} from "../../preload/bridge.ts";
import { replayStreamOf, SESSION_STREAM_NAMES } from "../../preload/channels.ts";
import { appendRows } from "./append-rows.ts";

type LatestName = "status" | "ladder" | "slots" | "result" | "signals" | "readings" | "risk";
type AppendName = "decisions" | "fills" | "alerts" | "chart" | "trends";

export type Connection = "connecting" | "connected" | "lost";

export interface FeedState {
  readonly connection: Connection;
  /** Clock of this screen when the last message of any stream was applied; null before the first. */
  readonly receivedAtMs: number | null;
  /** False when nothing has come for longer than the freshness limit, though the bridge is up. */
  readonly isFresh: boolean;
  /** Counts the snapshots of the chart: a new one means the line starts over. */
  readonly chartEpoch: number;
  readonly status: StreamItem<"status"> | null;
  readonly ladder: StreamItem<"ladder"> | null;
  readonly slots: StreamItem<"slots"> | null;
  readonly result: StreamItem<"result"> | null;
  readonly signals: StreamItem<"signals"> | null;
  readonly readings: StreamItem<"readings"> | null;
  readonly risk: StreamItem<"risk"> | null;
  readonly decisions: readonly StreamItem<"decisions">[];
  readonly fills: readonly StreamItem<"fills">[];
  readonly alerts: readonly StreamItem<"alerts">[];
  readonly chart: readonly StreamItem<"chart">[];
  readonly trends: readonly StreamItem<"trends">[];
}

export type FeedStore = StoreApi<FeedState>;

const rowLimits: Readonly<Record<AppendName, number>> = {
  decisions: 400,
  fills: 500,
  alerts: 200,
  chart: 7200,
  trends: 120,
};
/** The status stream speaks several times a second; silence for this long means that the screen is old. */
export const FRESHNESS_LIMIT_MS = 2500;

const emptyFeed: FeedState = {
  connection: "connecting",
  receivedAtMs: null,
  isFresh: true,
  chartEpoch: 0,
  status: null,
  ladder: null,
  slots: null,
  result: null,
  signals: null,
  readings: null,
  risk: null,
  decisions: [],
  fills: [],
  alerts: [],
  chart: [],
  trends: [],
};

/** What the store needs of its surroundings; tests pass their own. */
export interface FeedSurroundings {
  /** Runs the task soon, at most once a frame. */
  schedule(task: () => void): void;
  nowMs(): number;
}

/** Frames while the window is seen; a slow timer while it is hidden, where frames stop. */
export const browserSurroundings: FeedSurroundings = {
  schedule(task) {
    if (document.visibilityState === "visible") requestAnimationFrame(task);
    else setTimeout(task, 250);
  },
  nowMs: () => performance.now(),
};

type Change = (state: FeedState) => Partial<FeedState>;

function rowKey(row: { readonly id: number } | { readonly atUs: number }): number {
  return "id" in row ? row.id : row.atUs;
}

const latestChanges: { readonly [N in LatestName]: (message: StreamMessage<N>) => Change } = {
  status: (message) => () => ({ status: message.value }),
  ladder: (message) => () => ({ ladder: message.value }),
  slots: (message) => () => ({ slots: message.value }),
  result: (message) => () => ({ result: message.value }),
  signals: (message) => () => ({ signals: message.value }),
  readings: (message) => () => ({ readings: message.value }),
  risk: (message) => () => ({ risk: message.value }),
};

const appendChanges: { readonly [N in AppendName]: (message: StreamMessage<N>) => Change } = {
  decisions: (message) => (state) => ({
    decisions: appendRows(
      message.kind === "snapshot" ? [] : state.decisions,
      message.value,
      rowKey,
      rowLimits.decisions,
    ),
  }),
  fills: (message) => (state) => ({
    fills: appendRows(message.kind === "snapshot" ? [] : state.fills, message.value, rowKey, rowLimits.fills),
  }),
  alerts: (message) => (state) => ({
    alerts: appendRows(message.kind === "snapshot" ? [] : state.alerts, message.value, rowKey, rowLimits.alerts),
  }),
  chart: (message) => (state) => ({
    chart: appendRows(message.kind === "snapshot" ? [] : state.chart, message.value, rowKey, rowLimits.chart),
    chartEpoch: message.kind === "snapshot" ? state.chartEpoch + 1 : state.chartEpoch,
  }),
  trends: (message) => (state) => ({
    trends: appendRows(message.kind === "snapshot" ? [] : state.trends, message.value, rowKey, rowLimits.trends),
  }),
};

const changes: { readonly [N in SessionStreamName]: (message: StreamMessage<N>) => Change } = {
  ...latestChanges,
  ...appendChanges,
};

export interface Feed {
  readonly store: FeedStore;
  /** Compares the time of the last message with the clock; call it a few times a second. */
  checkFreshness(): void;
  close(): void;
}

/** Which session a feed is of: the one that runs, or the past one that is shown again. */
export type FeedSource = "running" | "shown-again";

function follow<N extends SessionStreamName>(
  bridge: Bridge,
  source: FeedSource,
  name: N,
  apply: (change: Change) => void,
): Unsubscribe {
  const toChange: (message: StreamMessage<N>) => Change = changes[name];
  const stream = source === "running" ? name : (replayStreamOf(name) as StreamName);
  // A session's streams have the same items under either name
  const open = bridge.feed[stream] as (listener: (message: StreamMessage<N>) => void) => Unsubscribe;
  return open((message) => apply(toChange(message)));
}

/** Subscribes to every stream of a session and keeps the store current until closed. */
export function openFeed(bridge: Bridge, surroundings: FeedSurroundings, source: FeedSource = "running"): Feed {
  const store = createStore<FeedState>(() => emptyFeed);
  let waiting: Change[] = [];
  const flush = (): void => {
    const due = waiting;
    waiting = [];
    store.setState((state) => {
      let next: FeedState = state;
      for (const change of due) next = { ...next, ...change(next) };
      return { ...next, receivedAtMs: surroundings.nowMs(), isFresh: true };
    });
  };
  const apply = (change: Change): void => {
    waiting.push(change);
    if (waiting.length === 1) surroundings.schedule(flush);
  };
  const stops = SESSION_STREAM_NAMES.map((name) => follow(bridge, source, name, apply));
  stops.push(
    bridge.onConnection((isConnected) => {
      const { connection } = store.getState();
      // until the first connection stands there is nothing to lose
      if (isConnected) store.setState({ connection: "connected" });
      else if (connection === "connected") store.setState({ connection: "lost" });
    }),
  );
  return {
    store,
    checkFreshness() {
      const { receivedAtMs, isFresh } = store.getState();
      const isNowFresh = receivedAtMs === null || surroundings.nowMs() - receivedAtMs < FRESHNESS_LIMIT_MS;
      if (isNowFresh !== isFresh) store.setState({ isFresh: isNowFresh });
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
