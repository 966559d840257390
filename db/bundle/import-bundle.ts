import {
  createWriteStream,
  existsSync,
  fsyncSync,
  closeSync,
  openSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DataFolder, tapeFile, type DataFolderPaths } from "../data-folder.ts";
import { JournalChain } from "../journal-chain.ts";
import { failureOf } from "../journal-failure.ts";
import { Findings } from "../journal-findings.ts";
import { SELECT_SESSION } from "../journal-queries.ts";
import { migrate, newestVersion } from "../migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "../open.ts";
import { storedSession, type SessionColumns } from "../stored-session.ts";
import { verifyChains } from "../verify-chains.ts";
import { verifySessionTape } from "../verify-session-tape.ts";
import { importMarksDir, type ImportMark } from "./import-marks.ts";
import { openBundle, type SoundBundle } from "./read-bundle.ts";
import { rowInserter, travellingTables } from "./session-tables.ts";

export interface ImportBundleOptions {
  readonly dataDir: string;
  readonly file: string;
  /** Program and version. */
  readonly importedBy: string;
  readonly nowUs: number;
}

export type BundleImported =
  | { readonly ok: true; readonly mark: ImportMark; readonly rows: number }
  | { readonly ok: false; readonly code: "bundle" | "already-there" | "journal"; readonly message: string };

/**
 * Takes a session that was exported elsewhere into a data folder: its rows with their chain, its tape, and a mark that it was imported.
 * Whole or not at all: a bundle that is damaged, a session that is there already, rows that do not match their chain or a tape that
 * does not match the journal leave the folder as it was.
 */
export async function importBundle(options: ImportBundleOptions): Promise<BundleImported> {
  const opened = openBundle(options.file);
  if (!opened.ok) return { ok: false, code: "bundle", message: opened.message };
  const { bundle } = opened;
  const version = newestVersion();
  if (bundle.manifest.schemaVersion !== version) {
    const message = `${options.file} holds rows of schema version ${bundle.manifest.schemaVersion}; this Ballast reads ${version}. Use the Ballast that made it, or make it anew with this one.`;
    return { ok: false, code: "bundle", message };
  }
  const claimed = DataFolder.claim(options.dataDir);
  if (!claimed.ok) return { ok: false, code: "journal", message: claimed.message };
  const { folder } = claimed;
  const db = openWritable(folder.paths.journalFile);
  try {
    if (!db.ok) return { ok: false, code: "journal", message: db.message };
    const migrated = migrate(db.db, folder.paths.backupsDir);
    if (!migrated.ok) return { ok: false, code: "journal", message: migrated.message };
    return await importInto(db.db, folder.paths, bundle, options);
  } catch (error) {
    return { ok: false, code: "journal", message: failureOf(error, folder.paths.dataDir).message };
  } finally {
    if (db.ok) closeWritable(db.db);
    folder.release();
  }
}

async function importInto(
  db: WritableDb,
  paths: DataFolderPaths,
  bundle: SoundBundle,
  { file, importedBy, nowUs }: ImportBundleOptions,
): Promise<BundleImported> {
  const { sessionId, createdBy, exportedAtUs } = bundle.manifest;
  const there = alreadyThere(db, paths, sessionId);
  if (there !== null) return { ok: false, code: "already-there", message: there };
  const mark: ImportMark = {
    sessionId,
    importedAtUs: nowUs,
    importedBy,
    exportedAtUs,
    exportedBy: createdBy,
    bundleHash: bundle.hash,
  };
  const markFile = join(importMarksDir(paths), `${sessionId}.json`);
  const tape = tapeFile(paths, sessionId);
  db.exec("BEGIN IMMEDIATE");
  try {
    await copyTape(bundle, tape);
    const rows = await insertRows(db, bundle);
    const chain = new JournalChain(db);
    chain.beginJournal();
    chain.adoptSession(sessionId, bundle.manifest.isChained);
    const problem = problemOf(db, paths, sessionId);
    if (problem !== null) throw new NotSound(problem);
    mkdirSync(importMarksDir(paths), { recursive: true });
    writeFileSync(markFile, `${JSON.stringify(mark, null, 1)}\n`);
    db.exec("COMMIT");
    return { ok: true, mark, rows };
  } catch (error) {
    db.exec("ROLLBACK");
    rmSync(tape, { force: true });
    rmSync(markFile, { force: true });
    if (!(error instanceof NotSound)) throw error;
    return { ok: false, code: "bundle", message: `${file}: session ${sessionId} does not verify: ${error.message}` };
  }
}

/** The bundle is whole, but what is in it does not hold together. */
class NotSound extends Error {
  override readonly name = "NotSound";
}

function alreadyThere(db: WritableDb, paths: DataFolderPaths, sessionId: string): string | null {
  const isKnown = db.prepare("SELECT 1 FROM sessions WHERE session_id = ?").get(sessionId) !== undefined;
  if (isKnown) return `${paths.dataDir}: session ${sessionId} is there already; nothing was changed`;
  const tape = tapeFile(paths, sessionId);
  return existsSync(tape)
    ? `${tape} is there already, though the journal knows no such session: move it away first`
    : null;
}

/** On return the tape is on disk under its name. */
async function copyTape(bundle: SoundBundle, tape: string): Promise<void> {
  const partial = `${tape}.part`;
  rmSync(partial, { force: true });
  await pipeline(Readable.from(bundle.tape()), createWriteStream(partial, { flags: "wx" }));
  const handle = openSync(partial, "r+");
  fsyncSync(handle);
  closeSync(handle);
  renameSync(partial, tape);
}

async function insertRows(db: WritableDb, bundle: SoundBundle): Promise<number> {
  const { sessionId, tables } = bundle.manifest;
  const known = new Map(travellingTables(db, sessionId).map((table) => [table.name, table.columns]));
  let all = 0;
  for (const table of tables) {
    const columns = known.get(table.table)?.map(({ name }) => name) ?? [];
    if (columns.join() !== table.columns.join())
      throw new NotSound(
        `table ${table.table} must have the columns ${columns.join(", ")}, was ${table.columns.join(", ")}`,
      );
    const owner = columns.indexOf("session_id");
    const insert = rowInserter(db, table.table, columns);
    let rows = 0;
    for await (const row of bundle.rowsOf(table)) {
      if (row[owner] !== sessionId)
        throw new NotSound(`table ${table.table} holds a row of session ${String(row[owner])}`);
      try {
        insert(row);
      } catch (error) {
        throw new NotSound(`row ${rows + 1} of table ${table.table}: ${String(error)}`);
      }
      rows += 1;
    }
    if (rows !== table.rows) throw new NotSound(`table ${table.table} must have ${table.rows} rows, was ${rows}`);
    all += rows;
  }
  return all;
}

/** The first thing that the session's chain or its tape says against it. */
function problemOf(db: WritableDb, paths: DataFolderPaths, sessionId: string): string | null {
  const findings = new Findings();
  const chained = verifyChains(db, findings, sessionId).find((session) => session.sessionId === sessionId);
  const row = db.prepare<[{ sessionId: string }], SessionColumns>(SELECT_SESSION).get({ sessionId });
  if (row === undefined || chained === undefined) return "it has no row in sessions";
  if (row.ended_how === null) return "it has not ended";
  verifySessionTape(paths, storedSession(row), chained.tapeNote, findings);
  return findings.kept.find((finding) => finding.sessionId === sessionId)?.message ?? null;
}
