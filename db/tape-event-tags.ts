import type { KernelEvent } from "../main/kernel/events.ts";

/** First byte of every event in its low six bits. A tag is never used again for another kind: old tapes stay readable. */
export const EVENT_TAGS: Readonly<Record<KernelEvent["type"], number>> = {
  "book-snapshot-received": 1,
  "book-delta-received": 2,
  "book-ticker-received": 3,
  "trade-printed": 4,
  "feed-disconnected": 5,
  "frame-unreadable": 6,
  "funding-rate-updated": 7,
  "open-interest-reported": 8,
  "liquidation-printed": 9,
  "order-accepted": 16,
  "order-rejected": 17,
  "order-filled": 18,
  "order-cancelled": 19,
  "cancel-rejected": 20,
  "order-unresolved": 21,
  "order-reconciled": 22,
  "funding-paid": 32,
  "account-updated": 33,
  "venue-state-reported": 34,
  "venue-throttled": 35,
  "operator-commanded": 40,
  "profile-changed": 41,
  "timer-fired": 42,
  "fault-raised": 43,
  "fault-cleared": 44,
  "profile-refused": 45,
  "latch-cleared": 46,
  "operator-seen": 47,
  "session-ending": 48,
};

export const TAG_MASK = 0x3f;
/** Set when the seq is not the one after the last; the difference follows. */
export const TAG_SEQ_FOLLOWS = 0x80;
/** Set when `tsEvent` equals that of the event before. */
export const TAG_SAME_VENUE_TIME = 0x40;

const types: (KernelEvent["type"] | undefined)[] = [];
for (const [type, tag] of Object.entries(EVENT_TAGS)) types[tag] = type as KernelEvent["type"];

/** Kind of event that a tag names, if any. */
export function eventTypeOfTag(tag: number): KernelEvent["type"] | undefined {
  return types[tag];
}

/**
 * What the differences of a block are taken from. Writer and reader start every block with a fresh one and change it alike, so that
 * a block is readable alone.
 */
export interface BlockState {
  seq: number;
  tsInit: number;
  tsEvent: number;
  updateId: number;
  tickerUpdateId: number;
  snapshotId: number;
  bidLevelTicks: number;
  askLevelTicks: number;
  bidTicks: number;
  bidLots: number;
  askTicks: number;
  askLots: number;
  tradeId: number;
  tradeTicks: number;
  orderId: number;
  fillTicks: number;
  timerId: number;
  nextFundingUs: number;
}

export function freshBlockState(): BlockState {
  return {
    seq: 0,
    tsInit: 0,
    tsEvent: 0,
    updateId: 0,
    tickerUpdateId: 0,
    snapshotId: 0,
    bidLevelTicks: 0,
    askLevelTicks: 0,
    bidTicks: 0,
    bidLots: 0,
    askTicks: 0,
    askLots: 0,
    tradeId: 0,
    tradeTicks: 0,
    orderId: 0,
    fillTicks: 0,
    timerId: 0,
    nextFundingUs: 0,
  };
}

/** A closed list of words and the number of each on the tape, as one byte. */
export interface WordCode<W extends string> {
  readonly codes: Readonly<Record<W, number>>;
  readonly words: readonly (W | undefined)[];
}

/** Numbers must not repeat; `codes` names every word by its type. */
export function wordCode<W extends string>(codes: Readonly<Record<W, number>>): WordCode<W> {
  const words: (W | undefined)[] = [];
  for (const [word, code] of Object.entries(codes)) words[code as number] = word as W;
  return { codes, words };
}
