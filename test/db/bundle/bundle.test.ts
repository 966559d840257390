import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { BundleManifest } from "../../../db/bundle/bundle-manifest.ts";
import { importBundle } from "../../../db/bundle/import-bundle.ts";
import { openSessionTables } from "../../../db/bundle/open-session-tables.ts";
import { openBundle } from "../../../db/bundle/read-bundle.ts";
import {
  layTarHeader,
  paddingAfter,
  readTarHeader,
  TAR_BLOCK_BYTES,
  TAR_END_BYTES,
} from "../../../db/bundle/tar-entry.ts";
import { writeBundle } from "../../../db/bundle/write-bundle.ts";
import { dataFolderPaths, tapeFile } from "../../../db/data-folder.ts";
import { JournalReader } from "../../../db/journal-reader.ts";
import { closeWritable, openWritable } from "../../../db/open.ts";
import { openTape } from "../../../db/tape-reader.ts";
import { verifyDataFolder } from "../../../db/verify-data-folder.ts";
import { replayTape } from "../../../main/session/replay.ts";
import { kernelOf } from "../../../main/session/stored-kernel.ts";
import { recordedSpec, recordSession } from "../../support/recorded-session.ts";

const NOW_US = 1_790_000_000_000_000;
const folder = mkdtempSync(join(tmpdir(), "ballast-bundle-"));
const source = dataFolderPaths(join(folder, "source"));
const file = join(folder, "session.bundle");
let sessionId = "";
let bytes = Buffer.alloc(0);

beforeAll(async () => {
  sessionId = await recordSession({ ...recordedSpec, durationUs: 10_000_000, dataDir: source.dataDir });
  const written = await writeBundle({ paths: source, sessionId, out: file, createdBy: "ballast test", nowUs: NOW_US });
  if (!written.ok) throw new Error(written.message);
  bytes = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function freshFolder(): string {
  const fresh = mkdtempSync(join(tmpdir(), "ballast-bundle-"));
  onTestFinished(() => rmSync(fresh, { recursive: true, force: true }));
  return fresh;
}

function importInto(dataDir: string, from = file) {
  return importBundle({ dataDir, file: from, importedBy: "ballast test", nowUs: NOW_US + 1 });
}

/** Every row of every table of the session, by table. */
function rowsOf(dataDir: string): Record<string, unknown[][]> {
  const opened = openSessionTables(dataFolderPaths(dataDir), sessionId);
  if (!opened.ok) throw new Error(opened.message);
  try {
    return Object.fromEntries(opened.tables.map((table) => [table.name, [...table.rows()]]));
  } finally {
    opened.close();
  }
}

/** The parts of a bundle, to be put together again otherwise. */
function partsOf(bundle: Buffer): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  for (let at = 0; at + TAR_END_BYTES < bundle.length;) {
    const entry = readTarHeader(bundle.subarray(at, at + TAR_BLOCK_BYTES))!;
    const begin = at + TAR_BLOCK_BYTES;
    parts.set(entry.name, Buffer.from(bundle.subarray(begin, begin + entry.bytes)));
    at = begin + entry.bytes + paddingAfter(entry.bytes);
  }
  return parts;
}

/** What a forger can do: change a part and make every hash of the bundle anew. */
function forged(table: string, change: (lines: string[]) => string[]): string {
  const parts = partsOf(bytes);
  const manifest = JSON.parse(parts.get("bundle.json")!.toString()) as {
    -readonly [K in keyof BundleManifest]: BundleManifest[K];
  };
  const name = `tables/${table}.jsonl.zst`;
  const lines = change(zstdDecompressSync(parts.get(name)!).toString().split("\n").slice(0, -1));
  const packed = zstdCompressSync(lines.map((line) => `${line}\n`).join(""));
  const sha256 = createHash("sha256").update(packed).digest("hex");
  manifest.tables = manifest.tables.map((part) =>
    part.name === name ? { ...part, bytes: packed.length, sha256, rows: lines.length } : part,
  );
  parts.set(name, packed);
  const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  parts.set("bundle.json", text);
  parts.set("bundle.sha256", Buffer.from(createHash("sha256").update(text).digest("hex")));
  const out = join(freshFolder(), "forged.bundle");
  const laid = [...parts].flatMap(([partName, content]) => [
    layTarHeader({ name: partName, bytes: content.length }),
    content,
    Buffer.alloc(paddingAfter(content.length)),
  ]);
  writeFileSync(out, Buffer.concat([...laid, Buffer.alloc(TAR_END_BYTES)]));
  return out;
}

describe("a bundle", () => {
  test("brings a session whole into another folder: rows, chain, tape, mark; it verifies and replays to the same hash", async () => {
    const target = join(freshFolder(), "target");
    const imported = await importInto(target);
    expect(imported).toMatchObject({ ok: true, mark: { sessionId, exportedBy: "ballast test" } });
    const before = rowsOf(source.dataDir);
    expect(rowsOf(target)).toEqual(before);
    expect(before["fills"]?.length).toBeGreaterThan(0);
    expect(before["journal_chain"]?.length).toBeGreaterThan(2);
    const paths = dataFolderPaths(target);
    expect(readFileSync(tapeFile(paths, sessionId))).toEqual(readFileSync(tapeFile(source, sessionId)));
    const mark = JSON.parse(readFileSync(join(target, "imported", `${sessionId}.json`), "utf8")) as unknown;
    expect(mark).toMatchObject({ sessionId, importedAtUs: NOW_US + 1, exportedAtUs: NOW_US });

    const verified = verifyDataFolder(paths, null);
    expect(verified).toMatchObject({ ok: true, verification: { findingCount: 0, sessions: [{ state: "intact" }] } });
    const opened = JournalReader.open(paths.journalFile);
    const tape = openTape(tapeFile(paths, sessionId));
    if (!opened.ok || !tape.ok) throw new Error("the imported session must open");
    const stored = opened.reader.session(sessionId)!;
    const replayed = replayTape(kernelOf(stored.manifest), tape.tape, null, stored.effectHash);
    expect(replayed).toMatchObject({ firstDifference: null, effectHash: stored.effectHash });
    tape.tape.close();
    opened.reader.close();
  });

  test("of an imported session differs from the first in who made it and when, and in nothing else", async () => {
    const target = join(freshFolder(), "target");
    await importInto(target);
    const again = join(target, "again.bundle");
    const made = { createdBy: "ballast elsewhere", nowUs: NOW_US + 60_000_000 };
    expect(await writeBundle({ paths: dataFolderPaths(target), sessionId, out: again, ...made })).toMatchObject({
      ok: true,
    });
    const [first, second] = [partsOf(bytes), partsOf(readFileSync(again))];
    expect([...second.keys()]).toEqual([...first.keys()]);
    const differing = [...first.keys()].filter((name) => !first.get(name)!.equals(second.get(name)!));
    expect(differing).toEqual(["bundle.json", "bundle.sha256"]);
    const manifestOf = (parts: Map<string, Buffer>) => JSON.parse(parts.get("bundle.json")!.toString()) as object;
    expect(manifestOf(second)).toEqual({
      ...manifestOf(first),
      createdBy: made.createdBy,
      exportedAtUs: made.nowUs,
    });
  });

  test("is refused with any byte of it changed, and leaves the folder as it was", async () => {
    const target = join(freshFolder(), "target");
    mkdirSync(target);
    const damaged = join(target, "damaged.bundle");
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ change;
        writeFileSync(damaged, copy);
        expect(await importInto(target, damaged)).toMatchObject({ ok: false, code: "bundle" });
        expect(readdirSync(target)).toEqual(["damaged.bundle"]);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["cut short", () => bytes.subarray(0, bytes.length - 700)],
    ["made longer", () => Buffer.concat([bytes, Buffer.alloc(512)])],
    ["empty", () => Buffer.alloc(0)],
    ["something else", () => Buffer.from("not a bundle at all ".repeat(100))],
  ])("that is %s is refused", (_what, content) => {
    const damaged = join(freshFolder(), "damaged.bundle");
    writeFileSync(damaged, content());
    const opened = openBundle(damaged);
    expect(opened.ok ? "" : opened.message).toContain("is not a whole bundle");
  });

  test.each([
    [
      "a changed value",
      "fills",
      (lines: string[]) => lines.map((line, index) => (index === 0 ? line.replace('"maker"', '"taker"') : line)),
    ],
    ["a row removed", "orders", (lines: string[]) => lines.slice(1)],
    [
      "rows of another session",
      "alerts",
      (lines: string[]) => lines.map((line) => line.replace(sessionId, "20200101-000000-0000")),
    ],
    ["a link removed", "journal_chain", (lines: string[]) => lines.filter((_line, index) => index !== 2)],
  ])("made anew with %s does not verify and is not taken", async (_what, table, change) => {
    const target = join(freshFolder(), "target");
    const imported = await importInto(target, forged(table, change));
    expect(imported).toMatchObject({ ok: false, code: "bundle" });
    expect(imported.ok ? "" : imported.message).toContain("does not verify");
    expect(existsSync(tapeFile(dataFolderPaths(target), sessionId))).toBe(false);
    expect(existsSync(join(target, "imported", `${sessionId}.json`))).toBe(false);
    expect(await importInto(target)).toMatchObject({ ok: true });
  });

  test("of a session that is there already changes nothing", async () => {
    const target = join(freshFolder(), "target");
    await importInto(target);
    const before = rowsOf(target);
    expect(await importInto(target)).toMatchObject({ ok: false, code: "already-there" });
    expect(rowsOf(target)).toEqual(before);
    expect(await importInto(source.dataDir)).toMatchObject({ ok: false, code: "already-there" });
  });

  test("is not made of a session that does not verify, nor over a file, nor of one that is not there", async () => {
    const target = join(freshFolder(), "target");
    await importInto(target);
    const paths = dataFolderPaths(target);
    const out = join(target, "out.bundle");
    const options = { paths, sessionId, out, createdBy: "ballast test", nowUs: NOW_US };
    writeFileSync(out, "mine");
    const over = await writeBundle(options);
    expect(over.ok ? "" : over.message).toContain("EEXIST");
    expect(readFileSync(out, "utf8")).toBe("mine");
    rmSync(out);
    const unknown = await writeBundle({ ...options, sessionId: "20200101-000000-0000" });
    expect(unknown.ok ? "" : unknown.message).toContain("there is no session 20200101-000000-0000");
    const db = openWritable(paths.journalFile);
    if (!db.ok) throw new Error(db.message);
    db.db.exec("DROP TRIGGER fills_are_final; UPDATE fills SET size_lots = size_lots + 1");
    closeWritable(db.db);
    const altered = await writeBundle(options);
    expect(altered.ok ? "" : altered.message).toContain("does not verify");
    expect(readdirSync(target).filter((name) => name.includes("bundle"))).toEqual([]);
  });
});
