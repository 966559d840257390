import type { FillSnapshot, RecordFill } from "../../main/kernel/effects.ts";
import { formatMoney, parseMoney } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, ticks, type Liquidity, type OrderSide } from "../../main/kernel/values/units.ts";
import { pnlColumns, pnlParts, type PnlColumns } from "./pnl-columns.ts";
import { jsonObject, keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface FillRow extends KeyColumns, PnlColumns {
  readonly at_us: number;
  readonly order_id: number;
  readonly trade_id: string;
  readonly side: OrderSide;
  readonly slot_side: OrderSide;
  readonly level: number;
  readonly price_ticks: number;
  readonly size_lots: number;
  readonly liquidity: Liquidity;
  readonly fee: string;
  readonly mid_half_ticks: number | null;
  readonly best_bid_ticks: number | null;
  readonly best_ask_ticks: number | null;
  readonly position_lots: number;
  readonly quote_lifetime_us: number;
  /** A `FillSnapshot` as JSON; null = a fill from before there were any. */
  readonly snapshot: string | null;
}

export const fillsTable: RecordTable<RecordFill, FillRow> = {
  type: "record-fill",
  insert: `INSERT INTO fills (session_id, seq, idx, at_us, order_id, trade_id, side, slot_side, level, price_ticks, size_lots,
    liquidity, fee, mid_half_ticks, best_bid_ticks, best_ask_ticks, position_lots,
    pnl_spread_capture, pnl_inventory, pnl_fees, pnl_funding, pnl_net, quote_lifetime_us, snapshot)
    VALUES (@session_id, @seq, @idx, @at_us, @order_id, @trade_id, @side, @slot_side, @level, @price_ticks, @size_lots,
    @liquidity, @fee, @mid_half_ticks, @best_bid_ticks, @best_ask_ticks, @position_lots,
    @pnl_spread_capture, @pnl_inventory, @pnl_fees, @pnl_funding, @pnl_net, @quote_lifetime_us, @snapshot)`,
  after: `SELECT * FROM fills WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    order_id: record.orderId,
    trade_id: record.tradeId,
    side: record.side,
    slot_side: record.slot.side,
    level: record.slot.level,
    price_ticks: record.priceTicks,
    size_lots: record.sizeLots,
    liquidity: record.liquidity,
    fee: formatMoney(record.fee),
    mid_half_ticks: record.midHalfTicks,
    best_bid_ticks: record.bestBidTicks,
    best_ask_ticks: record.bestAskTicks,
    position_lots: record.positionLots,
    ...pnlColumns(record.pnl),
    quote_lifetime_us: record.quoteLifetimeUs,
    snapshot: record.snapshot === undefined ? null : JSON.stringify(record.snapshot),
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-fill",
      atUs: micros(row.at_us),
      orderId: row.order_id,
      tradeId: row.trade_id,
      slot: { side: row.slot_side, level: row.level },
      side: row.side,
      priceTicks: ticks(row.price_ticks),
      sizeLots: lots(row.size_lots),
      liquidity: row.liquidity,
      fee: parseMoney(row.fee),
      midHalfTicks: row.mid_half_ticks,
      bestBidTicks: row.best_bid_ticks === null ? null : ticks(row.best_bid_ticks),
      bestAskTicks: row.best_ask_ticks === null ? null : ticks(row.best_ask_ticks),
      positionLots: row.position_lots,
      pnl: pnlParts(row),
      quoteLifetimeUs: row.quote_lifetime_us,
      ...(row.snapshot === null ? {} : { snapshot: jsonObject(row.snapshot, row) as FillSnapshot }),
    },
  }),
};
