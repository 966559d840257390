import type { SessionListing } from "./stored-session.ts";

/** A question to the thread that reads the journal; its answer carries the same id. */
export interface ReadSessions {
  readonly id: number;
  readonly limit: number;
  readonly beforeUs: number | null;
}

export type SessionsRead =
  | { readonly id: number; readonly ok: true; readonly sessions: readonly SessionListing[] }
  | { readonly id: number; readonly ok: false; readonly message: string };
