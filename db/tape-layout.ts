import { createHash } from "node:crypto";
import type { EncodedBlock } from "./journal-protocol.ts";
import { TAPE_FORMAT } from "./tape-header.ts";
import type { BlockIndex, IndexEntry, TapeTotals } from "./tape-index.ts";

/**
 * Where every byte of a tape stands; `docs/tape-format.md` has the same in words. All numbers are little-endian.
 *
 * Every part ends or begins with the first 16 bytes of a SHA-256 over the hash of the part before it and its own other bytes, so
 * that no byte and no block can change, go or come without breaking the chain at that place.
 */
export const HASH_BYTES = 16;
/** The chain before the header. */
export const FIRST_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

const FILE_MAGIC = bytesOf("BLSTTAPE");
const BLOCK_MAGIC = bytesOf("BLCK");
const FOOTER_MAGIC = bytesOf("BIDX");

/** Magic, format, JSON length. */
export const PREAMBLE_BYTES = 16;
/** A longer JSON header is damage, not a header. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
export const BLOCK_HEADER_BYTES = 72;
const BLOCK_HASHED_BYTES = BLOCK_HEADER_BYTES - HASH_BYTES;
export const FOOTER_HEAD_BYTES = 80;
const FOOTER_LAST_HASH = 64;
const FOOTER_ENTRY_BYTES = 48;
/** Footer length and hash: the last bytes of a whole tape. */
export const FOOTER_TAIL_BYTES = 8 + HASH_BYTES;
/** A block that claims to be larger, packed or not, is damage. */
export const MAX_BLOCK_BYTES = 64 * 1024 * 1024;

export const CODEC_RAW = 0;
export const CODEC_ZSTD = 1;

export interface BlockHeader {
  readonly codec: number;
  readonly packedBytes: number;
  readonly rawBytes: number;
  readonly events: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstTsUs: number;
  readonly lastTsUs: number;
  readonly hash: Uint8Array;
}

export type Layout<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export function chainHash(previous: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256").update(previous);
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, HASH_BYTES);
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Preamble, JSON and hash as one piece. */
export function layHeader(json: string): { readonly bytes: Uint8Array; readonly hash: Uint8Array } {
  const text = bytesOf(json);
  const preamble = new Uint8Array(PREAMBLE_BYTES);
  preamble.set(FILE_MAGIC);
  const view = new DataView(preamble.buffer);
  view.setUint16(8, TAPE_FORMAT, true);
  view.setUint32(12, text.length, true);
  const hash = chainHash(FIRST_HASH, preamble, text);
  return { bytes: joined(preamble, text, hash), hash };
}

/** Length of the JSON header, if this is the start of a tape that this program can read. */
export function readPreamble(bytes: Uint8Array): Layout<number> {
  if (bytes.length < PREAMBLE_BYTES || !sameBytes(bytes.subarray(0, 8), FILE_MAGIC))
    return { ok: false, message: "it does not begin like a Ballast tape" };
  const view = viewOf(bytes);
  const format = view.getUint16(8, true);
  if (format > TAPE_FORMAT)
    return {
      ok: false,
      message: `it was written by a newer version: format ${format}, this version reads up to ${TAPE_FORMAT}`,
    };
  const length = view.getUint32(12, true);
  if (format !== TAPE_FORMAT || length > MAX_HEADER_BYTES)
    return { ok: false, message: `its first bytes are damaged: format ${format}, header of ${length} bytes` };
  return { ok: true, value: length };
}

/** Header of a block, its hash included; `previous` is the hash of the part before it. */
export function layBlockHeader(
  previous: Uint8Array,
  block: Omit<EncodedBlock, "bytes">,
  codec: number,
  rawBytes: number,
  packed: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEADER_BYTES);
  bytes.set(BLOCK_MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint8(4, codec);
  view.setUint32(8, packed.length, true);
  view.setUint32(12, rawBytes, true);
  view.setUint32(16, block.events, true);
  setWhole(view, 24, block.firstSeq);
  setWhole(view, 32, block.lastSeq);
  setWhole(view, 40, block.firstTsUs);
  setWhole(view, 48, block.lastTsUs);
  bytes.set(chainHash(previous, bytes.subarray(0, BLOCK_HASHED_BYTES), packed), BLOCK_HASHED_BYTES);
  return bytes;
}

/** True when the bytes are the beginning of a block, be it only a part of its magic. */
export function beginsLikeBlock(bytes: Uint8Array): boolean {
  return beginsLike(bytes, BLOCK_MAGIC);
}

export function beginsLikeFooter(bytes: Uint8Array): boolean {
  return beginsLike(bytes, FOOTER_MAGIC);
}

export function readBlockHeader(bytes: Uint8Array): Layout<BlockHeader> {
  if (!beginsLikeBlock(bytes)) return { ok: false, message: "no block begins here" };
  const view = viewOf(bytes);
  const codec = view.getUint8(4);
  const packedBytes = view.getUint32(8, true);
  const rawBytes = view.getUint32(12, true);
  if (codec !== CODEC_RAW && codec !== CODEC_ZSTD)
    return { ok: false, message: `the block's codec must be 0 or 1, was ${codec}` };
  if (packedBytes > MAX_BLOCK_BYTES || rawBytes > MAX_BLOCK_BYTES)
    return {
      ok: false,
      message: `a block of ${packedBytes} bytes, ${rawBytes} unpacked, is more than any writer makes`,
    };
  const header: BlockHeader = {
    codec,
    packedBytes,
    rawBytes,
    events: view.getUint32(16, true),
    firstSeq: getWhole(view, 24),
    lastSeq: getWhole(view, 32),
    firstTsUs: getWhole(view, 40),
    lastTsUs: getWhole(view, 48),
    hash: bytes.slice(BLOCK_HASHED_BYTES, BLOCK_HEADER_BYTES),
  };
  return { ok: true, value: header };
}

/** The hash that a block must carry. */
export function blockHash(previous: Uint8Array, headerBytes: Uint8Array, packed: Uint8Array): Uint8Array {
  return chainHash(previous, headerBytes.subarray(0, BLOCK_HASHED_BYTES), packed);
}

/** Index, totals and the last hash: closes a tape. `previous` is the hash of the last block. */
export function layFooter(previous: Uint8Array, index: BlockIndex): Uint8Array {
  const { entries, totals } = index;
  const length = FOOTER_HEAD_BYTES + entries.length * FOOTER_ENTRY_BYTES + FOOTER_TAIL_BYTES;
  const bytes = new Uint8Array(length);
  bytes.set(FOOTER_MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, entries.length, true);
  setWhole(view, 16, totals.blocks);
  setWhole(view, 24, totals.events);
  setWhole(view, 32, totals.firstSeq);
  setWhole(view, 40, totals.lastSeq);
  setWhole(view, 48, totals.firstTsUs);
  setWhole(view, 56, totals.lastTsUs);
  bytes.set(previous, FOOTER_LAST_HASH);
  let at = FOOTER_HEAD_BYTES;
  for (const entry of entries) {
    setWhole(view, at, entry.offset);
    setWhole(view, at + 8, entry.block);
    setWhole(view, at + 16, entry.eventsBefore);
    setWhole(view, at + 24, entry.firstTsUs);
    bytes.set(entry.previousHash, at + 32);
    at += FOOTER_ENTRY_BYTES;
  }
  setWhole(view, at, length);
  bytes.set(chainHash(bytes.subarray(0, length - HASH_BYTES)), length - HASH_BYTES);
  return bytes;
}

/** Hash of the last block, as a footer carries it, so that the footer can be checked before the blocks are read. */
export function footerLastHash(bytes: Uint8Array): Uint8Array {
  return bytes.slice(FOOTER_LAST_HASH, FOOTER_LAST_HASH + HASH_BYTES);
}

/** Length of the whole footer whose head this is. */
export function footerLength(head: Uint8Array): number {
  return FOOTER_HEAD_BYTES + viewOf(head).getUint32(8, true) * FOOTER_ENTRY_BYTES + FOOTER_TAIL_BYTES;
}

/** Length that the tail of a footer claims for the whole of it; -1 when it cannot be one. */
export function footerLengthFromTail(tail: Uint8Array): number {
  const length = getWhole(viewOf(tail), 0);
  const entriesBytes = length - FOOTER_HEAD_BYTES - FOOTER_TAIL_BYTES;
  return entriesBytes >= 0 && entriesBytes % FOOTER_ENTRY_BYTES === 0 ? length : -1;
}

/** Index of a footer whose length was checked. */
export function readFooter(bytes: Uint8Array): BlockIndex {
  const view = viewOf(bytes);
  const totals: TapeTotals = {
    blocks: getWhole(view, 16),
    events: getWhole(view, 24),
    firstSeq: getWhole(view, 32),
    lastSeq: getWhole(view, 40),
    firstTsUs: getWhole(view, 48),
    lastTsUs: getWhole(view, 56),
  };
  const entries: IndexEntry[] = [];
  const end = bytes.length - FOOTER_TAIL_BYTES;
  for (let at = FOOTER_HEAD_BYTES; at < end; at += FOOTER_ENTRY_BYTES)
    entries.push({
      offset: getWhole(view, at),
      block: getWhole(view, at + 8),
      eventsBefore: getWhole(view, at + 16),
      firstTsUs: getWhole(view, at + 24),
      previousHash: bytes.slice(at + 32, at + 32 + HASH_BYTES),
    });
  return { totals, entries };
}

function beginsLike(bytes: Uint8Array, magic: Uint8Array): boolean {
  const length = Math.min(bytes.length, magic.length);
  return sameBytes(bytes.subarray(0, length), magic.subarray(0, length));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function setWhole(view: DataView, at: number, value: number): void {
  view.setBigInt64(at, BigInt(value), true);
}

function getWhole(view: DataView, at: number): number {
  return Number(view.getBigInt64(at, true));
}
