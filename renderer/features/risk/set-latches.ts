/** The latches that are set, whether a session runs or not. */
import type { FeedState } from "../../lib/feed-store.ts";
import type { RiskLatch } from "./risk-text.ts";

export interface SetLatch {
  readonly latch: RiskLatch;
  readonly reason: string;
  readonly setAtUs: number;
  readonly reading: number | null;
  readonly bound: number | null;
  readonly isCarried: boolean;
}

const NO_NUMBERS = { reading: null, bound: null, isCarried: false } as const;

/** A session knows its own latches to the number; of earlier ones, and between sessions, the journal's words tell. */
export function setLatches({ status, risk }: Pick<FeedState, "status" | "risk">): readonly SetLatch[] {
  if (status === null) return [];
  const kept = status.riskLatches.map((latch) => ({ ...NO_NUMBERS, ...latch, reason: inWords(latch.reason) }));
  if (status.mode === "idle") return kept;
  return (risk?.latches ?? []).map(({ detail, ...latch }) => {
    const known = latch.isCarried ? kept.find((one) => one.latch === latch.latch) : undefined;
    return { ...latch, reason: inWords(detail), ...(known && { reason: known.reason, setAtUs: known.setAtUs }) };
  });
}

/** Repeated execution names its side alone. */
function inWords(reason: string): string {
  return reason.replace(/^(buy|sell)\b/, "too many fills of $1 orders");
}
