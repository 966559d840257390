/** Readings of the risk stage as text. */
import type { StreamItem } from "../../../preload/bridge.ts";
import { formatDuration, formatNumber, formatShare, NO_VALUE } from "../../lib/format.ts";
import { closeOutText, flattenText, outcomeWords, stateWords, warningWords } from "./risk-text.ts";

type Risk = StreamItem<"risk">;
export type ControlRow = Risk["controls"][number];

/** "40 bps", "7.5 bps". */
export function formatBps(value: number | null): string {
  return `${formatNumber(value, { decimals: value !== null && value % 1 !== 0 ? 1 : 0 })} bps`;
}

/** A reading or bound in its control's unit. */
export function formatReading(value: number | null, unit: ControlRow["unit"]): string {
  if (value === null) return NO_VALUE;
  switch (unit) {
    case "count":
      return formatNumber(value, { decimals: 0 });
    case "money":
      return formatNumber(value, { decimals: 2 });
    case "bps":
      return formatBps(value);
    case "ms":
      return formatDuration(value);
    case "s":
      return formatDuration(value * 1000);
    case "share":
      return formatShare(value, { decimals: 0 });
    case "per-fill":
      return formatNumber(value, { decimals: 1 });
  }
}

export function stateOf({ control, state }: ControlRow): string {
  return (state === "warning" ? warningWords[control] : undefined) ?? stateWords[state];
}

/** Controls that hold something back now. */
export function actingCount(controls: readonly ControlRow[]): number {
  return controls.filter(({ state }) => state === "halted" || state === "latched" || state === "reducing").length;
}

type CloseOut = Risk["closeOut"];

export interface CloseOutWords {
  readonly tone: "warn" | "good" | "bad";
  readonly head: string;
  readonly more: string;
}

/** Where a close-out stands, in words; null where there was none. `left` is the position now. */
export function describeCloseOut(closeOut: CloseOut, left: string): CloseOutWords | null {
  const { phase, attempt, attempts, slippageBps, denied, outcome } = closeOut;
  if (phase === "none") return null;
  if (phase === "closing") {
    const tries = [
      `${closeOutText.attempt} ${attempt} ${closeOutText.of} ${attempts}`,
      `${closeOutText.reach} ${formatBps(slippageBps)} ${closeOutText.beyond}`,
      denied === null ? "" : `${closeOutText.deniedBy} ${denied.replaceAll("_", " ")}`,
    ].filter((part) => part !== "");
    const doing = attempt === 0 ? closeOutText.waits : tries.join(", ");
    return {
      tone: "warn",
      head: closeOutText.closing,
      more: `${doing} · ${left} ${closeOutText.left} ${closeOutText.of} ${closeOut.began}`,
    };
  }
  const count = `${attempt} ${attempt === 1 ? closeOutText.oneAttempt : closeOutText.attemptsWord}`;
  if (outcome === "flat") return { tone: "good", head: closeOutText.flat, more: `${closeOutText.flatMore} ${count}` };
  const why = outcomeWords[outcome ?? ""] ?? (outcome ?? "").replaceAll("_", " ");
  return {
    tone: "bad",
    head: closeOutText.open,
    more: `${closeOut.left ?? left} ${closeOutText.left} after ${count}: ${why}`,
  };
}

/** What the button says that it does: the position and how far its price may be off. */
export function flattenConsequence(position: string | null, worstBps: number | null): string {
  if (position === null || !/[1-9]/.test(position)) return flattenText.nothing;
  const reach = worstBps === null ? "" : ` ≤ ${formatBps(worstBps)}`;
  return `${position}${reach}`;
}
