import type { CellValue, SessionTable, TableColumn } from "../../../db/bundle/session-tables.ts";
import { Decimal } from "../../kernel/values/decimal.ts";
import type { MarketRules } from "../../kernel/values/market-rules.ts";

/** A column of an exported file: one of the journal's, or one that says it in another unit. */
export interface ExportColumn {
  readonly name: string;
  readonly type: TableColumn["type"];
  /** Value of the column in a row as it was read. */
  readonly valueOf: (row: readonly CellValue[]) => CellValue;
}

/**
 * Every column of a table as it stands in the journal, and behind each that counts in the market's units or in microseconds one that a
 * person reads: `price_ticks` and `price`, `size_lots` and `size`, `mid_half_ticks` and `mid`, `at_us` and `at` (ISO 8601, UTC).
 * All decimals are exact strings; money is one in the journal already. Throws for a table of which two columns would have one name.
 */
export function exportColumns(
  { name: table, columns }: Pick<SessionTable, "name" | "columns">,
  rules: MarketRules,
): readonly ExportColumn[] {
  const exported = columns.flatMap(({ name, type }, index): ExportColumn[] => {
    const own: ExportColumn = { name, type, valueOf: (row) => row[index] ?? null };
    const readable = type === "INTEGER" ? readableColumn(name, rules) : null;
    if (readable === null) return [own];
    const { name: readableName, of } = readable;
    const valueOf = (row: readonly CellValue[]): CellValue => {
      const value = row[index] ?? null;
      return typeof value === "bigint" ? of(value) : null;
    };
    return [own, { name: readableName, type: "TEXT", valueOf }];
  });
  checkNames(table, exported);
  return exported;
}

/** A name that stands twice makes a file that other programs read wrongly, or loses one of the two. */
function checkNames(table: string, columns: readonly ExportColumn[]): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name))
      throw new TypeError(`each exported column of ${table} must have a name of its own, was ${name} twice`);
    names.add(name);
  }
}

/** Columns whose stems are equal: what is left of their names does not tell them apart. */
const READABLE_NAMES: Readonly<Record<string, string>> = {
  resting_ticks: "resting_price",
  resting_lots: "resting_size",
};

interface Readable {
  readonly name: string;
  readonly of: (value: bigint) => string;
}

function readableColumn(name: string, rules: MarketRules): Readable | null {
  if (name.endsWith("_half_ticks")) return inUnits(name, "_half_ticks", new Decimal(rules.tickSize).div(2));
  if (name.endsWith("_ticks")) return inUnits(name, "_ticks", new Decimal(rules.tickSize));
  if (name.endsWith("_lots")) return inUnits(name, "_lots", new Decimal(rules.lotSize));
  // Durations are microseconds too; a moment is named as one
  return /(?:^|_)(?:at|due|start|filled)_us$/.test(name) ? { name: name.slice(0, -"_us".length), of: isoTime } : null;
}

function inUnits(name: string, ending: string, unit: Decimal): Readable {
  return {
    name: READABLE_NAMES[name] ?? name.slice(0, -ending.length),
    of: (value) => unit.mul(value.toString()).toFixed(unit.decimalPlaces()),
  };
}

/** Microseconds since the epoch as ISO 8601 with six decimals; text that a double would not reach. */
function isoTime(us: bigint): string {
  const seconds = us / 1_000_000n;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return "";
  return `${date.toISOString().slice(0, 19)}.${(us % 1_000_000n).toString().padStart(6, "0")}Z`;
}
