import { migrate } from "./migrate.ts";
import { closeWritable, openWritable, type ReadableDb } from "./open.ts";

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** Where a journal is not of the newest schema. */
interface SchemaCheck {
  /** A sentence each: what is missing, what was changed, what no Ballast made; above all the triggers that keep rows as they are. */
  readonly differences: readonly string[];
  /** False = a table is missing or is another: its rows cannot be asked for. */
  readonly hasEveryTable: boolean;
}

/** Compares a journal's schema with the newest, both ways. */
export function checkSchema(db: ReadableDb): SchemaCheck {
  const expected = expectedObjects();
  const there = new Map(objectsOf(db).map((object) => [object.name, object]));
  const amiss = expected.filter(({ name, sql }) => there.get(name)?.sql !== sql);
  const known = new Set(expected.map(({ name }) => name));
  const strangers = [...there.values()].filter(({ name }) => !known.has(name) && !PLANNER_TABLES.has(name));
  return {
    differences: [
      ...amiss.map(({ type, name }) => `${db.name}: ${type} ${name} ${there.has(name) ? "was changed" : "is missing"}`),
      ...strangers.map(({ type, name }) => `${db.name}: ${type} ${name} is unknown: no Ballast made it`),
    ],
    hasEveryTable: amiss.every(({ type }) => type !== "table"),
  };
}

/** SQLite's own statistics: `optimize` makes them when a journal is closed. */
const PLANNER_TABLES: ReadonlySet<string> = new Set(["sqlite_stat1", "sqlite_stat4"]);

let expected: readonly SchemaObject[] | null = null;

/** Made once a process: the migrations never change while it runs. */
function expectedObjects(): readonly SchemaObject[] {
  expected ??= freshObjects();
  return expected;
}

function freshObjects(): readonly SchemaObject[] {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  try {
    const migrated = migrate(opened.db, "");
    if (!migrated.ok) throw new Error(migrated.message);
    return objectsOf(opened.db);
  } finally {
    closeWritable(opened.db);
  }
}

/** Those with SQL of their own; SQLite's indexes for keys have none. */
function objectsOf(db: ReadableDb): readonly SchemaObject[] {
  return db
    .prepare<[], SchemaObject>("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
    .all();
}
