import { keyColumns, keyText, type ChainedRows } from "./chained-rows.ts";
import {
  coveredRows,
  HEAD_LINK,
  LinkDraft,
  LINKS,
  NO_HASH,
  TAPE,
  type CoveredRow,
  type RowKey,
  type StoredRow,
} from "./chain-link.ts";
import type { Findings } from "./journal-findings.ts";
import type { ReadableDb } from "./open.ts";
import { readTapeNote, type TapeNote } from "./tape-note.ts";

/** What a chain was found to be. */
export interface CheckedChain {
  readonly links: number;
  /** Rows that its links name. */
  readonly rows: number;
  /** Hash of the last link, hex; null = it has none. */
  readonly lastHash: string | null;
  /** How the session's tape ended; null = the chain does not say. */
  readonly tapeNote: TapeNote | null;
}

/** A row that a link names and that is not there, or one that is there and that no link names. */
export interface StrayRow {
  readonly chain: string;
  readonly table: string;
  readonly key: RowKey;
  readonly tags: readonly number[];
}

interface LinkRow {
  readonly link: number;
  readonly rows: Uint8Array;
  readonly hash: Uint8Array;
}

/** Hashes that the next link may follow; null = unknown, for links are missing between. */
type Previous = readonly Uint8Array[] | null;

interface Comparison {
  readonly draft: LinkDraft;
  /** Named rows that are not there. */
  readonly missing: readonly CoveredRow[];
  readonly altered: readonly { readonly covered: CoveredRow; readonly columns: readonly string[] }[];
}

const PAGE_LINKS = 64;

/**
 * Checks chains against the rows of the journal.
 *
 * A link's hash finds that something changed; the tags in it say which row and which column. Rows that are missing or too many are
 * collected, for a changed key makes one of each.
 */
export class ChainCheck {
  readonly missing: StrayRow[] = [];
  readonly unlisted: StrayRow[] = [];
  readonly #rows: ChainedRows;
  readonly #findings: Findings;
  readonly #page;
  readonly #head;

  constructor(db: ReadableDb, rows: ChainedRows, findings: Findings) {
    this.#rows = rows;
    this.#findings = findings;
    this.#page = db.prepare<[string, number], LinkRow>(
      `SELECT link, rows, hash FROM journal_chain WHERE session_id = ? AND link > ? ORDER BY link LIMIT ${PAGE_LINKS}`,
    );
    this.#head = db.prepare<[string], LinkRow>(
      `SELECT link, rows, hash FROM journal_chain WHERE session_id = ? AND link = ${HEAD_LINK}`,
    );
  }

  /** Walks a chain from its first link to its head. `onCovered` hears of every row that a link names. */
  check(chain: string, onCovered: (covered: CoveredRow, isThere: boolean) => void): CheckedChain {
    let previous: Previous = [NO_HASH];
    let expected = 1;
    let rows = 0;
    let lastHash: Uint8Array | null = null;
    let tapeNote: TapeNote | null = null;
    for (const link of this.#links(chain)) {
      if (link.link !== expected) previous = this.#gap(chain, expected);
      const covered = coveredRows(link.rows);
      for (const row of covered ?? []) {
        if (row.table === TAPE) tapeNote = readTapeNote(keyText(row.key));
        rows += 1;
      }
      previous = this.#checkLink(chain, link, covered, previous, link.link, onCovered);
      expected = link.link + 1;
      lastHash = link.hash;
    }
    const links = expected - 1;
    this.#checkHead(chain, links, previous);
    return { links, rows, lastHash: lastHash === null ? null : Buffer.from(lastHash).toString("hex"), tapeNote };
  }

  /** Every row that the links of a chain name; a second walk, only where rows are too many. */
  listedKeys(chain: string, table: string): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const { rows } of this.#links(chain))
      for (const covered of coveredRows(rows) ?? []) if (covered.table === table) keys.add(keyText(covered.key));
    return keys;
  }

  *#links(chain: string): Generator<LinkRow> {
    let after = HEAD_LINK;
    for (;;) {
      const page = this.#page.all(chain, after);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.link;
    }
  }

  #gap(chain: string, link: number): null {
    this.#chainFinding("removed", chain, link, null, `link ${link} is gone`);
    return null;
  }

  #checkHead(chain: string, links: number, previous: Previous): void {
    const head = this.#head.get(chain);
    if (head === undefined)
      return this.#chainFinding("removed", chain, HEAD_LINK, null, "its head is gone: nobody can say where it ends");
    const covered = coveredRows(head.rows);
    this.#checkLink(chain, head, covered, previous, links, () => undefined);
  }

  /** Compares one link with its rows; gives the hashes that the next may follow. */
  #checkLink(
    chain: string,
    { link, rows, hash }: LinkRow,
    covered: readonly CoveredRow[] | null,
    previous: Previous,
    links: number,
    onCovered: (covered: CoveredRow, isThere: boolean) => void,
  ): Previous {
    if (covered === null) {
      this.#chainFinding(
        "altered",
        chain,
        link,
        "rows",
        "its list of rows was changed; which rows it covers cannot be said",
      );
      return [hash];
    }
    const compared = this.#compare(chain, link, covered, links);
    const absent = new Set(compared.missing);
    for (const row of covered) onCovered(row, !absent.has(row));
    const isWhole = compared.missing.length === 0;
    const { draft } = compared;
    const followed = previous ?? [];
    if (isWhole && followed.some((before) => isEqual(draft.hashWith(rows, before, chain, link), hash))) return [hash];
    const sealed = followed.map((before) => draft.seal(before, chain, link).hash);
    if (isWhole && sealed.some((made) => isEqual(made, hash))) {
      this.#chainFinding("altered", chain, link, "rows", "its rows are as they were, its list of them is not");
      return [hash];
    }
    const isExplained = this.#report(chain, link, compared, links);
    if (previous === null || isExplained) return [hash, ...sealed];
    this.#chainFinding("altered", chain, link, "hash", "it does not match its rows and the link before it");
    return [hash, ...sealed];
  }

  #compare(chain: string, link: number, covered: readonly CoveredRow[], links: number): Comparison {
    const draft = new LinkDraft();
    const missing: CoveredRow[] = [];
    const altered: Comparison["altered"][number][] = [];
    for (const row of covered) {
      if (row.table === TAPE || row.table === LINKS) {
        draft.note(row.table, row.table === LINKS ? String(links) : keyText(row.key));
        continue;
      }
      const found = this.#rows.rowOf(chain, link, row);
      if (found === undefined) {
        missing.push(row);
        continue;
      }
      const columns = this.#rows.columns(row.table).slice(0, row.tags.length);
      const tags = draft.add(row.table, row.key, columns, found);
      const changed = columns.filter((_column, index) => tags[index] !== row.tags[index]);
      if (changed.length > 0 || columns.length !== row.tags.length) altered.push({ covered: row, columns: changed });
    }
    return { draft, missing, altered };
  }

  /** Says what differs; false = nothing that the tags can show. */
  #report(chain: string, link: number, { missing, altered }: Comparison, links: number): boolean {
    for (const { table, key, tags } of missing) this.missing.push({ chain, table, key, tags });
    for (const { covered, columns } of altered) this.#reportAltered(chain, covered, columns);
    const wrongCount = link === HEAD_LINK ? this.#reportCount(chain, links) : false;
    return missing.length > 0 || altered.length > 0 || wrongCount;
  }

  #reportAltered(chain: string, { table, key }: CoveredRow, columns: readonly string[]): void {
    const named = keyColumns(chain, table, key);
    const sessionId = sessionOf(chain, named);
    const row = JSON.stringify(named);
    for (const column of columns)
      this.#findings.add({
        kind: "altered",
        sessionId,
        table,
        key: named,
        column,
        message: `${table}: ${column} of row ${row} is not what was written`,
      });
    if (columns.length > 0) return;
    const message = `${table}: row ${row} had more columns when it was written`;
    this.#findings.add({ kind: "altered", sessionId, table, key: named, column: null, message });
  }

  #reportCount(chain: string, links: number): boolean {
    const head = this.#head.get(chain);
    const counted = coveredRows(head?.rows ?? new Uint8Array())?.find(({ table }) => table === LINKS)?.key;
    const said = Number(counted);
    if (said === links) return false;
    if (said > links) this.#chainFinding("removed", chain, said, null, `links ${links + 1} to ${said} are gone`);
    else this.#chainFinding("added", chain, links, null, `its head knows ${said} links, there are ${links}`);
    return true;
  }

  #chainFinding(
    kind: "altered" | "removed" | "added",
    chain: string,
    link: number,
    column: "rows" | "hash" | null,
    what: string,
  ): void {
    const name = chain === "" ? "the journal itself" : `session ${chain}`;
    const key = { session_id: chain, link };
    const message = `journal_chain: the chain of ${name}, link ${link}: ${what}`;
    this.#findings.add({ kind, sessionId: chain === "" ? null : chain, table: "journal_chain", key, column, message });
  }
}

/** Session that a row belongs to, for the list of findings. */
export function sessionOf(chain: string, key: StoredRow): string | null {
  const named = key["session_id"];
  if (chain !== "") return chain;
  return typeof named === "string" && named !== "" ? named : null;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
