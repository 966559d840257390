import { MARKOUT_HORIZONS_US, MarkoutSchedule, type MarkoutSample } from "../kernel/accounting/markouts.ts";
import type { RecordFill } from "../kernel/effects.ts";
import type { KernelEvent } from "../kernel/events.ts";
import { OrderBook } from "../kernel/market/order-book.ts";
import { secondsToUs } from "../kernel/values/units.ts";
import { markoutFill } from "./attribution.ts";
import type { MarkoutReading } from "./markout-figures.ts";

/** The events of a tape in their order; null at its end. A `TapeReader` is one. */
export interface EventSource {
  next(): KernelEvent | null;
}

/** A fill with the event that it came with. */
export interface SequencedFill {
  readonly seq: number;
  readonly fill: RecordFill;
}

/**
 * Markouts found anew from the tape: the public book is built from its events and every fill of the journal is seen again at each horizon, by the
 * same rule as live. A horizon that lies after the tape's end has no reading. Throws what the tape throws.
 *
 * @param staleAfterUs how long a book counts after it was last heard of, until a profile on the tape says otherwise
 */
export function markoutsFromTape(
  tape: EventSource,
  fills: readonly SequencedFill[],
  staleAfterUs: number,
): readonly MarkoutReading[] {
  const book = new OrderBook();
  const schedule = new MarkoutSchedule();
  const readings: MarkoutReading[] = [];
  const keep = (samples: readonly MarkoutSample[]): void => {
    for (const { fill, horizon, midHalfTicks, bps } of samples) {
      readings.push({ tradeId: fill.tradeId, horizon, midHalfTicks, bps });
    }
  };
  const awaited = MARKOUT_HORIZONS_US.length * fills.length;
  let staleUs = staleAfterUs;
  let nowUs = 0;
  let next = 0;
  for (let event = tape.next(); event !== null && readings.length < awaited; event = tape.next()) {
    nowUs = Math.max(nowUs, event.tsInit);
    if (event.type === "profile-changed") staleUs = secondsToUs(event.profile.settings.orderbookStalenessThresholdS);
    if (applyToBook(book, event)) keep(schedule.bookHeard(nowUs, usableMid(book), staleUs));
    else keep(schedule.advance(nowUs, staleUs));
    for (let fill = fills[next]; fill !== undefined && fill.seq <= event.seq; fill = fills[next]) {
      schedule.filled(markoutFill(fill.fill));
      next += 1;
    }
  }
  return readings;
}

/** True when the book was heard of. */
function applyToBook(book: OrderBook, event: KernelEvent): boolean {
  switch (event.type) {
    case "book-snapshot-received":
      book.applySnapshot(event.updateId, event.bids, event.asks);
      return true;
    case "book-delta-received": {
      const { firstUpdateId, updateId, previousUpdateId, bids, asks } = event;
      if (book.applyDelta(firstUpdateId, updateId, previousUpdateId, bids, asks) === "gapped") book.clear();
      return true;
    }
    case "feed-disconnected":
      book.clear();
      return true;
    default:
      return false;
  }
}

/** Twice the mid in ticks, of a book that is in sequence, two-sided and not crossed; else null. */
function usableMid(book: OrderBook): number | null {
  const { bestBidTicks, bestAskTicks } = book;
  if (!book.isSynchronized || book.isCrossed || bestBidTicks === null || bestAskTicks === null) return null;
  return bestBidTicks + bestAskTicks;
}
