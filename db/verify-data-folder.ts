import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DataFolderPaths } from "./data-folder.ts";
import { Findings, type JournalFinding } from "./journal-findings.ts";
import { failureOf, journalFailure, type JournalFailure } from "./journal-failure.ts";
import { newestVersion, refuseVersion, versionOf } from "./migrate.ts";
import { closeDb, openReadable, type ReadableDb } from "./open.ts";
import { SELECT_SESSION } from "./journal-queries.ts";
import { checkSchema } from "./schema-check.ts";
import { storedSession, type SessionColumns, type SessionListing } from "./stored-session.ts";
import type { TapeHeader } from "./tape-header.ts";
import { openTape, verifyTape } from "./tape-reader.ts";
import { verifyChains, type ChainedSession } from "./verify-chains.ts";
import { addTapeFinding, verifySessionTape, type CheckedTape } from "./verify-session-tape.ts";

/** `unchained` = from before the chain: no fault was found, and none could have been. */
export type SessionState = "intact" | "unchained" | "damaged";

export interface VerifiedSession {
  readonly sessionId: string;
  readonly state: SessionState;
  readonly endedHow: SessionListing["endedHow"];
  readonly links: number;
  /** Rows that the chain vouches for. */
  readonly rows: number;
  /** Last hash of its chain: written down elsewhere, it proves later that the whole chain was not made anew. */
  readonly lastHash: string | null;
  readonly lateFills: number;
  readonly tape: CheckedTape | null;
}

export interface PrunedSession {
  readonly sessionId: string;
  readonly prunedAtUs: number;
  readonly by: string;
  readonly reason: string;
  readonly lastHash: string | null;
}

export interface Verification {
  readonly sessions: readonly VerifiedSession[];
  readonly pruned: readonly PrunedSession[];
  readonly findings: readonly JournalFinding[];
  /** May be more than `findings` holds. */
  readonly findingCount: number;
  /** A table is missing or is another, so neither rows nor tapes were checked. */
  readonly isStoppedAtSchema: boolean;
}

export type Verified =
  | { readonly ok: true; readonly verification: Verification }
  | { readonly ok: false; readonly unknownSession: string }
  | JournalFailure;

/**
 * Checks a whole data folder, or one session of it: pages of the journal, its schema, the chains over its rows, every byte of the
 * tapes, journal against tapes. Works beside a running writer, on one state of the journal. A journal that cannot be opened at all
 * is a failure.
 */
export function verifyDataFolder(paths: DataFolderPaths, only: string | null): Verified {
  const opened = openReadable(paths.journalFile);
  if (!opened.ok) return opened;
  const { db } = opened;
  try {
    const refusal = refuseVersion(db) ?? refuseOlder(db);
    if (refusal !== null) return refusal;
    db.prepare("BEGIN").run();
    const findings = new Findings();
    checkPages(db, findings);
    const { differences, hasEveryTable } = checkSchema(db);
    for (const message of differences)
      findings.add({ kind: "schema", sessionId: null, table: null, key: null, column: null, message });
    if (!hasEveryTable) return { ok: true, verification: stoppedAtSchema(findings) };
    if (only !== null && !isKnown(db, only)) return { ok: false, unknownSession: only };
    return { ok: true, verification: verifyOpened(db, paths, only, findings) };
  } catch (error) {
    return failureOf(error, paths.journalFile);
  } finally {
    closeDb(db);
  }
}

function stoppedAtSchema({ kept, count }: Findings): Verification {
  return { sessions: [], pruned: [], findings: kept, findingCount: count, isStoppedAtSchema: true };
}

function verifyOpened(db: ReadableDb, paths: DataFolderPaths, only: string | null, findings: Findings): Verification {
  const chained = chainsOf(db, findings, only);
  const selectSession = db.prepare<[{ sessionId: string }], SessionColumns>(SELECT_SESSION);
  const countLate = db.prepare<[string], number>("SELECT count(*) FROM late_fills WHERE session_id = ?").pluck();
  const sessions: VerifiedSession[] = [];
  for (const { sessionId, isUnchained, links, rows, lastHash, tapeNote } of chained) {
    const row = selectSession.get({ sessionId });
    if (row === undefined) continue;
    const stored = readStored(row, findings);
    const tape = stored === null ? null : verifySessionTape(paths, stored, tapeNote, findings);
    const state: SessionState = findings.hasSession(sessionId) ? "damaged" : isUnchained ? "unchained" : "intact";
    const lateFills = countLate.get(sessionId) ?? 0;
    sessions.push({ sessionId, state, endedHow: row.ended_how ?? "running", links, rows, lastHash, lateFills, tape });
  }
  const pruned = db.prepare<[], PrunedSession>(SELECT_PRUNED).all();
  const known = new Set([...chained, ...pruned].map(({ sessionId }) => sessionId));
  if (only === null) checkOtherTapes(paths, known, findings);
  return { sessions, pruned, findings: findings.kept, findingCount: findings.count, isStoppedAtSchema: false };
}

/** A damaged page ends the walk along the chains; which it is stands in the findings. */
function chainsOf(db: ReadableDb, findings: Findings, only: string | null): readonly ChainedSession[] {
  try {
    return verifyChains(db, findings, only);
  } catch (error) {
    const failure = failureOf(error, db.name);
    if (failure.code !== "database-corrupt") throw error;
    findings.add({ kind: "file", sessionId: null, table: null, key: null, column: null, message: failure.message });
    return [];
  }
}

function checkPages(db: ReadableDb, findings: Findings): void {
  const complaints = db.prepare<[], string>("PRAGMA integrity_check(10)").pluck().all();
  if (complaints.length === 1 && complaints[0] === "ok") return;
  for (const complaint of complaints)
    findings.add({
      kind: "file",
      sessionId: null,
      table: null,
      key: null,
      column: null,
      message: `${db.name}: ${complaint}`,
    });
}

/** A row whose JSON cannot be read is named by its chain already; here it must not stop the rest. */
function readStored(row: SessionColumns, findings: Findings): ReturnType<typeof storedSession> | null {
  try {
    return storedSession(row);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `sessions: a JSON column of session ${row.session_id} cannot be read: ${error.message}`;
    findings.add({ kind: "altered", sessionId: row.session_id, table: null, key: null, column: null, message });
    return null;
  }
}

/** Tapes that are no session's: imported markets, and what a crash or a pruning left. */
function checkOtherTapes(paths: DataFolderPaths, known: ReadonlySet<string>, findings: Findings): void {
  if (!existsSync(paths.tapesDir)) return;
  for (const name of readdirSync(paths.tapesDir).toSorted()) {
    const sessionId = name.slice(0, -".tape".length);
    if (!name.endsWith(".tape") || known.has(sessionId)) continue;
    const path = join(paths.tapesDir, name);
    const verified = verifyTape(path);
    const header = headerOf(path);
    // A session's row is on the disk before its first event is
    if (verified.events > 0 && header?.manifest?.sessionId === sessionId)
      addTapeFinding(
        findings,
        sessionId,
        `${path}: it is the tape of session ${sessionId}, which the journal does not know`,
      );
    // Only a closed tape takes the name that an import was given
    const mayBeTorn = header?.kind === "session";
    if (!verified.ok && (verified.kind === "damaged" || !mayBeTorn)) addTapeFinding(findings, null, verified.message);
    else if (verified.ok && !verified.isComplete && !mayBeTorn)
      addTapeFinding(
        findings,
        null,
        `${path}: it was imported whole, and stops at byte ${verified.end} without its index`,
      );
  }
}

function headerOf(path: string): TapeHeader | null {
  const opened = openTape(path);
  if (!opened.ok) return null;
  opened.tape.close();
  return opened.tape.header;
}

function isKnown(db: ReadableDb, sessionId: string): boolean {
  return db.prepare("SELECT 1 FROM sessions WHERE session_id = ?").get(sessionId) !== undefined;
}

function refuseOlder(db: ReadableDb): JournalFailure | null {
  const version = versionOf(db);
  if (version === newestVersion()) return null;
  return journalFailure(
    "io",
    `${db.name} has schema version ${version}; checking needs ${newestVersion()}. Start Ballast on this data folder once: it brings the file up to date.`,
  );
}

const SELECT_PRUNED = `SELECT session_id AS sessionId, pruned_at_us AS prunedAtUs, by, reason, last_hash AS lastHash
  FROM pruned_sessions ORDER BY pruned_at_us, session_id`;
