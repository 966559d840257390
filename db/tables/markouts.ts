import type { RecordMarkout } from "../../main/kernel/effects.ts";
import { micros, type Liquidity, type OrderSide, type Ticks } from "../../main/kernel/values/units.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface MarkoutRow extends KeyColumns {
  readonly at_us: number;
  readonly order_id: number;
  readonly trade_id: string;
  readonly side: OrderSide;
  readonly slot_side: OrderSide;
  readonly level: number;
  readonly liquidity: Liquidity;
  readonly filled_us: number;
  readonly horizon_us: number;
  readonly price_ticks: number;
  readonly mid_half_ticks: number | null;
  readonly markout_bps: number | null;
}

export const markoutsTable: RecordTable<RecordMarkout, MarkoutRow> = {
  type: "record-markout",
  insert: `INSERT INTO markouts (session_id, seq, idx, at_us, order_id, trade_id, side, slot_side, level, liquidity, filled_us,
      horizon_us, price_ticks, mid_half_ticks, markout_bps)
    VALUES (@session_id, @seq, @idx, @at_us, @order_id, @trade_id, @side, @slot_side, @level, @liquidity, @filled_us,
      @horizon_us, @price_ticks, @mid_half_ticks, @markout_bps)`,
  after: `SELECT * FROM markouts WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    order_id: record.orderId,
    trade_id: record.tradeId,
    side: record.side,
    slot_side: record.slot.side,
    level: record.slot.level,
    liquidity: record.liquidity,
    filled_us: record.filledUs,
    horizon_us: record.horizonUs,
    price_ticks: record.priceTicks,
    mid_half_ticks: record.midHalfTicks,
    markout_bps: record.markoutBps,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-markout",
      atUs: micros(row.at_us),
      orderId: row.order_id,
      tradeId: row.trade_id,
      slot: { side: row.slot_side, level: row.level },
      side: row.side,
      liquidity: row.liquidity,
      filledUs: micros(row.filled_us),
      horizonUs: row.horizon_us,
      priceTicks: row.price_ticks as Ticks,
      midHalfTicks: row.mid_half_ticks,
      markoutBps: row.markout_bps,
    },
  }),
};
