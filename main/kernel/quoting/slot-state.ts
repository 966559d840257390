import type { Decision, Slot } from "../decision.ts";
import { PostOnlySafety } from "./post-only-safety.ts";

/** Detail of the decision that a switched-off level ends in. */
export const LEVEL_OFF = "level-off";

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

  /** True when the slot is to be looked at now. A level that is switched off and has nothing left to wind down is silent. */
  isDue(nowUs: number): boolean {
    if (this._isWoundDown) return false;
    if (this.dueUs !== null && nowUs >= this.dueUs) return true;
    return this.isDirty && !this._isWaiting;
  }

  /** True when the market moved while the slot waits: what rests in it may have to go before the waiting is over. */
  get mayNeedGlance(): boolean {
    return this._isWaiting && this.isDirty && this.lastDecision?.restingTicks !== null;
  }

  private get _isWoundDown(): boolean {
    return !this.isEnabled && this.lastDecision?.detail === LEVEL_OFF && this.lastDecision.restingTicks === null;
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
