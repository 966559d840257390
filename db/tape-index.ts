import type { EncodedBlock } from "./journal-protocol.ts";

/** What a whole tape holds. The firsts and lasts are 0 in an empty one. */
export interface TapeTotals {
  readonly blocks: number;
  readonly events: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstTsUs: number;
  readonly lastTsUs: number;
}

/** A place where reading can start. */
export interface IndexEntry {
  readonly offset: number;
  /** Number of the block, from 0. */
  readonly block: number;
  readonly eventsBefore: number;
  readonly firstTsUs: number;
  /** Hash of the part before the block, which its own hash is chained to. */
  readonly previousHash: Uint8Array;
}

export interface BlockIndex {
  readonly totals: TapeTotals;
  readonly entries: readonly IndexEntry[];
}

const MAX_ENTRIES = 4096;

/**
 * Index of a tape as its blocks come. It names every `stride`th block and doubles the stride when it holds too many, so that it
 * stays small for any length; a reader walks the block headers from the named one. The same blocks always give the same index.
 */
export class IndexBuilder implements BlockIndex {
  #entries: IndexEntry[] = [];
  #stride = 1;
  #totals: TapeTotals = { blocks: 0, events: 0, firstSeq: 0, lastSeq: 0, firstTsUs: 0, lastTsUs: 0 };

  get totals(): TapeTotals {
    return this.#totals;
  }

  get entries(): readonly IndexEntry[] {
    return this.#entries;
  }

  add(block: Omit<EncodedBlock, "bytes">, offset: number, previousHash: Uint8Array): void {
    const before = this.#totals;
    const isFirst = before.blocks === 0;
    if (before.blocks % this.#stride === 0) {
      this.#entries.push({
        offset,
        block: before.blocks,
        eventsBefore: before.events,
        firstTsUs: block.firstTsUs,
        previousHash,
      });
      if (this.#entries.length > MAX_ENTRIES) this.#thin();
    }
    this.#totals = {
      blocks: before.blocks + 1,
      events: before.events + block.events,
      firstSeq: isFirst ? block.firstSeq : before.firstSeq,
      lastSeq: block.lastSeq,
      firstTsUs: isFirst ? block.firstTsUs : before.firstTsUs,
      lastTsUs: block.lastTsUs,
    };
  }

  #thin(): void {
    this.#stride *= 2;
    this.#entries = this.#entries.filter((entry) => entry.block % this.#stride === 0);
  }
}
