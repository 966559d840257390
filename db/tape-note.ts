import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { TapeBytes } from "./tape-blocks.ts";
import type { TapeReader } from "./tape-reader.ts";

/** A tape as the next start found it that a crash had left open. */
export interface LeftTape {
  /** Hash of its last whole block, hex. */
  readonly lastHash: string;
  /** Seq of its last whole event; 0 = there is none. */
  readonly lastSeq: number;
  /** Where its last whole block ends, in bytes from the front. */
  readonly blocksEnd: number;
  /** All its bytes, with what a crash left of a block. */
  readonly byteLength: number;
  /** SHA-256 of the bytes behind `blocksEnd`, hex. */
  readonly restHash: string;
}

/** What a session's chain says of how its tape ended. */
export type TapeNote = { readonly kind: "closed"; readonly lastHash: string } | ({ readonly kind: "left" } & LeftTape);

const CHUNK_BYTES = 1 << 20;

/** As a fact in the session's last link: one word for a tape that was closed, five for one that was left. */
export function tapeNoteText(note: TapeNote): string {
  if (note.kind === "closed") return note.lastHash;
  return [note.lastHash, note.lastSeq, note.blocksEnd, note.byteLength, note.restHash].join(" ");
}

/** Null = a text that nobody wrote; the hash of the link that it stands in tells of it. */
export function readTapeNote(text: string): TapeNote | null {
  const [lastHash = "", ...words] = text.split(" ");
  if (words.length === 0) return { kind: "closed", lastHash };
  const [lastSeq = NaN, blocksEnd = NaN, byteLength = NaN] = words.slice(0, 3).map(Number);
  const [restHash] = words.slice(3);
  if (restHash === undefined || ![lastSeq, blocksEnd, byteLength].every(Number.isSafeInteger)) return null;
  return { kind: "left", lastHash, lastSeq, blocksEnd, byteLength, restHash };
}

/** Takes note of how a tape lies now. On return its bytes are on the disk: a power cut later must not take what was noted. */
export function noteLeftTape(tape: TapeReader): LeftTape {
  flush(tape.path);
  const { lastHash, totals, blocksEnd, byteLength } = tape;
  return { lastHash, lastSeq: totals.lastSeq, blocksEnd, byteLength, restHash: hashFrom(tape.path, blocksEnd) };
}

/** SHA-256 of a file's bytes from `offset` to its end, hex. */
export function hashFrom(path: string, offset: number): string {
  const file = new TapeBytes(path);
  try {
    const hash = createHash("sha256");
    for (let at = offset; at < file.size; at += CHUNK_BYTES) hash.update(file.read(at, CHUNK_BYTES));
    return hash.digest("hex");
  } finally {
    file.close();
  }
}

function flush(path: string): void {
  const handle = openToFlush(path);
  if (handle === null) return;
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Null = the file may be read only; whoever made it so has put it on the disk. */
function openToFlush(path: string): number | null {
  try {
    return openSync(path, "r+");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") return null;
    throw error;
  }
}
