import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataFolderPaths, snapshotsFile, tapeFile, type DataFolderPaths } from "../../../db/data-folder.ts";
import { JournalReader } from "../../../db/journal-reader.ts";
import { openTape, type TapeReader } from "../../../db/tape-reader.ts";
import { buildInfo } from "../build-info.ts";
import { kernelClassesOf } from "../kernel-state/kernel-classes.ts";
import { kernelConfigOf } from "../stored-kernel.ts";
import { SnapshotBuilder, type SnapshotSource } from "./build-snapshots.ts";
import { SessionCursor } from "./session-cursor.ts";
import { SnapshotFile, snapshotKey, SnapshotFileWriter } from "./snapshot-file.ts";

/** A past session that is ready to be shown, or on the way there. */
export interface OpenedReplay {
  readonly source: SnapshotSource;
  readonly key: Buffer;
  /** Where its snapshots belong; null when they cannot be written there. */
  readonly path: string;
  /** Effect hash that the session ended with; null = it did not end by itself, or no journal can be read. */
  readonly recordedHash: string | null;
}

export type ReplayOpening =
  | { readonly ok: true; readonly opened: OpenedReplay }
  | { readonly ok: false; readonly code: "unknown-session" | "unreadable-tape"; readonly message: string };

/** Opens the tape of a stored session. Reads only; the journal is asked for the session's effect hash and nothing else. */
export function openReplay(dataDir: string, sessionId: string): ReplayOpening {
  const paths = dataFolderPaths(dataDir);
  const path = tapeFile(paths, sessionId);
  const opened = openTape(path);
  if (!opened.ok) return { ok: false, code: "unreadable-tape", message: opened.message };
  const { tape } = opened;
  const { manifest } = tape.header;
  if (manifest === null || tape.events === 0) {
    tape.close();
    return { ok: false, code: "unknown-session", message: `${path}: the tape holds no session` };
  }
  const config = kernelConfigOf(manifest);
  const classes = kernelClassesOf(config);
  const as = { sessionId, source: `replay of ${sessionId}`, startedUs: manifest.sessionStartUs };
  const key = snapshotKey(tape.lastHash, buildInfo().hash, classes.names);
  const source = { tape, config, classes, as };
  return {
    ok: true,
    opened: { source, key, path: snapshotsFile(paths, sessionId), recordedHash: recordedHash(paths, sessionId) },
  };
}

/** The snapshots that are there already; null when they must be made. */
export function storedSnapshots({ path, key }: OpenedReplay): SnapshotFile | null {
  return SnapshotFile.open(path, key) ?? SnapshotFile.open(besidePath(path), key);
}

/** Starts making the snapshots: beside the tape, or, where that folder cannot be written, among the temporary files. */
export function snapshotBuilder({ source, path, key }: OpenedReplay): SnapshotBuilder {
  return new SnapshotBuilder(source, writerFor(path, key));
}

/** A cursor at the beginning. Owns the tape and the snapshots from now on. */
export function cursorOf({ source }: OpenedReplay, snapshots: SnapshotFile): SessionCursor {
  const reopened = reopen(source.tape);
  return new SessionCursor({ ...source, tape: reopened, snapshots });
}

function reopen(tape: TapeReader): TapeReader {
  tape.close();
  const opened = openTape(tape.path);
  if (!opened.ok) throw new Error(opened.message);
  return opened.tape;
}

function writerFor(path: string, key: Buffer): SnapshotFileWriter {
  try {
    return new SnapshotFileWriter(path, key);
  } catch {
    return new SnapshotFileWriter(besidePath(path), key);
  }
}

function besidePath(path: string): string {
  return join(tmpdir(), `ballast-${path.split(/[\\/]/).at(-1) ?? "session.replay"}`);
}

function recordedHash(paths: DataFolderPaths, sessionId: string): string | null {
  const opened = JournalReader.open(paths.journalFile);
  if (!opened.ok) return null;
  try {
    return opened.reader.session(sessionId)?.effectHash ?? null;
  } finally {
    opened.reader.close();
  }
}
