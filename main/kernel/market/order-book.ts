import type { LevelPairs } from "../events.ts";
import type { BookSide, Lots, Ticks } from "../values/units.ts";
import { LevelTable } from "./level-table.ts";

/** What became of a delta. After `gapped` the book is empty and waits for a snapshot. */
export type DeltaOutcome = "applied" | "old" | "gapped" | "awaiting-snapshot";

/**
 * The public book of one market under the venue's gap rule (Binance USD-M: the first delta after a snapshot has
 * `firstUpdateId <= snapshot <= updateId`, every further one names the last as its `previousUpdateId`).
 *
 * Invariants: an unsynchronized book is empty; a book never holds a level with size 0.
 */
export class OrderBook {
  readonly bids = new LevelTable("bid");
  readonly asks = new LevelTable("ask");
  private _updateId = -1;
  private _isSynchronized = false;
  private _isFirstDelta = false;

  /** True from a snapshot until a gap or `clear`. */
  get isSynchronized(): boolean {
    return this._isSynchronized;
  }

  /** Id of the last applied update; -1 before the first snapshot. */
  get updateId(): number {
    return this._updateId;
  }

  side(side: BookSide): LevelTable {
    return side === "bid" ? this.bids : this.asks;
  }

  get bestBidTicks(): Ticks | null {
    return this.bids.count > 0 ? (this.bids.ticksAt(0) as Ticks) : null;
  }

  get bestAskTicks(): Ticks | null {
    return this.asks.count > 0 ? (this.asks.ticksAt(0) as Ticks) : null;
  }

  get bestBidLots(): Lots | null {
    return this.bids.count > 0 ? (this.bids.lotsAt(0) as Lots) : null;
  }

  get bestAskLots(): Lots | null {
    return this.asks.count > 0 ? (this.asks.lotsAt(0) as Lots) : null;
  }

  /** Both sides there, and bid below ask. A locked book counts as crossed. */
  get isTwoSided(): boolean {
    return this.bids.count > 0 && this.asks.count > 0;
  }

  get isCrossed(): boolean {
    return this.isTwoSided && this.bids.ticksAt(0) >= this.asks.ticksAt(0);
  }

  /** Replaces the whole book. */
  applySnapshot(updateId: number, bids: LevelPairs, asks: LevelPairs): void {
    this.bids.clear();
    this.asks.clear();
    setLevels(this.bids, bids);
    setLevels(this.asks, asks);
    this._updateId = updateId;
    this._isSynchronized = true;
    this._isFirstDelta = true;
  }

  /** Applies a delta of absolute sizes under the gap rule. */
  applyDelta(
    firstUpdateId: number,
    updateId: number,
    previousUpdateId: number,
    bids: LevelPairs,
    asks: LevelPairs,
  ): DeltaOutcome {
    if (!this._isSynchronized) return "awaiting-snapshot";
    if (updateId < this._updateId || (updateId === this._updateId && !this._isFirstDelta)) return "old";
    const follows = this._isFirstDelta
      ? firstUpdateId <= this._updateId || previousUpdateId === this._updateId
      : previousUpdateId === this._updateId;
    if (!follows) {
      this.clear();
      return "gapped";
    }
    setLevels(this.bids, bids);
    setLevels(this.asks, asks);
    this._updateId = updateId;
    this._isFirstDelta = false;
    return "applied";
  }

  /** Forgets everything until the next snapshot: after a gap, a disconnect, a desync. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this._isSynchronized = false;
  }
}

/** No price is higher, in ticks: with every offset on top of it a target is still a whole number that a double holds. */
const MOST_TICKS = 2 ** 40;

/** A price that is none (zero, negative, not whole, absurdly high) makes no level. */
function setLevels(table: LevelTable, pairs: LevelPairs): void {
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const ticks = pairs[i] ?? 0;
    if (ticks > 0 && ticks <= MOST_TICKS && Number.isInteger(ticks)) table.set(ticks, pairs[i + 1] ?? 0);
  }
}
