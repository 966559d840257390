-- Schema version 50; written by test/db/migrate.test.ts (vitest run -u), not by hand
CREATE TRIGGER alerts_are_final BEFORE UPDATE ON alerts
  BEGIN SELECT RAISE(ABORT, 'alerts are append-only'); END;
CREATE TRIGGER alerts_are_kept BEFORE DELETE ON alerts WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'alerts are append-only'); END;
CREATE TRIGGER fills_are_final BEFORE UPDATE ON fills
  BEGIN SELECT RAISE(ABORT, 'fills are append-only'); END;
CREATE TRIGGER fills_are_kept BEFORE DELETE ON fills WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'fills are append-only'); END;
CREATE TRIGGER journal_chain_are_final BEFORE UPDATE ON journal_chain WHEN OLD.link > 0
  BEGIN SELECT RAISE(ABORT, 'journal_chain are append-only'); END;
CREATE TRIGGER journal_chain_are_kept BEFORE DELETE ON journal_chain WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'journal_chain are append-only'); END;
CREATE TRIGGER latches_are_final BEFORE UPDATE ON latches
  BEGIN SELECT RAISE(ABORT, 'latches are append-only'); END;
CREATE TRIGGER latches_are_kept BEFORE DELETE ON latches
  BEGIN SELECT RAISE(ABORT, 'latches are append-only'); END;
CREATE TRIGGER late_fills_are_final BEFORE UPDATE ON late_fills
  BEGIN SELECT RAISE(ABORT, 'late_fills are append-only'); END;
CREATE TRIGGER late_fills_are_kept BEFORE DELETE ON late_fills WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'late_fills are append-only'); END;
CREATE TRIGGER markouts_are_final BEFORE UPDATE ON markouts
  BEGIN SELECT RAISE(ABORT, 'markouts are append-only'); END;
CREATE TRIGGER markouts_are_kept BEFORE DELETE ON markouts WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'markouts are append-only'); END;
CREATE TRIGGER operator_commands_are_final BEFORE UPDATE ON operator_commands
  BEGIN SELECT RAISE(ABORT, 'operator_commands are append-only'); END;
CREATE TRIGGER operator_commands_are_kept BEFORE DELETE ON operator_commands WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'operator_commands are append-only'); END;
CREATE TRIGGER orders_are_final BEFORE UPDATE ON orders
  BEGIN SELECT RAISE(ABORT, 'orders are append-only'); END;
CREATE TRIGGER orders_are_kept BEFORE DELETE ON orders WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'orders are append-only'); END;
CREATE TRIGGER profile_changes_are_final BEFORE UPDATE ON profile_changes
  BEGIN SELECT RAISE(ABORT, 'profile_changes are append-only'); END;
CREATE TRIGGER profile_changes_are_kept BEFORE DELETE ON profile_changes WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'profile_changes are append-only'); END;
CREATE TRIGGER pruned_sessions_are_final BEFORE UPDATE ON pruned_sessions
  BEGIN SELECT RAISE(ABORT, 'pruned_sessions are append-only'); END;
CREATE TRIGGER pruned_sessions_are_kept BEFORE DELETE ON pruned_sessions
  BEGIN SELECT RAISE(ABORT, 'pruned_sessions are append-only'); END;
CREATE TRIGGER regime_changes_are_final BEFORE UPDATE ON regime_changes
  BEGIN SELECT RAISE(ABORT, 'regime_changes are append-only'); END;
CREATE TRIGGER regime_changes_are_kept BEFORE DELETE ON regime_changes WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'regime_changes are append-only'); END;
CREATE TRIGGER reprice_decisions_are_final BEFORE UPDATE ON reprice_decisions
  BEGIN SELECT RAISE(ABORT, 'reprice_decisions are append-only'); END;
CREATE TRIGGER reprice_decisions_are_kept BEFORE DELETE ON reprice_decisions WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'reprice_decisions are append-only'); END;
CREATE TRIGGER risk_events_are_final BEFORE UPDATE ON risk_events
  BEGIN SELECT RAISE(ABORT, 'risk_events are append-only'); END;
CREATE TRIGGER risk_events_are_kept BEFORE DELETE ON risk_events WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'risk_events are append-only'); END;
CREATE TRIGGER samples_are_final BEFORE UPDATE ON samples
  BEGIN SELECT RAISE(ABORT, 'samples are append-only'); END;
CREATE TRIGGER samples_are_kept BEFORE DELETE ON samples WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'samples are append-only'); END;
CREATE TRIGGER sessions_are_kept BEFORE DELETE ON sessions WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'sessions are never removed'); END;
CREATE TRIGGER sessions_end_once BEFORE UPDATE ON sessions WHEN OLD.ended_how IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'an ended session is never changed'); END;
CREATE TRIGGER unchained_sessions_are_final BEFORE UPDATE ON unchained_sessions
  BEGIN SELECT RAISE(ABORT, 'unchained_sessions are append-only'); END;
CREATE TRIGGER unchained_sessions_are_kept BEFORE DELETE ON unchained_sessions WHEN OLD.session_id NOT IN (SELECT session_id FROM pruning)
  BEGIN SELECT RAISE(ABORT, 'unchained_sessions are append-only'); END;
CREATE TABLE alerts (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  last_at_us INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 1),
  kind TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  message TEXT NOT NULL,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE fills (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  trade_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  slot_side TEXT NOT NULL CHECK (slot_side IN ('buy', 'sell')),
  level INTEGER NOT NULL,
  price_ticks INTEGER NOT NULL,
  size_lots INTEGER NOT NULL,
  liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker')),
  fee TEXT NOT NULL,
  mid_half_ticks INTEGER,
  best_bid_ticks INTEGER,
  best_ask_ticks INTEGER,
  position_lots INTEGER NOT NULL,
  pnl_spread_capture TEXT NOT NULL,
  pnl_inventory TEXT NOT NULL,
  pnl_fees TEXT NOT NULL,
  pnl_funding TEXT NOT NULL,
  pnl_net TEXT NOT NULL,
  quote_lifetime_us INTEGER NOT NULL, snapshot TEXT CHECK (snapshot IS NULL OR json_valid(snapshot)),
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE journal_chain (
  session_id TEXT NOT NULL,
  link INTEGER NOT NULL CHECK (link >= 0),
  rows BLOB NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (session_id, link)
) STRICT, WITHOUT ROWID;
CREATE TABLE latches (
  id INTEGER PRIMARY KEY,
  latch TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('set', 'clear')),
  reason TEXT NOT NULL,
  session_id TEXT,
  by TEXT,
  at_us INTEGER NOT NULL,
  CHECK ((action = 'set') = (session_id IS NOT NULL))
) STRICT;
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
CREATE TABLE markouts (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  trade_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  slot_side TEXT NOT NULL CHECK (slot_side IN ('buy', 'sell')),
  level INTEGER NOT NULL,
  liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker')),
  filled_us INTEGER NOT NULL,
  horizon_us INTEGER NOT NULL,
  price_ticks INTEGER NOT NULL,
  mid_half_ticks INTEGER,
  markout_bps REAL,
  PRIMARY KEY (session_id, seq, idx),
  CHECK ((mid_half_ticks IS NULL) = (markout_bps IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE operator_commands (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  command_id TEXT NOT NULL,
  command TEXT NOT NULL,
  by TEXT NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE orders (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  slot_side TEXT NOT NULL CHECK (slot_side IN ('buy', 'sell')),
  level INTEGER NOT NULL,
  price_ticks INTEGER NOT NULL,
  size_lots INTEGER NOT NULL,
  filled_lots INTEGER NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_changes (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  command_id TEXT NOT NULL,
  by TEXT NOT NULL,
  before_name TEXT NOT NULL,
  before_revision INTEGER NOT NULL,
  before_hash TEXT NOT NULL,
  after_name TEXT NOT NULL,
  after_revision INTEGER NOT NULL,
  after_hash TEXT NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  diff TEXT NOT NULL CHECK (json_valid(diff)),
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE pruning (session_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE regime_changes (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  from_regime TEXT NOT NULL,
  to_regime TEXT NOT NULL,
  measured INTEGER NOT NULL CHECK (measured IN (0, 1)),
  short_vol_bps REAL,
  medium_vol_bps REAL,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE reprice_decisions (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  last_at_us INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 1),
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  level INTEGER NOT NULL,
  code TEXT NOT NULL,
  detail TEXT,
  reading REAL,
  bound REAL,
  resting_ticks INTEGER,
  resting_lots INTEGER,
  size_lots INTEGER,
  due_us INTEGER,
  target_ticks INTEGER,
  final_ticks INTEGER,
  build_up TEXT CHECK (json_valid(build_up)),
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE risk_events (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  control TEXT NOT NULL,
  happening TEXT NOT NULL CHECK (happening IN ('tripped', 'cleared', 'changed')),
  detail TEXT NOT NULL,
  reading REAL,
  bound REAL,
  by TEXT,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE samples (
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  mid_half_ticks INTEGER,
  position_lots INTEGER NOT NULL,
  pnl_spread_capture TEXT NOT NULL,
  pnl_inventory TEXT NOT NULL,
  pnl_fees TEXT NOT NULL,
  pnl_funding TEXT NOT NULL,
  pnl_net TEXT NOT NULL,
  open_orders INTEGER NOT NULL,
  PRIMARY KEY (session_id, seq, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_progress (
  session_id TEXT PRIMARY KEY REFERENCES sessions,
  durable_seq INTEGER NOT NULL,
  committed_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  app_version TEXT NOT NULL,
  build_hash TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('paper', 'backtest', 'live')),
  venue TEXT NOT NULL,
  market TEXT NOT NULL,
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  rules_hash TEXT NOT NULL,
  profile_name TEXT NOT NULL,
  profile_text TEXT NOT NULL,
  profile_hash TEXT NOT NULL,
  overrides TEXT NOT NULL CHECK (json_valid(overrides)),
  source TEXT NOT NULL CHECK (json_valid(source)),
  started_at_us INTEGER NOT NULL,
  session_start_us INTEGER NOT NULL,
  -- The end, written once; all null while the session runs
  ended_at_us INTEGER,
  ended_how TEXT CHECK (ended_how IN ('ended', 'crashed', 'killed')),
  effect_hash TEXT,
  events INTEGER,
  result TEXT CHECK (json_valid(result)),
  fills INTEGER,
  net TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE unchained_sessions (session_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE INDEX fills_by_trade ON fills (session_id, trade_id);
CREATE INDEX latches_by_name ON latches (latch, id);
CREATE INDEX orders_in_flight ON orders (session_id, order_id, side) WHERE status = 'in-flight';
CREATE INDEX sessions_by_mode ON sessions (mode, session_start_us);
CREATE INDEX sessions_by_start ON sessions (started_at_us);
CREATE INDEX sessions_without_end ON sessions (started_at_us) WHERE ended_how IS NULL;
