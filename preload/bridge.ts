/** Types derived from the contract. Nothing here is written twice: a call's name, input, output and codes stand in `contract.ts` alone. */
import type { z } from "zod";
import type { commonErrorCodes, Contract } from "./contract.ts";

export type CommonErrorCode = (typeof commonErrorCodes)[number];

/** What every call answers with. Errors are data; `message` is for the operator. */
export type Result<T, C extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: C; readonly message: string };

type Leaf = {
  readonly kind: "call";
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly errors: readonly string[];
};

export type StreamName = keyof Contract["feed"];
/** Streams of a session: each is there once more, under its name with `replay` before, for the session that is shown again. */
export type SessionStreamName = {
  [N in StreamName]: `replay${Capitalize<N>}` extends StreamName ? N : never;
}[StreamName];
export type StreamItem<N extends StreamName> = z.output<Contract["feed"][N]["item"]>;

/** First a snapshot, then numbered updates; a hole in `n` means the subscriber must subscribe anew. */
export type StreamMessage<N extends StreamName> = {
  readonly n: number;
  readonly kind: "snapshot" | "update";
  /** A `latest` stream carries its value (null = there is none now), an `append` stream rows; a row whose `id` (or `atUs`) is known replaces that row. */
  readonly value: Contract["feed"][N]["shape"] extends "latest" ? StreamItem<N> | null : readonly StreamItem<N>[];
};

type CallFunction<L> = L extends Leaf
  ? (input: z.input<L["input"]>) => Promise<Result<z.output<L["output"]>, L["errors"][number] | CommonErrorCode>>
  : never;
type HandlerFunction<L> = L extends Leaf
  ? (input: z.output<L["input"]>) => Promise<Result<z.output<L["output"]>, L["errors"][number] | CommonErrorCode>>
  : never;

type CallGroups = Omit<Contract, "feed">;

/** What the renderer calls: `bridge.quoting.pause({ commandId })`. */
export type BridgeCalls = {
  readonly [G in keyof CallGroups]: { readonly [N in keyof CallGroups[G]]: CallFunction<CallGroups[G][N]> };
};

/** What the main side answers with; inputs have been parsed when a handler sees them. */
export type CallHandlers = {
  readonly [G in keyof CallGroups]: { readonly [N in keyof CallGroups[G]]: HandlerFunction<CallGroups[G][N]> };
};

export type Unsubscribe = () => void;

/** The renderer's whole view of the other side. */
export interface Bridge extends BridgeCalls {
  readonly feed: { readonly [N in StreamName]: (listener: (message: StreamMessage<N>) => void) => Unsubscribe };
  /** Called with false when the other side is gone, with true when it is back; streams start over with a snapshot by themselves. */
  onConnection(listener: (isConnected: boolean) => void): Unsubscribe;
}

/** The main side of the console, the same for both faces. */
export interface ConsoleBackend {
  readonly handlers: CallHandlers;
  /** Calls the listener at once with a snapshot, then with updates, at most 30 a second. */
  subscribe<N extends StreamName>(name: N, listener: (message: StreamMessage<N>) => void): Unsubscribe;
  /** Cancels all own orders, ends the session, flushes the journal. Resolves when that is done; never abandoned by a second call. */
  shutDown(reason: string): Promise<void>;
}
