import type { KernelEvent } from "../main/kernel/events.ts";
import {
  readBlockContent,
  readBlockPart,
  readFooterPart,
  readHeaderPart,
  TapeBytes,
  unpackBlock,
  type BlockContent,
  type HeaderPart,
  type Part,
  type TapeFault,
} from "./tape-blocks.ts";
import { BlockDecoder } from "./tape-codec.ts";
import type { TapeHeader } from "./tape-header.ts";
import { IndexBuilder, type IndexEntry, type TapeTotals } from "./tape-index.ts";
import { BLOCK_HEADER_BYTES, layFooter, sameBytes, type BlockHeader } from "./tape-layout.ts";
import { readTapeIndex, type FoundIndex } from "./tape-scan.ts";
import type { PackedBlock } from "./tape-writer.ts";

/** Reading came to bytes that were changed. What was read before them is good, what follows is not to be used. */
export class TapeDamagedError extends Error {
  readonly block: number;
  readonly byteOffset: number;

  constructor(path: string, block: number, byteOffset: number, what: string) {
    super(`${path}: damaged in block ${block} at byte ${byteOffset}: ${what}`);
    this.name = "TapeDamagedError";
    this.block = block;
    this.byteOffset = byteOffset;
  }
}

/** A place to go on reading from: the beginning of a block. */
export interface TapeMark {
  readonly offset: number;
  readonly block: number;
  readonly previousHash: Uint8Array;
}

export type OpenedTape =
  | { readonly ok: true; readonly tape: TapeReader }
  | { readonly ok: false; readonly message: string };

/** Opens a tape. Refuses what is no tape, a damaged header or footer and a format of the future; a tape that was never closed (a crash) opens with `isComplete` false. */
export function openTape(path: string): OpenedTape {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const { file } = opened;
  const start = readHeaderPart(file);
  const index = start.ok ? readTapeIndex(file, start.value) : start;
  if (start.ok && index.ok) return { ok: true, tape: new TapeReader(path, file, start.value, index.value) };
  file.close();
  const refused = start.ok ? index : start;
  return { ok: false, message: `${path}: ${refused.ok ? "" : faultText(refused.fault)}` };
}

/**
 * The events of a tape in their order, a block at a time, so that memory does not grow with the tape.
 *
 * Invariants: every block is checked against the hash chain before an event of it is given out; the tape owns its file until `close`.
 */
export class TapeReader {
  readonly path: string;
  readonly header: TapeHeader;
  readonly totals: TapeTotals;
  /** True when the tape was closed by its writer. */
  readonly isComplete: boolean;
  /** Bytes behind the last whole block that a crash left; reading stops before them. In the reader's words, else null. */
  readonly tornTail: string | null;
  readonly byteLength: number;
  readonly #file: TapeBytes;
  readonly #entries: readonly IndexEntry[];
  readonly #start: HeaderPart;
  readonly #end: number;
  readonly #lastHash: Uint8Array;
  #offset: number;
  #block = 0;
  #previousHash: Uint8Array;
  #decoder: BlockDecoder | null = null;
  #pending: KernelEvent | null = null;
  #mark: TapeMark;

  constructor(path: string, file: TapeBytes, start: HeaderPart, index: FoundIndex) {
    this.path = path;
    this.header = start.header;
    this.totals = index.totals;
    this.isComplete = index.isComplete;
    this.tornTail =
      index.tornAt === null
        ? null
        : `torn tail at byte ${index.tornAt.byteOffset}, ${index.totals.events} events recovered: ${index.tornAt.message}`;
    this.byteLength = file.size;
    this.#file = file;
    this.#entries = index.entries;
    this.#start = start;
    this.#end = index.end;
    this.#lastHash = index.lastHash;
    this.#offset = start.end;
    this.#previousHash = start.hash;
    this.#mark = { offset: start.end, block: 0, previousHash: start.hash };
  }

  /** Hash of the last block, hex: changes with any byte of the tape. */
  get lastHash(): string {
    return Buffer.from(this.#lastHash).toString("hex");
  }

  /** Where the last whole block ends, in bytes from the front. */
  get blocksEnd(): number {
    return this.#end;
  }

  /** The beginning of the block that the last event given out lies in. */
  get mark(): TapeMark {
    return this.#mark;
  }

  /** `tsInit` of the first event in microseconds; 0 in an empty tape. */
  get firstTsUs(): number {
    return this.totals.firstTsUs;
  }

  get lastTsUs(): number {
    return this.totals.lastTsUs;
  }

  get events(): number {
    return this.totals.events;
  }

  /** The next event, or null at the end. Throws `TapeDamagedError` at a block that was changed. */
  next(): KernelEvent | null {
    if (this.#pending !== null) {
      const event = this.#pending;
      this.#pending = null;
      return event;
    }
    for (;;) {
      const event = this.#decoder?.next() ?? null;
      if (event !== null) return event;
      const content = this.#nextContent();
      if (content === null) return null;
      this.#decoder = new BlockDecoder(this.#unpack(content), this.#block - 1);
    }
  }

  /** The next block as it lies in the file, checked but not unpacked; do not mix with `next`. Throws like it. */
  nextPacked(): PackedBlock | null {
    const content = this.#nextContent();
    return content === null ? null : { ...content.header, packed: content.packed };
  }

  /** Goes to the first event whose `tsInit` is at or after `tsUs`, by the index; to the end when there is none. */
  seek(tsUs: number): void {
    let entry: IndexEntry | undefined;
    for (const candidate of this.#entries) {
      if (candidate.firstTsUs >= tsUs) break;
      entry = candidate;
    }
    this.#decoder = null;
    this.#pending = null;
    this.#offset = entry?.offset ?? this.#start.end;
    this.#block = entry?.block ?? 0;
    this.#previousHash = entry?.previousHash ?? this.#start.hash;
    this.#skipBlocksWhile((header) => header.lastTsUs < tsUs);
    let event = this.next();
    while (event !== null && event.tsInit < tsUs) event = this.next();
    this.#pending = event;
  }

  /** Goes to the first event behind `seq`, over whole blocks by their headers; to the end when there is none. */
  seekBehind(seq: number): void {
    this.#goTo({ offset: this.#start.end, block: 0, previousHash: this.#start.hash });
    this.#skipBlocksWhile((header) => header.lastSeq <= seq);
    this.#skipThrough(seq);
  }

  /** Goes to the first event behind `seq` in the block at `mark` or behind it; no header before it is read. */
  seekFrom(mark: TapeMark, seq: number): void {
    this.#goTo(mark);
    this.#skipThrough(seq);
  }

  close(): void {
    this.#file.close();
  }

  #goTo(mark: TapeMark): void {
    this.#decoder = null;
    this.#pending = null;
    this.#offset = mark.offset;
    this.#block = mark.block;
    this.#previousHash = mark.previousHash;
  }

  #skipThrough(seq: number): void {
    let event = this.next();
    while (event !== null && event.seq <= seq) event = this.next();
    this.#pending = event;
  }

  #skipBlocksWhile(isBefore: (header: BlockHeader) => boolean): void {
    while (this.#offset < this.#end) {
      const part = readBlockPart(this.#file, this.#offset);
      if (!part.ok || part.value === "footer" || part.value === "end") return;
      if (!isBefore(part.value.header)) return;
      this.#previousHash = part.value.header.hash;
      this.#offset = part.value.end;
      this.#block += 1;
    }
  }

  #nextContent(): BlockContent | null {
    if (this.#offset >= this.#end) {
      if (this.#offset === this.#end && sameBytes(this.#previousHash, this.#lastHash)) return null;
      throw this.#damaged(this.#end, "the blocks do not end as the index says");
    }
    const part = readBlockContent(this.#file, this.#offset, this.#previousHash);
    if (!part.ok) throw this.#damaged(part.fault.byteOffset, part.fault.message);
    const content = part.value;
    if (content === "footer" || content === "end")
      throw this.#damaged(this.#offset, "the index says that a block begins here");
    this.#mark = { offset: this.#offset, block: this.#block, previousHash: this.#previousHash };
    this.#previousHash = content.header.hash;
    this.#offset = content.end;
    this.#block += 1;
    return content;
  }

  #unpack(content: BlockContent): Uint8Array {
    const offset = content.end - content.header.packedBytes - BLOCK_HEADER_BYTES;
    const bytes = unpackBlock(content, offset);
    if (bytes.ok) return bytes.value;
    throw new TapeDamagedError(this.path, this.#block - 1, bytes.fault.byteOffset, bytes.fault.message);
  }

  #damaged(byteOffset: number, what: string): TapeDamagedError {
    return new TapeDamagedError(this.path, this.#block, byteOffset, what);
  }
}

/** What is good of a tape, from its front. */
interface GoodBlocks {
  readonly blocks: number;
  readonly events: number;
  /** Seq of the last event; 0 = there is none. */
  readonly lastSeq: number;
  /** Where the last of them ends, in bytes from the front of the file. */
  readonly end: number;
  /** Hash of the last of them, hex: changes with any byte before `end`. Of the header where there is none, "" where that is bad. */
  readonly lastHash: string;
}

export type VerifiedTape =
  | (GoodBlocks & { readonly ok: true; readonly isComplete: boolean })
  | (GoodBlocks & {
      readonly ok: false;
      readonly kind: TapeFault["kind"];
      /** Number of the block, from 0; -1 = the header; as many as there are blocks = behind the last. */
      readonly block: number;
      readonly byteOffset: number;
      readonly message: string;
    });

const NOTHING_GOOD: GoodBlocks = { blocks: 0, events: 0, lastSeq: 0, end: 0, lastHash: "" };

/** Reads a whole tape and checks every byte of it: hashes, content, order of the index. */
export function verifyTape(path: string): VerifiedTape {
  const opened = openFile(path);
  if (!opened.ok)
    return { ok: false, kind: "damaged", block: -1, byteOffset: 0, message: opened.message, ...NOTHING_GOOD };
  try {
    return verifyFile(path, opened.file);
  } finally {
    opened.file.close();
  }
}

function verifyFile(path: string, file: TapeBytes): VerifiedTape {
  const index = new IndexBuilder();
  const failed = (block: number, fault: TapeFault, good: GoodBlocks): VerifiedTape => {
    const where = block < 0 ? "header" : `block ${block}`;
    return { ok: false, ...good, ...fault, block, message: `${path}: ${where}, ${faultText(fault)}` };
  };
  const start = readHeaderPart(file);
  if (!start.ok) return failed(-1, start.fault, NOTHING_GOOD);
  let offset = start.value.end;
  let hash = start.value.hash;
  for (;;) {
    const { blocks, events, lastSeq } = index.totals;
    const good: GoodBlocks = { blocks, events, lastSeq, end: offset, lastHash: Buffer.from(hash).toString("hex") };
    const part = readBlockContent(file, offset, hash);
    if (!part.ok) return failed(blocks, part.fault, good);
    if (part.value === "end") return { ok: true, ...good, isComplete: false };
    if (part.value === "footer") {
      const footer = checkFooter(file, offset, hash, index);
      return footer.ok ? { ok: true, ...good, isComplete: true } : failed(blocks, footer.fault, good);
    }
    const fault = contentFault(part.value, offset, blocks);
    if (fault !== null) return failed(blocks, fault, good);
    index.add(part.value.header, offset, hash);
    hash = part.value.header.hash;
    offset = part.value.end;
  }
}

/** The footer must be, to the byte, what these blocks give. */
function checkFooter(file: TapeBytes, offset: number, hash: Uint8Array, index: IndexBuilder): Part<Uint8Array> {
  const footer = readFooterPart(file, offset);
  if (!footer.ok || sameBytes(footer.value, layFooter(hash, index))) return footer;
  return {
    ok: false,
    fault: { kind: "damaged", byteOffset: offset, message: "the index does not agree with the blocks" },
  };
}

function contentFault(content: BlockContent, offset: number, block: number): TapeFault | null {
  const bytes = unpackBlock(content, offset);
  if (!bytes.ok) return bytes.fault;
  const damaged = (message: string): TapeFault => ({ kind: "damaged", byteOffset: offset, message });
  const { header } = content;
  const decoder = new BlockDecoder(bytes.value, block);
  let events = 0;
  let last: KernelEvent | null = null;
  try {
    for (let event = decoder.next(); event !== null; event = decoder.next()) {
      if (events === 0 && (event.seq !== header.firstSeq || event.tsInit !== header.firstTsUs))
        return damaged(`its first event has seq ${event.seq}, its header says ${header.firstSeq}`);
      events += 1;
      last = event;
    }
  } catch (error) {
    if (error instanceof Error) return damaged(error.message);
    throw error;
  }
  if (events !== header.events || last?.seq !== header.lastSeq || last.tsInit !== header.lastTsUs)
    return damaged(
      `it holds ${events} events up to seq ${last?.seq}, its header says ${header.events} up to ${header.lastSeq}`,
    );
  return null;
}

function openFile(
  path: string,
): { readonly ok: true; readonly file: TapeBytes } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, file: new TapeBytes(path) };
  } catch (error) {
    return {
      ok: false,
      message: `${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function faultText(fault: TapeFault): string {
  return `byte ${fault.byteOffset}: ${fault.message}`;
}
