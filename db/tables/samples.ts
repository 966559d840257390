import type { RecordSample } from "../../main/kernel/effects.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { pnlColumns, pnlParts, type PnlColumns } from "./pnl-columns.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface SampleRow extends KeyColumns, PnlColumns {
  readonly at_us: number;
  readonly mid_half_ticks: number | null;
  readonly position_lots: number;
  readonly open_orders: number;
}

export const samplesTable: RecordTable<RecordSample, SampleRow> = {
  type: "record-sample",
  insert: `INSERT INTO samples (session_id, seq, idx, at_us, mid_half_ticks, position_lots,
    pnl_spread_capture, pnl_inventory, pnl_fees, pnl_funding, pnl_net, open_orders)
    VALUES (@session_id, @seq, @idx, @at_us, @mid_half_ticks, @position_lots,
    @pnl_spread_capture, @pnl_inventory, @pnl_fees, @pnl_funding, @pnl_net, @open_orders)`,
  after: `SELECT * FROM samples WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    mid_half_ticks: record.midHalfTicks,
    position_lots: record.positionLots,
    ...pnlColumns(record.pnl),
    open_orders: record.openOrders,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-sample",
      atUs: micros(row.at_us),
      midHalfTicks: row.mid_half_ticks,
      positionLots: row.position_lots,
      pnl: pnlParts(row),
      openOrders: row.open_orders,
    },
  }),
};
