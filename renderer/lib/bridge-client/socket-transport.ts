import type { BridgeTransport, RawMessage, RawResult } from "./bridge-transport.ts";

/** The server beats every 2 s; after this long without a word the connection counts as lost. */
const SILENCE_MS = 7_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 4_000;
/** Calls made while the page is still connecting for the first time wait this long. */
const FIRST_CONNECTION_MS = 8_000;
/** A call that got no answer by now may have been carried out; the operator is told so. */
const ANSWER_MS = 20_000;

type Incoming =
  | { readonly kind: "answer"; readonly id: number; readonly result: RawResult }
  | { readonly kind: "item"; readonly id: number; readonly message: RawMessage }
  | { readonly kind: "beat" };

interface OpenCall {
  readonly settle: (result: RawResult) => void;
  readonly frame: string;
  readonly deadline: ReturnType<typeof setTimeout>;
}

interface OpenStream {
  readonly stream: string;
  readonly listener: (message: RawMessage) => void;
}

const NOT_CONNECTED: RawResult = {
  ok: false,
  code: "not-ready",
  message: "The console is not connected; nothing was sent",
};
const OUTCOME_UNKNOWN: RawResult = {
  ok: false,
  code: "not-ready",
  message: "The connection was lost before the answer came; the command may have been carried out",
};

/**
 * Carries the bridge over a WebSocket that reconnects by itself.
 *
 * Invariants: a call made while disconnected is answered at once and never sent later; a call under way when the connection breaks is answered as
 * of unknown outcome, once; every open stream is opened anew on each connection, under a new number, so that nothing of an old one reaches it.
 */
export class SocketTransport implements BridgeTransport {
  readonly #url: string;
  readonly #calls = new Map<number, OpenCall>();
  readonly #streams = new Map<number, OpenStream>();
  readonly #connectionListeners = new Set<(isConnected: boolean) => void>();
  #socket: WebSocket | null = null;
  #isConnected = false;
  #mayStillConnectFirst = true;
  #nextId = 1;
  #retryMs = FIRST_RETRY_MS;
  #silence: ReturnType<typeof setTimeout> | null = null;

  constructor(url: string) {
    this.#url = url;
    setTimeout(() => this.#endFirstConnection(), FIRST_CONNECTION_MS);
    this.#connect();
  }

  call(group: string, name: string, input: unknown): Promise<RawResult> {
    if (!this.#isConnected && !this.#mayStillConnectFirst) return Promise.resolve(NOT_CONNECTED);
    const id = this.#nextId++;
    const frame = JSON.stringify({ kind: "call", id, group, name, input });
    return new Promise((resolve) => {
      const settle = (result: RawResult): void => {
        const open = this.#calls.get(id);
        if (open === undefined) return;
        clearTimeout(open.deadline);
        this.#calls.delete(id);
        resolve(result);
      };
      const deadline = setTimeout(() => settle(OUTCOME_UNKNOWN), ANSWER_MS);
      this.#calls.set(id, { settle, frame, deadline });
      if (this.#isConnected) this.#socket?.send(frame);
    });
  }

  open(stream: string, listener: (message: RawMessage) => void): () => void {
    let id = this.#nextId++;
    const entry: OpenStream = { stream, listener };
    this.#streams.set(id, entry);
    if (this.#isConnected) this.#send({ kind: "open", id, stream });
    return () => {
      id = [...this.#streams].find(([, open]) => open === entry)?.[0] ?? id;
      if (this.#streams.delete(id) && this.#isConnected) this.#send({ kind: "close", id });
    };
  }

  onConnection(listener: (isConnected: boolean) => void): () => void {
    this.#connectionListeners.add(listener);
    listener(this.#isConnected);
    return () => void this.#connectionListeners.delete(listener);
  }

  #send(message: unknown): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#onOpen());
    socket.addEventListener("message", (event) => this.#onMessage(event.data));
    socket.addEventListener("close", () => this.#onClose(socket));
    this.#listenForSilence();
  }

  #onOpen(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#isConnected = true;
    this.#mayStillConnectFirst = false;
    for (const { frame } of this.#calls.values()) this.#socket?.send(frame);
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const entry of streams) {
      const id = this.#nextId++;
      this.#streams.set(id, entry);
      this.#send({ kind: "open", id, stream: entry.stream });
    }
    this.#tell(true);
  }

  #onMessage(data: unknown): void {
    this.#listenForSilence();
    const message = JSON.parse(String(data)) as Incoming;
    if (message.kind === "answer") this.#calls.get(message.id)?.settle(message.result);
    else if (message.kind === "item") this.#streams.get(message.id)?.listener(message.message);
  }

  #onClose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    if (this.#silence !== null) clearTimeout(this.#silence);
    if (this.#isConnected) {
      this.#isConnected = false;
      for (const { settle } of this.#calls.values()) settle(OUTCOME_UNKNOWN);
      this.#tell(false);
    }
    setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #endFirstConnection(): void {
    if (!this.#mayStillConnectFirst) return;
    this.#mayStillConnectFirst = false;
    for (const { settle } of this.#calls.values()) settle(NOT_CONNECTED);
  }

  #listenForSilence(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#silence = setTimeout(() => {
      // A dead peer never completes the close handshake, so the loss is declared here and the late close event ignored
      socket?.close();
      if (socket !== null) this.#onClose(socket);
    }, SILENCE_MS);
  }

  #tell(isConnected: boolean): void {
    for (const listener of this.#connectionListeners) listener(isConnected);
  }
}
