import { cpSync } from "node:fs";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { closeDb, openWritable, type WritableDb } from "../../db/open.ts";
import type { Verification } from "../../db/verify-data-folder.ts";
import { verifyDataFolder } from "../../db/verify-data-folder.ts";
import { temporaryFolder } from "./journal-harness.ts";

/** A copy of a closed data folder, in which somebody with a SQL prompt did as he liked: no trigger, check or foreign key stood in his way. */
export function tampered(dataDir: string, tamper: (db: WritableDb) => void): string {
  const copy = temporaryFolder();
  cpSync(dataDir, copy, { recursive: true });
  const opened = openWritable(dataFolderPaths(copy).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  db.pragma("synchronous = OFF");
  db.pragma("foreign_keys = OFF");
  db.pragma("ignore_check_constraints = ON");
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  db.transaction(() => {
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    tamper(db);
    for (const { sql } of triggers) db.exec(sql);
  })();
  // Not closeWritable: its statistics take longer than all the rest
  closeDb(db);
  return copy;
}

export function verified(dataDir: string, only: string | null = null): Verification {
  const outcome = verifyDataFolder(dataFolderPaths(dataDir), only);
  if (!outcome.ok)
    throw new Error("message" in outcome ? outcome.message : `unknown session ${outcome.unknownSession}`);
  return outcome.verification;
}
