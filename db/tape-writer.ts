import { constants, zstdCompressSync } from "node:zlib";
import type { EncodedBlock } from "./journal-protocol.ts";
import { createTapeFile, type TapeFile } from "./tape-file.ts";
import type { TapeHeader } from "./tape-header.ts";
import { IndexBuilder } from "./tape-index.ts";
import {
  CODEC_RAW,
  CODEC_ZSTD,
  BLOCK_HEADER_BYTES,
  HASH_BYTES,
  layBlockHeader,
  layFooter,
  layHeader,
} from "./tape-layout.ts";

const ZSTD_LEVEL = 3;

/** A block as it lies in the file, for a copy from tape to tape without unpacking. */
export interface PackedBlock extends Omit<EncodedBlock, "bytes"> {
  readonly codec: number;
  readonly rawBytes: number;
  readonly packed: Uint8Array;
}

/**
 * Appends blocks to a new tape. One writer owns the file.
 *
 * Invariants: after every call that returns, the file is a readable tape; after one that throws (a full disk), what had been
 * appended before is still whole, the half-written rest was cut off, and the call may be tried again; where even the cut failed,
 * every further call throws.
 */
export class TapeWriter {
  readonly #file: TapeFile;
  readonly #index = new IndexBuilder();
  #length = 0;
  #lastHash: Uint8Array;
  #isBroken = false;
  #isClosed = false;

  private constructor(file: TapeFile, lastHash: Uint8Array) {
    this.#file = file;
    this.#lastHash = lastHash;
  }

  /** Starts a tape at `path`, where no file may be yet. Throws the file system's errors, the file then closed. */
  static create(path: string, header: TapeHeader, file: TapeFile = createTapeFile(path)): TapeWriter {
    const { bytes, hash } = layHeader(JSON.stringify(header));
    const writer = new TapeWriter(file, hash);
    try {
      writer.#write([bytes]);
      return writer;
    } catch (error) {
      writer.abandon();
      throw error;
    }
  }

  /** Bytes of the file so far. */
  get byteLength(): number {
    return this.#length;
  }

  get blocks(): number {
    return this.#index.totals.blocks;
  }

  append(block: EncodedBlock): void {
    const packed = zstdCompressSync(block.bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });
    const isSmaller = packed.length < block.bytes.length;
    this.appendPacked({
      ...block,
      codec: isSmaller ? CODEC_ZSTD : CODEC_RAW,
      rawBytes: block.bytes.length,
      packed: isSmaller ? packed : block.bytes,
    });
  }

  appendPacked(block: PackedBlock): void {
    const header = layBlockHeader(this.#lastHash, block, block.codec, block.rawBytes, block.packed);
    const offset = this.#length;
    this.#write([header, block.packed]);
    this.#index.add(block, offset, this.#lastHash);
    this.#lastHash = header.slice(BLOCK_HEADER_BYTES - HASH_BYTES);
  }

  /** Returns when everything appended is on the disk. */
  sync(): void {
    this.#mustBeUsable();
    this.#file.sync();
  }

  /** Writes the index, syncs and closes the file; the hash of the last block, hex. When that throws, `abandon` still lets the file go. */
  close(): string {
    this.#write([layFooter(this.#lastHash, this.#index)]);
    this.#file.sync();
    this.#isClosed = true;
    this.#file.close();
    return Buffer.from(this.#lastHash).toString("hex");
  }

  /** Closes the file as it is, without the index: a tape that reads as not complete. */
  abandon(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
  }

  #write(parts: readonly Uint8Array[]): void {
    this.#mustBeUsable();
    try {
      for (const part of parts) this.#file.write(part);
    } catch (error) {
      this.#cutBack();
      throw error;
    }
    for (const part of parts) this.#length += part.length;
  }

  #cutBack(): void {
    try {
      this.#file.truncate(this.#length);
    } catch {
      // The torn tail stays; readers stop before it, and nothing may be written behind it
      this.#isBroken = true;
    }
  }

  #mustBeUsable(): void {
    if (this.#isClosed) throw new Error("the tape is closed");
    if (this.#isBroken) throw new Error("the tape could not be cut back after a failed write and takes no more blocks");
  }
}
