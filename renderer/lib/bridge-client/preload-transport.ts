import type { BridgeTransport, RawMessage, RawResult } from "./bridge-transport.ts";

/** What the preload exposes: the contract's groups, each call a function, each stream a function of its listener. */
export interface PreloadGlobal {
  readonly feed: Readonly<Record<string, (listener: (message: RawMessage) => void) => () => void>>;
  readonly [group: string]: unknown;
}

/** Carries the bridge over the Electron preload. The window ends with its main process, so it is always connected. */
export class PreloadTransport implements BridgeTransport {
  readonly #global: PreloadGlobal;

  constructor(global: PreloadGlobal) {
    this.#global = global;
  }

  async call(group: string, name: string, input: unknown): Promise<RawResult> {
    const calls = this.#global[group] as Readonly<Record<string, (input: unknown) => Promise<RawResult>>> | undefined;
    const call = calls?.[name];
    if (call === undefined) return { ok: false, code: "internal", message: `the window has no call ${group}.${name}` };
    try {
      return await call(input);
    } catch {
      // Electron rejects where main refuses the sender or the value cannot be cloned; the reason is in main's log
      return { ok: false, code: "internal", message: `${group}.${name} could not be sent to the main process` };
    }
  }

  open(stream: string, listener: (message: RawMessage) => void): () => void {
    const subscribe = this.#global.feed[stream];
    if (subscribe === undefined) throw new Error(`the window has no stream ${stream}`);
    return subscribe(listener);
  }

  onConnection(listener: (isConnected: boolean) => void): () => void {
    listener(true);
    return () => {};
  }
}
