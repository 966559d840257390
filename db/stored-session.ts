import type { MarketRules } from "../main/kernel/values/market-rules.ts";
import type { SessionEnd, SessionManifest, SessionMode } from "./journal-protocol.ts";

/** What tells a session apart from others, and no more. */
export interface SessionKey {
  readonly sessionId: string;
  readonly market: string;
  readonly profile: string;
}

/** One line of the list of sessions. */
export interface SessionListing {
  readonly sessionId: string;
  readonly mode: SessionMode;
  readonly market: string;
  readonly venue: string;
  readonly profile: string;
  readonly startedAtUs: number;
  readonly endedAtUs: number | null;
  /** `running` = it has no end: it runs now, or nobody has opened the data folder for writing since it crashed. */
  readonly endedHow: SessionEnd | "running";
  readonly fills: number;
  /** Last known net result, exact decimal in quote currency; null = none was recorded. */
  readonly net: string | null;
}

/** A session with its manifest, its end and how far its journal is complete. */
export interface StoredSession {
  readonly manifest: SessionManifest;
  readonly endedAtUs: number | null;
  readonly endedHow: SessionEnd | "running";
  /** Null for a session that did not end by itself. */
  readonly effectHash: string | null;
  readonly events: number | null;
  readonly resultJson: string | null;
  /** Every row of events up to this seq is in the journal. */
  readonly durableSeq: number;
}

export interface SessionColumns {
  readonly session_id: string;
  readonly app_version: string;
  readonly build_hash: string;
  readonly mode: SessionMode;
  readonly venue: string;
  readonly rules: string;
  readonly rules_hash: string;
  readonly profile_name: string;
  readonly profile_text: string;
  readonly profile_hash: string;
  readonly overrides: string;
  readonly source: string;
  readonly started_at_us: number;
  readonly session_start_us: number;
  readonly ended_at_us: number | null;
  readonly ended_how: SessionEnd | null;
  readonly effect_hash: string | null;
  readonly events: number | null;
  readonly result: string | null;
  readonly durable_seq: number | null;
}

export function storedSession(row: SessionColumns): StoredSession {
  return {
    manifest: {
      sessionId: row.session_id,
      appVersion: row.app_version,
      buildHash: row.build_hash,
      mode: row.mode,
      venue: row.venue,
      rules: JSON.parse(row.rules) as MarketRules,
      rulesHash: row.rules_hash,
      profileName: row.profile_name,
      profileText: row.profile_text,
      profileHash: row.profile_hash,
      overrides: JSON.parse(row.overrides) as SessionManifest["overrides"],
      source: JSON.parse(row.source) as SessionManifest["source"],
      startedAtUs: row.started_at_us,
      sessionStartUs: row.session_start_us,
    },
    endedAtUs: row.ended_at_us,
    endedHow: row.ended_how ?? "running",
    effectHash: row.effect_hash,
    events: row.events,
    resultJson: row.result,
    durableSeq: row.durable_seq ?? 0,
  };
}
