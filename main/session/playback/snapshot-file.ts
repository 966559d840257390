import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { TapeMark } from "../../../db/tape-reader.ts";
import { KernelClasses } from "../kernel-state/kernel-classes.ts";
import { restoreState } from "../kernel-state/restore-state.ts";
import { numberBytesOf, STATE_HEAD_BYTES, StateSaver } from "../kernel-state/save-state.ts";
import type { Timeline } from "./timeline.ts";

/**
 * A file of snapshots beside a session's tape:
 *
 *     "BLSTSNAP" | 32 bytes key | snapshot ... snapshot | contents | 8 bytes place of the contents | 16 bytes hash
 *
 * Snapshots and contents are zstd, most snapshots as their difference from an earlier one; each has a hash over the hash before it and its bytes, from the key on. The key is a hash of what the
 * snapshots depend on: the tape's last hash, the program, the kernel's classes. A file with another key is of no use and is made anew.
 */
const MAGIC = Buffer.from("BLSTSNAP");
const KEY_BYTES = 32;
const HASH_BYTES = 16;
const PLACE_BYTES = 8;
const TAIL_BYTES = PLACE_BYTES + HASH_BYTES;
/** What the contents and the snapshots look like; counts up with every change of their form. */
const FORMAT = 5;
/**
 * Of so many snapshots the first stands alone; each other is packed by how its numbers differ from those of the one whose place in the family
 * lacks the lowest set bit: 7 from 6 from 4 from 0. So it takes at most three others to unpack one, and not the whole family.
 */
const FAMILY = 8;
/** Room for what is unpacked: the library's own default is far smaller, and joins hundreds of pieces. */
const UNPACKED_CHUNK_BYTES = 1 << 20;
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;

const PLAIN = KernelClasses.of([{}]);

/** A place on the way of a session that a replay can start from. */
export interface SnapshotEntry {
  /** The last event before it; 0 = none. */
  readonly seq: number;
  readonly atUs: number;
  /** Events before it. */
  readonly events: number;
  readonly tapeMark: TapeMark;
  /** Place in the file. */
  readonly offset: number;
  readonly bytes: number;
  readonly hash: Uint8Array;
  /** Number of the snapshot whose state is needed to unpack this one; its own = none. */
  readonly base: number;
  /** Effect hash of the events between the snapshot before and this one, from a straight run. */
  readonly effectHash: string;
  /** Codes of the decisions on the stretch after it, and how many rows each begins there; known once that stretch is over. */
  codes: ReadonlyMap<string, number>;
}

export interface SnapshotContents {
  readonly entries: readonly SnapshotEntry[];
  /** Codes on the stretch before the first snapshot. */
  readonly firstCodes: ReadonlyMap<string, number>;
  readonly timeline: Timeline;
  readonly startUs: number;
  readonly endUs: number;
  readonly lastSeq: number;
  readonly events: number;
  /** Effect hash of the whole straight run. */
  readonly effectHash: string;
}

/** What the snapshots of a session depend on. */
export function snapshotKey(tapeHash: string, buildHash: string, classes: readonly string[]): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([FORMAT, tapeHash, buildHash, classes]))
    .digest();
}

/** Writes a file of snapshots; nothing is at its path before `finish`. Errors of the file system are thrown. */
export class SnapshotFileWriter {
  readonly #path: string;
  readonly #file: number;
  #length = 0;
  #count = 0;
  readonly #family: Uint8Array[] = [];
  #hash: Uint8Array;

  constructor(path: string, key: Buffer) {
    this.#path = path;
    this.#file = openSync(`${path}.part`, "w");
    this.#hash = key.subarray(0, HASH_BYTES);
    this.#write(MAGIC);
    this.#write(key);
  }

  append(state: Uint8Array): Pick<SnapshotEntry, "offset" | "bytes" | "hash" | "base"> {
    const place = this.#count % FAMILY;
    const basePlace = place & (place - 1);
    const other = this.#family[basePlace];
    const isAlone = place === 0 || other === undefined || numberBytesOf(state) !== numberBytesOf(other);
    const packed = zstdCompressSync(isAlone ? state : differing(state, other));
    this.#family[place] = state;
    const offset = this.#length;
    this.#hash = linked(this.#hash, packed);
    this.#write(packed);
    const base = this.#count - (isAlone ? 0 : place - basePlace);
    this.#count += 1;
    return { offset, bytes: packed.length, hash: this.#hash, base };
  }

  finish(contents: SnapshotContents): void {
    const place = Buffer.alloc(PLACE_BYTES);
    place.writeDoubleLE(this.#length);
    const packed = zstdCompressSync(new StateSaver(PLAIN).save(contents));
    this.#write(packed);
    this.#write(place);
    this.#write(linked(this.#hash, Buffer.concat([packed, place])));
    closeSync(this.#file);
    renameSync(`${this.#path}.part`, this.#path);
  }

  /** Leaves nothing behind. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(`${this.#path}.part`, { force: true });
  }

  #write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#length += bytes.length;
  }
}

/** A file of snapshots, open for reading; close it. */
export class SnapshotFile {
  readonly contents: SnapshotContents;
  readonly #file: number;
  readonly #key: Buffer;
  #base: { readonly index: number; readonly state: Uint8Array } | null = null;

  private constructor(file: number, key: Buffer, contents: SnapshotContents) {
    this.#file = file;
    this.#key = key;
    this.contents = contents;
  }

  /** Null where there is none, or one that is damaged or was made from something else: then it is to be made anew. */
  static open(path: string, key: Buffer): SnapshotFile | null {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch {
      return null;
    }
    const contents = contentsOf(file, key);
    if (contents !== null) return new SnapshotFile(file, key, contents);
    closeSync(file);
    return null;
  }

  /** The saved state of the snapshot at `index`; null when its bytes were changed. */
  state(index: number): Uint8Array | null {
    const entry = this.contents.entries[index];
    if (entry === undefined)
      throw new RangeError(`there are ${this.contents.entries.length} snapshots, asked for ${index}`);
    const before = this.contents.entries[index - 1]?.hash ?? this.#key.subarray(0, HASH_BYTES);
    const packed = readAt(this.#file, entry.offset, entry.bytes);
    if (!isSame(linked(before, packed), entry.hash)) return null;
    const bytes = unpacked(packed);
    if (entry.base === index) return bytes;
    const base = this.#baseState(entry.base);
    return base === null ? null : differing(bytes, base);
  }

  /** Seeks come in clusters, so the last base is kept. */
  #baseState(index: number): Uint8Array | null {
    if (this.#base?.index === index) return this.#base.state;
    const state = this.state(index);
    if (state !== null) this.#base = { index, state };
    return state;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * The state with every byte of its numbers taken against that of another state with as many: most arrays are rings of which little changes from
 * one snapshot to the next, so most of it is 0. Done twice it gives the state back.
 */
function differing(state: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(state);
  const end = numberBytesOf(other);
  const words = wordsOf(bytes, end);
  const against = wordsOf(other, end);
  // By words: by bytes this was a third of a seek
  for (let at = STATE_HEAD_BYTES / WORD_BYTES; at < words.length; at += 1)
    words[at] = (words[at] ?? 0) ^ (against[at] ?? 0);
  for (let at = words.length * WORD_BYTES; at < end; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (other[at] ?? 0);
  return bytes;
}

/** The whole words of the first `end` bytes: a view of them, or a copy where they do not begin at a word of their buffer. */
function wordsOf(bytes: Uint8Array, end: number): Int32Array {
  const { buffer, byteOffset } = bytes.byteOffset % WORD_BYTES === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(buffer, byteOffset, Math.floor(end / WORD_BYTES));
}

function unpacked(packed: Uint8Array): Buffer {
  return zstdDecompressSync(packed, { chunkSize: UNPACKED_CHUNK_BYTES });
}

function contentsOf(file: number, key: Buffer): SnapshotContents | null {
  const { size } = fstatSync(file);
  const head = readAt(file, 0, MAGIC.length + KEY_BYTES);
  if (!isSame(head, Buffer.concat([MAGIC, key])) || size < head.length + TAIL_BYTES) return null;
  const tail = readAt(file, size - TAIL_BYTES, TAIL_BYTES);
  const place = tail.subarray(0, PLACE_BYTES);
  const at = place.readDoubleLE();
  if (!Number.isSafeInteger(at) || at < head.length || at > size - TAIL_BYTES) return null;
  const packed = readAt(file, at, size - TAIL_BYTES - at);
  try {
    const contents = restoreState(unpacked(packed), PLAIN) as SnapshotContents;
    const before = contents.entries.at(-1)?.hash ?? key.subarray(0, HASH_BYTES);
    return isSame(linked(before, Buffer.concat([packed, place])), tail.subarray(PLACE_BYTES)) ? contents : null;
  } catch {
    return null;
  }
}

function linked(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(before).update(bytes).digest().subarray(0, HASH_BYTES));
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, bytes, filled, length - filled, offset + filled);
    if (count === 0) return bytes.subarray(0, filled);
    filled += count;
  }
  return bytes;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
