import type { EventStamp, KernelEvent } from "../main/kernel/events.ts";
import type { Micros } from "../main/kernel/values/units.ts";
import type { EncodedBlock } from "./journal-protocol.ts";
import { readAccountEvent, writeAccountEvent } from "./tape-account-codec.ts";
import { ByteReader, ByteWriter } from "./tape-bytes.ts";
import { readControlEvent, writeControlEvent } from "./tape-control-codec.ts";
import {
  EVENT_TAGS,
  eventTypeOfTag,
  freshBlockState,
  TAG_MASK,
  TAG_SAME_VENUE_TIME,
  TAG_SEQ_FOLLOWS,
} from "./tape-event-tags.ts";
import { readMarketEvent, writeMarketEvent } from "./tape-market-codec.ts";
import { readOrderEvent, writeOrderEvent } from "./tape-order-codec.ts";

/**
 * Packs consecutive events into one block that can be read alone. After `finish` it starts the next block.
 *
 * Invariants: `decodeBlock(finish().bytes)` gives back exactly the events added; an event that cannot be held (a price that is no
 * whole number) throws and leaves the block as it was before.
 */
export class BlockEncoder {
  #writer = new ByteWriter();
  #state = freshBlockState();
  #events = 0;
  #firstSeq = 0;
  #firstTsUs = 0;

  get byteLength(): number {
    return this.#writer.length;
  }

  get events(): number {
    return this.#events;
  }

  add(event: KernelEvent): void {
    const length = this.#writer.length;
    const before = { ...this.#state };
    try {
      this.#write(event);
    } catch (error) {
      this.#writer.truncate(length);
      this.#state = before;
      throw error;
    }
    if (this.#events === 0) {
      this.#firstSeq = event.seq;
      this.#firstTsUs = event.tsInit;
    }
    this.#events += 1;
  }

  /** The block of what was added since the last `finish`; null when that is nothing. */
  finish(): EncodedBlock | null {
    if (this.#events === 0) return null;
    const block: EncodedBlock = {
      bytes: this.#writer.take(),
      events: this.#events,
      firstSeq: this.#firstSeq,
      lastSeq: this.#state.seq,
      firstTsUs: this.#firstTsUs,
      lastTsUs: this.#state.tsInit,
    };
    this.#writer.truncate(0);
    this.#state = freshBlockState();
    this.#events = 0;
    return block;
  }

  #write(event: KernelEvent): void {
    const state = this.#state;
    const writer = this.#writer;
    const isNextSeq = event.seq === state.seq + 1;
    const isSameVenueTime = event.tsEvent === state.tsEvent;
    writer.byte(
      EVENT_TAGS[event.type] | (isNextSeq ? 0 : TAG_SEQ_FOLLOWS) | (isSameVenueTime ? TAG_SAME_VENUE_TIME : 0),
    );
    if (!isNextSeq) writer.delta(state.seq, event.seq);
    writer.delta(state.tsInit, event.tsInit);
    if (!isSameVenueTime) writer.delta(state.tsEvent, event.tsEvent);
    state.seq = event.seq;
    state.tsInit = event.tsInit;
    state.tsEvent = event.tsEvent;
    this.#writeBody(event);
  }

  #writeBody(event: KernelEvent): void {
    switch (event.type) {
      case "book-snapshot-received":
      case "book-delta-received":
      case "book-ticker-received":
      case "trade-printed":
      case "feed-disconnected":
      case "frame-unreadable":
      case "funding-rate-updated":
      case "open-interest-reported":
      case "liquidation-printed":
        writeMarketEvent(this.#writer, this.#state, event);
        return;
      case "order-accepted":
      case "order-rejected":
      case "order-filled":
      case "order-cancelled":
      case "cancel-rejected":
      case "order-unresolved":
      case "order-reconciled":
        writeOrderEvent(this.#writer, this.#state, event);
        return;
      case "funding-paid":
      case "account-updated":
      case "venue-state-reported":
      case "venue-throttled":
        writeAccountEvent(this.#writer, event);
        return;
      case "operator-commanded":
      case "profile-changed":
      case "timer-fired":
      case "fault-raised":
      case "fault-cleared":
      case "profile-refused":
      case "latch-cleared":
      case "operator-seen":
      case "session-ending":
        writeControlEvent(this.#writer, this.#state, event);
        return;
      default:
        event satisfies never;
    }
  }
}

/** Reads the events of one block, one at a time. `block` only names it in errors. Throws `TapeDecodeError` on bytes that no encoder wrote. */
export class BlockDecoder {
  readonly #reader: ByteReader;
  readonly #state = freshBlockState();

  constructor(bytes: Uint8Array, block = 0) {
    this.#reader = new ByteReader(bytes, block);
  }

  /** Bytes of the block that were read. */
  get position(): number {
    return this.#reader.position;
  }

  /** The next event, or null at the end of the block. */
  next(): KernelEvent | null {
    const reader = this.#reader;
    if (reader.remaining === 0) return null;
    const state = this.#state;
    const head = reader.byte();
    const tag = head & TAG_MASK;
    const type = eventTypeOfTag(tag) ?? reader.fail(`no event has the tag ${tag}`);
    const seq = head & TAG_SEQ_FOLLOWS ? reader.delta(state.seq) : state.seq + 1;
    if (!Number.isSafeInteger(seq)) reader.fail("a seq must be below 2^53");
    const tsInit = reader.delta(state.tsInit) as Micros;
    const tsEvent = (head & TAG_SAME_VENUE_TIME ? state.tsEvent : reader.delta(state.tsEvent)) as Micros;
    state.seq = seq;
    state.tsInit = tsInit;
    state.tsEvent = tsEvent;
    return this.#readBody(type, { seq, tsEvent, tsInit });
  }

  #readBody(type: KernelEvent["type"], stamp: EventStamp): KernelEvent {
    switch (type) {
      case "book-snapshot-received":
      case "book-delta-received":
      case "book-ticker-received":
      case "trade-printed":
      case "feed-disconnected":
      case "frame-unreadable":
      case "funding-rate-updated":
      case "open-interest-reported":
      case "liquidation-printed":
        return readMarketEvent(this.#reader, this.#state, type, stamp);
      case "order-accepted":
      case "order-rejected":
      case "order-filled":
      case "order-cancelled":
      case "cancel-rejected":
      case "order-unresolved":
      case "order-reconciled":
        return readOrderEvent(this.#reader, this.#state, type, stamp);
      case "funding-paid":
      case "account-updated":
      case "venue-state-reported":
      case "venue-throttled":
        return readAccountEvent(this.#reader, type, stamp);
      case "operator-commanded":
      case "profile-changed":
      case "timer-fired":
      case "fault-raised":
      case "fault-cleared":
      case "profile-refused":
      case "latch-cleared":
      case "operator-seen":
      case "session-ending":
        return readControlEvent(this.#reader, this.#state, type, stamp);
      default:
        return type satisfies never;
    }
  }
}

/** All events of one block. Throws `TapeDecodeError` on bytes that no encoder wrote. */
export function decodeBlock(bytes: Uint8Array, block = 0): KernelEvent[] {
  const decoder = new BlockDecoder(bytes, block);
  const events: KernelEvent[] = [];
  for (let event = decoder.next(); event !== null; event = decoder.next()) events.push(event);
  return events;
}
