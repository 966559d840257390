import type { RecordRiskEvent } from "../../main/kernel/effects.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface RiskEventRow extends KeyColumns {
  readonly at_us: number;
  readonly control: RecordRiskEvent["control"];
  readonly happening: RecordRiskEvent["happening"];
  readonly detail: string;
  readonly reading: number | null;
  readonly bound: number | null;
  readonly by: string | null;
}

export const riskEventsTable: RecordTable<RecordRiskEvent, RiskEventRow> = {
  type: "record-risk-event",
  insert: `INSERT INTO risk_events (session_id, seq, idx, at_us, control, happening, detail, reading, bound, by)
    VALUES (@session_id, @seq, @idx, @at_us, @control, @happening, @detail, @reading, @bound, @by)`,
  after: `SELECT * FROM risk_events WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    control: record.control,
    happening: record.happening,
    detail: record.detail,
    reading: record.reading,
    bound: record.bound,
    by: record.by,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-risk-event",
      atUs: micros(row.at_us),
      control: row.control,
      happening: row.happening,
      detail: row.detail,
      reading: row.reading,
      bound: row.bound,
      by: row.by,
    },
  }),
};
