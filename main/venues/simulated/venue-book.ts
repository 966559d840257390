import type { IncomingMarketEvent } from "../port.ts";
import { OrderBook } from "../../kernel/market/order-book.ts";
import type { LevelTable } from "../../kernel/market/level-table.ts";
import type { BookSide } from "../../kernel/values/units.ts";

interface TakenLevel {
  readonly side: BookSide;
  readonly priceTicks: number;
  /** Recorded size when we took from it; another size there means that the level lives on without our trade. */
  readonly recordedLots: number;
  takenLots: number;
}

export type BookChange = "none" | "replaced" | "changed" | "lost";

/**
 * The recorded book as the venue sees it, less what we took from it ourselves.
 *
 * Invariants: our orders never change the recording; size we took at a price cannot be taken again until the recording there changes.
 */
export class VenueBook {
  readonly #book = new OrderBook();
  #taken: TakenLevel[] = [];
  #lastTradeTicks: number | null = null;

  get isKnown(): boolean {
    return this.#book.isSynchronized;
  }

  /** True where the recording itself shows bid at or above ask: no basis for any fill. */
  get isCrossed(): boolean {
    return this.#book.isCrossed;
  }

  /** Mid in half ticks; the last trade where there is no two-sided book; null where there was neither. */
  get markHalfTicks(): number | null {
    const bid = this.#book.bestBidTicks;
    const ask = this.#book.bestAskTicks;
    if (bid !== null && ask !== null) return bid + ask;
    return this.#lastTradeTicks === null ? null : this.#lastTradeTicks * 2;
  }

  apply(event: IncomingMarketEvent): BookChange {
    switch (event.type) {
      case "book-snapshot-received":
        this.#book.applySnapshot(event.updateId, event.bids, event.asks);
        this.#taken = [];
        return "replaced";
      case "book-delta-received": {
        const { firstUpdateId, updateId, previousUpdateId, bids, asks } = event;
        const outcome = this.#book.applyDelta(firstUpdateId, updateId, previousUpdateId, bids, asks);
        if (outcome === "gapped") this.#taken = [];
        else if (outcome === "applied" && this.#taken.length > 0) this.#forgetChangedLevels();
        return outcome === "applied" ? "changed" : outcome === "gapped" ? "lost" : "none";
      }
      case "feed-disconnected":
        this.#book.clear();
        this.#taken = [];
        return "lost";
      case "trade-printed":
        this.#lastTradeTicks = event.priceTicks;
        return "none";
      case "book-ticker-received":
      case "frame-unreadable":
      case "funding-rate-updated":
      case "open-interest-reported":
      case "liquidation-printed":
        return "none";
    }
  }

  /** Recorded size at a price. */
  lotsAtPrice(side: BookSide, priceTicks: number): number {
    return this.#book.side(side).lotsAtPrice(priceTicks);
  }

  /** Best price of a side that still has size for us, and how much; null = nothing left. */
  bestAvailable(side: BookSide): { priceTicks: number; lots: number } | null {
    const table: LevelTable = this.#book.side(side);
    for (let depth = 0; depth < table.count; depth += 1) {
      const priceTicks = table.ticksAt(depth);
      const lots = table.lotsAt(depth) - this.#takenLots(side, priceTicks);
      if (lots > 0) return { priceTicks, lots };
    }
    return null;
  }

  /** Remembers that we took size at a recorded level. */
  take(side: BookSide, priceTicks: number, lots: number): void {
    const known = this.#taken.find((entry) => entry.side === side && entry.priceTicks === priceTicks);
    if (known !== undefined) known.takenLots += lots;
    else this.#taken.push({ side, priceTicks, recordedLots: this.lotsAtPrice(side, priceTicks), takenLots: lots });
  }

  #takenLots(side: BookSide, priceTicks: number): number {
    if (this.#taken.length === 0) return 0;
    return this.#taken.find((entry) => entry.side === side && entry.priceTicks === priceTicks)?.takenLots ?? 0;
  }

  #forgetChangedLevels(): void {
    this.#taken = this.#taken.filter((entry) => this.lotsAtPrice(entry.side, entry.priceTicks) === entry.recordedLots);
  }
}
