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

/** Level of orders that close or hedge: they have no place among the quotes. */
const TAKING_LEVEL = -1;

/** Reads "SELL 0", "sell:0", "ask 0" or "SELL take"; null for anything that names no slot. */
export function parseSlotName(text: string): SlotName | null {
  const match = /^(buy|sell|bid|ask)[\s:_-]*(\d+|take)$/i.exec(text.trim());
  if (match === null) return null;
  const isBuy = /^b/i.test(match[1] ?? "");
  return { side: isBuy ? "buy" : "sell", level: match[2]?.toLowerCase() === "take" ? TAKING_LEVEL : Number(match[2]) };
}
