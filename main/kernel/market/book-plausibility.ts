import type { Settings } from "../settings/settings.ts";
import { secondsToUs } from "../values/units.ts";

/** What makes a book unfit to quote on that is in sequence, fresh, two-sided and not crossed. */
export type BookDoubtKind = "jump" | "spread";

/** A doubt with what it was found by, both in bps. */
export interface BookDoubt {
  readonly kind: BookDoubtKind;
  readonly readingBps: number;
  readonly boundBps: number;
}

/** Settings that bound what a book may do and still be believed; 0 bps = no such bound. */
export type BookBounds = Pick<Settings, "maxBookJumpBps" | "maxBookSpreadBps" | "bookJumpConfirmS">;

/** A book that was in doubt is believed again once nothing has been wrong with it for so long: one that flickers is not quoted on. */
const CALM_US = 1_000_000;

/**
 * Whether what the book shows can be: "data reasonability" of FIA 3.1, beside age and crossing, which are judged elsewhere.
 *
 * A mid that moves further than a bound within one update is not believed; it is held against the last mid that was, also across a gap, and never
 * against another bad one. It is believed again when it is back within the bound, or when it has stayed where it went for the time of
 * `MM_BOOK_JUMP_CONFIRM_S` and a trade or the venue's ticker has spoken for it meanwhile and none against it, for a crash must not stop quoting for ever.
 * A crossed, one-sided or too wide book in between, a second jump, and a trade or ticker elsewhere begin that time anew.
 *
 * Mids are given twice, in ticks. Constant memory, O(1). Invariant: while a doubt stands, the accepted mid is one from before it or one that is back within the bound.
 */
export class BookPlausibility {
  private _jumpBps = 0;
  private _spreadBoundBps = 0;
  private _confirmUs = 0;
  /** As of the last update; null = the book had none to show. */
  private _midHalfTicks: number | null = null;
  private _spreadBps: number | null = null;
  /** The last mid that was believed; survives a gap. */
  private _acceptedHalfTicks: number | null = null;
  /** A mid beyond the bound that waits to be confirmed, and since when it stands there. */
  private _heldHalfTicks: number | null = null;
  private _heldSinceUs = 0;
  private _isWitnessed = false;
  private _doubt: BookDoubtKind | null = null;
  /** Since when a book in doubt has looked sane; null = it does not. */
  private _saneSinceUs: number | null = null;

  constructor(bounds: BookBounds) {
    this.applySettings(bounds);
  }

  /** Takes over changed bounds; they count from the next call of `bookChanged` or `settle` on, and nothing known is lost. */
  applySettings({ maxBookJumpBps, maxBookSpreadBps, bookJumpConfirmS }: BookBounds): void {
    this._jumpBps = maxBookJumpBps;
    this._spreadBoundBps = maxBookSpreadBps;
    this._confirmUs = secondsToUs(bookJumpConfirmS);
  }

  get isPlausible(): boolean {
    return this._doubt === null;
  }

  /** Why the book is not believed; null = it is. */
  get doubt(): BookDoubt | null {
    if (this._doubt === null) return null;
    const isJump = this._doubt === "jump";
    return {
      kind: this._doubt,
      readingBps: (isJump ? this.jumpBps : this._spreadBps) ?? 0,
      boundBps: isJump ? this._jumpBps : this._spreadBoundBps,
    };
  }

  /** How far the book's mid is from the last one that was believed, in bps; null = the book shows none. */
  get jumpBps(): number | null {
    const [mid, accepted] = [this._midHalfTicks, this._acceptedHalfTicks];
    return mid === null || accepted === null ? null : (Math.abs(mid - accepted) * 10_000) / accepted;
  }

  /** Mid as of the last update, believed or not; null = the book shows none. */
  get midHalfTicks(): number | null {
    return this._midHalfTicks;
  }

  /** The last mid that was believed; null = none was yet. */
  get acceptedHalfTicks(): number | null {
    return this._acceptedHalfTicks;
  }

  /** As of the last update, in bps; null = the book shows none. */
  get spreadBps(): number | null {
    return this._spreadBps;
  }

  /** When the mid that waits is believed, if nothing contradicts it; null = none waits, or nothing has spoken for it. */
  get confirmedUs(): number | null {
    return this._heldHalfTicks === null || !this._isWitnessed ? null : this._heldSinceUs + this._confirmUs;
  }

  /** The book after one whole update; null = it is one-sided or crossed. True when it is believed. */
  bookChanged(nowUs: number, midHalfTicks: number | null, spreadBps: number | null): boolean {
    this._midHalfTicks = midHalfTicks;
    this._spreadBps = spreadBps;
    this._judge(nowUs);
    return this.isPlausible;
  }

  /** A gap, a disconnect: the next book is held against the last mid that was believed, under the same confirmation. */
  bookLost(): void {
    this._midHalfTicks = null;
    this._spreadBps = null;
    this._interrupt();
  }

  /** A trade, or the middle of the venue's own best prices; twice the price, in ticks. Only one that is near the new mid and not the old one speaks for it. */
  priceHeard(nowUs: number, halfTicks: number): void {
    const held = this._heldHalfTicks;
    if (held === null) return;
    this._isWitnessed = Math.abs(halfTicks - held) * 20_000 <= this._jumpBps * held;
    if (!this._isWitnessed) this._heldSinceUs = nowUs;
  }

  /** Lets time pass, and new bounds count. True when the book is believed by it that was not before. */
  settle(nowUs: number): boolean {
    const wasPlausible = this.isPlausible;
    this._judge(nowUs);
    return this.isPlausible && !wasPlausible;
  }

  private _judge(nowUs: number): void {
    const [mid, spread] = [this._midHalfTicks, this._spreadBps];
    if (mid === null || spread === null) return this._interrupt();
    if (this._spreadBoundBps > 0 && spread > this._spreadBoundBps) {
      this._interrupt();
      this._doubt = "spread";
      return;
    }
    if (this._isFar(mid, this._acceptedHalfTicks)) {
      this._doubt = "jump";
      this._saneSinceUs = null;
      this._hold(nowUs, mid);
      if (this._isWitnessed && nowUs - this._heldSinceUs >= this._confirmUs) this._accept(mid);
      return;
    }
    this._acceptedHalfTicks = mid;
    this._forgetHeld();
    if (this._doubt === null) return;
    this._saneSinceUs ??= nowUs;
    if (nowUs - this._saneSinceUs >= CALM_US) this._accept(mid);
  }

  private _isFar(midHalfTicks: number, fromHalfTicks: number | null): boolean {
    if (this._jumpBps <= 0 || fromHalfTicks === null) return false;
    return Math.abs(midHalfTicks - fromHalfTicks) * 10_000 > this._jumpBps * fromHalfTicks;
  }

  /** The waiting mid may go on moving, as a market does that has really moved; a second jump waits anew. */
  private _hold(nowUs: number, mid: number): void {
    if (this._heldHalfTicks === null || this._isFar(mid, this._heldHalfTicks)) {
      this._heldSinceUs = nowUs;
      this._isWitnessed = false;
    }
    this._heldHalfTicks = mid;
  }

  private _accept(mid: number): void {
    this._acceptedHalfTicks = mid;
    this._forgetHeld();
    this._doubt = null;
    this._saneSinceUs = null;
  }

  private _forgetHeld(): void {
    this._heldHalfTicks = null;
    this._isWitnessed = false;
  }

  private _interrupt(): void {
    this._forgetHeld();
    this._saneSinceUs = null;
  }
}
