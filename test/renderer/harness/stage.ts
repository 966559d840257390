import type { StreamMessage, StreamName } from "../../../preload/bridge.ts";
import type { FakeBackend } from "../../support/fake-backend.ts";

/** What a call answers with instead of the fake backend. */
export type StagedAnswer =
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "throws"; readonly message: string }
  | { readonly kind: "never" };

/** What a test holds in its hands inside the page. */
export interface Stage {
  readonly backend: FakeBackend;
  /** Calls that left the console, in order. */
  readonly sent: readonly (readonly [name: string, input: unknown])[];
  answer(name: string, answer: StagedAnswer | null): void;
  /** Changes every value of a stream on its way to the console, beginning with the last one. */
  change<N extends StreamName>(
    name: N,
    change: ((value: StreamMessage<N>["value"]) => StreamMessage<N>["value"]) | null,
  ): void;
  emit<N extends StreamName>(name: N, kind: "snapshot" | "update", value: StreamMessage<N>["value"]): void;
  setConnected(isConnected: boolean): void;
}
