import type { StrayRow } from "./chain-check.ts";
import { keyColumns } from "./chained-rows.ts";
import type { Findings } from "./journal-findings.ts";

/** Columns that place a row; a change of them makes one row missing and another too many. */
const PLACE = ["session_id", "seq", "idx"] as const;

/** Reports rows that are gone and rows that nobody wrote; a row with nothing but its place changed is one finding, at the place it had. */
export function reportStrays(
  missing: readonly StrayRow[],
  unlisted: readonly StrayRow[],
  columnsOf: (table: string) => readonly string[],
  findings: Findings,
): void {
  const left = new Set(unlisted);
  for (const gone of missing) {
    const moved = [...left].find((stray) => isSameButForPlace(gone, stray, columnsOf(gone.table)));
    if (moved === undefined) reportRemoved(gone, findings);
    else {
      left.delete(moved);
      reportMoved(gone, moved, findings);
    }
  }
  for (const stray of left) reportAdded(stray, findings);
}

function isSameButForPlace(gone: StrayRow, stray: StrayRow, columns: readonly string[]): boolean {
  if (gone.table !== stray.table || typeof gone.key === "string" || gone.tags.length !== stray.tags.length)
    return false;
  return columns.every(
    (column, index) => PLACE.some((place) => place === column) || gone.tags[index] === stray.tags[index],
  );
}

function reportMoved(gone: StrayRow, stray: StrayRow, findings: Findings): void {
  const was = keyColumns(gone.chain, gone.table, gone.key);
  const is = keyColumns(stray.chain, stray.table, stray.key);
  for (const column of PLACE)
    if (was[column] !== is[column])
      findings.add({
        kind: "altered",
        sessionId: gone.chain,
        table: gone.table,
        key: was,
        column,
        message: `${gone.table}: ${column} of row ${JSON.stringify(was)} is ${is[column]} now`,
      });
}

function reportRemoved({ chain, table, key }: StrayRow, findings: Findings): void {
  const named = keyColumns(chain, table, key);
  const sessionId = chain === "" ? sessionNamed(named) : chain;
  const message = `${table}: row ${JSON.stringify(named)} was written and is gone`;
  findings.add({ kind: "removed", sessionId, table, key: named, column: null, message });
}

function reportAdded({ chain, table, key }: StrayRow, findings: Findings): void {
  const named = keyColumns(chain, table, key);
  const sessionId = chain === "" ? sessionNamed(named) : chain;
  const message = `${table}: row ${JSON.stringify(named)} is in no link of the chain: added, or its link was removed`;
  findings.add({ kind: "added", sessionId, table, key: named, column: null, message });
}

function sessionNamed(key: Readonly<Record<string, string | number>>): string | null {
  const named = key["session_id"];
  return typeof named === "string" && named !== "" ? named : null;
}
