import { createHash } from "node:crypto";
import { RowByteReader, RowBytes, type ColumnValue } from "./row-bytes.ts";

/** Chain of the journal itself: sessions begun, latches, sessions pruned. */
export const JOURNAL_CHAIN = "";
/** The link that says how far a chain goes. */
export const HEAD_LINK = 0;
export const HASH_BYTES = 32;
/** What the first link of a chain follows. */
export const NO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

/** Facts in a link that are no rows: a session began; the head's count of links; how the tape ended (`TapeNote`). */
export const BEGUN = "@session";
export const LINKS = "@links";
export const TAPE = "@tape";

const FORMAT = 1;
const CHECKSUM_BYTES = 8;
const BY_PLACE = 0;
const BY_NAME = 1;

/** Primary key of a covered row within its chain: place in a session, or a name. */
export type RowKey = { readonly seq: number; readonly idx: number } | string;

export type StoredRow = Readonly<Record<string, ColumnValue>>;

/** One row that a link names, with a tag of every column in the table's order. */
export interface CoveredRow {
  readonly table: string;
  readonly key: RowKey;
  readonly tags: readonly number[];
}

export interface SealedLink {
  /** Which rows the link covers, with their tags. */
  readonly rows: Uint8Array;
  readonly hash: Uint8Array;
}

interface Group {
  readonly keyKind: typeof BY_PLACE | typeof BY_NAME;
  readonly columns: readonly string[];
  readonly index: RowBytes;
  readonly content: RowBytes;
  count: number;
}

/**
 * Collects the rows of one link.
 *
 * The hash covers the chain so far, the place of the link, which rows it names and every value of every column of them.
 */
export class LinkDraft {
  readonly #groups = new Map<string, Group>();

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  /** Adds a row of a table; `columns` are all of the table's, in its order. Returns the tags of its columns. */
  add(table: string, key: RowKey, columns: readonly string[], row: StoredRow): readonly number[] {
    const group = this.#groupOf(table, key, columns);
    if (typeof key === "string") group.index.name(key);
    else {
      group.index.unsigned(key.seq);
      group.index.unsigned(key.idx);
    }
    const tags: number[] = [];
    for (const column of columns) {
      const tag = group.content.value(row[column]);
      group.index.short(tag);
      tags.push(tag);
    }
    group.count += 1;
    return tags;
  }

  /** Adds a fact that is no row. */
  note(name: string, value: string): void {
    this.add(name, value, [], {});
  }

  seal(previous: Uint8Array, sessionId: string, link: number): SealedLink {
    const rows = this.#names();
    return { rows, hash: this.hashWith(rows, previous, sessionId, link) };
  }

  /** The hash of these rows under other names and tags: what a link must have whose `rows` were read from the journal. */
  hashWith(rows: Uint8Array, previous: Uint8Array, sessionId: string, link: number): Uint8Array {
    const place = new RowBytes();
    place.name(sessionId);
    place.unsigned(link);
    const hash = createHash("sha256").update(previous).update(place.view()).update(rows);
    for (const { content } of this.#groups.values()) hash.update(content.view());
    return hash.digest();
  }

  #names(): Uint8Array {
    const bytes = new RowBytes();
    bytes.byte(FORMAT);
    for (const [table, { keyKind, columns, index, count }] of this.#groups) {
      bytes.name(table);
      bytes.byte(keyKind);
      bytes.unsigned(columns.length);
      bytes.unsigned(count);
      bytes.append(index.view());
    }
    bytes.append(checksum(bytes.view()));
    return Uint8Array.from(bytes.view());
  }

  #groupOf(table: string, key: RowKey, columns: readonly string[]): Group {
    const known = this.#groups.get(table);
    if (known !== undefined) return known;
    const keyKind = typeof key === "string" ? BY_NAME : BY_PLACE;
    const group = { keyKind, columns, index: new RowBytes(), content: new RowBytes(), count: 0 } as const;
    this.#groups.set(table, { ...group });
    return this.#groupOf(table, key, columns);
  }
}

/** The rows that a link names, in its order; null when the list was changed by itself. */
export function coveredRows(rows: Uint8Array): readonly CoveredRow[] | null {
  const end = rows.length - CHECKSUM_BYTES;
  if (end < 1 || Buffer.compare(checksum(rows.subarray(0, end)), rows.subarray(end)) !== 0) return null;
  try {
    return parse(new RowByteReader(rows.subarray(0, end)));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Tells a changed list from changed rows. */
function checksum(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest().subarray(0, CHECKSUM_BYTES);
}

function parse(reader: RowByteReader): readonly CoveredRow[] | null {
  if (reader.byte() !== FORMAT) return null;
  const covered: CoveredRow[] = [];
  while (!reader.isAtEnd) {
    const table = reader.name();
    const keyKind = reader.byte();
    const columns = reader.unsigned();
    const count = reader.unsigned();
    for (let row = 0; row < count; row += 1) {
      const key = keyKind === BY_NAME ? reader.name() : { seq: reader.unsigned(), idx: reader.unsigned() };
      const tags: number[] = [];
      for (let column = 0; column < columns; column += 1) tags.push(reader.short());
      covered.push({ table, key, tags });
    }
  }
  return covered;
}
