import type { StreamItem } from "../../../preload/bridge.ts";
import { type ReasonKind, reasonOf } from "./reason-text.ts";

export type DecisionRow = StreamItem<"decisions">;
export type DecisionFilter = "all" | ReasonKind;

/** Rows of the kind, newest first, at most `limit`. */
export function filterDecisions(
  rows: readonly DecisionRow[],
  filter: DecisionFilter,
  limit: number,
): readonly DecisionRow[] {
  const shown: DecisionRow[] = [];
  for (let index = rows.length - 1; index >= 0 && shown.length < limit; index -= 1) {
    const row = rows[index];
    if (row !== undefined && (filter === "all" || reasonOf(row.code).kind === filter)) shown.push(row);
  }
  return shown;
}

export interface SlotName {
  readonly side: "buy" | "sell";
  readonly level: number;
}

/** Reads "SELL 0", "sell:0" or "ask 0"; null for anything that names no slot. */
export function parseSlotName(text: string): SlotName | null {
  const match = /^(buy|sell|bid|ask)[\s:_-]*(\d+)$/i.exec(text.trim());
  if (match === null) return null;
  const isBuy = /^b/i.test(match[1] ?? "");
  return { side: isBuy ? "buy" : "sell", level: Number(match[2]) };
}
