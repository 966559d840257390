import type { Decision, Slot } from "../decision.ts";
import { PostOnlySafety } from "./post-only-safety.ts";

/** What the pipeline remembers of one slot between looks. Carried over profile changes: what a profile does not use is kept. */
export class SlotState {
  readonly slot: Slot;
  readonly index: number;
  readonly postOnly = new PostOnlySafety();
  /** False when the profile has fewer levels than there are slots; the slot then only winds down. */
  isEnabled = true;
  /** Something that could change the answer has happened since the last look. */
  isDirty = true;
  /** The latest time of the next look; null = at the next change. */
  dueUs: number | null = null;
  lastPlacementUs: number | null = null;
  /** Since when the book has been unusable; null = usable. */
  unusableSinceUs: number | null = null;
  lastDecision: Decision | null = null;

  /** Waits for its interval or for a token: a mere move of the market does not wake it. */
  private _isWaiting = false;

  constructor(slot: Slot, index: number) {
    this.slot = slot;
    this.index = index;
  }

  /** True when the slot is to be looked at now. */
  isDue(nowUs: number): boolean {
    if (this.dueUs !== null && nowUs >= this.dueUs) return true;
    return this.isDirty && !this._isWaiting;
  }

  /** Makes the slot due at once, whatever it waits for. */
  wake(): void {
    this.isDirty = true;
    this._isWaiting = false;
  }

  /** Notes the answer of a look. */
  decided(decision: Decision): void {
    this.lastDecision = decision;
    this.isDirty = false;
    this.dueUs = decision.dueUs;
    this._isWaiting = decision.code === "skip_interval" || decision.code === "skip_token";
  }
}

/** Most levels a side that the settings allow. */
export const MAX_LEVELS = 20;

/** Place of a slot in the order of looks: bids from the inside out, then asks. */
export function slotIndex({ side, level }: Slot): number {
  return side === "buy" ? level : MAX_LEVELS + level;
}
