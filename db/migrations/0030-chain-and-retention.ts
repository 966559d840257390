import type { Migration } from "../migration.ts";

/**
 * The chain over the journal's rows, what is known of sessions that were removed, and fills that came to the journal late.
 *
 * Sessions from before it have no chain; they are named in `unchained_sessions`, so that a chain cannot be taken away unseen.
 */
export const migration0030: Migration = {
  version: 30,
  name: "chain-and-retention",
  up(db) {
    db.exec(CHAIN);
    db.exec(RETENTION);
    db.exec(LATE_FILLS);
    db.exec(GUARDS);
  },
};

/** Every table of which a session had rows before this version. */
const EARLIER_TABLES = [
  "orders",
  "fills",
  "reprice_decisions",
  "regime_changes",
  "profile_changes",
  "operator_commands",
  "alerts",
  "samples",
  "risk_events",
  "markouts",
];

const CHAIN = `
-- One link a commit; session '' is the chain of the journal itself. Link 0 is the head: how far the chain goes, rewritten by each commit
CREATE TABLE journal_chain (
  session_id TEXT NOT NULL,
  link INTEGER NOT NULL CHECK (link >= 0),
  rows BLOB NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (session_id, link)
) STRICT, WITHOUT ROWID;

CREATE TABLE unchained_sessions (session_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO unchained_sessions SELECT session_id FROM sessions;
`;

const RETENTION = `
-- What is left of a session that an operator had removed
CREATE TABLE pruned_sessions (
  session_id TEXT PRIMARY KEY,
  mode TEXT NOT NULL,
  market TEXT NOT NULL,
  profile_name TEXT NOT NULL,
  started_at_us INTEGER NOT NULL,
  ended_at_us INTEGER NOT NULL,
  ended_how TEXT NOT NULL,
  rows_removed INTEGER NOT NULL,
  tape_bytes INTEGER NOT NULL,
  links INTEGER NOT NULL,
  last_hash TEXT,
  pruned_at_us INTEGER NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Names the session whose rows may be removed, inside the transaction that removes them; empty at any other time
CREATE TABLE pruning (session_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

const LATE_FILLS = `
-- Fills that were found after the journal had stopped: what the venue said, without what the kernel made of it
CREATE TABLE late_fills (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  trade_id TEXT NOT NULL,
  -- Null where the journal does not know the order either
  side TEXT CHECK (side IN ('buy', 'sell')),
  price_ticks INTEGER NOT NULL,
  size_lots INTEGER NOT NULL,
  liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker')),
  fee TEXT NOT NULL,
  found_on TEXT NOT NULL CHECK (found_on IN ('tape', 'venue')),
  entered_at_us INTEGER NOT NULL,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
`;

const GUARDS = [
  ...EARLIER_TABLES.map((table) => `DROP TRIGGER ${table}_are_kept;${keptUnlessPruned(table)}`),
  keptUnlessPruned("late_fills"),
  final("late_fills"),
  `DROP TRIGGER sessions_are_kept;
CREATE TRIGGER sessions_are_kept BEFORE DELETE ON sessions WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'sessions are never removed'); END;`,
  keptUnlessPruned("journal_chain"),
  `
CREATE TRIGGER journal_chain_are_final BEFORE UPDATE ON journal_chain WHEN OLD.link > 0
  BEGIN SELECT RAISE(ABORT, 'journal_chain are append-only'); END;`,
  keptUnlessPruned("unchained_sessions"),
  final("unchained_sessions"),
  kept("pruned_sessions"),
  final("pruned_sessions"),
].join("\n");

function keptUnlessPruned(table: string): string {
  return `
CREATE TRIGGER ${table}_are_kept BEFORE DELETE ON ${table} WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END;`;
}

function kept(table: string): string {
  return `
CREATE TRIGGER ${table}_are_kept BEFORE DELETE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END;`;
}

function final(table: string): string {
  return `
CREATE TRIGGER ${table}_are_final BEFORE UPDATE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END;`;
}
