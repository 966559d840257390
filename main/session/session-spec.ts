import type { SessionMode } from "../../db/journal-protocol.ts";

/** Where market events come from. */
export type SourceSpec =
  | { readonly kind: "generated"; readonly market: "btc" | "alt"; readonly seed: number; readonly scenario: string }
  | { readonly kind: "tape"; readonly path: string };

/** One simulated session, as plain data: it crosses to the engine thread and stands in the manifest. */
export interface SessionSpec {
  readonly mode: Extract<SessionMode, "paper" | "backtest">;
  readonly source: SourceSpec;
  /** Shipped name, name of a profile in the data folder, or path of an env file. */
  readonly profile: string;
  /** `MM_X=v` each, laid over the profile. */
  readonly overrides: readonly string[];
  readonly fillModel: string;
  /** One-way latency in each direction, microseconds. */
  readonly latencyUs: number;
  readonly makerBps: string;
  readonly takerBps: string;
  /** How rough the venue is, in the words of `parseVenueFaults`; absent = not at all. */
  readonly venueFaults?: string;
  /** What the simulated account begins with, quote currency as a decimal string; absent = `DEFAULT_COLLATERAL` of the venue. */
  readonly collateral?: string;
  /** Simulated time to run, microseconds; null = to the end of the tape, or until stopped. */
  readonly durationUs: number | null;
  /** Simulated seconds a wall second; null = as fast as it goes. */
  readonly speed: number | null;
  /** Null keeps nothing. */
  readonly dataDir: string | null;
}

/** Fees of a plain account at a large venue, in bps of notional. */
export const DEFAULT_MAKER_BPS = "2";
export const DEFAULT_TAKER_BPS = "5";
/** A console near the venue: 5 ms each way. */
export const DEFAULT_LATENCY_US = 5_000;
export const DEFAULT_FILL_MODEL = "queue-log";
