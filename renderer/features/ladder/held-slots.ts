/** The own slots that hold no order, and why: an empty side is never just blank. */
import type { StreamItem } from "../../../preload/bridge.ts";
import { describeHeld } from "../decisions/reason-text.ts";

type SlotView = StreamItem<"slots">["slots"][number];

export interface HeldSlot {
  readonly side: "buy" | "sell";
  readonly level: number;
  readonly reason: string;
  /** Price at which the slot would stand; null when it was not priced. */
  readonly wouldBe: string | null;
}

export interface HeldGroup {
  readonly reason: string;
  /** "SELL 0, 1 · BUY 0". */
  readonly slots: string;
  /** The one side of the group; null when it holds both. */
  readonly side: "buy" | "sell" | null;
}

export function heldSlots(slots: readonly SlotView[]): readonly HeldSlot[] {
  return slots.flatMap((slot) => {
    if (slot.status !== "empty" || slot.code === null) return [];
    const { side, level, code, detail, reading, bound } = slot;
    const wouldBe = slot.buildUp?.final ?? slot.buildUp?.target ?? null;
    return [{ side, level, reason: describeHeld({ code, detail, reading, bound }), wouldBe }];
  });
}

function namesOf(held: readonly HeldSlot[]): string {
  const parts = (["sell", "buy"] as const).flatMap((side) => {
    const levels = held.filter((slot) => slot.side === side).map((slot) => slot.level);
    return levels.length === 0 ? [] : [`${side.toUpperCase()} ${levels.join(", ")}`];
  });
  return parts.join(" · ");
}

/** One line per reason, in the order in which the reasons first appear. */
export function groupHeld(held: readonly HeldSlot[]): readonly HeldGroup[] {
  const byReason = Map.groupBy(held, (slot) => slot.reason);
  return [...byReason].map(([reason, members]) => {
    const sides = new Set(members.map((slot) => slot.side));
    const [only] = sides;
    return { reason, slots: namesOf(members), side: sides.size === 1 && only !== undefined ? only : null };
  });
}
