import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSessionTables } from "../../../db/bundle/open-session-tables.ts";
import type { CellValue } from "../../../db/bundle/session-tables.ts";
import { dataFolderPaths } from "../../../db/data-folder.ts";
import { exportColumns, type ExportColumn } from "../../../main/session/export/export-columns.ts";
import { exportSession, type TableFormat } from "../../../main/session/export/export-session.ts";
import { writeParquet } from "../../../main/session/export/parquet-file.ts";
import { writeCsv } from "../../../main/session/export/row-files.ts";
import { manifest } from "../../db/journal-builders.ts";
import { recordedSpec, recordSession } from "../../support/recorded-session.ts";

const folder = mkdtempSync(join(tmpdir(), "ballast-export-"));
const paths = dataFolderPaths(join(folder, "data"));
let sessionId = "";
/** Rows of every table, as the journal has them. */
let tables: { name: string; columns: string[]; rows: CellValue[][] }[] = [];

beforeAll(async () => {
  sessionId = await recordSession({ ...recordedSpec, durationUs: 10_000_000, dataDir: paths.dataDir });
  const opened = openSessionTables(paths, sessionId);
  if (!opened.ok) throw new Error(opened.message);
  tables = opened.tables.map((table) => ({
    name: table.name,
    columns: table.columns.map(({ name }) => name),
    rows: [...table.rows()],
  }));
  opened.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let exports = 0;

async function exported(format: TableFormat): Promise<string> {
  exports += 1;
  const out = join(folder, `out-${exports}`);
  const done = await exportSession(paths, sessionId, format, out, "ballast test");
  if (!done.ok) throw new Error(done.message);
  expect(done.files.map(({ rows }) => rows)).toEqual(tables.map(({ rows }) => rows.length));
  return out;
}

/** A reader of RFC 4180 that knows nothing of the writer; null = an empty field without quotes. */
function readCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** As any text format shows a value of the journal. */
function textOf(value: CellValue): string | null {
  if (value === null || typeof value === "string") return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : String(value);
}

function parquetOf(file: string): ArrayBuffer {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

describe("an exported session", () => {
  test("has every row and every value of every table in its CSV files", async () => {
    const out = await exported("csv");
    for (const { name, columns, rows } of tables) {
      const [head = [], ...body] = readCsv(readFileSync(join(out, `${name}.csv`), "utf8"));
      const places = columns.map((column) => head.indexOf(column));
      expect(body.map((row) => places.map((place) => row[place]))).toEqual(rows.map((row) => row.map(textOf)));
    }
  });

  test("has them as an object a line in its JSONL files", async () => {
    const out = await exported("jsonl");
    for (const { name, columns, rows } of tables) {
      const lines = readFileSync(join(out, `${name}.jsonl`), "utf8")
        .split("\n")
        .slice(0, -1);
      const values = lines.map((line) => {
        const row = JSON.parse(line) as Record<string, string | number | null>;
        return columns.map((column) => (row[column] == null ? null : String(row[column])));
      });
      expect(values).toEqual(rows.map((row) => row.map(textOf)));
    }
  });

  test("has them typed in its Parquet files, as another program reads them", async () => {
    const out = await exported("parquet");
    for (const { name, columns, rows } of tables) {
      const file = parquetOf(join(out, `${name}.parquet`));
      const read = await parquetReadObjects({ file, utf8: false });
      const metadata = parquetMetadata(file);
      expect(Number(metadata.num_rows)).toBe(rows.length);
      const values = read.map((row) => columns.map((column) => row[column] as CellValue));
      expect(values.map((row) => row.map(textOf))).toEqual(rows.map((row) => row.map(textOf)));
    }
    const { columns, rows } = tables.find((table) => table.name === "orders")!;
    const [first] = await parquetReadObjects({ file: parquetOf(join(out, "orders.parquet")) });
    expect(first?.["at_us"]).toBe(rows[0]?.[columns.indexOf("at_us")]);
  });

  test("says prices, sizes and times as people do beside the journal's own numbers, exactly", async () => {
    const out = await exported("jsonl");
    const firstOf = (name: string) =>
      JSON.parse(readFileSync(join(out, `${name}.jsonl`), "utf8").split("\n")[0] ?? "") as Record<
        string,
        string | number
      >;
    const fill = firstOf("fills");
    expect(fill["price"]).toBe((Number(fill["price_ticks"]) / 10).toFixed(1));
    expect(fill["size"]).toBe((Number(fill["size_lots"]) / 1000).toFixed(3));
    expect(fill["mid"]).toBe((Number(fill["mid_half_ticks"]) / 20).toFixed(2));
    expect(fill["at"]).toBe(
      new Date(Number(fill["at_us"]) / 1000)
        .toISOString()
        .replace(/\d{3}Z$/, (ms) => `${ms.slice(0, 3)}${String(Number(fill["at_us"]) % 1000).padStart(3, "0")}Z`),
    );
    expect(fill["fee"]).toMatch(/^-?\d+(?:\.\d+)?$/);
    // A length of time is none
    expect(fill).not.toHaveProperty("quote_lifetime");
    const session = JSON.parse(readFileSync(join(out, "session.json"), "utf8")) as { manifest: { sessionId: string } };
    expect(session.manifest.sessionId).toBe(sessionId);
  });

  test("has every column of every table under a name of its own, in CSV, Parquet and JSONL", async () => {
    const [csv, parquet, jsonl] = [await exported("csv"), await exported("parquet"), await exported("jsonl")];
    for (const { name, columns, rows } of tables) {
      const [head = []] = readCsv(readFileSync(join(csv, `${name}.csv`), "utf8"));
      expect(new Set(head).size, `${name}: ${head.join()}`).toBe(head.length);
      expect(head).toEqual(expect.arrayContaining(columns));
      const { schema } = parquetMetadata(parquetOf(join(parquet, `${name}.parquet`)));
      expect(schema.slice(1).map((column) => column.name)).toEqual(head);
      if (rows.length === 0) continue;
      const [first = ""] = readFileSync(join(jsonl, `${name}.jsonl`), "utf8").split("\n");
      expect(Object.keys(JSON.parse(first) as object)).toEqual(head);
    }
  });

  test("says price and size of the order that rested, each in a column of its own", async () => {
    const out = await exported("jsonl");
    const lines = readFileSync(join(out, "reprice_decisions.jsonl"), "utf8").split("\n").slice(0, -1);
    const decisions = lines.map((line) => JSON.parse(line) as Record<string, string | number | null>);
    const resting = decisions.filter((row) => row["resting_ticks"] !== null && row["resting_lots"] !== null);
    expect(resting.length).toBeGreaterThan(0);
    for (const row of resting) {
      expect(row["resting_price"]).toBe((Number(row["resting_ticks"]) / 10).toFixed(1));
      expect(row["resting_size"]).toBe((Number(row["resting_lots"]) / 1000).toFixed(3));
    }
    expect(decisions[0]).not.toHaveProperty("resting");
  });

  test("has no table whose columns would come to one name", () => {
    const columns = ["depth_ticks", "depth_lots"].map((name) => ({ name, type: "INTEGER" as const }));
    expect(() => exportColumns({ name: "levels", columns }, manifest().rules)).toThrow(
      "column of levels must have a name of its own, was depth twice",
    );
    const journaled = [
      { name: "price", type: "TEXT" as const },
      { name: "price_ticks", type: "INTEGER" as const },
    ];
    expect(() => exportColumns({ name: "levels", columns: journaled }, manifest().rules)).toThrow("was price twice");
  });

  test("is not written over anything, and not of a session that is not there", async () => {
    const out = await exported("csv");
    const again = await exportSession(paths, sessionId, "csv", out, "ballast test");
    expect(again).toMatchObject({ ok: false, code: "output" });
    expect(again.ok ? "" : again.message).toContain("EEXIST");
    const unknown = await exportSession(paths, "20200101-000000-0000", "csv", join(folder, "none"), "ballast test");
    expect(unknown).toMatchObject({ ok: false, code: "unknown-session" });
  });
});

const anyColumn = (type: ExportColumn["type"], index: number): ExportColumn => ({
  name: `c${index}`,
  type,
  valueOf: (row) => row[index] ?? null,
});

let written = 0;
function freshFile(): string {
  written += 1;
  return join(folder, `rows-${written}`);
}

describe("rows of any values", () => {
  const text = fc.option(
    fc.string({ unit: "grapheme" }).map((value) => value.replaceAll("\uFEFF", "")),
    { nil: null },
  );

  test("come back from CSV, with null and the empty text apart", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { maxLength: 8 }), async (rows) => {
        const file = freshFile();
        const columns = [0, 1, 2].map((index) => anyColumn("TEXT", index));
        expect(await writeCsv(file, columns, rows)).toBe(rows.length);
        expect(readCsv(readFileSync(file, "utf8")).slice(1)).toEqual(rows);
        rmSync(file);
      }),
    );
  });

  test("come back from Parquet", async () => {
    const row = fc.tuple(
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null }),
      fc.option(fc.double({ noNaN: true, noDefaultInfinity: false }), { nil: null }),
      text,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
        const file = freshFile();
        const columns = [anyColumn("INTEGER", 0), anyColumn("REAL", 1), anyColumn("TEXT", 2)];
        expect(await writeParquet(file, columns, rows, "ballast test")).toBe(rows.length);
        const read = await parquetReadObjects({ file: parquetOf(file) });
        expect(read.map((each) => [each["c0"] ?? null, each["c1"] ?? null, each["c2"] ?? null])).toEqual(rows);
        rmSync(file);
      }),
    );
  });

  test("are not written over a file", async () => {
    const file = freshFile();
    writeFileSync(file, "mine");
    await expect(writeParquet(file, [anyColumn("TEXT", 0)], [], "ballast test")).rejects.toThrow("EEXIST");
    await expect(writeCsv(file, [anyColumn("TEXT", 0)], [])).rejects.toThrow("EEXIST");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });
});
