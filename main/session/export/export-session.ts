import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSessionTables } from "../../../db/bundle/open-session-tables.ts";
import type { SessionTable } from "../../../db/bundle/session-tables.ts";
import type { DataFolderPaths } from "../../../db/data-folder.ts";
import { exportColumns } from "./export-columns.ts";
import { writeParquet } from "./parquet-file.ts";
import { writeCsv, writeJsonl } from "./row-files.ts";

export type TableFormat = "csv" | "jsonl" | "parquet";

export interface ExportedFile {
  readonly file: string;
  readonly rows: number;
}

export type SessionExported =
  | { readonly ok: true; readonly files: readonly ExportedFile[] }
  | { readonly ok: false; readonly code: "unknown-session" | "journal" | "output"; readonly message: string };

/**
 * Writes every journal table of a session into a folder, a file each, and its manifest as `session.json`. One state of the journal, also
 * while it is written; constant memory. Never writes over a file.
 */
export async function exportSession(
  paths: DataFolderPaths,
  sessionId: string,
  format: TableFormat,
  folder: string,
  createdBy: string,
): Promise<SessionExported> {
  const opened = openSessionTables(paths, sessionId);
  if (!opened.ok) return opened;
  const { stored, tables } = opened;
  const files: ExportedFile[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    const session = { createdBy, ...stored, result: parsedOrNull(stored.resultJson), resultJson: undefined };
    writeFileSync(join(folder, "session.json"), `${JSON.stringify(session, null, 1)}\n`, { flag: "wx" });
    for (const table of tables) {
      const file = join(folder, `${table.name}.${format}`);
      const columns = exportColumns(table, stored.manifest.rules);
      files.push({ file, rows: await writeTable(format, file, columns, table, createdBy) });
    }
    return { ok: true, files };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, code: "output", message: `${folder} cannot take the export: ${message}` };
  } finally {
    opened.close();
  }
}

function writeTable(
  format: TableFormat,
  file: string,
  columns: ReturnType<typeof exportColumns>,
  table: SessionTable,
  createdBy: string,
): Promise<number> {
  switch (format) {
    case "csv":
      return writeCsv(file, columns, table.rows());
    case "jsonl":
      return writeJsonl(file, columns, table.rows());
    case "parquet":
      return writeParquet(file, columns, table.rows(), createdBy);
  }
}

function parsedOrNull(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
