import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { failureOf, type JournalFailure } from "./journal-failure.ts";
import { checkJournal } from "./journal-integrity.ts";
import { closeDb, openReadable } from "./open.ts";

export type BackedUp =
  | { readonly ok: true; readonly bytes: number }
  | { readonly ok: false; readonly code: "exists"; readonly message: string }
  | JournalFailure;

/**
 * Copies a journal, also while it is written: the copy is the state of one moment, compacted, checked and on disk before it gets its
 * name. Never writes over a file.
 */
export function backUpJournal(journalFile: string, out: string): BackedUp {
  if (existsSync(out))
    return { ok: false, code: "exists", message: `${out} exists already; a backup never writes over a file` };
  const opened = openReadable(journalFile);
  if (!opened.ok) return opened;
  const partial = `${out}.partial-${process.pid}`;
  try {
    // The connection still cannot write its own file; the copy is another
    opened.db.pragma("query_only = OFF");
    opened.db.prepare("VACUUM INTO ?").run(partial);
    const checked = checkJournal(partial);
    if (!checked.ok) return checked;
    const bytes = flush(partial);
    // Unlike a rename, a link fails where somebody made the file meanwhile
    linkSync(partial, out);
    return { ok: true, bytes };
  } catch (error) {
    return failureOf(error, out);
  } finally {
    closeDb(opened.db);
    for (const left of [partial, `${partial}-wal`, `${partial}-shm`, `${partial}-journal`])
      rmSync(left, { force: true });
  }
}

function flush(path: string): number {
  const handle = openSync(path, "r+");
  try {
    fsyncSync(handle);
    return statSync(path).size;
  } finally {
    closeSync(handle);
  }
}
