import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CellValue } from "../../../db/bundle/session-tables.ts";
import type { ExportColumn } from "./export-columns.ts";

type Rows = Iterable<readonly CellValue[]>;

/** Writes CSV as RFC 4180 has it: a head, CRLF, quotes where needed; nothing for null, so an empty text stands in quotes. Returns the rows. */
export async function writeCsv(file: string, columns: readonly ExportColumn[], rows: Rows): Promise<number> {
  return writeLines(file, `${columns.map(({ name }) => csvText(name)).join(",")}\r\n`, rows, (row) => {
    return `${columns.map(({ valueOf }) => csvCell(valueOf(row))).join(",")}\r\n`;
  });
}

/** Writes a JSON object a line; integers beyond 2^53 as strings, bytes as base64. Returns the rows. */
export async function writeJsonl(file: string, columns: readonly ExportColumn[], rows: Rows): Promise<number> {
  return writeLines(file, "", rows, (row) => {
    return `${JSON.stringify(Object.fromEntries(columns.map(({ name, valueOf }) => [name, jsonCell(valueOf(row))])))}\n`;
  });
}

/** One line at a time, so that memory stays constant. Refuses to write over a file. */
async function writeLines(
  file: string,
  head: string,
  rows: Rows,
  lineOf: (row: readonly CellValue[]) => string,
): Promise<number> {
  let count = 0;
  const lines = function* (): Generator<string> {
    if (head !== "") yield head;
    for (const row of rows) {
      count += 1;
      yield lineOf(row);
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file, { flags: "wx" }));
  return count;
}

function csvCell(value: CellValue): string {
  if (value === null) return "";
  if (typeof value === "string") return csvText(value);
  return value instanceof Uint8Array ? base64(value) : String(value);
}

function csvText(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonCell(value: CellValue): string | number | null {
  if (typeof value === "bigint") {
    const plain = Number(value);
    return Number.isSafeInteger(plain) ? plain : value.toString();
  }
  if (value instanceof Uint8Array) return base64(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
