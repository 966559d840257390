import type { StreamMessage, StreamName, Unsubscribe } from "../../preload/bridge.ts";

/** 29 a second: the contract allows 30 messages a second per topic and subscriber. */
export const SEND_INTERVAL_MS = 34;
/** Rows that wait for a slow subscriber; with more it gets a new snapshot instead. */
const MAX_WAITING_ROWS = 1000;

/** Where a stream's messages go; one subscriber. */
export interface StreamSink {
  send(message: OutgoingMessage): void;
  /** True while the subscriber takes messages more slowly than they come. */
  isBackedUp(): boolean;
}

export interface OutgoingMessage {
  readonly n: number;
  readonly kind: "snapshot" | "update";
  readonly value: unknown;
}

type Waiting =
  | { readonly kind: "snapshot" | "update"; readonly shape: "latest"; value: unknown }
  | { readonly kind: "snapshot" | "update"; readonly shape: "append"; readonly rows: Map<unknown, unknown> };

interface Row {
  readonly id?: number;
  readonly atUs?: number;
}

export interface StreamPumpOptions<N extends StreamName> {
  readonly shape: "latest" | "append";
  readonly subscribe: (listener: (message: StreamMessage<N>) => void) => Unsubscribe;
  readonly sink: StreamSink;
}

/**
 * Carries one stream to one subscriber: snapshot first, numbered, at most one message every `SEND_INTERVAL_MS`.
 *
 * Invariants: what waits is at most one message; a newer value replaces a waiting one, a newer row replaces the row of the same id; nothing is
 * skipped without a snapshot; numbers have no holes; after `close` nothing is sent.
 */
export class StreamPump<N extends StreamName> {
  readonly #options: StreamPumpOptions<N>;
  #unsubscribe: Unsubscribe | null = null;
  #waiting: Waiting | null = null;
  #hasOverflowed = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #nextNumber = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: StreamPumpOptions<N>) {
    this.#options = options;
    this.#subscribe();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #subscribe(): void {
    const unsubscribe = this.#options.subscribe((message) => this.#receive(message));
    // The sink may have closed the pump while it took the snapshot
    if (this.#isClosed) unsubscribe();
    else this.#unsubscribe = unsubscribe;
  }

  #receive(message: StreamMessage<N>): void {
    if (this.#isClosed) return;
    if (message.kind === "snapshot") {
      this.#hasOverflowed = false;
      this.#waiting = this.#waitingOf("snapshot", message.value);
    } else if (!this.#hasOverflowed) this.#merge(message.value);
    this.#sendWhenDue();
  }

  #waitingOf(kind: "snapshot" | "update", value: unknown): Waiting {
    if (this.#options.shape === "latest") return { kind, shape: "latest", value };
    return { kind, shape: "append", rows: new Map((value as readonly Row[]).map((row) => [row.id ?? row.atUs, row])) };
  }

  #merge(value: unknown): void {
    if (this.#waiting === null) {
      this.#waiting = this.#waitingOf("update", value);
      return;
    }
    if (this.#waiting.shape === "latest") {
      this.#waiting.value = value;
      return;
    }
    for (const row of value as readonly Row[]) this.#waiting.rows.set(row.id ?? row.atUs, row);
    if (this.#waiting.rows.size > MAX_WAITING_ROWS) {
      this.#waiting = null;
      this.#hasOverflowed = true;
    }
  }

  #sendWhenDue(): void {
    if (this.#timer !== null) return;
    const waitMs = this.#sentAtMs + SEND_INTERVAL_MS - performance.now();
    if (waitMs <= 0 && !this.#options.sink.isBackedUp()) {
      this.#send();
      return;
    }
    this.#timer = setTimeout(() => this.#onTimer(), Math.max(1, waitMs > 0 ? waitMs : SEND_INTERVAL_MS));
  }

  #onTimer(): void {
    this.#timer = null;
    if (this.#hasOverflowed && !this.#options.sink.isBackedUp()) {
      this.#unsubscribe?.();
      this.#unsubscribe = null;
      this.#subscribe();
      return;
    }
    if (this.#waiting !== null || this.#hasOverflowed) this.#sendWhenDue();
  }

  #send(): void {
    const waiting = this.#waiting;
    if (waiting === null) {
      if (this.#hasOverflowed) this.#timer = setTimeout(() => this.#onTimer(), SEND_INTERVAL_MS);
      return;
    }
    this.#waiting = null;
    this.#sentAtMs = performance.now();
    const n = this.#nextNumber;
    this.#nextNumber += 1;
    const value = waiting.shape === "latest" ? waiting.value : [...waiting.rows.values()];
    this.#options.sink.send({ n, kind: waiting.kind, value });
  }
}
