import type { Result, StreamItem, StreamName } from "../../preload/bridge.ts";
import type { LatchKind, OperatorCommand } from "../kernel/events.ts";
import type { AppliedProfile } from "./session-profile.ts";
import type { SessionSpec } from "./session-spec.ts";

/** What the main thread and the engine thread say to each other. Plain data; the same over a MessagePort and over its double in a test. */

export type EngineRequest =
  | { readonly type: "start"; readonly spec: SessionSpec }
  | {
      readonly type: "command";
      readonly commandId: string;
      readonly command: OperatorCommand;
      readonly by: string;
      /** Revision that the operator was looking at; null where it does not matter. */
      readonly profileRevision: number | null;
    }
  | {
      readonly type: "change-profile";
      readonly commandId: string;
      readonly profile: string;
      readonly profileRevision: number;
      readonly by: string;
    }
  | { readonly type: "acknowledge-alert"; readonly alertId: number }
  | {
      readonly type: "clear-latch";
      readonly commandId: string;
      readonly latch: LatchKind;
      readonly by: string;
      readonly reason: string;
    }
  /** The main thread saw the journal thread die. */
  | { readonly type: "journal-lost"; readonly message: string }
  /** Ends a running session as a polite stop does; answered when its last row is durable, or with what went wrong. */
  | { readonly type: "wind-down"; readonly reason: string };

export type EngineErrorCode =
  | "session-running"
  | "no-session"
  | "unknown-profile"
  | "invalid-profile"
  | "unreadable-tape"
  | "stale-revision"
  | "killed"
  | "unknown-alert"
  | "not-latched"
  | "journal-failed"
  | "internal";

export type EngineAnswer = Result<
  { readonly sessionId: string | null; readonly profileRevision: number },
  EngineErrorCode
>;

export type ToEngine = { readonly type: "request"; readonly id: number; readonly request: EngineRequest };

/** How a session ended, for the idle screen. */
export interface SessionEnded {
  readonly sessionId: string;
  readonly endedHow: "ended" | "crashed" | "killed";
  /** All of it is in the journal, and nothing broke. */
  readonly isWhole: boolean;
  readonly message: string;
}

export type FeedUpdate = {
  [N in StreamName]: { readonly name: N; readonly value: StreamItem<N> | readonly StreamItem<N>[] | null };
}[StreamName];

export type FromEngine =
  | { readonly type: "answer"; readonly id: number; readonly answer: EngineAnswer }
  /** A new session's streams start empty. */
  | { readonly type: "feed-reset" }
  | { readonly type: "feed"; readonly updates: readonly FeedUpdate[] }
  | { readonly type: "session-ended"; readonly ended: SessionEnded }
  /** The history of profiles is the main thread's to write: a slow disk must not hold up the engine. */
  | { readonly type: "profile-applied"; readonly applied: AppliedProfile }
  | { readonly type: "beat" };
