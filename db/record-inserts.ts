import type { JournalRecord } from "../main/kernel/effects.ts";
import type { StoredRow } from "./chain-link.ts";
import type { JournalEntry } from "./journal-protocol.ts";
import type { WritableDb } from "./open.ts";
import { alertsTable } from "./tables/alerts.ts";
import { fillsTable } from "./tables/fills.ts";
import { operatorCommandsTable } from "./tables/operator-commands.ts";
import { markoutsTable } from "./tables/markouts.ts";
import { ordersTable } from "./tables/orders.ts";
import { profileChangesTable } from "./tables/profile-changes.ts";
import type { KeyColumns, RecordTable } from "./tables/record-table.ts";
import { regimeChangesTable } from "./tables/regime-changes.ts";
import { repriceDecisionsTable } from "./tables/reprice-decisions.ts";
import { riskEventsTable } from "./tables/risk-events.ts";
import { samplesTable } from "./tables/samples.ts";

/** Inserts one entry into the table of its record. */
export type InsertEntry = (sessionId: string, entry: JournalEntry) => void;

/** Hears of every row once it is in its table. */
type OnRow = (sessionId: string, table: string, row: KeyColumns & StoredRow) => void;

/** Prepares the inserts of every table, once a connection. */
export function prepareInserts(db: WritableDb, onRow: OnRow): InsertEntry {
  const alert = inserter(db, alertsTable, onRow);
  const fill = inserter(db, fillsTable, onRow);
  const command = inserter(db, operatorCommandsTable, onRow);
  const order = inserter(db, ordersTable, onRow);
  const profileChange = inserter(db, profileChangesTable, onRow);
  const regimeChange = inserter(db, regimeChangesTable, onRow);
  const decision = inserter(db, repriceDecisionsTable, onRow);
  const riskEvent = inserter(db, riskEventsTable, onRow);
  const markout = inserter(db, markoutsTable, onRow);
  const sample = inserter(db, samplesTable, onRow);
  return (sessionId, entry) => {
    const { record } = entry;
    switch (record.type) {
      case "record-decision":
        return decision(sessionId, entry, record);
      case "record-order":
        return order(sessionId, entry, record);
      case "record-fill":
        return fill(sessionId, entry, record);
      case "record-regime-change":
        return regimeChange(sessionId, entry, record);
      case "record-profile-change":
        return profileChange(sessionId, entry, record);
      case "record-operator-command":
        return command(sessionId, entry, record);
      case "record-alert":
        return alert(sessionId, entry, record);
      case "record-risk-event":
        return riskEvent(sessionId, entry, record);
      case "record-markout":
        return markout(sessionId, entry, record);
      case "record-sample":
        return sample(sessionId, entry, record);
      default:
        return unknownRecord(record);
    }
  };
}

function inserter<R extends JournalRecord, Row extends KeyColumns>(
  db: WritableDb,
  table: RecordTable<R, Row>,
  onRow: OnRow,
): (sessionId: string, entry: JournalEntry, record: R) => void {
  const statement = db.prepare<[Row]>(table.insert);
  const name = tableOf(table.insert);
  return (sessionId, entry, record) => {
    const row = table.toRow(sessionId, entry, record);
    statement.run(row);
    onRow(sessionId, name, row as Row & StoredRow);
  };
}

/** Name of the table that a statement inserts into. */
function tableOf(insert: string): string {
  const name = /^INSERT INTO (\w+) \(/.exec(insert)?.[1];
  if (name === undefined) throw new TypeError(`an insert must begin with "INSERT INTO table (", was "${insert}"`);
  return name;
}

function unknownRecord(record: never): never {
  throw new TypeError(`a record must be one of the journal's kinds, was ${JSON.stringify(record)}`);
}
