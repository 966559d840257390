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

/** A session knows its own latches to the number; of earlier ones, and between sessions, the journal's words tell. */
export function setLatches({ status, risk }: Pick<FeedState, "status" | "risk">): readonly SetLatch[] {
  if (status === null) return [];
  const kept = status.riskLatches;
  if (status.mode === "idle") return kept.map((latch) => ({ ...latch, reading: null, bound: null, isCarried: false }));
  return (risk?.latches ?? []).map(({ latch, detail, reading, bound, setAtUs, isCarried }) => {
    const known = kept.find((one) => one.latch === latch);
    return isCarried && known !== undefined
      ? { ...known, reading, bound, isCarried }
      : { latch, reason: detail, setAtUs, reading, bound, isCarried };
  });
}
