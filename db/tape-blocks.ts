import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { parseTapeHeader, type TapeHeader } from "./tape-header.ts";
import {
  BLOCK_HEADER_BYTES,
  beginsLikeBlock,
  beginsLikeFooter,
  blockHash,
  chainHash,
  CODEC_RAW,
  FIRST_HASH,
  FOOTER_HEAD_BYTES,
  footerLength,
  HASH_BYTES,
  MAX_BLOCK_BYTES,
  PREAMBLE_BYTES,
  readBlockHeader,
  readPreamble,
  sameBytes,
  type BlockHeader,
} from "./tape-layout.ts";

/** A file opened for reading at any place. */
export class TapeBytes {
  readonly #descriptor: number;
  readonly size: number;

  /** Throws the file system's errors, and one of its own for a folder or a pipe. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    const stats = fstatSync(this.#descriptor);
    this.size = stats.size;
    if (stats.isFile()) return;
    closeSync(this.#descriptor);
    throw new Error(`a tape must be a file, was ${stats.isDirectory() ? "a folder" : "something else"}`);
  }

  /** Bytes from `offset`, fewer than asked for at the end of the file. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, offset + filled);
      if (count === 0) return bytes.slice(0, filled);
      filled += count;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A place in a tape where something is wrong. `torn`: the file ends there inside a part, as after a crash. */
export interface TapeFault {
  readonly kind: "torn" | "damaged";
  readonly byteOffset: number;
  readonly message: string;
}

export interface HeaderPart {
  readonly header: TapeHeader;
  readonly hash: Uint8Array;
  /** Where the first block begins. */
  readonly end: number;
}

export type Part<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: TapeFault };

/** Reads and checks the header of a tape. */
export function readHeaderPart(file: TapeBytes): Part<HeaderPart> {
  const preamble = file.read(0, PREAMBLE_BYTES);
  const length = readPreamble(preamble);
  if (!length.ok) return damaged(0, length.message);
  const end = PREAMBLE_BYTES + length.value + HASH_BYTES;
  if (end > file.size) return damaged(0, `its header of ${length.value} bytes ends behind the file`);
  const json = file.read(PREAMBLE_BYTES, length.value);
  const hash = file.read(PREAMBLE_BYTES + length.value, HASH_BYTES);
  if (!sameBytes(hash, chainHash(FIRST_HASH, preamble, json)))
    return damaged(0, `its header, bytes 0 to ${end - 1}, does not match its hash`);
  const parsed = parseTapeHeader(new TextDecoder().decode(json));
  return parsed.ok ? { ok: true, value: { header: parsed.header, hash, end } } : damaged(0, parsed.message);
}

export interface BlockPart {
  readonly header: BlockHeader;
  /** Where the next part begins. */
  readonly end: number;
}

/** What begins at `offset`: a block, the footer, or the end of the file (both `null`). Only the block's header is read. */
export function readBlockPart(file: TapeBytes, offset: number): Part<BlockPart | "footer" | "end"> {
  if (offset === file.size) return { ok: true, value: "end" };
  const bytes = file.read(offset, BLOCK_HEADER_BYTES);
  if (bytes.length < BLOCK_HEADER_BYTES && beginsLikeBlock(bytes)) return torn(offset, "a block header is cut off");
  if (beginsLikeFooter(bytes)) return { ok: true, value: "footer" };
  const header = readBlockHeader(bytes);
  if (!header.ok) return damaged(offset, header.message);
  const end = offset + BLOCK_HEADER_BYTES + header.value.packedBytes;
  if (end > file.size)
    return torn(
      offset,
      `a block of ${BLOCK_HEADER_BYTES + header.value.packedBytes} bytes is cut off after ${file.size - offset}`,
    );
  return { ok: true, value: { header: header.value, end } };
}

export interface BlockContent {
  readonly header: BlockHeader;
  readonly packed: Uint8Array;
  readonly end: number;
}

/** Reads the block at `offset` and checks it against the chain. */
export function readBlockContent(
  file: TapeBytes,
  offset: number,
  previousHash: Uint8Array,
): Part<BlockContent | "footer" | "end"> {
  const part = readBlockPart(file, offset);
  if (!part.ok || part.value === "footer" || part.value === "end") return part as Part<"footer" | "end">;
  const { header, end } = part.value;
  const headerBytes = file.read(offset, BLOCK_HEADER_BYTES);
  const packed = file.read(offset + BLOCK_HEADER_BYTES, header.packedBytes);
  if (!sameBytes(header.hash, blockHash(previousHash, headerBytes, packed)))
    return damaged(
      offset,
      `bytes ${offset} to ${end - 1} do not match their hash: something in or before them was changed`,
    );
  return { ok: true, value: { header, packed, end } };
}

/** Undoes the compression of a block whose hash was checked. */
export function unpackBlock(content: BlockContent, offset: number): Part<Uint8Array> {
  const { header, packed } = content;
  const bytes = header.codec === CODEC_RAW ? packed : decompressed(packed);
  if (bytes === null || bytes.length !== header.rawBytes)
    return damaged(offset, `its content does not unpack to ${header.rawBytes} bytes`);
  return { ok: true, value: bytes };
}

/** Reads the footer at `offset`, which must end the file. */
export function readFooterPart(file: TapeBytes, offset: number): Part<Uint8Array> {
  const head = file.read(offset, FOOTER_HEAD_BYTES);
  if (head.length < FOOTER_HEAD_BYTES) return torn(offset, "the footer is cut off");
  const length = footerLength(head);
  if (offset + length > file.size) return torn(offset, `the footer of ${length} bytes is cut off`);
  const bytes = file.read(offset, length);
  const hashed = length - HASH_BYTES;
  // The hash first: what stands behind a footer can only be told once its length is known to be true
  if (!sameBytes(bytes.subarray(hashed), chainHash(bytes.subarray(0, hashed))))
    return damaged(offset, `the footer, bytes ${offset} to ${file.size - 1}, does not match its hash`);
  if (offset + length < file.size)
    return damaged(offset + length, `${file.size - offset - length} bytes stand behind the end of the tape`);
  return { ok: true, value: bytes };
}

function decompressed(packed: Uint8Array): Uint8Array | null {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: MAX_BLOCK_BYTES });
  } catch {
    return null;
  }
}

function damaged<T>(byteOffset: number, message: string): Part<T> {
  return { ok: false, fault: { kind: "damaged", byteOffset, message } };
}

function torn<T>(byteOffset: number, message: string): Part<T> {
  return { ok: false, fault: { kind: "torn", byteOffset, message } };
}
