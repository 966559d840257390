import { createHash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createZstdDecompress } from "node:zlib";
import {
  MANIFEST_HASH_NAME,
  MANIFEST_NAME,
  parseBundleManifest,
  type BundleManifest,
  type BundlePart,
  type BundleTable,
} from "./bundle-manifest.ts";
import { readRowLine } from "./row-line.ts";
import type { CellValue } from "./session-tables.ts";
import { paddingAfter, readTarHeader, TAR_BLOCK_BYTES, TAR_END_BYTES } from "./tar-entry.ts";

/** A bundle whose every byte is what its manifest says. */
export interface SoundBundle {
  readonly manifest: BundleManifest;
  /** SHA-256 of the manifest, hex: it stands for the whole bundle. */
  readonly hash: string;
  /** Rows of a table, decoded; a line that is none throws. */
  rowsOf(table: BundleTable): AsyncGenerator<readonly CellValue[]>;
  /** Content of the tape as it lies in the file. */
  tape(): AsyncIterable<Buffer>;
}

export type OpenedBundle =
  | { readonly ok: true; readonly bundle: SoundBundle }
  | { readonly ok: false; readonly message: string };

interface Place {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

const MOST_MANIFEST_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 1 << 20;

/**
 * Reads a whole bundle and checks every byte of it: headers, hashes, padding, end. Constant memory. The hashes find damage and
 * accidents; they are not a signature, since whoever can write the file can compute them anew.
 */
export function openBundle(file: string): OpenedBundle {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, "r");
    const read = readPlaces(descriptor, fstatSync(descriptor).size);
    return typeof read === "string" ? refused(file, read) : soundBundle(file, descriptor, read);
  } catch (error) {
    return refused(file, error instanceof Error ? error.message : String(error));
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function refused(file: string, what: string): OpenedBundle {
  return { ok: false, message: `${file} is not a whole bundle: ${what}` };
}

function soundBundle(file: string, descriptor: number, places: readonly Place[]): OpenedBundle {
  const [first, second, ...rest] = places;
  if (first?.name !== MANIFEST_NAME || second?.name !== MANIFEST_HASH_NAME || first.bytes > MOST_MANIFEST_BYTES)
    return refused(file, `it must begin with ${MANIFEST_NAME} and ${MANIFEST_HASH_NAME}`);
  const text = Buffer.alloc(first.bytes);
  readSync(descriptor, text, 0, text.length, first.offset);
  const said = Buffer.alloc(Math.min(64, second.bytes));
  readSync(descriptor, said, 0, said.length, second.offset);
  if (second.bytes !== 64 || said.toString("latin1") !== first.sha256)
    return refused(file, `${MANIFEST_NAME} must hash to what ${MANIFEST_HASH_NAME} says, was ${first.sha256}`);
  const manifest = parseBundleManifest(text.toString("utf8"));
  if (typeof manifest === "string") return refused(file, manifest);
  const listed: readonly BundlePart[] = [...manifest.tables, manifest.tape];
  if (rest.length !== listed.length)
    return refused(file, `its manifest lists ${listed.length} parts, there are ${rest.length}`);
  const found = new Map<BundlePart, Place>();
  for (const [index, part] of listed.entries()) {
    const place = rest[index];
    if (place === undefined || place.name !== part.name || place.bytes !== part.bytes || place.sha256 !== part.sha256)
      return refused(file, `part ${part.name} must have the SHA-256 ${part.sha256}, was ${place?.sha256 ?? "missing"}`);
    found.set(part, place);
  }
  const streamOf = (part: BundlePart): AsyncIterable<Buffer> => {
    const { offset = 0, bytes = 0 } = found.get(part) ?? {};
    return createReadStream(file, { start: offset, end: offset + bytes - 1 }) as AsyncIterable<Buffer>;
  };
  return {
    ok: true,
    bundle: {
      manifest,
      hash: first.sha256,
      rowsOf: (table) => rowsIn(file, table, streamOf(table)),
      tape: () => streamOf(manifest.tape),
    },
  };
}

async function* rowsIn(
  file: string,
  { table, columns }: BundleTable,
  packed: AsyncIterable<Buffer>,
): AsyncGenerator<readonly CellValue[]> {
  let line = 0;
  for await (const text of linesOf(packed)) {
    line += 1;
    const row = readRowLine(text);
    if (row === null || row.length !== columns.length)
      throw new Error(`${file}: line ${line} of table ${table} must be a row of ${columns.length} values`);
    yield row;
  }
}

async function* linesOf(packed: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  const unpacked = createZstdDecompress();
  // What breaks on the way destroys the end of it, and is thrown to who reads there
  pipeline(Readable.from(packed), unpacked, () => undefined);
  let rest = "";
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Where each part lies and what it hashes to; a text = what is wrong. */
function readPlaces(descriptor: number, size: number): readonly Place[] | string {
  const places: Place[] = [];
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  let offset = 0;
  while (offset + TAR_END_BYTES < size) {
    readSync(descriptor, header, 0, header.length, offset);
    const entry = readTarHeader(header);
    if (entry === null) return `byte ${offset} must be the header of a part`;
    const begin = offset + TAR_BLOCK_BYTES;
    const end = begin + entry.bytes + paddingAfter(entry.bytes);
    if (end + TAR_END_BYTES > size) return `it breaks off in part ${entry.name}, at byte ${size}`;
    places.push({ ...entry, offset: begin, sha256: hashRange(descriptor, begin, entry.bytes) });
    if (!isEmptyRange(descriptor, begin + entry.bytes, end)) return `the bytes behind part ${entry.name} must be empty`;
    offset = end;
  }
  if (size - offset !== TAR_END_BYTES || !isEmptyRange(descriptor, offset, size))
    return `it must end with ${TAR_END_BYTES} empty bytes at byte ${offset}`;
  return places;
}

function hashRange(descriptor: number, offset: number, bytes: number): string {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, bytes)));
  for (let done = 0; done < bytes;) {
    const count = readSync(descriptor, chunk, 0, Math.min(chunk.length, bytes - done), offset + done);
    if (count === 0) throw new Error("it became shorter while it was read");
    hash.update(chunk.subarray(0, count));
    done += count;
  }
  return hash.digest("hex");
}

/** @param end at most a few blocks behind `begin` */
function isEmptyRange(descriptor: number, begin: number, end: number): boolean {
  const bytes = Buffer.alloc(end - begin);
  readSync(descriptor, bytes, 0, bytes.length, begin);
  return bytes.every((byte) => byte === 0);
}
