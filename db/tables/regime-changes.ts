import type { RecordRegimeChange, Regime } from "../../main/kernel/effects.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface RegimeChangeRow extends KeyColumns {
  readonly at_us: number;
  readonly from_regime: Regime;
  readonly to_regime: Regime;
  readonly measured: 0 | 1;
  readonly short_vol_bps: number | null;
  readonly medium_vol_bps: number | null;
}

export const regimeChangesTable: RecordTable<RecordRegimeChange, RegimeChangeRow> = {
  type: "record-regime-change",
  insert: `INSERT INTO regime_changes (session_id, seq, idx, at_us, from_regime, to_regime, measured, short_vol_bps, medium_vol_bps)
    VALUES (@session_id, @seq, @idx, @at_us, @from_regime, @to_regime, @measured, @short_vol_bps, @medium_vol_bps)`,
  after: `SELECT * FROM regime_changes WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    from_regime: record.from,
    to_regime: record.to,
    measured: record.measured ? 1 : 0,
    short_vol_bps: record.shortVolBps,
    medium_vol_bps: record.mediumVolBps,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-regime-change",
      atUs: micros(row.at_us),
      from: row.from_regime,
      to: row.to_regime,
      measured: row.measured === 1,
      shortVolBps: row.short_vol_bps,
      mediumVolBps: row.medium_vol_bps,
    },
  }),
};
