import type { KernelEvent, MarketEvent } from "../kernel/events.ts";
import type { MarketRules } from "../kernel/values/market-rules.ts";
import type { TapeReader } from "../../db/tape-reader.ts";
import type { IncomingMarketEvent, MarketSource } from "../venues/port.ts";

/**
 * The market events of a tape as a market: of the tape of a session, what the venue's public feed said and nothing else.
 *
 * Invariants: owns the reader and closes it. `next` throws the reader's `TapeDamagedError`.
 */
export class TapeSource implements MarketSource {
  readonly #tape: TapeReader;

  constructor(tape: TapeReader) {
    this.#tape = tape;
  }

  get rules(): MarketRules {
    return this.#tape.header.rules;
  }

  next(): IncomingMarketEvent | null {
    for (let event = this.#tape.next(); event !== null; event = this.#tape.next())
      if (isMarketEvent(event)) {
        const { seq: _seq, ...incoming } = event;
        return incoming;
      }
    return null;
  }

  close(): void {
    this.#tape.close();
  }
}

const MARKET_TYPES: Readonly<Record<MarketEvent["type"], true>> = {
  "book-snapshot-received": true,
  "book-delta-received": true,
  "book-ticker-received": true,
  "trade-printed": true,
  "feed-disconnected": true,
  "frame-unreadable": true,
  "funding-rate-updated": true,
  "open-interest-reported": true,
  "liquidation-printed": true,
};

/** True for what the venue's public feed says. */
export function isMarketEvent(event: KernelEvent): event is MarketEvent {
  return Object.hasOwn(MARKET_TYPES, event.type);
}
