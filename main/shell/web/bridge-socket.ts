import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Gate, OpenStream } from "../gate.ts";

/** Largest frame that a page may send; the largest input of the contract is far below. */
export const MAX_FRAME_BYTES = 64 * 1024;
const MAX_OPEN_STREAMS = 64;
const MAX_OPEN_CALLS = 64;
const MAX_CLIENTS = 8;
/** Above this a page is reading too slowly: streams hold their newest values back. */
const BACKED_UP_BYTES = 512 * 1024;
/** Above this a page has stopped reading and is dropped. */
const DROPPED_BYTES = 16 * 1024 * 1024;
export const BEAT_MS = 2_000;

const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

const requestId = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const frame = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("call"),
    id: requestId,
    group: z.string().max(64),
    name: z.string().max(64),
    input: z.unknown(),
  }),
  z.strictObject({ kind: z.literal("open"), id: requestId, stream: z.string().max(64) }),
  z.strictObject({ kind: z.literal("close"), id: requestId }),
]);

export interface BridgeSocketOptions {
  readonly gate: Gate;
  /** Decides on the request before a socket is opened: path, host, origin, cookie. */
  readonly mayConnect: (request: IncomingMessage) => boolean;
  readonly onFault: (message: string) => void;
  readonly beatMs?: number;
}

/** One page's socket: its calls and streams, through the gate. */
class Client {
  readonly #socket: WebSocket;
  readonly #gate: Gate;
  readonly #streams = new Map<number, OpenStream>();
  #openCalls = 0;
  #hasAnswered = true;

  constructor(socket: WebSocket, options: BridgeSocketOptions) {
    this.#socket = socket;
    this.#gate = options.gate;
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => (this.#hasAnswered = true));
    socket.on("close", () => this.#forget());
    socket.on("error", (error) => options.onFault(`a page's socket failed: ${error.message}`));
  }

  /** Tells the page that we live and asks whether it does; one that missed a whole beat is dropped. */
  beat(): void {
    if (!this.#hasAnswered || this.#socket.bufferedAmount > DROPPED_BYTES) {
      this.#socket.terminate();
      return;
    }
    this.#hasAnswered = false;
    this.#socket.ping();
    this.#send({ kind: "beat" });
  }

  close(): void {
    this.#socket.close(GOING_AWAY, "the console is closing");
    this.#forget();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #send(message: unknown): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #forget(): void {
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const parsed = isBinary ? null : frame.safeParse(parseJson(data));
    if (!parsed?.success) {
      this.#socket.close(POLICY_VIOLATION, "unreadable frame");
      return;
    }
    const message = parsed.data;
    if (message.kind === "call") void this.#call(message.id, message.group, message.name, message.input);
    else if (message.kind === "open") this.#open(message.id, message.stream);
    else {
      this.#streams.get(message.id)?.close();
      this.#streams.delete(message.id);
    }
  }

  async #call(id: number, group: string, name: string, input: unknown): Promise<void> {
    if (this.#openCalls >= MAX_OPEN_CALLS) {
      this.#socket.close(POLICY_VIOLATION, "too many open calls");
      return;
    }
    this.#openCalls += 1;
    const result = await this.#gate.call(group, name, input);
    this.#openCalls -= 1;
    this.#send({ kind: "answer", id, result });
  }

  #open(id: number, name: string): void {
    if (this.#streams.has(id) || this.#streams.size >= MAX_OPEN_STREAMS) {
      this.#socket.close(POLICY_VIOLATION, "too many streams");
      return;
    }
    const stream = this.#gate.openStream(name, {
      send: (message) => this.#send({ kind: "item", id, message }),
      isBackedUp: () => this.#socket.bufferedAmount > BACKED_UP_BYTES,
    });
    if (stream === null) this.#socket.close(POLICY_VIOLATION, "unknown stream");
    else this.#streams.set(id, stream);
  }
}

function parseJson(data: RawData): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(data) ? data.toString("utf8") : "");
  } catch {
    return undefined;
  }
}

/** The contract over WebSockets. Messages mirror the gate: calls and answers, streams opened and closed by number, a beat every `BEAT_MS`. */
export class BridgeSocket {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  readonly #options: BridgeSocketOptions;
  readonly #clients = new Set<Client>();
  readonly #beat: ReturnType<typeof setInterval>;

  constructor(options: BridgeSocketOptions) {
    this.#options = options;
    this.#beat = setInterval(() => {
      for (const client of this.#clients) client.beat();
    }, options.beatMs ?? BEAT_MS);
    this.#beat.unref();
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Handles the server's `upgrade`; a request that may not connect gets 403 and its connection is closed. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    connection.on("error", () => connection.destroy());
    if (!this.#options.mayConnect(request) || this.#clients.size >= MAX_CLIENTS) {
      connection.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, connection, head, (socket) => {
      const client = new Client(socket, this.#options);
      this.#clients.add(client);
      socket.on("close", () => this.#clients.delete(client));
    });
  }

  /** Says goodbye to every page, and cuts off those that do not answer it within `graceMs`. */
  async close(graceMs = 500): Promise<void> {
    clearInterval(this.#beat);
    for (const client of this.#clients) client.close();
    const deadline = Date.now() + graceMs;
    while (this.#clients.size > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 10));
    for (const client of this.#clients) client.terminate();
    this.#server.close();
  }
}
