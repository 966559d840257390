import type { SessionStreamName, StreamItem, StreamMessage, StreamName, Unsubscribe } from "../../preload/bridge.ts";
import { replayStreamOf } from "../../preload/channels.ts";

type Listener<N extends StreamName> = (message: StreamMessage<N>) => void;

interface Stream<N extends StreamName> {
  readonly name: N;
  readonly shape: "latest" | "append";
  /** Rows kept for a snapshot. */
  readonly most: number;
  readonly listeners: Set<Listener<N>>;
  latest: StreamItem<N> | null;
  /** In ascending order of their key. */
  rows: Map<number, StreamItem<N>>;
  newestKey: number;
  n: number;
}

interface Shape {
  readonly shape: "latest" | "append";
  /** Rows kept for a snapshot. */
  readonly most: number;
}

const SESSION_SHAPES: Readonly<Record<SessionStreamName, Shape>> = {
  status: { shape: "latest", most: 0 },
  ladder: { shape: "latest", most: 0 },
  slots: { shape: "latest", most: 0 },
  result: { shape: "latest", most: 0 },
  signals: { shape: "latest", most: 0 },
  readings: { shape: "latest", most: 0 },
  risk: { shape: "latest", most: 0 },
  decisions: { shape: "append", most: 500 },
  fills: { shape: "append", most: 500 },
  alerts: { shape: "append", most: 200 },
  chart: { shape: "append", most: 7200 },
  trends: { shape: "append", most: 120 },
};

const SHAPES = Object.fromEntries([
  ...Object.entries(SESSION_SHAPES),
  ...Object.entries(SESSION_SHAPES).map(([name, shape]) => [replayStreamOf(name), shape]),
  ["replay", { shape: "latest", most: 0 }],
]) as Readonly<Record<StreamName, Shape>>;

/** What the streams last said, so that whoever subscribes starts with a snapshot. Each subscriber's own pace is the gate's business. */
export class StreamCache {
  readonly #streams = new Map<StreamName, Stream<StreamName>>();

  subscribe<N extends StreamName>(name: N, listener: Listener<N>): Unsubscribe {
    const stream = this.#stream(name);
    stream.listeners.add(listener);
    listener({ n: stream.n, kind: "snapshot", value: snapshotOf(stream) } as StreamMessage<N>);
    return () => void stream.listeners.delete(listener);
  }

  /** Takes a new value, or new and changed rows. */
  update<N extends StreamName>(name: N, value: StreamItem<N> | readonly StreamItem<N>[] | null): void {
    const stream = this.#stream(name);
    if (stream.shape === "latest") {
      stream.latest = value as StreamItem<StreamName> | null;
      this.#send(stream, "update", value);
      return;
    }
    const rows = value as readonly StreamItem<StreamName>[];
    if (rows.length === 0) return;
    for (const row of rows) keep(stream, row);
    while (stream.rows.size > stream.most) {
      const oldest = stream.rows.keys().next();
      if (oldest.done === true) break;
      stream.rows.delete(oldest.value);
    }
    this.#send(stream, "update", rows);
  }

  /** Puts these rows in the place of all that an `append` stream had; its subscribers get them as a snapshot. */
  replace<N extends StreamName>(name: N, rows: readonly StreamItem<N>[]): void {
    const stream = this.#stream(name);
    stream.rows.clear();
    stream.newestKey = -Infinity;
    for (const row of rows) keep(stream, row);
    this.#send(stream, "snapshot", snapshotOf(stream));
  }

  /** Forgets everything of a stream and tells its subscribers so. */
  reset(name: StreamName): void {
    const stream = this.#stream(name);
    stream.latest = null;
    stream.rows.clear();
    stream.newestKey = -Infinity;
    this.#send(stream, "snapshot", snapshotOf(stream));
  }

  #stream(name: StreamName): Stream<StreamName> {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = {
        name,
        ...SHAPES[name],
        listeners: new Set(),
        latest: null,
        rows: new Map(),
        newestKey: -Infinity,
        n: 0,
      };
      this.#streams.set(name, stream);
    }
    return stream;
  }

  #send(stream: Stream<StreamName>, kind: "snapshot" | "update", value: unknown): void {
    stream.n += 1;
    for (const listener of stream.listeners) listener({ n: stream.n, kind, value } as StreamMessage<StreamName>);
  }
}

/** A row that fell out long ago and changes again takes its old place, so that it, and no newer row, falls out. */
function keep(stream: Stream<StreamName>, row: StreamItem<StreamName>): void {
  const key = keyOf(row);
  const isInOrder = key > stream.newestKey || stream.rows.has(key);
  stream.rows.set(key, row);
  stream.newestKey = Math.max(stream.newestKey, key);
  if (!isInOrder) stream.rows = new Map([...stream.rows].toSorted(([a], [b]) => a - b));
}

function snapshotOf(stream: Stream<StreamName>): unknown {
  return stream.shape === "latest" ? stream.latest : [...stream.rows.values()];
}

function keyOf(row: StreamItem<StreamName>): number {
  return "id" in row ? row.id : (row as { readonly atUs: number }).atUs;
}
