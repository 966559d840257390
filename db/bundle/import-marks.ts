import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DataFolderPaths } from "../data-folder.ts";

/** What the data folder keeps of where a session came from: `imported/ID.json`. */
export interface ImportMark {
  readonly sessionId: string;
  readonly importedAtUs: number;
  readonly importedBy: string;
  readonly exportedAtUs: number;
  readonly exportedBy: string;
  /** SHA-256 of the bundle's manifest. */
  readonly bundleHash: string;
}

/** Marks of the sessions that came from elsewhere, one file each. */
export function importMarksDir({ dataDir }: DataFolderPaths): string {
  return join(dataDir, "imported");
}

/** Sessions that have a mark. */
export function importedSessions(paths: DataFolderPaths): ReadonlySet<string> {
  const folder = importMarksDir(paths);
  if (!existsSync(folder)) return new Set();
  const marks = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Set(marks.map((name) => name.slice(0, -".json".length)));
}
