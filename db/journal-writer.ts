import { JournalChain, type ProgressRow } from "./journal-chain.ts";
import type { JournalBatch, Latch, SessionManifest, SessionSummary } from "./journal-protocol.ts";
import { SELECT_LATCHES } from "./journal-queries.ts";
import { lateFillRow, SELECT_ORDER_SIDE, type LateFill, type LateFillRow } from "./late-fills.ts";
import type { OrderSide } from "../main/kernel/values/units.ts";
import type { WritableDb } from "./open.ts";
import type { LeftTape, TapeNote } from "./tape-note.ts";
import { prepareInserts, type InsertEntry } from "./record-inserts.ts";

/** A session that the last run of the program left without an end. */
export interface UnendedSession {
  readonly sessionId: string;
  /** Highest event seq whose rows are all in the journal; 0 = none. */
  readonly durableSeq: number;
  /** Wall clock of its last commit. */
  readonly endedAtUs: number;
}

/**
 * Writes the journal: every public function is one transaction, on disk when it returns. Errors of SQLite are thrown, with nothing
 * of the transaction written.
 *
 * Invariants: one writer a database; rows are only added; a session row changes once, when it ends; every row is covered by a chain
 * (`JournalChain`) in the transaction that writes it.
 */
export class JournalWriter {
  readonly #db: WritableDb;
  readonly #chain: JournalChain;
  readonly #insertEntry: InsertEntry;
  readonly #beginSession;
  readonly #endSession;
  readonly #advance;
  readonly #insertLatch;
  readonly #selectLatches;
  readonly #selectProgress;
  readonly #selectUnended;
  readonly #insertLateFill;
  readonly #selectFill;
  readonly #selectOrderSide;

  constructor(db: WritableDb) {
    this.#db = db;
    this.#chain = new JournalChain(db);
    this.#insertEntry = prepareInserts(db, (sessionId, table, row) => this.#chain.cover(sessionId, table, row));
    this.#beginSession = db.prepare<[SessionRow]>(BEGIN_SESSION);
    this.#endSession = db.prepare<[SessionEndRow]>(END_SESSION);
    this.#advance = db.prepare<[{ sessionId: string; throughSeq: number; nowUs: number }]>(ADVANCE);
    this.#insertLatch = db.prepare<[LatchRow], number>(INSERT_LATCH).pluck();
    this.#selectLatches = db.prepare<[], Latch>(SELECT_LATCHES);
    this.#selectProgress = db.prepare<[string], ProgressRow>(SELECT_PROGRESS);
    this.#selectUnended = db.prepare<[], UnendedSession>(SELECT_UNENDED);
    this.#insertLateFill = db.prepare<[LateFillRow]>(INSERT_LATE_FILL);
    this.#selectFill = db.prepare<[string, string], number>(SELECT_FILL).pluck();
    this.#selectOrderSide = db.prepare<[string, number], OrderSide>(SELECT_ORDER_SIDE).pluck();
    this.#atomically(() => this.#chain.beginJournal());
  }

  /** Writes the manifest. A session id that exists already is a broken invariant and throws. */
  begin(manifest: SessionManifest): void {
    const { sessionId, startedAtUs } = manifest;
    this.#atomically(() => {
      this.#beginSession.run({
        ...manifest,
        market: manifest.rules.market,
        rules: JSON.stringify(manifest.rules),
        overrides: JSON.stringify(manifest.overrides),
        source: JSON.stringify(manifest.source),
      });
      this.#advance.run({ sessionId, throughSeq: 0, nowUs: startedAtUs });
      this.#chain.beginSession(sessionId, this.#progressOf(sessionId));
    });
  }

  /** Writes the rows of the batches, in order, in one transaction. `nowUs` is the wall clock. */
  commit(batches: readonly JournalBatch[], nowUs: number): void {
    this.#atomically(() => {
      for (const batch of batches) this.#insertBatch(batch, nowUs);
      for (const sessionId of new Set(batches.map((batch) => batch.sessionId)))
        this.#chain.sealSession(sessionId, this.#progressOf(sessionId));
    });
  }

  /** `tapeHash` is what the session's finished tape ends with. */
  end(sessionId: string, summary: SessionSummary, tapeHash: string | null = null): void {
    this.#atomically(() => {
      const { changes } = this.#endSession.run({ ...summary, sessionId });
      if (changes !== 1) throw new RangeError(`session to end must have begun, was ${sessionId}`);
      const note: TapeNote | null = tapeHash === null ? null : { kind: "closed", lastHash: tapeHash };
      this.#chain.endSession(sessionId, this.#progressOf(sessionId), note);
    });
  }

  /** Sessions without an end. */
  unended(): readonly UnendedSession[] {
    return this.#selectUnended.all();
  }

  /**
   * Ends a session that has no end as crashed, at the time of its last commit, and enters the fills that the journal lacks, marked as
   * late. `left` is how its tape lies, null = it cannot be read. To be called before any session begins.
   */
  endCrashed(session: UnendedSession, lateFills: readonly LateFill[], left: LeftTape | null, nowUs: number): void {
    const { sessionId, endedAtUs } = session;
    this.#atomically(() => {
      for (const late of lateFills) {
        const side = this.#selectOrderSide.get(sessionId, late.orderId) ?? null;
        const row = lateFillRow(sessionId, late, side, nowUs);
        this.#insertLateFill.run(row);
        this.#chain.cover(sessionId, "late_fills", { ...row });
      }
      this.#endSession.run({ ...NO_RESULT, sessionId, endedAtUs, endedHow: "crashed" });
      const note: TapeNote | null = left === null ? null : { kind: "left", ...left };
      this.#chain.endSession(sessionId, this.#progressOf(sessionId), note);
    });
  }

  hasFill(sessionId: string, tradeId: string): boolean {
    return this.#selectFill.get(sessionId, tradeId) !== undefined;
  }

  setLatch(latch: Latch): void {
    this.#addLatch({ ...latch, action: "set", atUs: latch.setAtUs, by: null });
  }

  clearLatch(latch: string, reason: string, by: string, atUs: number): void {
    this.#addLatch({ latch, action: "clear", reason, sessionId: null, by, atUs });
  }

  /** Latches that are set now. */
  latches(): readonly Latch[] {
    return this.#selectLatches.all();
  }

  #addLatch(row: LatchRow): void {
    this.#atomically(() => this.#chain.coverLatch(Number(this.#insertLatch.get(row))));
  }

  #insertBatch(batch: JournalBatch, nowUs: number): void {
    for (const entry of batch.entries) this.#insertEntry(batch.sessionId, entry);
    this.#advance.run({ sessionId: batch.sessionId, throughSeq: batch.throughSeq, nowUs });
  }

  #progressOf(sessionId: string): ProgressRow {
    return this.#selectProgress.get(sessionId) ?? { session_id: sessionId, durable_seq: 0, committed_at_us: 0 };
  }

  #atomically(work: () => void): void {
    try {
      this.#db.transaction(work).immediate();
    } catch (error) {
      this.#chain.forget();
      throw error;
    }
  }
}

interface SessionRow extends Omit<SessionManifest, "rules" | "overrides" | "source"> {
  readonly market: string;
  readonly rules: string;
  readonly overrides: string;
  readonly source: string;
}

interface SessionEndRow {
  readonly sessionId: string;
  readonly endedAtUs: number;
  readonly endedHow: string;
  readonly effectHash: string | null;
  readonly events: number | null;
  readonly resultJson: string | null;
}

interface LatchRow {
  readonly latch: string;
  readonly action: "set" | "clear";
  readonly reason: string;
  readonly sessionId: string | null;
  readonly by: string | null;
  readonly atUs: number;
}

const NO_RESULT = { effectHash: null, events: null, resultJson: null };

const BEGIN_SESSION = `INSERT INTO sessions (session_id, app_version, build_hash, mode, venue, market, rules, rules_hash, profile_name,
  profile_text, profile_hash, overrides, source, started_at_us, session_start_us)
  VALUES (@sessionId, @appVersion, @buildHash, @mode, @venue, @market, @rules, @rulesHash, @profileName,
  @profileText, @profileHash, @overrides, @source, @startedAtUs, @sessionStartUs)`;

/** Fill count and last known result are kept with the end, so that a list of sessions need not count rows. */
const END_SESSION = `UPDATE sessions SET ended_at_us = @endedAtUs, ended_how = @endedHow, effect_hash = @effectHash, events = @events,
  result = @resultJson, fills = (SELECT count(*) FROM fills WHERE session_id = @sessionId),
  net = (SELECT pnl_net FROM
    (SELECT * FROM (SELECT seq, idx, pnl_net FROM fills WHERE session_id = @sessionId ORDER BY seq DESC, idx DESC LIMIT 1)
     UNION ALL
     SELECT * FROM (SELECT seq, idx, pnl_net FROM samples WHERE session_id = @sessionId ORDER BY seq DESC, idx DESC LIMIT 1))
    ORDER BY seq DESC, idx DESC LIMIT 1)
  WHERE session_id = @sessionId`;

const ADVANCE = `INSERT INTO session_progress (session_id, durable_seq, committed_at_us) VALUES (@sessionId, @throughSeq, @nowUs)
  ON CONFLICT (session_id) DO UPDATE SET durable_seq = excluded.durable_seq, committed_at_us = excluded.committed_at_us`;

const SELECT_UNENDED = `SELECT session_id AS sessionId, coalesce(durable_seq, 0) AS durableSeq,
  coalesce(committed_at_us, started_at_us) AS endedAtUs
  FROM sessions LEFT JOIN session_progress USING (session_id) WHERE ended_how IS NULL ORDER BY started_at_us`;

const SELECT_PROGRESS = `SELECT session_id, durable_seq, committed_at_us FROM session_progress WHERE session_id = ?`;

const INSERT_LATCH = `INSERT INTO latches (latch, action, reason, session_id, by, at_us)
  VALUES (@latch, @action, @reason, @sessionId, @by, @atUs) RETURNING id`;

const SELECT_FILL = `SELECT 1 FROM fills WHERE session_id = ? AND trade_id = ? LIMIT 1`;

const INSERT_LATE_FILL = `INSERT INTO late_fills (session_id, seq, idx, at_us, order_id, trade_id, side, price_ticks, size_lots,
  liquidity, fee, found_on, entered_at_us)
  VALUES (@session_id, @seq, @idx, @at_us, @order_id, @trade_id, @side, @price_ticks, @size_lots,
  @liquidity, @fee, @found_on, @entered_at_us)`;
