import type { StreamItem } from "../../preload/bridge.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { SessionTally } from "./session-result.ts";

/** A session as the views see it: one that runs now, or one that is shown again. Read anew at every look. */
export interface ViewedSession {
  readonly sessionId: string;
  readonly mode: StreamItem<"status">["mode"];
  /** Where its market comes from, in words. */
  readonly source: string;
  /** Session seconds a wall second; 0 = as fast as it goes. */
  readonly speed: number;
  readonly startedUs: number;
  /** The session's clock, in microseconds. */
  readonly nowUs: number;
  readonly kernel: Kernel;
  readonly tally: SessionTally;
  /** How far the durable journal is behind, in wall milliseconds; null = nothing is kept. */
  readonly journalBehindMs: number | null;
  readonly loopP99Ms: number;
  /** Null where the queue is not known: it is the venue's. */
  queueAheadLots(orderId: number): number | null;
}
