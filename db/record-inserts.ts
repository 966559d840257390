import type { JournalRecord } from "../main/kernel/effects.ts";
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

/** Prepares the inserts of every table, once a connection. */
export function prepareInserts(db: WritableDb): InsertEntry {
  const alert = inserter(db, alertsTable);
  const fill = inserter(db, fillsTable);
  const command = inserter(db, operatorCommandsTable);
  const order = inserter(db, ordersTable);
  const profileChange = inserter(db, profileChangesTable);
  const regimeChange = inserter(db, regimeChangesTable);
  const decision = inserter(db, repriceDecisionsTable);
  const riskEvent = inserter(db, riskEventsTable);
  const markout = inserter(db, markoutsTable);
  const sample = inserter(db, samplesTable);
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
): (sessionId: string, entry: JournalEntry, record: R) => void {
  const statement = db.prepare<[Row]>(table.insert);
  return (sessionId, entry, record) => {
    statement.run(table.toRow(sessionId, entry, record));
  };
}

function unknownRecord(record: never): never {
  throw new TypeError(`a record must be one of the journal's kinds, was ${JSON.stringify(record)}`);
}
