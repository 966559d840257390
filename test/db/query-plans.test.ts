import { expect, onTestFinished, test } from "vitest";
import * as queries from "../../db/journal-queries.ts";
import { migrate } from "../../db/migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "../../db/open.ts";
import { alertsTable } from "../../db/tables/alerts.ts";
import { fillsTable } from "../../db/tables/fills.ts";
import { markoutsTable } from "../../db/tables/markouts.ts";
import { operatorCommandsTable } from "../../db/tables/operator-commands.ts";
import { ordersTable } from "../../db/tables/orders.ts";
import { profileChangesTable } from "../../db/tables/profile-changes.ts";
import { regimeChangesTable } from "../../db/tables/regime-changes.ts";
import { repriceDecisionsTable } from "../../db/tables/reprice-decisions.ts";
import { riskEventsTable } from "../../db/tables/risk-events.ts";
import { samplesTable } from "../../db/tables/samples.ts";

const RECORD_TABLES = [
  alertsTable,
  fillsTable,
  markoutsTable,
  operatorCommandsTable,
  ordersTable,
  profileChangesTable,
  regimeChangesTable,
  repriceDecisionsTable,
  riskEventsTable,
  samplesTable,
];

/** Every statement that the console and the command line read the journal with. */
const STATEMENTS: readonly (readonly [string, string])[] = [
  ...Object.entries(queries),
  ...RECORD_TABLES.map(({ type, after }) => [`rows of ${type} after a place`, after] as const),
];

function emptyJournal(): WritableDb {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => closeWritable(opened.db));
  expect(migrate(opened.db, "")).toMatchObject({ ok: true });
  return opened.db;
}

function planOf(db: WritableDb, sql: string): readonly string[] {
  const names = new Set([...sql.matchAll(/@(\w+)/g)].map(([, name]) => name ?? ""));
  const values = Object.fromEntries([...names].map((name) => [name, 1]));
  return db
    .prepare<[typeof values], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(values)
    .map(({ detail }) => detail);
}

/** Steps that read a whole table or sort what an index could give in order. Results of a part of the query itself may be walked. */
function slowSteps(db: WritableDb, sql: string): readonly string[] {
  const ownParts = new Set([...sql.matchAll(/WITH RECURSIVE (\w+)/g)].map(([, name]) => `SCAN ${name}`));
  return planOf(db, sql).filter(
    (step) => step.includes("TEMP B-TREE") || (/^SCAN (?!\()/.test(step) && !ownParts.has(step)),
  );
}

test.each(STATEMENTS)("%s is served by an index: it reads no whole table and sorts nothing", (_name, sql) => {
  expect(slowSteps(emptyJournal(), sql)).toEqual([]);
});

test("the plan of a statement without an index is called slow", () => {
  const db = emptyJournal();
  expect(slowSteps(db, "SELECT * FROM fills WHERE fee = @fee")).toEqual(["SCAN fills"]);
  expect(slowSteps(db, "SELECT * FROM fills WHERE session_id = @id ORDER BY at_us")).toEqual([
    "USE TEMP B-TREE FOR ORDER BY",
  ]);
});
