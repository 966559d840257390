import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { tapeFile, type DataFolderPaths } from "./data-folder.ts";
import type { Findings } from "./journal-findings.ts";
import type { StoredSession } from "./stored-session.ts";
import { openTape, verifyTape, type VerifiedTape } from "./tape-reader.ts";

/** What was found on a session's tape. */
export interface CheckedTape {
  readonly blocks: number;
  readonly events: number;
  readonly isComplete: boolean;
}

/**
 * Checks every byte of a session's tape, and the tape against the journal: manifest, length, and the hash that the journal's chain
 * has of it. A torn end is what a crash leaves; in a session that ended it is damage.
 */
export function verifySessionTape(
  paths: DataFolderPaths,
  stored: StoredSession,
  tapeHash: string | null,
  findings: Findings,
): CheckedTape | null {
  const { sessionId } = stored.manifest;
  const path = tapeFile(paths, sessionId);
  const complain = (message: string): void => addTapeFinding(findings, sessionId, message);
  if (!existsSync(path)) {
    complain(`${path}: the tape of session ${sessionId} is gone`);
    return null;
  }
  const verified = verifyTape(path);
  const isEnded = stored.endedHow === "ended" || stored.endedHow === "killed";
  if (!verified.ok && (isEnded || verified.kind === "damaged")) complain(verified.message);
  compareManifest(path, stored, complain);
  const isComplete = verified.ok && verified.isComplete;
  if (isEnded && verified.ok) compareEnd(path, stored, verified, tapeHash, complain);
  if ((verified.ok || verified.kind === "torn") && verified.events < stored.durableSeq)
    complain(`${path}: it must hold the ${stored.durableSeq} events that the journal knows, was ${verified.events}`);
  return { blocks: verified.blocks, events: verified.events, isComplete };
}

export function addTapeFinding(findings: Findings, sessionId: string | null, message: string): void {
  findings.add({ kind: "tape", sessionId, table: null, key: null, column: null, message });
}

function compareEnd(
  path: string,
  stored: StoredSession,
  verified: Extract<VerifiedTape, { readonly ok: true }>,
  tapeHash: string | null,
  complain: (message: string) => void,
): void {
  const { sessionId } = stored.manifest;
  if (!verified.isComplete) complain(`${path}: session ${sessionId} ended, but its tape was never closed`);
  if (stored.events !== null && verified.events !== stored.events)
    complain(`${path}: it must hold the ${stored.events} events of session ${sessionId}, was ${verified.events}`);
  if (tapeHash !== null && verified.lastHash !== tapeHash)
    complain(`${path}: its last hash must be ${tapeHash} by the journal's chain, was ${verified.lastHash}`);
}

function compareManifest(path: string, stored: StoredSession, complain: (message: string) => void): void {
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
