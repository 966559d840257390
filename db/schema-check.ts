import { migrate } from "./migrate.ts";
import { closeWritable, openWritable, type ReadableDb } from "./open.ts";

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** What of the newest schema a journal lacks or has otherwise, a sentence each: above all the triggers that keep rows as they are. */
export function missingFromSchema(db: ReadableDb): readonly string[] {
  const there = new Map(objectsOf(db).map((object) => [object.name, object]));
  return expectedObjects()
    .filter(({ name, sql }) => there.get(name)?.sql !== sql)
    .map(({ type, name }) => `${db.name}: ${type} ${name} ${there.has(name) ? "was changed" : "is missing"}`);
}

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
