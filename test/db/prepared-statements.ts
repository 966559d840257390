import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { backUpJournal } from "../../db/back-up-journal.ts";
import { importBundle } from "../../db/bundle/import-bundle.ts";
import { openSessionTables } from "../../db/bundle/open-session-tables.ts";
import { writeBundle } from "../../db/bundle/write-bundle.ts";
import { readCarriedRisk } from "../../db/carried-risk-reads.ts";
import { dataFolderPaths, type DataFolderPaths } from "../../db/data-folder.ts";
import { JournalWriter } from "../../db/journal-writer.ts";
import { migrate, MIGRATIONS } from "../../db/migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "../../db/open.ts";
import { Pruning } from "../../db/prune-sessions.ts";
import { reconcileCrashed } from "../../db/reconcile-crashed.ts";
import { verifyDataFolder } from "../../db/verify-data-folder.ts";
import { everyRecord } from "./every-record.ts";
import { batch, manifest, summary } from "./journal-builders.ts";
import { readJournal, startJournal, temporaryFolder } from "./journal-harness.ts";

const root = join(import.meta.dirname, "..", "..");

export interface PreparedStatement {
  readonly sql: string;
  /** Where `db/` prepares it, as `file.ts:line`. */
  readonly sites: ReadonlySet<string>;
}

/**
 * Every statement that `db/` prepares for a journal: sessions are written, end and crash, are listed, read, verified, exported, imported
 * elsewhere and pruned, and the risk of the day is carried over, all in this thread, and each `prepare` is noted.
 */
export async function preparedStatements(): Promise<readonly PreparedStatement[]> {
  const sites = new Map<string, Set<string>>();
  const connections = prototypeOfConnections();
  const prepare = connections.prepare;
  const watch = vi.spyOn(connections, "prepare").mockImplementation(function (this: WritableDb, sql: string) {
    const site = callerOf(new Error("here"));
    const known = sites.get(sql) ?? new Set<string>();
    if (site !== null) sites.set(sql, known.add(site));
    return prepare.call(this, sql);
  });
  try {
    await useJournals();
  } finally {
    watch.mockRestore();
  }
  return [...sites].map(([sql, found]) => ({ sql, sites: found }));
}

/** Every line under `db/` with a call of `prepare`, as `file.ts:line`. */
export function callsOfPrepare(): readonly string[] {
  return readdirSync(join(root, "db"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      readFileSync(join(root, "db", file), "utf8")
        .split("\n")
        .flatMap((line, index) => (/\.prepare[<(]/.test(line) ? [`${file.replaceAll("\\", "/")}:${index + 1}`] : [])),
    );
}

function prototypeOfConnections(): WritableDb {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  closeWritable(opened.db);
  return Object.getPrototypeOf(opened.db) as WritableDb;
}

/** First line of `db/` on the stack. */
function callerOf({ stack = "" }: Error): string | null {
  const [, site = null] =
    /[/\\]db[/\\]((?:[\w-]+[/\\])?[\w-]+\.ts:\d+)/.exec(stack.replaceAll(/[/\\]test[/\\]db[/\\]/g, "/test/")) ?? [];
  return site?.replaceAll("\\", "/") ?? null;
}

async function useJournals(): Promise<void> {
  const dataDir = temporaryFolder();
  const paths = dataFolderPaths(dataDir);
  beginOlder(paths);
  await writeSessions(dataDir);
  leaveCrashed(paths);
  readEverything(dataDir);
  const copied = backUpJournal(paths.journalFile, join(temporaryFolder(), "copy.sqlite"));
  if (!copied.ok) throw new Error(copied.message);
  const file = join(temporaryFolder(), "session.bundle");
  const written = await writeBundle({ paths, sessionId: "session-1", out: file, createdBy: "test", nowUs: 1 });
  if (!written.ok) throw new Error(written.message);
  const imported = await importBundle({ dataDir: temporaryFolder(), file, importedBy: "test", nowUs: 2 });
  if (!imported.ok) throw new Error(imported.message);
  prune(dataDir);
}

/** A journal of the version before, which the next opening copies and brings up to date. */
function beginOlder({ journalFile, backupsDir }: DataFolderPaths): void {
  const opened = openWritable(journalFile);
  if (!opened.ok) throw new Error(opened.message);
  migrate(opened.db, backupsDir, MIGRATIONS.slice(0, -1));
  closeWritable(opened.db);
}

async function writeSessions(dataDir: string): Promise<void> {
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  client.append(batch(1, everyRecord(1), { isUrgent: true }));
  await client.end(summary({ events: 1 }));
  await client.setLatch({ latch: "kill", reason: "a test", sessionId: "session-1", setAtUs: 1 });
  await client.clearLatch("kill", "a test", "operator", 2);
  await client.close();
}

/** A session without an end, which the start after a crash ends. */
function leaveCrashed(paths: DataFolderPaths): void {
  const opened = openWritable(paths.journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const writer = new JournalWriter(opened.db);
  writer.begin(manifest({ sessionId: "session-2" }));
  if (!verifyDataFolder(paths, "session-2").ok) throw new Error("a session must be verifiable while it runs");
  if (reconcileCrashed(writer, paths, 4).length !== 1) throw new Error("one session must have crashed");
  closeWritable(opened.db);
}

function readEverything(dataDir: string): void {
  const { sessionStartUs, rules } = manifest();
  const day = { mode: "paper", quoteCurrency: rules.quoteCurrency, dayStartUs: sessionStartUs - 1 } as const;
  if (!readCarriedRisk(dataDir, day).ok) throw new Error("the day's result must be readable");
  const reader = readJournal(dataDir);
  reader.sessions(10);
  reader.session("session-1");
  reader.lateFills("session-2");
  reader.latches();
  if ([...reader.entries("session-1")].length === 0) throw new Error("the session must have records");
  const verified = verifyDataFolder(dataFolderPaths(dataDir), null);
  if (!verified.ok) throw new Error("the folder must be verifiable");
  if (!verifyDataFolder(dataFolderPaths(dataDir), "session-1").ok) throw new Error("the session must be verifiable");
  const tables = openSessionTables(dataFolderPaths(dataDir), "session-1");
  if (!tables.ok) throw new Error(tables.message);
  for (const table of tables.tables) for (const row of table.rows()) if (row.length === 0) throw new Error(table.name);
  tables.close();
}

function prune(dataDir: string): void {
  const opened = Pruning.open(dataDir);
  if (!opened.ok) throw new Error(opened.message);
  const { pruning } = opened;
  const { remove } = pruning.plan({ endedBeforeUs: null, keepBytes: 0 });
  const failure = pruning.remove(remove, { by: "test", reason: "a test", atUs: 5 });
  pruning.close();
  if (failure !== null || remove.length === 0) throw new Error("sessions must be pruned");
}
