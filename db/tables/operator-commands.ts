import type { RecordOperatorCommand } from "../../main/kernel/effects.ts";
import type { OperatorCommand } from "../../main/kernel/events.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface OperatorCommandRow extends KeyColumns {
  readonly at_us: number;
  readonly command_id: string;
  readonly command: OperatorCommand;
  readonly by: string;
  readonly outcome: string;
}

export const operatorCommandsTable: RecordTable<RecordOperatorCommand, OperatorCommandRow> = {
  type: "record-operator-command",
  insert: `INSERT INTO operator_commands (session_id, seq, idx, at_us, command_id, command, by, outcome)
    VALUES (@session_id, @seq, @idx, @at_us, @command_id, @command, @by, @outcome)`,
  after: `SELECT * FROM operator_commands WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => ({
    ...keyOf(sessionId, entry),
    at_us: record.atUs,
    command_id: record.commandId,
    command: record.command,
    by: record.by,
    outcome: record.outcome,
  }),
  fromRow: (row) => ({
    seq: row.seq,
    index: row.idx,
    count: 1,
    lastAtUs: row.at_us,
    record: {
      type: "record-operator-command",
      atUs: micros(row.at_us),
      commandId: row.command_id,
      command: row.command,
      by: row.by,
      outcome: row.outcome,
    },
  }),
};
