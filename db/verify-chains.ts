import { ChainCheck, type CheckedChain } from "./chain-check.ts";
import { ChainedRows, END_COLUMNS, keyText, type FoundRow } from "./chained-rows.ts";
import { BEGUN, JOURNAL_CHAIN } from "./chain-link.ts";
import type { Findings } from "./journal-findings.ts";
import type { ReadableDb } from "./open.ts";
import { reportStrays } from "./stray-rows.ts";

/** A session as its chain shows it. */
export interface ChainedSession extends CheckedChain {
  readonly sessionId: string;
  /** From before the chain: nothing vouches for its rows. */
  readonly isUnchained: boolean;
}

/** Tables of the journal as a whole, with the text of a row's key. */
const JOURNAL_TABLES = [
  ["latches", "SELECT CAST(id AS TEXT) FROM latches"],
  ["unchained_sessions", "SELECT session_id FROM unchained_sessions"],
  ["pruned_sessions", "SELECT session_id FROM pruned_sessions"],
] as const;

/**
 * Compares every chained row of the journal with its chain and every chain with its rows. `only` = this session alone, with the
 * journal's own chain. Reads one state of the journal when called inside a transaction.
 */
export function verifyChains(db: ReadableDb, findings: Findings, only: string | null): readonly ChainedSession[] {
  const rows = new ChainedRows(db);
  const check = new ChainCheck(db, rows, findings);
  const unchained = new Set(db.prepare<[], string>("SELECT session_id FROM unchained_sessions").pluck().all());
  const begun = checkJournalChain(db, check);
  const sessions = db
    .prepare<[], SessionEnd>("SELECT session_id, ended_how FROM sessions ORDER BY started_at_us")
    .all();
  for (const { session_id } of sessions)
    if (!begun.has(session_id) && !unchained.has(session_id))
      check.unlisted.push({ chain: JOURNAL_CHAIN, table: "sessions", key: session_id, tags: [] });
  const known = new Set(sessions.map(({ session_id }) => session_id));
  const chained = db.prepare<[], string>(sessionIdsOf("journal_chain")).pluck().all();
  const strangers = chained.filter((id) => id !== JOURNAL_CHAIN && !known.has(id) && !begun.has(id));
  for (const id of strangers) check.unlisted.push({ chain: id, table: "journal_chain", key: id, tags: [] });
  const ids = new Set([...known, ...[...begun].filter((id) => chained.includes(id))]);
  const checked: ChainedSession[] = [];
  for (const sessionId of ids)
    if (only === null || only === sessionId)
      checked.push(checkSession(db, rows, check, sessionId, unchained.has(sessionId), findings));
  if (only === null) findOrphans(db, rows, check, ids);
  reportStrays(check.missing, check.unlisted, (table) => rows.columns(table), findings);
  return checked;
}

interface SessionEnd {
  readonly session_id: string;
  readonly ended_how: string | null;
}

/** Checks the journal's own chain; the sessions that it saw begin. */
function checkJournalChain(db: ReadableDb, check: ChainCheck): ReadonlySet<string> {
  const begun = new Set<string>();
  const listed = new Map<string, Set<string>>(JOURNAL_TABLES.map(([table]) => [table, new Set<string>()]));
  check.check(JOURNAL_CHAIN, ({ table, key }) => {
    if (table === BEGUN) begun.add(keyText(key));
    listed.get(table)?.add(keyText(key));
  });
  // A session that was seen to begin and is neither there nor pruned is a row of `sessions` that is gone
  for (const [index, stray] of check.missing.entries())
    if (stray.table === BEGUN) check.missing[index] = { ...stray, table: "sessions" };
  for (const [table, select] of JOURNAL_TABLES)
    for (const key of db.prepare<[], string>(select).pluck().all())
      if (!listed.get(table)?.has(key)) check.unlisted.push({ chain: JOURNAL_CHAIN, table, key, tags: [] });
  return begun;
}

function checkSession(
  db: ReadableDb,
  rows: ChainedRows,
  check: ChainCheck,
  sessionId: string,
  isUnchained: boolean,
  findings: Findings,
): ChainedSession {
  if (isUnchained) return { sessionId, isUnchained, links: 0, rows: 0, lastHash: null, tapeNote: null };
  const there = new Map<string, number>();
  const checked = check.check(sessionId, ({ table }, isThere) => {
    if (isThere) there.set(table, (there.get(table) ?? 0) + 1);
  });
  checkEnd(db, sessionId, there.get("sessions") ?? 0, findings);
  for (const table of rows.recordTables)
    if (rows.count(table, sessionId) !== (there.get(table) ?? 0)) findUnlisted(rows, check, sessionId, table);
  return { sessionId, isUnchained, ...checked };
}

/** The end of a session must be in a link of its own. */
function checkEnd(db: ReadableDb, sessionId: string, covered: number, findings: Findings): void {
  if (covered > 1) return;
  const row = db.prepare<[string], CoveredEnd>("SELECT * FROM sessions WHERE session_id = ?").get(sessionId);
  for (const column of END_COLUMNS)
    if (row !== undefined && row[column] !== null)
      findings.add({
        kind: "altered",
        sessionId,
        table: "sessions",
        key: { session_id: sessionId },
        column,
        message: `sessions: ${column} of session ${sessionId} is set, but its chain has no end`,
      });
}

type CoveredEnd = Readonly<Record<(typeof END_COLUMNS)[number], unknown>>;

function findUnlisted(rows: ChainedRows, check: ChainCheck, sessionId: string, table: string): void {
  const listed = check.listedKeys(sessionId, table);
  for (const found of rows.rowsOf(table, sessionId))
    if (!listed.has(keyText(found.key))) addStray(rows, check, sessionId, table, found);
}

/** Rows that belong to no session that is known. */
function findOrphans(db: ReadableDb, rows: ChainedRows, check: ChainCheck, known: ReadonlySet<string>): void {
  for (const table of [...rows.recordTables, "session_progress"]) {
    const ids = db.prepare<[], string>(sessionIdsOf(table));
    for (const id of ids
      .pluck()
      .all()
      .filter((candidate) => !known.has(candidate)))
      if (table === "session_progress") check.unlisted.push({ chain: id, table, key: id, tags: [] });
      else for (const found of rows.rowsOf(table, id)) addStray(rows, check, id, table, found);
  }
  for (const id of db.prepare<[], string>("SELECT session_id FROM pruning").pluck().all())
    check.unlisted.push({ chain: id, table: "pruning", key: id, tags: [] });
}

function addStray(rows: ChainedRows, check: ChainCheck, chain: string, table: string, found: FoundRow): void {
  check.unlisted.push({ chain, table, key: found.key, tags: rows.tagsOf(table, found) });
}

/** Every session id of a table, one jump of its index each: tables may have millions of rows. */
function sessionIdsOf(table: string): string {
  return `WITH RECURSIVE known (id) AS (SELECT min(session_id) FROM "${table}" UNION ALL
    SELECT (SELECT min(session_id) FROM "${table}" WHERE session_id > known.id) FROM known WHERE known.id IS NOT NULL)
    SELECT id FROM known WHERE id IS NOT NULL`;
}
