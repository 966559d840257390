import type { Migration } from "../migration.ts";

/** What the risk stage did, and what became of the market after each fill. */
export const migration0020: Migration = {
  version: 20,
  name: "risk-events-and-markouts",
  up(db) {
    db.exec(TABLES);
    db.exec(APPEND_ONLY);
  },
};

const TABLES = `
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
`;

const APPEND_ONLY = ["risk_events", "markouts"]
  .map(
    (table) => `
CREATE TRIGGER ${table}_are_final BEFORE UPDATE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END;
CREATE TRIGGER ${table}_are_kept BEFORE DELETE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END;
`,
  )
  .join("");
