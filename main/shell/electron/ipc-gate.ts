import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from "electron";
import { CALL_NAMES, callChannel, FEED_CLOSE, FEED_ITEM, FEED_OPEN, FEED_TAKEN } from "../../../preload/channels.ts";
import type { Answer, Gate, OpenStream } from "../gate.ts";
import type { Log } from "../log.ts";
import { isOwnAddress } from "./origin.ts";

/** Items that the page may have on their way to it, per subscription; with more it counts as slow, and newer values wait and replace each other. */
const MAX_UNTAKEN = 4;
const MAX_SUBSCRIPTIONS = 64;

interface Subscription {
  readonly stream: OpenStream | null;
  untaken: number;
}

export interface IpcGateOptions {
  readonly gate: Gate;
  readonly log: Log;
  /** The window that may speak now; null while there is none. */
  readonly ownContents: () => WebContents | null;
}

/**
 * The gate behind Electron's messages.
 *
 * Invariants: a message counts only from the main frame of the console's own window while it shows the console's own address; a page that is
 * gone or loads anew holds no subscription.
 */
export class IpcGate {
  readonly #options: IpcGateOptions;
  readonly #subscriptions = new Map<number, Subscription>();

  constructor(options: IpcGateOptions) {
    this.#options = options;
    for (const [group, names] of Object.entries(CALL_NAMES)) {
      for (const name of names) {
        ipcMain.handle(callChannel(group, name), (event, input: unknown) => this.#call(event, group, name, input));
      }
    }
    ipcMain.on(FEED_OPEN, (event, id: unknown, name: unknown) => this.#open(event, id, name));
    ipcMain.on(FEED_CLOSE, (event, id: unknown) => this.#close(event, id));
    ipcMain.on(FEED_TAKEN, (event, id: unknown) => this.#taken(event, id));
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  /** Ends all subscriptions: the page that held them is gone. */
  dropAll(): void {
    for (const { stream } of this.#subscriptions.values()) stream?.close();
    this.#subscriptions.clear();
  }

  #isOwn(event: IpcMainEvent | IpcMainInvokeEvent, channel: string): boolean {
    const frame = event.senderFrame;
    const own = this.#options.ownContents();
    const isOwn =
      own !== null &&
      !own.isDestroyed() &&
      event.sender === own &&
      frame !== null &&
      frame.parent === null &&
      isOwnAddress(frame.url);
    if (!isOwn)
      this.#options.log.warn({ channel, sender: frame?.url ?? "no frame" }, "a message of a foreign sender: refused");
    return isOwn;
  }

  async #call(event: IpcMainInvokeEvent, group: string, name: string, input: unknown): Promise<Answer> {
    if (!this.#isOwn(event, callChannel(group, name))) throw new Error("refused");
    return this.#options.gate.call(group, name, input);
  }

  #open(event: IpcMainEvent, id: unknown, name: unknown): void {
    if (!this.#isOwn(event, FEED_OPEN)) return;
    const isRefused =
      typeof id !== "number" ||
      !Number.isSafeInteger(id) ||
      typeof name !== "string" ||
      this.#subscriptions.has(id) ||
      this.#subscriptions.size >= MAX_SUBSCRIPTIONS;
    if (isRefused) {
      this.#options.log.warn({ id, name }, "a subscription was refused");
      return;
    }
    const contents = event.sender;
    // Counted before the stream opens, because opening sends the snapshot
    const counted = { untaken: 0 };
    const stream = this.#options.gate.openStream(name, {
      send: (message) => {
        if (contents.isDestroyed()) return;
        counted.untaken += 1;
        contents.send(FEED_ITEM, id, message);
      },
      isBackedUp: () => counted.untaken >= MAX_UNTAKEN,
    });
    if (stream !== null) this.#subscriptions.set(id, Object.assign(counted, { stream }));
    else this.#options.log.warn({ name }, "there is no such stream");
  }

  #close(event: IpcMainEvent, id: unknown): void {
    if (!this.#isOwn(event, FEED_CLOSE) || typeof id !== "number") return;
    this.#subscriptions.get(id)?.stream?.close();
    this.#subscriptions.delete(id);
  }

  #taken(event: IpcMainEvent, id: unknown): void {
    if (!this.#isOwn(event, FEED_TAKEN) || typeof id !== "number") return;
    const subscription = this.#subscriptions.get(id);
    if (subscription !== undefined && subscription.untaken > 0) subscription.untaken -= 1;
  }
}
