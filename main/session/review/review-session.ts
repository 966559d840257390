import { existsSync } from "node:fs";
import { dataFolderPaths, tapeFile, type DataFolderPaths } from "../../../db/data-folder.ts";
import { JournalReader } from "../../../db/journal-reader.ts";
import type { SessionFilter } from "../../../db/session-filter.ts";
import type { StoredSession } from "../../../db/stored-session.ts";
import { openTape, TapeDamagedError, type TapeReader } from "../../../db/tape-reader.ts";
import { compare, comparedSession, type ComparedSession, type Comparison } from "../../review/comparison.ts";
import { sessionReport, type SessionReport } from "../../review/session-report.ts";
import { kernelConfigOf } from "../stored-kernel.ts";

export type Reviewed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ReviewFailure; readonly message: string };

/** The journal cannot be used, the session is not in it, or its records or tape were damaged. */
export type ReviewFailure = "journal" | "unknown-session" | "damaged";

/** Which sessions to compare; null and an empty list leave nothing out. */
export interface ComparedFilter extends SessionFilter {
  readonly sessionIds: readonly string[];
}

/** More are not put side by side: the newest are taken, and the comparison says so. */
const MOST_SESSIONS = 1000;

/**
 * Every figure of a past session, from its journal; markouts from its tape where the journal has none.
 *
 * A tape that is needed and cannot be read is a failure; one that is not there is a remark of the report.
 *
 * @param compareTape reads the tape in any case and compares its markouts with the journaled ones
 */
export function reviewSession(dataDir: string, sessionId: string, compareTape: boolean): Reviewed<SessionReport> {
  return withReader(dataDir, (reader, paths) => {
    const stored = reader.session(sessionId);
    if (stored === null) return unknownSession(paths, sessionId);
    return reportOf(reader, paths, stored, compareTape);
  });
}

/**
 * Sessions side by side. One that cannot be read is named instead of compared; one that is asked for by name must be there.
 *
 * @param most where more fit, the newest so many are taken
 */
export function compareSessions(
  dataDir: string,
  filter: ComparedFilter,
  most: number = MOST_SESSIONS,
): Reviewed<Comparison> {
  return withReader<Comparison>(dataDir, (reader, paths) => {
    const missing = filter.sessionIds.find((sessionId) => reader.session(sessionId) === null);
    if (missing !== undefined) return unknownSession(paths, missing);
    const compared: ComparedSession[] = [];
    const unreadable: { sessionId: string; message: string }[] = [];
    const fitting = chosen(reader, filter);
    for (const sessionId of fitting.slice(0, most)) {
      const stored = reader.session(sessionId);
      if (stored === null) continue;
      const report = reportOf(reader, paths, stored, false);
      if (report.ok) compared.push(comparedSession(report.value));
      else unreadable.push({ sessionId, message: report.message });
    }
    return { ok: true, value: compare(compared, { filter: wordsOf(filter), fitting: fitting.length }, unreadable) };
  });
}

function withReader<T>(
  dataDir: string,
  use: (reader: JournalReader, paths: DataFolderPaths) => Reviewed<T>,
): Reviewed<T> {
  const paths = dataFolderPaths(dataDir);
  const opened = JournalReader.open(paths.journalFile);
  if (!opened.ok) return { ok: false, code: "journal", message: opened.message };
  try {
    return use(opened.reader, paths);
  } finally {
    opened.reader.close();
  }
}

function reportOf(
  reader: JournalReader,
  paths: DataFolderPaths,
  stored: StoredSession,
  compareTape: boolean,
): Reviewed<SessionReport> {
  const { sessionId } = stored.manifest;
  let tape: TapeReader | null = null;
  const openSessionTape = (): TapeReader | null => {
    const file = tapeFile(paths, sessionId);
    // Tapes are pruned before journals
    if (!existsSync(file)) return null;
    const opened = openTape(file);
    if (!opened.ok) throw new TapeRefusedError(opened.message);
    ({ tape } = opened);
    return tape;
  };
  try {
    const value = sessionReport({
      stored,
      settings: kernelConfigOf(stored.manifest).profile.settings,
      entries: reader.entries(sessionId),
      lateFills: reader.lateFills(sessionId),
      openTape: openSessionTape,
      compareTape,
    });
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof TapeDamagedError || error instanceof TapeRefusedError)) throw error;
    return { ok: false, code: "damaged", message: error.message };
  } finally {
    closeTape(tape);
  }
}

/** A tape is there and cannot be read; the message says why. */
class TapeRefusedError extends Error {}

function closeTape(tape: TapeReader | null): void {
  tape?.close();
}

/** Ids, newest first. */
function chosen(reader: JournalReader, filter: ComparedFilter): readonly string[] {
  const wanted = new Set(filter.sessionIds);
  const fitting = reader.sessionKeys(filter).map(({ sessionId }) => sessionId);
  return wanted.size === 0 ? fitting : fitting.filter((sessionId) => wanted.has(sessionId));
}

function wordsOf({ sessionIds, market, profile, sinceUs, untilUs }: ComparedFilter): string {
  const day = (us: number): string => new Date(us / 1000).toISOString().slice(0, 16).replace("T", " ");
  const words = [
    sessionIds.length === 0 ? null : `${sessionIds.length} chosen`,
    market === null ? null : `market ${market}`,
    profile === null ? null : `profile ${profile}`,
    sinceUs === null ? null : `started since ${day(sinceUs)}`,
    untilUs === null ? null : `started before ${day(untilUs)}`,
  ].filter((word) => word !== null);
  return words.length === 0 ? "all sessions" : words.join(", ");
}

function unknownSession(paths: DataFolderPaths, sessionId: string): Reviewed<never> {
  return {
    ok: false,
    code: "unknown-session",
    message: `${paths.dataDir}: there is no session ${sessionId}; \`ballast sessions\` lists them`,
  };
}
