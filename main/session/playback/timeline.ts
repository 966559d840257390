import type { StreamItem } from "../../../preload/bridge.ts";
import { slotName } from "../../kernel/decision.ts";
import type { Effect, RecordFill } from "../../kernel/effects.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { formatLots, formatTicks, type MarketScale } from "../../kernel/values/market-rules.ts";
import type { ViewFeed } from "../view-feed.ts";

export const MARK_KINDS = ["fill", "regime", "profile", "reject", "halt", "gap"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** Something on the way of a session that is worth going to. */
export interface Mark {
  readonly kind: MarkKind;
  readonly seq: number;
  readonly atUs: number;
  readonly text: string;
}

/** A row with the event that brought it about; a later row of the same id takes the place of the earlier one. */
export interface TimelineRow<Row> {
  readonly seq: number;
  readonly row: Row;
}

/** What is known of a session as a whole: its marks, and the rows that reach back further than a snapshot. All in order of `seq`. */
export interface Timeline {
  readonly marks: readonly Mark[];
  readonly fills: readonly TimelineRow<StreamItem<"fills">>[];
  readonly alerts: readonly TimelineRow<StreamItem<"alerts">>[];
  readonly chart: readonly TimelineRow<StreamItem<"chart">>[];
}

/** Gathers the timeline of a session on a straight run over it. Call `add` after the views have seen the event. */
export class TimelineKeeper implements Timeline {
  readonly marks: Mark[] = [];
  readonly fills: TimelineRow<StreamItem<"fills">>[] = [];
  readonly alerts: TimelineRow<StreamItem<"alerts">>[] = [];
  readonly chart: TimelineRow<StreamItem<"chart">>[] = [];
  #tradingState: string | null = null;

  add(event: KernelEvent, effects: readonly Effect[], kernel: Kernel, feed: ViewFeed): void {
    for (const mark of marksOf(event, effects, kernel.scale)) this.marks.push(mark);
    const { seq } = event;
    const { name } = kernel.state;
    if (this.#tradingState !== null && name !== this.#tradingState && name !== "ACTIVE") {
      this.marks.push({ kind: "halt", seq, atUs: kernel.nowUs, text: `${this.#tradingState} to ${name}` });
    }
    this.#tradingState = name;
    if (effects.length === 0) return;
    for (const row of feed.fills.take()) this.fills.push({ seq, row });
    for (const row of feed.alerts.take()) this.alerts.push({ seq, row });
    for (const row of feed.chart.take()) this.chart.push({ seq, row });
  }
}

function marksOf(event: KernelEvent, effects: readonly Effect[], scale: MarketScale): Mark[] {
  const { seq } = event;
  const marks: Mark[] = [];
  if (event.type === "order-rejected") {
    marks.push({ kind: "reject", seq, atUs: event.tsInit, text: `order ${event.orderId} rejected: ${event.reason}` });
  }
  for (const effect of effects) {
    switch (effect.type) {
      case "record-fill":
        marks.push({ kind: "fill", seq, atUs: effect.atUs, text: fillText(effect, scale) });
        break;
      case "record-regime-change":
        marks.push({ kind: "regime", seq, atUs: effect.atUs, text: `${effect.from} to ${effect.to}` });
        break;
      case "record-profile-change":
        marks.push({ kind: "profile", seq, atUs: effect.atUs, text: `${effect.before.name} to ${effect.after.name}` });
        break;
      case "record-alert":
        if (effect.kind === "book-gapped" || effect.kind === "feed-disconnected")
          marks.push({ kind: "gap", seq, atUs: effect.atUs, text: effect.message });
        break;
      default:
    }
  }
  return marks;
}

function fillText({ slot, sizeLots, priceTicks }: RecordFill, scale: MarketScale): string {
  return `${slotName(slot)}, ${formatLots(scale, sizeLots)} at ${formatTicks(scale, priceTicks)}`;
}

/** How many of the items, in order of `seq`, lie at or before it. */
export function countThrough(items: readonly { readonly seq: number }[], seq: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.seq ?? Infinity) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The newest `most` rows as they were at `seq`, oldest first. */
export function rowsAt<Row extends { readonly id: number } | { readonly atUs: number }>(
  items: readonly TimelineRow<Row>[],
  seq: number,
  most: number,
): Row[] {
  const rows = new Map<number, Row>();
  for (let at = countThrough(items, seq) - 1; at >= 0 && rows.size < most; at -= 1) {
    const row = items[at]?.row;
    if (row === undefined) break;
    const key = "id" in row ? row.id : row.atUs;
    if (!rows.has(key)) rows.set(key, row);
  }
  return [...rows.values()].toReversed();
}
