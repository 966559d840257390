import { BEGUN, HEAD_LINK, JOURNAL_CHAIN, LinkDraft, LINKS, NO_HASH, TAPE, type StoredRow } from "./chain-link.ts";
import { columnsOf } from "./journal-tables.ts";
import type { WritableDb } from "./open.ts";
import { tapeNoteText, type TapeNote } from "./tape-note.ts";

interface LastLink {
  readonly link: number;
  readonly hash: Uint8Array;
}

interface LinkRow {
  readonly sessionId: string;
  readonly link: number;
  readonly rows: Uint8Array;
  readonly hash: Uint8Array;
}

/** How far a session's rows are complete, as `session_progress` says it. */
export interface ProgressRow {
  readonly session_id: string;
  readonly durable_seq: number;
  readonly committed_at_us: number;
}

/**
 * Writes the hash chains over the journal's rows, inside the transactions that write the rows.
 *
 * Invariants: every row is in exactly one link of its chain, but a session's own row in two, its begin and its end; a session from
 * before the chain gets none.
 */
export class JournalChain {
  readonly #last;
  readonly #insert;
  readonly #putHead;
  readonly #session;
  readonly #latch;
  readonly #latches;
  readonly #unchained;
  readonly #pruned;
  readonly #columns: (table: string) => readonly string[];
  readonly #drafts = new Map<string, LinkDraft>();

  constructor(db: WritableDb) {
    this.#last = db.prepare<[string], LastLink>(SELECT_LAST);
    this.#insert = db.prepare<[LinkRow]>(INSERT_LINK);
    this.#putHead = db.prepare<[LinkRow]>(`${INSERT_LINK} ${OR_REPLACE}`);
    this.#session = db.prepare<[string], StoredRow>("SELECT * FROM sessions WHERE session_id = ?");
    this.#latch = db.prepare<[number], StoredRow>("SELECT * FROM latches WHERE id = ?");
    this.#latches = db.prepare<[], StoredRow & { readonly id: number }>("SELECT * FROM latches ORDER BY id");
    this.#unchained = db.prepare<[], string>("SELECT session_id FROM unchained_sessions ORDER BY session_id").pluck();
    this.#pruned = db.prepare<[string], StoredRow>("SELECT * FROM pruned_sessions WHERE session_id = ?");
    const known = new Map<string, readonly string[]>();
    this.#columns = (table) => {
      const columns = known.get(table) ?? columnsOf(db, table);
      known.set(table, columns);
      return columns;
    };
  }

  /** Begins the journal's own chain, with the latches and the unchained sessions that are there, where it has none. */
  beginJournal(): void {
    if (this.#last.get(JOURNAL_CHAIN) !== undefined) return;
    const draft = new LinkDraft();
    for (const row of this.#latches.all()) draft.add("latches", String(row.id), this.#columns("latches"), row);
    for (const session_id of this.#unchained.all())
      draft.add("unchained_sessions", session_id, this.#columns("unchained_sessions"), { session_id });
    this.#append(JOURNAL_CHAIN, draft, { link: 0, hash: NO_HASH });
  }

  /** Begins the chain of a session whose row was just written. */
  beginSession(sessionId: string, progress: ProgressRow): void {
    const draft = new LinkDraft();
    this.#addSession(draft, sessionId);
    this.#append(sessionId, draft, { link: 0, hash: NO_HASH }, progress);
    this.#extendJournal((journal) => journal.note(BEGUN, sessionId));
  }

  /** Takes note of a session that came from another journal, with its own chain, or without one where that had none. */
  adoptSession(sessionId: string, isChained: boolean): void {
    this.#extendJournal((journal) => {
      if (isChained) journal.note(BEGUN, sessionId);
      else journal.add("unchained_sessions", sessionId, this.#columns("unchained_sessions"), { session_id: sessionId });
    });
  }

  /** Takes a record's row that was just written; `sealSession` puts it into a link. */
  cover(sessionId: string, table: string, row: StoredRow & { readonly seq: number; readonly idx: number }): void {
    let draft = this.#drafts.get(sessionId);
    if (draft === undefined) this.#drafts.set(sessionId, (draft = new LinkDraft()));
    draft.add(table, row, this.#columns(table), row);
  }

  /** Forgets rows of a transaction that did not come to its end. */
  forget(): void {
    this.#drafts.clear();
  }

  /** Makes a link of what was covered since the last, and renews the head. */
  sealSession(sessionId: string, progress: ProgressRow): void {
    const draft = this.#drafts.get(sessionId) ?? new LinkDraft();
    this.#drafts.delete(sessionId);
    this.#extendSession(sessionId, draft, progress);
  }

  /** Covers the end of a session that was just written; `tape` is how its tape ended, null = nobody can say. */
  endSession(sessionId: string, progress: ProgressRow, tape: TapeNote | null): void {
    const draft = this.#drafts.get(sessionId) ?? new LinkDraft();
    this.#drafts.delete(sessionId);
    this.#addSession(draft, sessionId);
    if (tape !== null) draft.note(TAPE, tapeNoteText(tape));
    this.#extendSession(sessionId, draft, progress);
  }

  /** Covers a row of `latches` that was just written. */
  coverLatch(id: number): void {
    const row = this.#latch.get(id) ?? {};
    this.#extendJournal((journal) => journal.add("latches", String(id), this.#columns("latches"), row));
  }

  /** Covers a row of `pruned_sessions` that was just written. */
  coverPruned(sessionId: string): void {
    const row = this.#pruned.get(sessionId) ?? {};
    this.#extendJournal((journal) => journal.add("pruned_sessions", sessionId, this.#columns("pruned_sessions"), row));
  }

  /** Number and hash of a session's last link; null = it has no chain. */
  lastLink(sessionId: string): LastLink | null {
    return this.#last.get(sessionId) ?? null;
  }

  #extendSession(sessionId: string, draft: LinkDraft, progress: ProgressRow): void {
    const last = this.#last.get(sessionId);
    if (last !== undefined) this.#append(sessionId, draft, last, progress);
  }

  #extendJournal(fill: (draft: LinkDraft) => void): void {
    const draft = new LinkDraft();
    fill(draft);
    this.#append(JOURNAL_CHAIN, draft, this.#last.get(JOURNAL_CHAIN) ?? { link: 0, hash: NO_HASH });
  }

  #append(sessionId: string, draft: LinkDraft, last: LastLink, progress?: ProgressRow): void {
    let { link, hash } = last;
    if (!draft.isEmpty || link === 0) {
      link += 1;
      const sealed = draft.seal(hash, sessionId, link);
      this.#insert.run({ sessionId, link, ...sealed });
      hash = sealed.hash;
    }
    const head = new LinkDraft();
    head.note(LINKS, String(link));
    if (progress !== undefined)
      head.add("session_progress", sessionId, this.#columns("session_progress"), { ...progress });
    this.#putHead.run({ sessionId, link: HEAD_LINK, ...head.seal(hash, sessionId, HEAD_LINK) });
  }

  #addSession(draft: LinkDraft, sessionId: string): void {
    draft.add("sessions", sessionId, this.#columns("sessions"), this.#session.get(sessionId) ?? {});
  }
}

const SELECT_LAST = `SELECT link, hash FROM journal_chain WHERE session_id = ? AND link > 0 ORDER BY link DESC LIMIT 1`;

const INSERT_LINK = `INSERT INTO journal_chain (session_id, link, rows, hash) VALUES (@sessionId, @link, @rows, @hash)`;

const OR_REPLACE = `ON CONFLICT (session_id, link) DO UPDATE SET rows = excluded.rows, hash = excluded.hash`;
