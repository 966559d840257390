import { existsSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { tapeFile, type DataFolderPaths } from "./data-folder.ts";
import type { Findings } from "./journal-findings.ts";
import type { StoredSession } from "./stored-session.ts";
import { hashFrom, type LeftTape, type TapeNote } from "./tape-note.ts";
import { openTape, verifyTape, type VerifiedTape } from "./tape-reader.ts";

/** What was found on a session's tape. */
export interface CheckedTape {
  readonly blocks: number;
  readonly events: number;
  readonly isComplete: boolean;
  /** False = the journal does not say where the tape must end: what is cut off behind the events that it knows cannot be missed. */
  readonly isEndNoted: boolean;
}

type Complain = (message: string) => void;

/**
 * Checks every byte of a session's tape, and the tape against the journal: manifest, length, and what the journal's chain says of its
 * end. A torn end is what a crash leaves; in a session that ended it is damage, and so it is where the chain notes another end.
 */
export function verifySessionTape(
  paths: DataFolderPaths,
  stored: StoredSession,
  note: TapeNote | null,
  findings: Findings,
): CheckedTape | null {
  const { sessionId } = stored.manifest;
  const path = tapeFile(paths, sessionId);
  const complain: Complain = (message) => addTapeFinding(findings, sessionId, message);
  if (!existsSync(path)) {
    complain(`${path}: the tape of session ${sessionId} is gone`);
    return null;
  }
  const verified = verifyTape(path);
  compareManifest(path, stored, complain);
  const isEnded = stored.endedHow === "ended" || stored.endedHow === "killed";
  const fault = isEnded
    ? faultOfEnded(path, stored, verified, note)
    : note?.kind === "left"
      ? faultOfLeft(path, stored, verified, note)
      : faultOfOpen(verified);
  if (fault !== null) complain(fault);
  else if (verified.events < stored.durableSeq)
    complain(`${path}: it must hold the ${stored.durableSeq} events that the journal knows, was ${verified.events}`);
  const isComplete = verified.ok && verified.isComplete;
  return { blocks: verified.blocks, events: verified.events, isComplete, isEndNoted: note !== null };
}

export function addTapeFinding(findings: Findings, sessionId: string | null, message: string): void {
  findings.add({ kind: "tape", sessionId, table: null, key: null, column: null, message });
}

/** Nothing may be missing from the tape of a session that ended by itself. */
function faultOfEnded(
  path: string,
  { manifest, events }: StoredSession,
  verified: VerifiedTape,
  note: TapeNote | null,
): string | null {
  if (!verified.ok) return verified.message;
  const { sessionId } = manifest;
  if (!verified.isComplete) return `${path}: session ${sessionId} ended, but its tape stops at byte ${verified.end}`;
  if (events !== null && verified.events !== events)
    return `${path}: it must hold the ${events} events of session ${sessionId}, was ${verified.events}`;
  if (note !== null && verified.lastHash !== note.lastHash)
    return `${path}: its last hash must be ${note.lastHash} by the journal's chain, was ${verified.lastHash}`;
  return null;
}

/** The tape of a session that crashed must lie as the next start found it, to the byte. */
function faultOfLeft(path: string, stored: StoredSession, verified: VerifiedTape, left: LeftTape): string | null {
  const { end, lastHash, lastSeq } = verified;
  const noted = `the crash of session ${stored.manifest.sessionId} left blocks up to event ${left.lastSeq}, byte ${left.blocksEnd}`;
  if (end < left.blocksEnd)
    return `${verified.ok ? `${path}: it stops at byte ${end}, event ${lastSeq}` : verified.message}; ${noted}`;
  if (end > left.blocksEnd) return `${path}: it goes on behind event ${left.lastSeq} to byte ${end}; ${noted}`;
  if (lastHash !== left.lastHash)
    return `${path}: its last hash must be ${left.lastHash} by the journal's chain, was ${lastHash}`;
  const { size } = statSync(path);
  if (size === left.byteLength && hashFrom(path, end) === left.restHash) return null;
  return `${path}: behind its last block, from byte ${end}, it must hold the ${left.byteLength - end} bytes that the crash left, was ${size - end} bytes${size === left.byteLength ? ", others" : ""}`;
}

/** Where nothing is noted, a torn end may be what a crash left, or what a running session has not written yet. */
function faultOfOpen(verified: VerifiedTape): string | null {
  return verified.ok || verified.kind === "torn" ? null : verified.message;
}

function compareManifest(path: string, stored: StoredSession, complain: Complain): void {
  const opened = openTape(path);
  if (!opened.ok) return;
  const { header } = opened.tape;
  opened.tape.close();
  const { manifest } = stored;
  if (header.manifest === null) return complain(`${path}: its header holds no session`);
  // As JSON, for a header was JSON: what is undefined in one is absent in the other
  const told: unknown = JSON.parse(JSON.stringify(manifest));
  if (isDeepStrictEqual(told, header.manifest)) return;
  const fields = Object.entries(manifest)
    .filter(
      ([name, value]) =>
        !isDeepStrictEqual(value, Object.entries(header.manifest ?? {}).find(([key]) => key === name)?.[1]),
    )
    .map(([name]) => name);
  complain(`${path}: its header and the journal disagree about ${fields.join(", ")} of session ${manifest.sessionId}`);
}
