import { expect, onTestFinished, test } from "vitest";
import { recordTables } from "../../db/journal-tables.ts";
import { migrate } from "../../db/migrate.ts";
import { closeWritable, openWritable, type WritableDb } from "../../db/open.ts";
import { callsOfPrepare, preparedStatements } from "./prepared-statements.ts";

/** Statements without a plan of their own. */
const NO_PLAN = /^(BEGIN|PRAGMA|VACUUM)\b/;

interface Walk {
  /** Matches the statement, its white space made single blanks. */
  readonly statement: RegExp;
  /** Matches each step that may be slow. */
  readonly steps: RegExp;
  readonly why: string;
}

/** Statements that walk or sort on purpose. */
const WALKS: readonly Walk[] = [
  {
    statement: /^SELECT [^()]* FROM "latches" WHERE session_id = \? ORDER BY "id"$/,
    steps: /^SCAN latches$/,
    why: "an export asks which latches its session set; there are as many rows as a person has set and cleared",
  },
  {
    statement: /^(SELECT|DELETE) [^()]*(count\(\*\) )?FROM "?\w+"? WHERE session_id = [?@]\w*( ORDER BY [\w", ]+)?$/,
    steps: /^SEARCH "?\w+"? .*\(session_id=\?\)$/,
    why: "every row of a session is asked for, or their number, in the order of the key: verify, export, import, prune",
  },
  {
    statement: /^SELECT (\* FROM latches ORDER BY id|CAST\(id AS TEXT\) FROM latches)$/,
    steps: /^SCAN latches/,
    why: "verify compares every row, and the journal's chain begins with every row",
  },
  {
    statement: /^SELECT session_id FROM (unchained_sessions|pruned_sessions|pruning)( ORDER BY session_id)?$/,
    steps: /^SCAN (unchained_sessions|pruned_sessions|pruning)$/,
    why: "verify and prune look at every row; one a session that was pruned, or is older than the chain",
  },
  {
    statement:
      /^SELECT session_id AS sessionId, pruned_at_us .* FROM pruned_sessions ORDER BY pruned_at_us, session_id$/,
    steps: /^(SCAN pruned_sessions|USE TEMP B-TREE FOR ORDER BY)$/,
    why: "verify names every session that was pruned",
  },
  {
    statement: /^SELECT session_id, ended_how FROM sessions ORDER BY started_at_us$/,
    steps: /^SCAN sessions USING INDEX sessions_by_start$/,
    why: "verify checks every session",
  },
  {
    statement:
      /^SELECT session_id AS sessionId, mode, market, profile_name AS profileName, .* FROM sessions ORDER BY started_at_us$/,
    steps: /^SCAN sessions USING INDEX sessions_by_start$/,
    why: "prune weighs every session, oldest first",
  },
  {
    statement: / FROM sessions LEFT JOIN session_progress .* WHERE ended_how IS NULL ORDER BY started_at_us$/,
    steps: /^SCAN sessions USING INDEX sessions_without_end$/,
    why: "that index holds the sessions without an end and no other",
  },
  {
    statement: /^SELECT session_id AS sessionId, mode, market, venue, .* FROM sessions WHERE started_at_us /,
    steps: /^SEARCH (fills|samples) USING (PRIMARY KEY|COVERING INDEX fills_by_trade) \(session_id=\?\)$/,
    why: "the fills of a session that still runs are counted; of its samples and fills the newest is taken",
  },
  {
    statement: /^UPDATE sessions SET ended_at_us = @endedAtUs/,
    steps:
      /^(SEARCH (fills|samples) USING (PRIMARY KEY|COVERING INDEX fills_by_trade) \(session_id=\?\)|USE TEMP B-TREE FOR ORDER BY)$/,
    why: "the fills are counted once, at the end; then the newest fill and the newest sample, and the newer of the two",
  },
  {
    statement: /^SELECT pnl_net AS net, at_us AS atUs FROM .* at_us < @untilUs /,
    steps: /^(SEARCH (fills|samples) USING PRIMARY KEY \(session_id=\?\)|USE TEMP B-TREE FOR ORDER BY)$/,
    why: "back from the newest row to the moment, which lies in the same day; then the newer of two rows",
  },
  {
    statement: /FROM (sqlite_schema|pragma_table_info)\b/,
    steps: /^(SCAN (sqlite_schema|info|pragma_table_info)\b.*|USE TEMP B-TREE FOR ORDER BY)$/,
    why: "reads the schema, not the journal",
  },
];

function emptyJournal(): WritableDb {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => closeWritable(opened.db));
  expect(migrate(opened.db, "")).toMatchObject({ ok: true });
  return opened.db;
}

function planOf(db: WritableDb, sql: string): readonly string[] {
  const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]));
  const placed = [...sql.matchAll(/\?/g)].map(() => 1);
  return db
    .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...placed, ...(Object.keys(named).length === 0 ? [] : [named]))
    .map(({ detail }) => detail);
}

/**
 * Steps that read a whole table, sort what an index could give in order, or look through all rows of a session. Results of a part of the
 * query itself may be walked.
 */
function slowSteps(db: WritableDb, sql: string): readonly string[] {
  const ownParts = new Set([...sql.matchAll(/WITH RECURSIVE (\w+)/g)].map(([, name]) => `SCAN ${name}`));
  const keyedFurther = new Set([...recordTables(db), "journal_chain", "latches"]);
  const throughSession = /^SEARCH "?(\w+)"? .*\(session_id=\?\)$/;
  return planOf(db, sql).filter(
    (step) =>
      step.includes("TEMP B-TREE") ||
      (/^SCAN (?!\()/.test(step) && !ownParts.has(step)) ||
      keyedFurther.has(throughSession.exec(step)?.[1] ?? ""),
  );
}

test("every statement that db/ prepares is served by an index, or walks for a reason that is given here", async () => {
  const statements = await preparedStatements();
  const db = emptyJournal();
  const used = new Set<Walk>();
  const slow: string[] = [];
  for (const { sql, sites } of statements) {
    if (NO_PLAN.test(sql)) continue;
    const flat = sql.replaceAll(/\s+/g, " ").trim();
    const steps = slowSteps(db, sql);
    const walk = WALKS.find(({ statement }) => statement.test(flat));
    if (walk !== undefined && steps.length > 0) used.add(walk);
    for (const step of steps) if (!walk?.steps.test(step)) slow.push(`${[...sites].join(", ")}: ${flat}: ${step}`);
  }
  expect(slow).toEqual([]);
  expect(WALKS.filter((walk) => !used.has(walk))).toEqual([]);
});

test("no call of prepare in db/ is missed", async () => {
  const seen = new Set((await preparedStatements()).flatMap(({ sites }) => [...sites]));
  expect(callsOfPrepare().filter((site) => !seen.has(site))).toEqual([]);
});

test.each([
  ["SELECT * FROM fills WHERE fee = @fee", "SCAN fills"],
  ["SELECT * FROM fills WHERE session_id = @id AND seq > 1 ORDER BY at_us", "USE TEMP B-TREE FOR ORDER BY"],
  [
    "SELECT side FROM orders WHERE session_id = ? AND price_ticks = ?",
    "SEARCH orders USING PRIMARY KEY (session_id=?)",
  ],
  [
    "SELECT 1 FROM journal_chain WHERE session_id = ? AND hash = ?",
    "SEARCH journal_chain USING PRIMARY KEY (session_id=?)",
  ],
])("the plan of a statement without an index is called slow: %s", (sql, step) => {
  const db = emptyJournal();
  expect(slowSteps(db, sql)).toEqual([step]);
  expect(WALKS.filter(({ statement }) => statement.test(sql))).toEqual([]);
});
