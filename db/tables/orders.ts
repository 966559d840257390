import type { OrderStatus, RecordOrder } from "../../main/kernel/effects.ts";
import { lots, micros, ticks, type OrderSide } from "../../main/kernel/values/units.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface OrderRow extends KeyColumns {
  readonly at_us: number;
  readonly order_id: number;
  readonly side: OrderSide;
  readonly slot_side: OrderSide;
  readonly level: number;
  readonly price_ticks: number;
  readonly size_lots: number;
  readonly filled_lots: number;
  readonly status: OrderStatus;
  readonly reason: string | null;
}

export const ordersTable: RecordTable<RecordOrder, OrderRow> = {
  type: "record-order",
  insert: `INSERT INTO orders (session_id, seq, idx, at_us, order_id, side, slot_side, level, price_ticks, size_lots, filled_lots,
    status, reason)
    VALUES (@session_id, @seq, @idx, @at_us, @order_id, @side, @slot_side, @level, @price_ticks, @size_lots, @filled_lots,
    @status, @reason)`,
  after: `SELECT * FROM orders WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    order_id: record.orderId,
    side: record.side,
    slot_side: record.slot.side,
    level: record.slot.level,
    price_ticks: record.priceTicks,
    size_lots: record.sizeLots,
    filled_lots: record.filledLots,
    status: record.status,
    reason: record.reason,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-order",
      atUs: micros(row.at_us),
      orderId: row.order_id,
      slot: { side: row.slot_side, level: row.level },
      side: row.side,
      priceTicks: ticks(row.price_ticks),
      sizeLots: lots(row.size_lots),
      filledLots: lots(row.filled_lots),
      status: row.status,
      reason: row.reason,
    },
  }),
};
