import type { DecisionCode, PriceBuildUp } from "../../main/kernel/decision.ts";
import type { RecordDecision } from "../../main/kernel/effects.ts";
import { lots, micros, ticks, type OrderSide } from "../../main/kernel/values/units.ts";
import { jsonObject, keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface DecisionColumns extends KeyColumns {
  readonly at_us: number;
  readonly last_at_us: number;
  readonly count: number;
  readonly side: OrderSide;
  readonly level: number;
  readonly code: DecisionCode;
  readonly detail: string | null;
  readonly reading: number | null;
  readonly bound: number | null;
  readonly resting_ticks: number | null;
  readonly resting_lots: number | null;
  readonly size_lots: number | null;
  readonly due_us: number | null;
  readonly target_ticks: number | null;
  readonly final_ticks: number | null;
  /** The whole build-up; target and final stand beside it for queries. */
  readonly build_up: string | null;
}

export const repriceDecisionsTable: RecordTable<RecordDecision, DecisionColumns> = {
  type: "record-decision",
  insert: `INSERT INTO reprice_decisions (session_id, seq, idx, at_us, last_at_us, count, side, level, code, detail, reading, bound,
    resting_ticks, resting_lots, size_lots, due_us, target_ticks, final_ticks, build_up)
    VALUES (@session_id, @seq, @idx, @at_us, @last_at_us, @count, @side, @level, @code, @detail, @reading, @bound,
    @resting_ticks, @resting_lots, @size_lots, @due_us, @target_ticks, @final_ticks, @build_up)`,
  after: `SELECT * FROM reprice_decisions WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => {
    const { decision } = record;
    return {
      ...keyOf(sessionId, entry),
      at_us: decision.atUs,
      last_at_us: entry.lastAtUs,
      count: entry.count,
      side: decision.slot.side,
      level: decision.slot.level,
      code: decision.code,
      detail: decision.detail,
      reading: decision.reading,
      bound: decision.bound,
      resting_ticks: decision.restingTicks,
      resting_lots: decision.restingLots,
      size_lots: decision.sizeLots,
      due_us: decision.dueUs,
      target_ticks: decision.buildUp?.targetTicks ?? null,
      final_ticks: decision.buildUp?.finalTicks ?? null,
      build_up: decision.buildUp === null ? null : JSON.stringify(decision.buildUp),
    };
  },
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: row.count,
    lastAtUs: row.last_at_us,
    record: {
      type: "record-decision",
      decision: {
        atUs: micros(row.at_us),
        slot: { side: row.side, level: row.level },
        code: row.code,
        detail: row.detail,
        reading: row.reading,
        bound: row.bound,
        buildUp: row.build_up === null ? null : (jsonObject(row.build_up, row) as PriceBuildUp),
        restingTicks: row.resting_ticks === null ? null : ticks(row.resting_ticks),
        restingLots: row.resting_lots === null ? null : lots(row.resting_lots),
        sizeLots: row.size_lots === null ? null : lots(row.size_lots),
        dueUs: row.due_us === null ? null : micros(row.due_us),
      },
    },
  }),
};
