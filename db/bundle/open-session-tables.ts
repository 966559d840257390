import type { DataFolderPaths } from "../data-folder.ts";
import { failureOf } from "../journal-failure.ts";
import { SELECT_SESSION } from "../journal-queries.ts";
import { newestVersion, refuseVersion, versionOf } from "../migrate.ts";
import { closeDb, openReadable } from "../open.ts";
import { storedSession, type SessionColumns, type StoredSession } from "../stored-session.ts";
import { readableTables, type SessionTable } from "./session-tables.ts";

export type OpenedTables =
  | {
      readonly ok: true;
      readonly stored: StoredSession;
      readonly tables: readonly SessionTable[];
      close(): void;
    }
  | { readonly ok: false; readonly code: "unknown-session" | "journal"; readonly message: string };

/** Opens all rows of a session for reading, in one state of the journal, beside a running writer. */
export function openSessionTables(paths: DataFolderPaths, sessionId: string): OpenedTables {
  const opened = openReadable(paths.journalFile);
  if (!opened.ok) return { ok: false, code: "journal", message: opened.message };
  const { db } = opened;
  const refuse = (code: "unknown-session" | "journal", message: string): OpenedTables => {
    closeDb(db);
    return { ok: false, code, message };
  };
  try {
    const refusal = refuseVersion(db);
    if (refusal !== null) return refuse("journal", refusal.message);
    if (versionOf(db) !== newestVersion())
      return refuse("journal", `${db.name} is older than this Ballast; start Ballast on its folder once`);
    db.prepare("BEGIN").run();
    const row = db.prepare<[{ sessionId: string }], SessionColumns>(SELECT_SESSION).get({ sessionId });
    if (row === undefined)
      return refuse(
        "unknown-session",
        `${paths.dataDir}: there is no session ${sessionId}; \`ballast sessions\` lists them`,
      );
    return { ok: true, stored: storedSession(row), tables: readableTables(db, sessionId), close: () => closeDb(db) };
  } catch (error) {
    return refuse("journal", failureOf(error, paths.journalFile).message);
  }
}
