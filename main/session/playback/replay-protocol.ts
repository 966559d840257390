import type { CallHandlers, Result, StreamItem } from "../../../preload/bridge.ts";
import type { FeedUpdate } from "../engine-protocol.ts";

/** What the main thread and the replay thread say to each other. Nothing in it can reach an engine or a venue. */

type Calls = CallHandlers["replay"];
type InputOf<N extends keyof Calls> = Parameters<Calls[N]>[0];

export type ReplayRequest = {
  [N in keyof Calls]: { readonly call: N; readonly input: InputOf<N> };
}[keyof Calls];

export type ReplayErrorCode = "unknown-session" | "unreadable-tape" | "no-replay" | "nothing-there" | "internal";

export type ReplayAnswer = Result<unknown, ReplayErrorCode>;

export type Transport = StreamItem<"replay">;

export type ToReplay = { readonly type: "request"; readonly id: number; readonly request: ReplayRequest };

export type FromReplay =
  | { readonly type: "answer"; readonly id: number; readonly answer: ReplayAnswer }
  | { readonly type: "transport"; readonly transport: Transport }
  /** `isAnew`: rows are all there is now, else those since the last time. */
  | { readonly type: "shown"; readonly isAnew: boolean; readonly updates: readonly FeedUpdate[] };

export const CLOSED: Transport = {
  phase: "closed",
  sessionId: null,
  progress: 0,
  problem: null,
  isPlaying: false,
  speed: 1,
  seq: 0,
  lastSeq: 0,
  atUs: 0,
  startUs: 0,
  endUs: 0,
  isEqual: null,
};
