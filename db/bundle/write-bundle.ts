import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsyncSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import { tapeFile, type DataFolderPaths } from "../data-folder.ts";
import { failureOf } from "../journal-failure.ts";
import { newestVersion } from "../migrate.ts";
import { closeDb, openReadable, type ReadableDb } from "../open.ts";
import { verifyDataFolder } from "../verify-data-folder.ts";
import {
  BUNDLE_FORMAT,
  MANIFEST_HASH_NAME,
  MANIFEST_NAME,
  type BundleManifest,
  type BundlePart,
  type BundleTable,
} from "./bundle-manifest.ts";
import { rowLine } from "./row-line.ts";
import { travellingTables, type SessionTable } from "./session-tables.ts";
import { layTarHeader, paddingAfter, TAR_END_BYTES } from "./tar-entry.ts";

export interface BundleOptions {
  readonly paths: DataFolderPaths;
  readonly sessionId: string;
  /** File to write; must not exist. */
  readonly out: string;
  readonly createdBy: string;
  readonly nowUs: number;
}

export type BundleWritten =
  | { readonly ok: true; readonly manifest: BundleManifest; readonly bytes: number }
  | { readonly ok: false; readonly message: string };

/**
 * Writes a session into one file: the rows of every table, its chain and its tape, each with its hash. Only a session that is over and
 * that verifies; what was found wrong is in the message. The file takes its name only when it is whole and on disk.
 */
export async function writeBundle(options: BundleOptions): Promise<BundleWritten> {
  const { paths, sessionId, out } = options;
  const verified = verifyDataFolder(paths, sessionId);
  if (!verified.ok)
    return { ok: false, message: "unknownSession" in verified ? noSession(paths, sessionId) : verified.message };
  const { isStoppedAtSchema, findings } = verified.verification;
  if (isStoppedAtSchema)
    return { ok: false, message: `${findings[0]?.message}; no bundle is made of a journal that is not whole` };
  const [session] = verified.verification.sessions;
  const [fault] = findings.filter((finding) => finding.sessionId === sessionId);
  if (session === undefined) return { ok: false, message: noSession(paths, sessionId) };
  if (session.endedHow === "running")
    return { ok: false, message: `session ${sessionId} has not ended; a bundle is made of one that has` };
  if (fault !== undefined)
    return { ok: false, message: `session ${sessionId} does not verify, so no bundle is made of it: ${fault.message}` };
  const opened = openReadable(paths.journalFile);
  if (!opened.ok) return opened;
  const { db } = opened;
  const target = resolve(out);
  let spool: string | null = null;
  try {
    spool = mkdtempSync(join(dirname(target), ".ballast-bundle-"));
    db.prepare("BEGIN").run();
    const manifest = await spoolParts(db, options, spool, session.state !== "unchained", session.lastHash);
    const partial = join(spool, "bundle");
    const bytes = await assemble(manifest, paths, spool, partial);
    renameNew(partial, target);
    return { ok: true, manifest, bytes };
  } catch (error) {
    return { ok: false, message: failureOf(error, target).message };
  } finally {
    closeDb(db);
    if (spool !== null) rmSync(spool, { recursive: true, force: true });
  }
}

function noSession({ dataDir }: DataFolderPaths, sessionId: string): string {
  return `${dataDir}: there is no session ${sessionId}; \`ballast sessions\` lists them`;
}

/** Writes the rows of each table into a file of its own, for a bundle names sizes and hashes before the content. */
async function spoolParts(
  db: ReadableDb,
  { paths, sessionId, createdBy, nowUs }: BundleOptions,
  spool: string,
  isChained: boolean,
  chainHash: string | null,
): Promise<BundleManifest> {
  const tables: BundleTable[] = [];
  for (const table of travellingTables(db, sessionId)) tables.push(await spoolTable(table, spool));
  const effectHash = db
    .prepare<[string], string | null>("SELECT effect_hash FROM sessions WHERE session_id = ?")
    .pluck()
    .get(sessionId);
  const tape = await hashOf(tapeFile(paths, sessionId), `tapes/${sessionId}.tape`);
  return {
    format: BUNDLE_FORMAT,
    createdBy,
    exportedAtUs: nowUs,
    sessionId,
    schemaVersion: newestVersion(),
    effectHash: effectHash ?? null,
    isChained,
    chainHash,
    tables,
    tape,
  };
}

async function spoolTable(table: SessionTable, spool: string): Promise<BundleTable> {
  const file = join(spool, table.name);
  let rows = 0;
  const lines = function* (): Generator<string> {
    for (const row of table.rows()) {
      rows += 1;
      yield `${rowLine(row)}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createZstdCompress(), createWriteStream(file, { flags: "wx" }));
  const part = await hashOf(file, `tables/${table.name}.jsonl.zst`);
  return { ...part, table: table.name, columns: table.columns.map(({ name }) => name), rows };
}

async function hashOf(file: string, name: string): Promise<BundlePart> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { name, bytes, sha256: hash.digest("hex") };
}

/** Puts the parts together, the manifest first; returns the size of the whole. */
async function assemble(
  manifest: BundleManifest,
  paths: DataFolderPaths,
  spool: string,
  file: string,
): Promise<number> {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  const hash = Buffer.from(createHash("sha256").update(text).digest("hex"));
  const parts = async function* (): AsyncGenerator<Buffer> {
    yield* inMemory(MANIFEST_NAME, text);
    yield* inMemory(MANIFEST_HASH_NAME, hash);
    for (const part of manifest.tables) yield* fromFile(part, join(spool, part.table));
    yield* fromFile(manifest.tape, tapeFile(paths, manifest.sessionId));
    yield Buffer.alloc(TAR_END_BYTES);
  };
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(parts()), count, createWriteStream(file, { flags: "wx" }));
  const handle = openSync(file, "r+");
  fsyncSync(handle);
  closeSync(handle);
  return bytes;
}

function* inMemory(name: string, content: Buffer): Generator<Buffer> {
  yield layTarHeader({ name, bytes: content.length });
  yield content;
  yield Buffer.alloc(paddingAfter(content.length));
}

async function* fromFile(part: BundlePart, file: string): AsyncGenerator<Buffer> {
  yield layTarHeader(part);
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== part.bytes) throw new Error(`${file} changed while it was read`);
  yield Buffer.alloc(paddingAfter(bytes));
}

/** Takes a name that nobody has; what stands there stays. */
function renameNew(from: string, to: string): void {
  // Creates it or throws EEXIST
  closeSync(openSync(to, "wx"));
  renameSync(from, to);
}
