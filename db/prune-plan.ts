import { statSync } from "node:fs";
import { tapeFile, type DataFolderPaths } from "./data-folder.ts";
import { SELECT_LATCHES } from "./journal-queries.ts";
import { recordTables } from "./journal-tables.ts";
import type { Latch, SessionEnd } from "./journal-protocol.ts";
import type { ReadableDb } from "./open.ts";

/** What may go: sessions that ended before a time, or the oldest until the rest fits. */
export type PruneRule =
  | { readonly endedBeforeUs: number; readonly keepBytes: null }
  | { readonly endedBeforeUs: null; readonly keepBytes: number };

export interface PrunableSession {
  readonly sessionId: string;
  readonly mode: string;
  readonly market: string;
  readonly profileName: string;
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  readonly endedHow: SessionEnd;
  readonly rows: number;
  readonly tapeBytes: number;
  /** Tape and its share of the journal by rows. */
  readonly bytes: number;
}

export interface PrunePlan {
  /** Oldest first. */
  readonly remove: readonly PrunableSession[];
  /** Sessions that the rule would take but that must stay, and why. */
  readonly spared: readonly { readonly sessionId: string; readonly why: string }[];
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

interface SessionRow extends Omit<PrunableSession, "endedAtUs" | "endedHow" | "rows" | "tapeBytes" | "bytes"> {
  readonly endedAtUs: number | null;
  readonly endedHow: SessionEnd | null;
}

interface SizedRow extends SessionRow {
  readonly rows: number;
  readonly tapeBytes: number;
  readonly bytes: number;
}

/** Says what a rule would remove. Never a session without an end, never one whose latch is set. Reads only. */
export function planPrune(db: ReadableDb, paths: DataFolderPaths, rule: PruneRule): PrunePlan {
  const sessions = sizedSessions(db, paths);
  const latched = new Set(
    db
      .prepare<[], Latch>(SELECT_LATCHES)
      .all()
      .map(({ sessionId }) => sessionId),
  );
  const bytesBefore = sessions.reduce((sum, { bytes }) => sum + bytes, 0);
  const remove: PrunableSession[] = [];
  const spared: { sessionId: string; why: string }[] = [];
  let bytesAfter = bytesBefore;
  for (const session of sessions) {
    if (!isWanted(session, rule, bytesAfter)) continue;
    const { sessionId, endedAtUs, endedHow } = session;
    if (endedAtUs === null || endedHow === null)
      spared.push({ sessionId, why: "it has no end: it is open or crashed" });
    else if (latched.has(sessionId)) spared.push({ sessionId, why: "a latch that it set still holds" });
    else {
      remove.push({ ...session, endedAtUs, endedHow });
      bytesAfter -= session.bytes;
    }
  }
  return { remove, spared, bytesBefore, bytesAfter };
}

function isWanted({ endedAtUs, startedAtUs }: SessionRow, rule: PruneRule, bytesLeft: number): boolean {
  if (rule.keepBytes !== null) return bytesLeft > rule.keepBytes;
  return (endedAtUs ?? startedAtUs) < rule.endedBeforeUs;
}

function sizedSessions(db: ReadableDb, paths: DataFolderPaths): readonly SizedRow[] {
  const counts = [...recordTables(db), "journal_chain"].map((table) =>
    db.prepare<[string], number>(`SELECT count(*) FROM "${table}" WHERE session_id = ?`).pluck(),
  );
  const counted = db
    .prepare<[], SessionRow>(SELECT_OLDEST_FIRST)
    .all()
    .map((session) => ({
      ...session,
      rows: counts.reduce((sum, count) => sum + (count.get(session.sessionId) ?? 0), 0),
      tapeBytes: sizeOf(tapeFile(paths, session.sessionId)),
    }));
  const rows = counted.reduce((sum, session) => sum + session.rows, 0);
  const bytesPerRow = sizeOf(paths.journalFile) / Math.max(1, rows);
  return counted.map((session) => ({
    ...session,
    bytes: session.tapeBytes + Math.round(session.rows * bytesPerRow),
  }));
}

/** Bytes of a file; 0 where there is none. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

const SELECT_OLDEST_FIRST = `SELECT session_id AS sessionId, mode, market, profile_name AS profileName, started_at_us AS startedAtUs,
  ended_at_us AS endedAtUs, ended_how AS endedHow FROM sessions ORDER BY started_at_us`;
