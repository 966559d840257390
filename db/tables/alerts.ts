import type { AlertKind, AlertSeverity, RecordAlert } from "../../main/kernel/effects.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface AlertColumns extends KeyColumns {
  readonly at_us: number;
  readonly last_at_us: number;
  readonly count: number;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly message: string;
}

export const alertsTable: RecordTable<RecordAlert, AlertColumns> = {
  type: "record-alert",
  insert: `INSERT INTO alerts (session_id, seq, idx, at_us, last_at_us, count, kind, severity, message)
    VALUES (@session_id, @seq, @idx, @at_us, @last_at_us, @count, @kind, @severity, @message)`,
  after: `SELECT * FROM alerts WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    last_at_us: entry.lastAtUs,
    count: entry.count,
    kind: record.kind,
    severity: record.severity,
    message: record.message,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: row.count,
    lastAtUs: row.last_at_us,
    record: {
      type: "record-alert",
      atUs: micros(row.at_us),
      kind: row.kind,
      severity: row.severity,
      message: row.message,
    },
  }),
};
