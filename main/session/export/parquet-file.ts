import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import type { CellValue, TableColumn } from "../../../db/bundle/session-tables.ts";
import type { ExportColumn } from "./export-columns.ts";

/** Rows held at a time. */
const ROW_GROUP = 20_000;

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Writes Parquet: integers as INT64, doubles as DOUBLE, texts as UTF-8 strings, bytes as they are. Returns the rows. Refuses to write over a file. */
export async function writeParquet(
  file: string,
  columns: readonly ExportColumn[],
  rows: Iterable<readonly CellValue[]>,
  createdBy: string,
): Promise<number> {
  closeSync(openSync(file, "wx"));
  const partial = `${file}.part`;
  rmSync(partial, { force: true });
  const schema: SchemaElement[] = [{ name: "root", num_children: columns.length }, ...columns.map(schemaOf)];
  const writer = new ParquetWriter({ writer: fileWriter(partial), schema, createdBy });
  let count = 0;
  let group: CellValue[][] = columns.map(() => []);
  const flush = async (): Promise<void> => {
    const columnData = columns.map(({ name }, index) => ({ name, data: group[index] ?? [] }));
    await writer.write({ columnData, rowGroupSize: ROW_GROUP });
    group = columns.map(() => []);
  };
  for (const row of rows) {
    for (const [index, { valueOf }] of columns.entries()) group[index]?.push(valueOf(row));
    count += 1;
    if (count % ROW_GROUP === 0) await flush();
  }
  if (count % ROW_GROUP !== 0) await flush();
  await writer.finish();
  renameSync(partial, file);
  return count;
}

function schemaOf({ name, type }: ExportColumn): SchemaElement {
  return { name, repetition_type: "OPTIONAL", ...TYPES[type] };
}

const TYPES: Readonly<Record<TableColumn["type"], Pick<SchemaElement, "type" | "converted_type">>> = {
  INTEGER: { type: "INT64" },
  REAL: { type: "DOUBLE" },
  TEXT: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  BLOB: { type: "BYTE_ARRAY" },
};
