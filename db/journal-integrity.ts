import { failureOf, journalFailure, type JournalFailure } from "./journal-failure.ts";
import { refuseVersion } from "./migrate.ts";
import { closeDb, openReadable } from "./open.ts";

/** Reads every page of a journal and says whether it is whole. Slow on a large file: for the doctor, not for a start. */
export function checkJournal(file: string): { readonly ok: true } | JournalFailure {
  const opened = openReadable(file);
  if (!opened.ok) return opened;
  const { db } = opened;
  try {
    const refusal = refuseVersion(db);
    if (refusal !== null) return refusal;
    const complaints = db.prepare<[], string>("PRAGMA integrity_check(3)").pluck().all();
    return complaints.length === 1 && complaints[0] === "ok"
      ? { ok: true }
      : journalFailure("database-corrupt", `${file} is damaged: ${complaints.join("; ")}`);
  } catch (error) {
    return failureOf(error, file);
  } finally {
    closeDb(db);
  }
}
