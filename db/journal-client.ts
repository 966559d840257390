import type { JournalFailure } from "./journal-failure.ts";
import type { MessageEnd } from "./journal-port.ts";
import type {
  EncodedBlock,
  FromJournal,
  JournalBatch,
  JournalFailureCode,
  Latch,
  SessionManifest,
  SessionRecovery,
  SessionSummary,
  ToJournal,
} from "./journal-protocol.ts";

/** What the journal found when it opened. */
export interface JournalReady {
  readonly ok: true;
  /** Sessions that the last run of the program left without an end. */
  readonly crashedSessions: readonly string[];
  readonly recoveries: readonly SessionRecovery[];
  readonly latches: readonly Latch[];
}

export interface Durable {
  /** Every event up to this seq is on the tape and every row of it in the journal. */
  readonly throughSeq: number;
  /** Time that the commit took, tape included. */
  readonly commitUs: number;
  readonly eventLoopP99Us: number;
}

/** The journal stopped; nothing after the last `durable` is on disk for certain. */
export class JournalStopped extends Error {
  readonly code: JournalFailureCode;

  constructor(code: JournalFailureCode, message: string) {
    super(message);
    this.name = "JournalStopped";
    this.code = code;
  }
}

interface Pending {
  readonly throughSeq: number;
  readonly appendedAtUs: number;
}

/**
 * The session's side of the journal. One session at a time.
 *
 * Invariants: what was appended becomes durable in order; after a failure nothing more is sent. Times are wall clock, in microseconds.
 */
export class JournalClient {
  readonly #port: MessageEnd<ToJournal, FromJournal>;
  readonly #nowUs: () => number;
  readonly #durableListeners: ((durable: Durable) => void)[] = [];
  readonly #failedListeners = new Set<(failure: JournalFailure) => void>();
  readonly #latchListeners: ((latches: readonly Latch[]) => void)[] = [];
  readonly #ready = Promise.withResolvers<JournalReady | JournalFailure>();
  readonly #closed = Promise.withResolvers<void>();
  #sessionId: string | null = null;
  #durableSeq = 0;
  #pending: Pending[] = [];
  #failure: JournalFailure | null = null;
  #ending: PromiseWithResolvers<void> | null = null;
  readonly #latchWaiters: PromiseWithResolvers<JournalFailure | null>[] = [];
  #room: { readonly batches: number; readonly waiter: PromiseWithResolvers<void> }[] = [];

  constructor(port: MessageEnd<ToJournal, FromJournal>, nowUs: () => number) {
    this.#port = port;
    this.#nowUs = nowUs;
    port.on("message", (message) => this.#receive(message));
  }

  /** Resolves once the journal is open, or with the reason why it is not. */
  ready(): Promise<JournalReady | JournalFailure> {
    return this.#ready.promise;
  }

  /** Starts a session: its manifest and its tape come first. Throws while another session runs. */
  begin(manifest: SessionManifest): void {
    if (this.#sessionId !== null)
      throw new Error(`session ${this.#sessionId} must end before ${manifest.sessionId} begins`);
    this.#sessionId = manifest.sessionId;
    this.#durableSeq = 0;
    this.#pending = [];
    this.#send({ type: "begin-session", manifest });
  }

  /** Appends a batch. Its block's buffer goes to the journal's thread: the bytes must not be used afterwards. */
  append(batch: JournalBatch): void {
    if (batch.sessionId !== this.#sessionId)
      throw new Error(`batch must belong to session ${this.#sessionId ?? "(none)"}, was of ${batch.sessionId}`);
    if (this.#failure !== null) return;
    this.#pending.push({ throughSeq: batch.throughSeq, appendedAtUs: this.#nowUs() });
    const block = batch.block === null ? null : withOwnBuffer(batch.block);
    this.#send({ ...batch, block }, block === null ? [] : [block.bytes.buffer]);
  }

  /** Ends the session. Resolves when everything of it is on disk; rejects with `JournalStopped` when that cannot be. */
  end(summary: SessionSummary): Promise<void> {
    const sessionId = this.#sessionId;
    if (sessionId === null) throw new Error("a session must have begun before it ends");
    if (this.#ending !== null) return this.#ending.promise;
    // The answer may come before the send returns
    const ending = Promise.withResolvers<void>();
    this.#ending = ending;
    if (this.#failure !== null) ending.reject(stopped(this.#failure));
    else this.#send({ type: "end-session", sessionId, summary });
    return ending.promise;
  }

  /** Resolves with null when the latch is on disk, else with why it is not. */
  setLatch(latch: Latch): Promise<JournalFailure | null> {
    const { setAtUs, ...rest } = latch;
    return this.#changeLatch({ type: "set-latch", ...rest, atUs: setAtUs });
  }

  /** Resolves with null when that is on disk, else with why it is not. */
  clearLatch(latch: string, reason: string, by: string, atUs: number): Promise<JournalFailure | null> {
    return this.#changeLatch({ type: "clear-latch", latch, reason, by, atUs });
  }

  /** The other end is gone without a word. */
  lost(message: string): void {
    this.#fail({ ok: false, code: "io", message });
    this.#closed.resolve();
  }

  #changeLatch(message: ToJournal): Promise<JournalFailure | null> {
    if (this.#failure !== null) return Promise.resolve(this.#failure);
    const waiter = Promise.withResolvers<JournalFailure | null>();
    this.#latchWaiters.push(waiter);
    this.#send(message);
    return waiter.promise;
  }

  /** Commits what is pending and closes the journal; resolves when its files are closed, also after a failure. */
  close(): Promise<void> {
    this.#port.postMessage({ type: "close" });
    return this.#closed.promise;
  }

  /** Highest event seq of the session that is on disk with all its rows. */
  get durableSeq(): number {
    return this.#durableSeq;
  }

  get failure(): JournalFailure | null {
    return this.#failure;
  }

  /** Age of the oldest batch that is not durable yet; 0 = none. */
  behindUs(nowUs: number): number {
    const oldest = this.#pending[0];
    return oldest === undefined ? 0 : Math.max(0, nowUs - oldest.appendedAtUs);
  }

  /** Resolves when at most `batches` are not durable yet, or the journal has failed: the brake of a run faster than the disk. */
  async hasRoom(batches: number): Promise<void> {
    if (this.#failure !== null || this.#pending.length <= batches) return;
    const waiter = Promise.withResolvers<void>();
    this.#room.push({ batches, waiter });
    await waiter.promise;
  }

  onDurable(listener: (durable: Durable) => void): void {
    this.#durableListeners.push(listener);
  }

  /** Calls the listener once, at the failure; at once where that has been. Returns what stops the listening. */
  onFailed(listener: (failure: JournalFailure) => void): () => void {
    if (this.#failure !== null) listener(this.#failure);
    else this.#failedListeners.add(listener);
    return () => void this.#failedListeners.delete(listener);
  }

  /** Calls the listener with the latches that are set, each time a change of them is on disk. */
  onLatches(listener: (latches: readonly Latch[]) => void): void {
    this.#latchListeners.push(listener);
  }

  #send(message: ToJournal, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#failure === null) this.#port.postMessage(message, transfer);
  }

  #receive(message: FromJournal): void {
    switch (message.type) {
      case "ready":
        return this.#ready.resolve({
          ok: true,
          crashedSessions: message.crashedSessions,
          recoveries: message.recoveries,
          latches: message.latches,
        });
      case "durable":
        return this.#advance(message.sessionId, message);
      case "session-ended":
        return this.#finish(message.sessionId);
      case "latches-changed":
        this.#latchWaiters.shift()?.resolve(null);
        return this.#latchListeners.forEach((listener) => listener(message.latches));
      case "failed":
        return this.#fail({ ok: false, code: message.code, message: message.message });
      case "closed":
        return this.#closed.resolve();
      default:
        return unknownMessage(message);
    }
  }

  #advance(sessionId: string, durable: Durable): void {
    if (sessionId !== this.#sessionId) return;
    this.#durableSeq = durable.throughSeq;
    const firstLeft = this.#pending.findIndex((pending) => pending.throughSeq > durable.throughSeq);
    this.#pending = firstLeft === -1 ? [] : this.#pending.slice(firstLeft);
    this.#makeRoom();
    for (const listener of this.#durableListeners) listener(durable);
  }

  #finish(sessionId: string): void {
    if (sessionId !== this.#sessionId) return;
    this.#sessionId = null;
    this.#ending?.resolve();
    this.#ending = null;
  }

  #fail(failure: JournalFailure): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#ready.resolve(failure);
    this.#ending?.reject(stopped(failure));
    for (const waiter of this.#latchWaiters.splice(0)) waiter.resolve(failure);
    this.#makeRoom();
    for (const listener of this.#failedListeners) listener(failure);
  }

  #makeRoom(): void {
    const isFree = (batches: number): boolean => this.#failure !== null || this.#pending.length <= batches;
    const waiting = this.#room;
    this.#room = waiting.filter(({ batches }) => !isFree(batches));
    for (const { batches, waiter } of waiting) if (isFree(batches)) waiter.resolve();
  }
}

function stopped(failure: JournalFailure): JournalStopped {
  return new JournalStopped(failure.code, failure.message);
}

/** A view into a larger buffer must not take its neighbours along to the other thread. */
function withOwnBuffer(block: EncodedBlock): EncodedBlock & { readonly bytes: Uint8Array<ArrayBuffer> } {
  const { bytes } = block;
  const { buffer } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
  return { ...block, bytes: isOwn ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes) };
}

function unknownMessage(message: never): never {
  throw new TypeError(`a message of the journal must be one of its kinds, was ${JSON.stringify(message)}`);
}
