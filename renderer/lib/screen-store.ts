/** What the operator has chosen on this screen: nothing here is known to the other side. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Bridge, StreamItem } from "../../preload/bridge.ts";
import type { Asked, Hello } from "./hello.ts";
import { NOTHING_ASKED, type PastSessions, type SessionFilter } from "./session-choice.ts";

export type Theme = "dark" | "light";
export type OpenDialog = "resume" | "clear-latch" | "clear-risk-latch" | "flatten" | "keys" | null;
type RiskLatch = Parameters<Bridge["risk"]["clearLatch"]>[0]["latch"];

/** Which page about past sessions is shown. */
type ReviewOf =
  | { readonly kind: "report"; readonly sessionId: string }
  | { readonly kind: "compare"; readonly sessionIds: readonly string[]; readonly filter: SessionFilter };

/** What fills the window: the console itself, or a screen about past sessions. */
export type View =
  | { readonly kind: "console" }
  | { readonly kind: "replay"; readonly sessionId: string }
  | { readonly kind: "review"; readonly of: ReviewOf }
  | { readonly kind: "what-if"; readonly source: Parameters<Bridge["whatIf"]["start"]>[0]["source"] };

export interface SlotKey {
  readonly side: "buy" | "sell";
  readonly level: number;
}

export interface ScreenState {
  readonly theme: Theme;
  readonly view: View;
  readonly dialog: OpenDialog;
  /** The latch that the open dialog is about. */
  readonly latchToClear: RiskLatch | null;
  /** Beginning of the last close-out whose end was seen. */
  readonly seenCloseOutUs: number;
  readonly hello: Asked<Hello>;
  readonly pastSessions: PastSessions;
  /** Past sessions that are to be put side by side. */
  readonly toCompare: readonly string[];
  readonly selectedSlot: SlotKey | null;
  /** Counts the wishes to re-centre the ladder. */
  readonly recentreCount: number;
}

export type ScreenStore = StoreApi<ScreenState>;

export function createScreenStore(theme: Theme): ScreenStore {
  return createStore<ScreenState>(() => ({
    theme,
    view: { kind: "console" },
    dialog: null,
    latchToClear: null,
    seenCloseOutUs: 0,
    hello: { value: null, problem: null },
    pastSessions: NOTHING_ASKED,
    toCompare: [],
    selectedSlot: null,
    recentreCount: 0,
  }));
}

type SlotView = StreamItem<"slots">["slots"][number];

export function isSameSlot(first: SlotKey | null, second: SlotKey | null): boolean {
  return first !== null && second !== null && first.side === second.side && first.level === second.level;
}

/** The slot whose build-up is shown: the chosen one while it exists, else the first. */
export function shownSlot(slots: readonly SlotView[], selected: SlotKey | null): SlotView | null {
  return slots.find((slot) => isSameSlot(slot, selected)) ?? slots[0] ?? null;
}

/** The slot `step` places below the chosen one, stopping at the ends. */
export function neighbourSlot(slots: readonly SlotView[], selected: SlotKey | null, step: number): SlotKey | null {
  const shown = shownSlot(slots, selected);
  if (shown === null) return null;
  const index = Math.min(slots.length - 1, Math.max(0, slots.indexOf(shown) + step));
  const next = slots[index] ?? shown;
  return { side: next.side, level: next.level };
}
