/** Which past sessions the operator wants to see, and what is known of them. */
import type { Bridge } from "../../preload/bridge.ts";

export type SessionPage = Extract<Awaited<ReturnType<Bridge["sessions"]["page"]>>, { readonly ok: true }>["value"];
export type SessionRow = SessionPage["sessions"][number];
export type SessionFilter = Parameters<Bridge["sessions"]["page"]>[0]["filter"];

/** What stands in the fields above the list; empty = nothing is left out. Days are UTC, as `2026-01-31`, both included. */
export interface SessionChoice {
  readonly market: string;
  readonly profile: string;
  readonly from: string;
  readonly to: string;
}

export const NO_CHOICE: SessionChoice = { market: "", profile: "", from: "", to: "" };

export interface PastSessions {
  readonly choice: SessionChoice;
  /** Null = nobody has answered yet. They are of `listed`, which is another choice until the answer to this one is there. */
  readonly sessions: readonly SessionRow[] | null;
  readonly listed: SessionChoice;
  /** Of those that fit, not only of those that are listed. */
  readonly fitting: number;
  readonly all: number;
  readonly markets: readonly string[];
  readonly profiles: readonly string[];
  readonly hasOlder: boolean;
  readonly isAsking: boolean;
  readonly problem: string | null;
}

export const NOTHING_ASKED: PastSessions = {
  choice: NO_CHOICE,
  sessions: null,
  listed: NO_CHOICE,
  fitting: 0,
  all: 0,
  markets: [],
  profiles: [],
  hasOlder: false,
  isAsking: false,
  problem: null,
};

const DAY_MS = 86_400_000;

/** The choice as a filter. A day that is not a day yet, because it is being typed, leaves nothing out. */
export function filterOf({ market, profile, from, to }: SessionChoice): SessionFilter {
  return {
    market: market === "" ? null : market,
    profile: profile === "" ? null : profile,
    sinceUs: startOfDayUs(from, 0),
    untilUs: startOfDayUs(to, 1),
  };
}

function startOfDayUs(day: string, daysLater: number): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  const ms = Date.parse(day);
  return Number.isNaN(ms) ? null : Math.max(0, ms + daysLater * DAY_MS) * 1000;
}
