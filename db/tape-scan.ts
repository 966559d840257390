import {
  readBlockContent,
  readBlockPart,
  readFooterPart,
  type HeaderPart,
  type Part,
  type TapeBytes,
  type TapeFault,
} from "./tape-blocks.ts";
import { IndexBuilder, type BlockIndex } from "./tape-index.ts";
import { FOOTER_TAIL_BYTES, footerLastHash, footerLengthFromTail, readFooter } from "./tape-layout.ts";

export interface FoundIndex extends BlockIndex {
  readonly isComplete: boolean;
  /** Where the blocks end and reading stops. */
  readonly end: number;
  /** Hash of the last block that is read. */
  readonly lastHash: Uint8Array;
  /** What stands at `end` in a tape that a crash left open; null when nothing does. */
  readonly tornAt: TapeFault | null;
}

/**
 * Takes the index from a sound footer; where there is none, walks the block headers. A tape without a footer was left by a crash:
 * it is read up to its last whole block. A footer that is there but damaged is a fault.
 */
export function readTapeIndex(file: TapeBytes, start: HeaderPart): Part<FoundIndex> {
  const end = claimedFooterOffset(file, start);
  const footer = end === null ? null : readFooterPart(file, end);
  if (end === null || footer === null || !footer.ok) return scanBlocks(file, start, end);
  const { entries, totals } = readFooter(footer.value);
  return {
    ok: true,
    value: { entries, totals, isComplete: true, end, lastHash: footerLastHash(footer.value), tornAt: null },
  };
}

/** Where the footer must begin if the last bytes of the file are those of one. */
function claimedFooterOffset(file: TapeBytes, start: HeaderPart): number | null {
  const tailOffset = file.size - FOOTER_TAIL_BYTES;
  if (tailOffset < start.end) return null;
  const length = footerLengthFromTail(file.read(tailOffset, FOOTER_TAIL_BYTES));
  const offset = file.size - length;
  return length < 0 || offset < start.end ? null : offset;
}

function scanBlocks(file: TapeBytes, start: HeaderPart, claimedFooter: number | null): Part<FoundIndex> {
  const index = new IndexBuilder();
  let offset = start.end;
  let hash = start.hash;
  let last: { offset: number; previousHash: Uint8Array } | null = null;
  for (;;) {
    const part = readBlockPart(file, offset);
    if (part.ok && part.value === "footer") {
      const footer = readFooterPart(file, offset);
      if (footer.ok || footer.fault.kind === "damaged")
        return footer.ok ? damagedFooter(offset) : { ok: false, fault: footer.fault };
      return { ok: true, value: found(index, offset, hash, footer.fault) };
    }
    if (!part.ok || part.value === "footer" || part.value === "end") {
      if (!part.ok && offset === claimedFooter) return damagedFooter(offset);
      const fault = part.ok ? null : part.fault;
      return { ok: true, value: checkedEnd(file, start, index, { offset, hash, last, fault }) };
    }
    index.add(part.value.header, offset, hash);
    last = { offset, previousHash: hash };
    hash = part.value.header.hash;
    offset = part.value.end;
  }
}

interface ScanEnd {
  readonly offset: number;
  readonly hash: Uint8Array;
  readonly last: { readonly offset: number; readonly previousHash: Uint8Array } | null;
  readonly fault: TapeFault | null;
}

/** The end of a tape that was not closed. A last block that does not match its hash never came whole to the disk. */
function checkedEnd(file: TapeBytes, start: HeaderPart, index: IndexBuilder, end: ScanEnd): FoundIndex {
  if (end.last === null) return found(index, end.offset, end.hash, end.fault);
  const content = readBlockContent(file, end.last.offset, end.last.previousHash);
  if (content.ok) return found(index, end.offset, end.hash, end.fault);
  const shorter = indexUpTo(file, start, end.last.offset);
  return found(shorter, end.last.offset, end.last.previousHash, { ...content.fault, kind: "torn" });
}

function indexUpTo(file: TapeBytes, start: HeaderPart, endOffset: number): IndexBuilder {
  const index = new IndexBuilder();
  let offset = start.end;
  let hash = start.hash;
  while (offset < endOffset) {
    const part = readBlockPart(file, offset);
    if (!part.ok || part.value === "footer" || part.value === "end") return index;
    index.add(part.value.header, offset, hash);
    hash = part.value.header.hash;
    offset = part.value.end;
  }
  return index;
}

function found(index: IndexBuilder, end: number, lastHash: Uint8Array, tornAt: TapeFault | null): FoundIndex {
  return { entries: index.entries, totals: index.totals, isComplete: false, end, lastHash, tornAt };
}

function damagedFooter(offset: number): Part<FoundIndex> {
  return {
    ok: false,
    fault: { kind: "damaged", byteOffset: offset, message: "the footer of the tape was changed" },
  };
}
