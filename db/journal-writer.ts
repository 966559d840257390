import type { JournalBatch, Latch, SessionManifest, SessionSummary } from "./journal-protocol.ts";
import { SELECT_LATCHES } from "./journal-queries.ts";
import type { WritableDb } from "./open.ts";
import { prepareInserts, type InsertEntry } from "./record-inserts.ts";

/** A session that the last run of the program left without an end. */
export interface CrashedSession {
  readonly sessionId: string;
  /** Highest event seq whose rows are all in the journal; 0 = none. */
  readonly durableSeq: number;
}

/**
 * Writes the journal: every public function is one transaction, on disk when it returns. Errors of SQLite are thrown, with nothing
 * of the transaction written.
 *
 * Invariants: one writer a database; rows are only added; a session row changes once, when it ends.
 */
export class JournalWriter {
  readonly #insertEntry: InsertEntry;
  readonly #beginSession;
  readonly #endSession;
  readonly #advance;
  readonly #insertLatch;
  readonly #selectLatches;
  readonly #commit: (batches: readonly JournalBatch[], nowUs: number) => void;
  readonly #markCrashed: () => CrashedSession[];

  constructor(db: WritableDb) {
    this.#insertEntry = prepareInserts(db);
    this.#beginSession = db.prepare<[SessionRow]>(BEGIN_SESSION);
    this.#endSession = db.prepare<[SessionEndRow]>(END_SESSION);
    this.#advance = db.prepare<[{ sessionId: string; throughSeq: number; nowUs: number }]>(ADVANCE);
    this.#insertLatch = db.prepare<[LatchRow]>(INSERT_LATCH);
    this.#selectLatches = db.prepare<[], Latch>(SELECT_LATCHES);
    const selectUnended = db.prepare<[], CrashedSession & { endedAtUs: number }>(SELECT_UNENDED);
    const insertAll = db.transaction((batches: readonly JournalBatch[], nowUs: number) => {
      for (const batch of batches) this.#insertBatch(batch, nowUs);
    });
    const endUnended = db.transaction(() => {
      const sessions = selectUnended.all();
      for (const { sessionId, endedAtUs } of sessions)
        this.#endSession.run({ ...NO_RESULT, sessionId, endedAtUs, endedHow: "crashed" });
      return sessions.map(({ sessionId, durableSeq }) => ({ sessionId, durableSeq }));
    });
    this.#commit = (batches, nowUs) => insertAll.immediate(batches, nowUs);
    this.#markCrashed = () => endUnended.immediate();
  }

  /** Writes the manifest. A session id that exists already is a broken invariant and throws. */
  begin(manifest: SessionManifest): void {
    this.#beginSession.run({
      ...manifest,
      market: manifest.rules.market,
      rules: JSON.stringify(manifest.rules),
      overrides: JSON.stringify(manifest.overrides),
      source: JSON.stringify(manifest.source),
    });
  }

  /** Writes the rows of the batches, in order, in one transaction. `nowUs` is the wall clock. */
  commit(batches: readonly JournalBatch[], nowUs: number): void {
    this.#commit(batches, nowUs);
  }

  end(sessionId: string, summary: SessionSummary): void {
    const { changes } = this.#endSession.run({ ...summary, sessionId });
    if (changes !== 1) throw new RangeError(`session to end must have begun, was ${sessionId}`);
  }

  /** Ends every session that has no end as crashed, at the time of its last commit. To be called before any session begins. */
  markCrashed(): readonly CrashedSession[] {
    return this.#markCrashed();
  }

  setLatch(latch: Latch): void {
    this.#insertLatch.run({ ...latch, action: "set", atUs: latch.setAtUs, by: null });
  }

  clearLatch(latch: string, reason: string, by: string, atUs: number): void {
    this.#insertLatch.run({ latch, action: "clear", reason, sessionId: null, by, atUs });
  }

  /** Latches that are set now. */
  latches(): readonly Latch[] {
    return this.#selectLatches.all();
  }

  #insertBatch(batch: JournalBatch, nowUs: number): void {
    for (const entry of batch.entries) this.#insertEntry(batch.sessionId, entry);
    this.#advance.run({ sessionId: batch.sessionId, throughSeq: batch.throughSeq, nowUs });
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

const INSERT_LATCH = `INSERT INTO latches (latch, action, reason, session_id, by, at_us)
  VALUES (@latch, @action, @reason, @sessionId, @by, @atUs)`;
