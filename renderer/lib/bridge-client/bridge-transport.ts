/** What carries the bridge: the Electron preload's global or a WebSocket. Names and values are checked on the other side; here they only travel. */

export interface RawMessage {
  readonly n: number;
  readonly kind: "snapshot" | "update";
  readonly value: unknown;
}

export interface RawResult {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly value?: unknown;
}

export interface BridgeTransport {
  call(group: string, name: string, input: unknown): Promise<RawResult>;
  /** Opens a stream; the returned function closes it. A transport that reconnects opens it anew by itself. */
  open(stream: string, listener: (message: RawMessage) => void): () => void;
  /** Calls the listener at once with the present state, then on each change. */
  onConnection(listener: (isConnected: boolean) => void): () => void;
}
