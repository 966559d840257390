import type { SessionFilter } from "./session-filter.ts";
import type { SessionListing } from "./stored-session.ts";

/** A question to the thread that reads the journal; its answer carries the same id. */
export interface ReadSessions {
  readonly id: number;
  readonly limit: number;
  readonly beforeUs: number | null;
  readonly filter: SessionFilter;
}

/** A page of the sessions that fit, and what there is beside it. */
export interface SessionPage {
  readonly sessions: readonly SessionListing[];
  /** How many fit, on this page or not. */
  readonly fitting: number;
  /** How many there are at all. */
  readonly all: number;
  /** What can be chosen from, in order of their names. */
  readonly markets: readonly string[];
  readonly profiles: readonly string[];
}

export type SessionsRead =
  | { readonly id: number; readonly ok: true; readonly page: SessionPage }
  | { readonly id: number; readonly ok: false; readonly message: string };
