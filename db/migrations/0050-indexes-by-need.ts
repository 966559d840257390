import type { Migration } from "../migration.ts";

/** Indexes for what the start of a session and the start after a crash ask, which walked whole tables or sessions. */
export const migration0050: Migration = {
  version: 50,
  name: "indexes-by-need",
  up(db) {
    db.exec(INDEXES);
  },
};

/** An order is in flight in one row and has several more of other states: an index of the former is a quarter as large as one of all. */
const INDEXES = `
CREATE INDEX sessions_by_mode ON sessions (mode, session_start_us);
DROP INDEX sessions_without_end;
CREATE INDEX sessions_without_end ON sessions (started_at_us) WHERE ended_how IS NULL;
CREATE INDEX fills_by_trade ON fills (session_id, trade_id);
CREATE INDEX orders_in_flight ON orders (session_id, order_id, side) WHERE status = 'in-flight';
`;
