import type { CellValue } from "./session-tables.ts";

/** What JSON has no value for: an integer beyond 2^53, bytes, a double that is not finite. */
type TaggedCell = { readonly int: string } | { readonly bytes: string } | { readonly real: string };
type JsonCell = number | string | null | { readonly real: number } | TaggedCell;

/** A row as a line of JSON that gives back the same values: integers are plain numbers, doubles are `{"real": 1.5}`. */
export function rowLine(row: readonly CellValue[]): string {
  return JSON.stringify(row.map(toJson));
}

/** Reads what `rowLine` wrote; null = it did not. */
export function readRowLine(line: string): CellValue[] | null {
  try {
    const cells: unknown = JSON.parse(line);
    if (!Array.isArray(cells)) return null;
    const values = cells.map(fromJson);
    return values.some((value) => value === undefined) ? null : (values as CellValue[]);
  } catch {
    return null;
  }
}

function toJson(value: CellValue): JsonCell {
  if (typeof value === "bigint") {
    const plain = Number(value);
    return Number.isSafeInteger(plain) ? plain : { int: value.toString() };
  }
  if (typeof value === "number") return Number.isFinite(value) ? { real: value + 0 } : { real: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  return value;
}

function fromJson(cell: unknown): CellValue | undefined {
  if (cell === null || typeof cell === "string") return cell;
  if (typeof cell === "number") return Number.isSafeInteger(cell) ? BigInt(cell) : undefined;
  if (typeof cell !== "object") return undefined;
  if ("int" in cell && typeof cell.int === "string" && /^-?\d{1,19}$/.test(cell.int)) return BigInt(cell.int);
  if ("bytes" in cell && typeof cell.bytes === "string") return Buffer.from(cell.bytes, "base64");
  if (!("real" in cell)) return undefined;
  if (typeof cell.real === "number") return cell.real;
  return cell.real === "Infinity" || cell.real === "-Infinity" ? Number(cell.real) : undefined;
}
