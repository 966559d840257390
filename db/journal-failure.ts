import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import type { JournalFailureCode } from "./journal-protocol.ts";

/** Why the journal cannot go on: a code for the program, a sentence with the file and the remedy for the operator. */
export interface JournalFailure {
  readonly ok: false;
  readonly code: JournalFailureCode;
  readonly message: string;
}

export function journalFailure(code: JournalFailureCode, message: string): JournalFailure {
  return { ok: false, code, message };
}

/**
 * Maps an error of SQLite or of the operating system to a failure. `file` is the file or folder that was being used.
 *
 * Anything unknown (also a broken invariant) is `io`: the journal stops all the same, and the message says what it was.
 */
export function failureOf(error: unknown, file: string): JournalFailure {
  const cause = error instanceof Error ? error.message : String(error);
  const code = classify(error, file);
  return journalFailure(code, `${REMEDIES[code](file)} (${errorCode(error) ?? "no code"}: ${cause})`);
}

const REMEDIES: Readonly<Record<JournalFailureCode, (file: string) => string>> = {
  "disk-full": (file) =>
    `No space left to write ${file}. Free some space, then start again; what was written is intact.`,
  "read-only": (file) => `${file} cannot be written. Give this user write access to it and its folder.`,
  "database-locked": (file) => `${file} is locked by another program. Close whatever has it open for writing.`,
  "database-corrupt": (file) =>
    `${file} is damaged. Move it away together with its -wal and -shm files and restore a backup, or start with an empty data folder.`,
  "database-from-future": (file) => `${file} was written by a newer Ballast. Use that version.`,
  "data-folder-in-use": (file) => `Data folder ${file} is in use by another Ballast.`,
  io: (file) => `Writing or reading ${file} failed.`,
};

const OS_CODES: ReadonlyMap<string, JournalFailureCode> = new Map([
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
  ["EFBIG", "disk-full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
]);

function classify(error: unknown, file: string): JournalFailureCode {
  const code = errorCode(error);
  if (code === null) return "io";
  if (code.startsWith("SQLITE_CANTOPEN")) return isWritable(file) ? "io" : "read-only";
  if (code === "SQLITE_FULL") return "disk-full";
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM") return "read-only";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return "database-locked";
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return "database-corrupt";
  return OS_CODES.get(code) ?? "io";
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** SQLite says CANTOPEN for a missing folder and for a forbidden one alike. */
function isWritable(file: string): boolean {
  for (const path of [dirname(file), file]) {
    try {
      accessSync(path, constants.W_OK);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") return false;
    }
  }
  return true;
}
