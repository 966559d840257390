import fc from "fast-check";
import type { KernelEvent } from "../../main/kernel/events.ts";
import type { EncodedBlock } from "../../db/journal-protocol.ts";
import { BlockEncoder } from "../../db/tape-codec.ts";
import type { TapeHeader } from "../../db/tape-header.ts";

const anyWhole = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constant("\ud800!"),
);
const levels = fc.array(anyWhole, { maxLength: 12 });
const money = fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n });
const rate = fc.double({ noNaN: true });
const profile = fc.record(
  {
    name: text,
    revision: fc.nat(),
    hash: text,
    settings: fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.nat(), fc.boolean(), text), {
      noNullPrototype: true,
    }),
  },
  { noNullPrototype: true },
);

const bodies: Record<KernelEvent["type"], Record<string, fc.Arbitrary<unknown>>> = {
  "book-snapshot-received": { updateId: anyWhole, bids: levels, asks: levels },
  "book-delta-received": {
    firstUpdateId: anyWhole,
    updateId: anyWhole,
    previousUpdateId: anyWhole,
    bids: levels,
    asks: levels,
  },
  "book-ticker-received": {
    updateId: anyWhole,
    bidTicks: anyWhole,
    bidLots: anyWhole,
    askTicks: anyWhole,
    askLots: anyWhole,
  },
  "trade-printed": {
    tradeId: anyWhole,
    aggressor: fc.constantFrom("buy", "sell"),
    priceTicks: anyWhole,
    sizeLots: anyWhole,
  },
  "feed-disconnected": { reason: text },
  "frame-unreadable": { reason: text },
  "funding-rate-updated": { rate, nextFundingUs: anyWhole, intervalUs: anyWhole },
  "open-interest-reported": { openInterestLots: anyWhole },
  "liquidation-printed": { side: fc.constantFrom("buy", "sell"), priceTicks: anyWhole, sizeLots: anyWhole },
  "order-accepted": { orderId: anyWhole, venueOrderId: text },
  "order-rejected": {
    orderId: anyWhole,
    reason: fc.constantFrom("post-only", "reduce-only", "margin", "rules", "rate-limit", "maintenance", "unstated"),
  },
  "order-filled": {
    orderId: anyWhole,
    tradeId: text,
    priceTicks: anyWhole,
    sizeLots: anyWhole,
    liquidity: fc.constantFrom("maker", "taker"),
    fee: money,
  },
  "order-cancelled": { orderId: anyWhole, cause: fc.constantFrom("requested", "venue", "expired") },
  "cancel-rejected": { orderId: anyWhole, reason: fc.constantFrom("unknown-order", "unstated") },
  "order-unresolved": { orderId: anyWhole, request: fc.constantFrom("place", "cancel") },
  "order-reconciled": {
    orderId: anyWhole,
    venueStatus: fc.constantFrom("resting", "filled", "cancelled", "never-arrived"),
  },
  "funding-paid": { amount: money },
  "account-updated": {
    equity: money,
    available: money,
    initialMargin: money,
    markTicks: fc.option(anyWhole),
    liquidationTicks: fc.option(anyWhole),
  },
  "venue-state-reported": {
    queryId: anyWhole,
    positionLots: anyWhole,
    restingOrderIds: fc.array(anyWhole, { maxLength: 5 }),
  },
  "venue-throttled": { cause: fc.constantFrom("rate-limited", "maintenance") },
  "operator-commanded": {
    commandId: text,
    command: fc.constantFrom("pause", "resume", "cancel-all", "reduce-only", "flatten", "kill", "stop"),
    by: text,
  },
  "profile-changed": { commandId: text, by: text, profile },
  "profile-refused": { by: text, message: text },
  "latch-cleared": {
    commandId: text,
    latch: fc.constantFrom("repeated-execution", "drawdown", "session-loss", "day-loss"),
    by: text,
    reason: text,
  },
  "operator-seen": { by: text },
  "session-ending": {},
  "timer-fired": { timerId: anyWhole },
  "fault-raised": { fault: fc.constantFrom("journal-behind", "journal-failed", "event-loop-delayed") },
  "fault-cleared": { fault: fc.constantFrom("journal-behind", "journal-failed", "event-loop-delayed") },
};

/** Any event at all, also such as no venue would send. */
export const anyEvent: fc.Arbitrary<KernelEvent> = fc
  .constantFrom(...(Object.keys(bodies) as KernelEvent["type"][]))
  .chain((type) =>
    fc.record(
      { type: fc.constant(type), seq: anyWhole, tsEvent: anyWhole, tsInit: anyWhole, ...bodies[type] },
      { noNullPrototype: true },
    ),
  ) as fc.Arbitrary<KernelEvent>;

export const eventTypes = Object.keys(bodies) as KernelEvent["type"][];

/** Numbers the events from 1 and puts them a second apart, as an event queue would. */
export function inOrder(events: readonly KernelEvent[]): KernelEvent[] {
  return events.map((event, i) => ({ ...event, seq: i + 1, tsInit: (i + 1) * 1_000_000 }) as KernelEvent);
}

export function encoded(events: readonly KernelEvent[]): EncodedBlock {
  const encoder = new BlockEncoder();
  for (const event of events) encoder.add(event);
  const block = encoder.finish();
  if (block === null) throw new Error("a block needs events");
  return block;
}

export function tapeHeader(over: Partial<TapeHeader> = {}): TapeHeader {
  return {
    format: 1,
    kind: "session",
    rules: {
      market: "BTCUSDT",
      venue: "binance-usdm",
      baseCurrency: "BTC",
      quoteCurrency: "USDT",
      tickSize: "0.1",
      lotSize: "0.001",
      minOrderLots: 1,
      minNotional: "100",
      fundingIntervalS: 28_800,
    },
    createdBy: "test",
    clock: { offsetUs: 0, note: "" },
    manifest: null,
    import: null,
    ...over,
  };
}
