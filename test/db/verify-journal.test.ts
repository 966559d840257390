import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { JournalClient } from "../../db/journal-client.ts";
import { JournalService } from "../../db/journal-service.ts";
import { recordTables } from "../../db/journal-tables.ts";
import { closeDb, openReadable, type ReadableDb } from "../../db/open.ts";
import { everyRecord, filledBlock } from "./every-record.ts";
import { batch, decision, manifest, summary } from "./journal-builders.ts";
import { directPorts } from "./journal-harness.ts";
import { tampered, verified } from "./tampering.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ballast-verify-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

type Value = string | number | null | Uint8Array;

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly pk: number;
}

/** A data folder with rows in every table: one session that ended, one that crashed with a fill on its tape alone, a latch set and cleared. */
beforeAll(async () => {
  const first = open();
  first.client.begin(manifest({ sessionId: "ended" }));
  for (const seq of [1, 2, 3])
    first.client.append(batch(seq, everyRecord(seq), { sessionId: "ended", isUrgent: true }));
  await first.client.end(summary({ events: 3 }));
  await first.client.setLatch({ latch: "kill", reason: "operator", sessionId: "ended", setAtUs: 1 });
  await first.client.clearLatch("kill", "again", "operator", 2);
  first.client.begin(manifest({ sessionId: "crashed" }));
  first.client.append(batch(1, everyRecord(1), { sessionId: "crashed", isUrgent: true }));
  // Its journal stops behind the tape: these rows break a rule
  first.client.append({
    ...batch(2, [decision(1)], { sessionId: "crashed", isUrgent: true }),
    block: filledBlock(2, "late"),
  });
  await first.client.close();
  const second = open();
  const ready = await second.client.ready();
  if (!ready.ok || ready.recoveries[0]?.lateFills !== 1)
    throw new Error("a crashed session must have left one late fill");
  await second.client.close();
});

function open(): { readonly client: JournalClient } {
  const { client: port, service } = directPorts();
  const client = new JournalClient(port, () => 0);
  JournalService.start([service], { dataDir });
  return { client };
}

function reading<T>(read: (db: ReadableDb) => T): T {
  const opened = openReadable(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  try {
    return read(opened.db);
  } finally {
    closeDb(opened.db);
  }
}

/** Tables that stay empty until something is pruned, or that have no rows to change. */
const EMPTY = new Set(["pruned_sessions", "pruning", "unchained_sessions"]);

function tables(): readonly string[] {
  return reading((db) =>
    db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all(),
  ).filter((table) => !EMPTY.has(table));
}

function columns(): readonly Column[] {
  return reading((db) =>
    tables().flatMap((table) =>
      db
        .prepare<[string], Column>(`SELECT '${table}' AS "table", name AS "column", type, pk FROM pragma_table_info(?)`)
        .all(table),
    ),
  );
}

function rowsOf(table: string): readonly Record<string, Value>[] {
  return reading((db) => db.prepare<[], Record<string, Value>>(`SELECT * FROM ${table}`).all());
}

function keysOf(table: string): readonly string[] {
  return columns()
    .filter((column) => column.table === table && column.pk > 0)
    .map(({ column }) => column);
}

function where(keys: readonly string[]): string {
  return keys.map((key) => `"${key}" = @${key}`).join(" AND ");
}

/** Another value of the same type: one bit of a blob, some more, one letter more. */
function changed(value: Value | undefined, type: string, salt: number): string | number | Uint8Array {
  if (value instanceof Uint8Array) {
    const copy = Uint8Array.from(value);
    const at = salt % copy.length;
    copy[at] = (copy[at] ?? 0) ^ (1 << (salt % 8));
    return copy;
  }
  if (type === "TEXT") return `${value ?? ""}x`;
  return Number(value ?? 0) + 100 + (salt % 7);
}

test("a data folder as it was written has no fault, and every table has rows to tamper with", () => {
  const { findings, sessions, findingCount } = verified(dataDir);
  expect(findings).toEqual([]);
  expect(findingCount).toBe(0);
  expect(sessions).toMatchObject([
    { sessionId: "crashed", state: "intact", endedHow: "crashed", lateFills: 1, rows: 14 },
    { sessionId: "ended", state: "intact", endedHow: "ended", lateFills: 0, rows: 33 },
  ]);
  expect(tables().filter((table) => rowsOf(table).length === 0)).toEqual([]);
});

test("any value of any column of any row that is changed is found, and named by table, row and column", () => {
  const missed: unknown[] = [];
  const seed = Math.floor(Math.random() * 1e6);
  let salt = seed;
  for (const { table, column, type, pk } of columns()) {
    salt += 1;
    const rows = rowsOf(table);
    const row = rows[salt % rows.length] ?? {};
    const keys = keysOf(table);
    const key = Object.fromEntries(keys.map((name) => [name, row[name]]));
    const copy = tampered(dataDir, (db) =>
      db
        .prepare(`UPDATE ${table} SET "${column}" = @value WHERE ${where(keys)}`)
        .run({ ...key, value: changed(row[column], type, salt) }),
    );
    const { findings } = verified(copy);
    const isNamed = findings.some(
      (finding) =>
        finding.table === table &&
        JSON.stringify(finding.key) === JSON.stringify(key) &&
        // A key of its own names the row; a changed one makes it another
        (finding.column === column || (pk > 0 && finding.column === null)),
    );
    if (!isNamed) missed.push({ table, column, key, findings: findings.slice(0, 3) });
    rmSync(copy, { recursive: true });
  }
  expect(missed, `salt ${seed}`).toEqual([]);
}, 120_000);

test("a changed place of a record is named as the column that was changed", () => {
  for (const [column, value] of [
    ["seq", 77],
    ["idx", 77],
    ["session_id", "crashed"],
  ] as const) {
    const copy = tampered(dataDir, (db) =>
      db.prepare(`UPDATE fills SET ${column} = ? WHERE session_id = 'ended' AND seq = 2`).run(value),
    );
    expect(verified(copy).findings).toMatchObject([
      { kind: "altered", table: "fills", key: { session_id: "ended", seq: 2, idx: 1 }, column },
    ]);
  }
});

test("any row that is removed is found and named", () => {
  const missed: unknown[] = [];
  for (const table of tables()) {
    const keys = keysOf(table);
    for (const row of rowsOf(table)) {
      const key = Object.fromEntries(keys.map((name) => [name, row[name]]));
      const copy = tampered(dataDir, (db) => db.prepare(`DELETE FROM ${table} WHERE ${where(keys)}`).run(key));
      const { findings } = verified(copy);
      const isNamed = findings.some(
        (finding) => finding.kind === "removed" && finding.table === table && matches(finding.key, key),
      );
      if (!isNamed) missed.push({ table, key, findings: findings.slice(0, 3) });
      rmSync(copy, { recursive: true });
    }
  }
  expect(missed).toEqual([]);
}, 120_000);

function matches(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

test("any row that is added is found and named", () => {
  const missed: unknown[] = [];
  for (const table of [...tables(), "pruned_sessions", "unchained_sessions", "pruning"]) {
    const copy = tampered(dataDir, (db) => db.exec(addedRow(table)));
    const { findings } = verified(copy);
    const isNamed = findings.some((finding) => finding.kind === "added" && finding.table === table);
    if (!isNamed) missed.push({ table, findings: findings.slice(0, 3) });
    rmSync(copy, { recursive: true });
  }
  expect(missed).toEqual([]);
});

/** A row like one that is there, under a key of its own. */
function addedRow(table: string): string {
  if (table === "pruned_sessions")
    return "INSERT INTO pruned_sessions VALUES ('x', 'paper', 'm', 'p', 1, 2, 'ended', 1, 1, 1, NULL, 3, 'me', 'why')";
  if (table === "unchained_sessions" || table === "pruning") return `INSERT INTO ${table} VALUES ('stranger')`;
  const names = columns()
    .filter((column) => column.table === table)
    .map(({ column }) => column);
  const fresh = ["seq", "id", "link"].find((column) => names.includes(column));
  const values = names.map((name) => {
    if (name === fresh)
      return table === "journal_chain" ? "(SELECT max(link) + 1 FROM journal_chain WHERE session_id = 'ended')" : "900";
    return fresh === undefined && name === "session_id" ? "'stranger'" : `"${name}"`;
  });
  const isOfEnded = names.includes("session_id") && table !== "latches" && table !== "late_fills";
  const from = isOfEnded ? " WHERE session_id = 'ended'" : "";
  return `INSERT INTO ${table} SELECT ${values.join(", ")} FROM ${table}${from} LIMIT 1`;
}

test("two rows that change places are both found", () => {
  const copy = tampered(dataDir, (db) => {
    for (const [from, to] of [
      [1, 99],
      [2, 1],
      [99, 2],
    ])
      db.prepare("UPDATE orders SET seq = ? WHERE session_id = 'ended' AND seq = ?").run(to, from);
  });
  expect(new Set(verified(copy).findings.map(({ key }) => key?.["seq"]))).toEqual(new Set([1, 2]));
});

test("a whole session that is taken out with its chain is missed", () => {
  const gone = tampered(dataDir, (db) => {
    const all = ["sessions", "session_progress", "journal_chain", ...recordTables(db)];
    for (const table of all) db.exec(`DELETE FROM ${table} WHERE session_id = 'ended'`);
  });
  expect(verified(gone).findings).toMatchObject([
    { kind: "removed", table: "sessions", key: { session_id: "ended" } },
    { kind: "tape", sessionId: "ended", message: expect.stringContaining("the journal does not know") },
  ]);
});

test("a chain that is cut at its end, with the rows of its last link, is found", () => {
  const copy = tampered(dataDir, (db) => {
    db.exec("DELETE FROM journal_chain WHERE session_id = 'ended' AND link >= 4");
    for (const table of recordTables(db)) db.exec(`DELETE FROM ${table} WHERE session_id = 'ended' AND seq = 3`);
    db.exec(
      "UPDATE sessions SET ended_at_us = NULL, ended_how = NULL, effect_hash = NULL, events = NULL, result = NULL, fills = NULL, net = NULL WHERE session_id = 'ended'",
    );
  });
  expect(verified(copy).findings).toMatchObject([
    { kind: "removed", table: "journal_chain", key: { session_id: "ended", link: 5 } },
  ]);
});

test("a session whose chain is thrown away is damaged, not unchained", () => {
  const copy = tampered(dataDir, (db) => db.exec("DELETE FROM journal_chain"));
  const { sessions, findings } = verified(copy);
  expect(sessions.map(({ state }) => state)).toEqual(["damaged", "damaged"]);
  expect(findings.length).toBeGreaterThan(40);
});

test("a session from before the chain is called unchained, whatever is in it", async () => {
  const copy = tampered(dataDir, (db) => {
    db.exec("DELETE FROM journal_chain");
    db.exec("INSERT INTO unchained_sessions SELECT session_id FROM sessions");
    db.exec("DELETE FROM latches");
  });
  // The next writer begins the journal's own chain, as it does right after the migration
  const { client: port, service } = directPorts();
  const client = new JournalClient(port, () => 0);
  JournalService.start([service], { dataDir: copy });
  await client.close();
  const { sessions, findings } = verified(copy);
  expect(findings).toEqual([]);
  expect(sessions.map(({ state }) => state)).toEqual(["unchained", "unchained"]);
});

test("a trigger that was left out is named", () => {
  const copy = tampered(dataDir, () => undefined);
  const without = tampered(copy, (db) => db.exec("DROP TABLE pruning; CREATE TABLE pruning (session_id TEXT)"));
  expect(verified(copy).findings).toEqual([]);
  expect(verified(without).findings).toMatchObject([
    { kind: "schema", message: expect.stringContaining("table pruning was changed") },
  ]);
});

test("one session alone can be asked about", () => {
  const copy = tampered(dataDir, (db) => db.exec("UPDATE fills SET fee = '9' WHERE session_id = 'crashed'"));
  expect(verified(copy, "ended")).toMatchObject({ findingCount: 0, sessions: [{ sessionId: "ended" }] });
  expect(verified(copy, "crashed").findings).toMatchObject([{ table: "fills", column: "fee" }]);
});
