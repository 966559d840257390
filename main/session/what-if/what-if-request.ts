/** A what-if run as plain data: what an operator asks for, and what crosses to the thread that computes it. */
export interface WhatIfRequest {
  /** Path of a tape: of a session, or of a recorded market. */
  readonly tape: string;
  /** How messages call it: a session's id, a tape's name. */
  readonly sourceName: string;
  /** Where own profiles are; null = only shipped ones and paths are found. */
  readonly dataDir: string | null;
  /** Name or path; null = what the session began with; of a bare market `legacy`. */
  readonly baseline: string | null;
  /** Name or path; null = that of the baseline. */
  readonly alternative: string | null;
  /** `MM_X=v` each, laid over the alternative. */
  readonly overrides: readonly string[];
  /** Empty = `DEFAULT_FILL_MODELS`. */
  readonly fillModels: readonly string[];
  /** One way, microseconds; empty = 1 ms, the session's own, 25 ms. */
  readonly latenciesUs: readonly number[];
  /** Fees in bps; null = the session's own, of a bare market the usual. */
  readonly fees: { readonly makerBps: string; readonly takerBps: string } | null;
  /** Repeats in both runs what the operator commanded then, but for stops and kills; profile changes in the baseline alone. */
  readonly keepCommands: boolean;
}

/** From too kind to too harsh, with two guesses of the queue between. */
export const DEFAULT_FILL_MODELS = ["touch", "queue-power:3", "queue-log", "through"] as const;
export const DEFAULT_LATENCIES_US = [1_000, 25_000] as const;

/** The table stays one that a person reads. */
export const MOST_FILL_MODELS = 8;
export const MOST_LATENCIES = 8;
