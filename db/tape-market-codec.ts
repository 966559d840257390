import type {
  BookDeltaReceived,
  BookSnapshotReceived,
  BookTickerReceived,
  EventStamp,
  FundingRateUpdated,
  LevelPairs,
  LiquidationPrinted,
  MarketEvent,
  TradePrinted,
} from "../main/kernel/events.ts";
import type { Lots, Micros, OrderSide, Ticks } from "../main/kernel/values/units.ts";
import type { ByteReader, ByteWriter } from "./tape-bytes.ts";
import { wordCode, type BlockState } from "./tape-event-tags.ts";

/** An event less its stamp and its kind. */
type Body<E extends EventStamp & { readonly type: string }> = Omit<E, keyof EventStamp | "type">;

const SIDES = wordCode<OrderSide>({ buy: 0, sell: 1 });

const TICKER_BID_TICKS = 1;
const TICKER_BID_LOTS = 2;
const TICKER_ASK_TICKS = 4;
const TICKER_ASK_LOTS = 8;
const TICKER_FIELDS = 15;

export function writeMarketEvent(writer: ByteWriter, state: BlockState, event: MarketEvent): void {
  switch (event.type) {
    case "book-snapshot-received":
      writer.delta(state.snapshotId, event.updateId);
      state.snapshotId = event.updateId;
      writeSides(writer, state, event);
      return;
    case "book-delta-received":
      writer.delta(state.updateId, event.previousUpdateId);
      writer.delta(event.previousUpdateId, event.firstUpdateId);
      writer.delta(event.firstUpdateId, event.updateId);
      state.updateId = event.updateId;
      writeSides(writer, state, event);
      return;
    case "book-ticker-received":
      writeTicker(writer, state, event);
      return;
    case "trade-printed":
      writer.byte(SIDES.codes[event.aggressor]);
      writer.delta(state.tradeId + 1, event.tradeId);
      writer.delta(state.tradeTicks, event.priceTicks);
      writer.delta(0, event.sizeLots);
      state.tradeId = event.tradeId;
      state.tradeTicks = event.priceTicks;
      return;
    case "feed-disconnected":
    case "frame-unreadable":
      writer.text(event.reason);
      return;
    case "funding-rate-updated":
      writer.float(event.rate);
      writer.delta(state.nextFundingUs, event.nextFundingUs);
      writer.delta(0, event.intervalUs);
      state.nextFundingUs = event.nextFundingUs;
      return;
    case "open-interest-reported":
      writer.delta(0, event.openInterestLots);
      return;
    case "liquidation-printed":
      writer.byte(SIDES.codes[event.side]);
      writer.delta(state.tradeTicks, event.priceTicks);
      writer.delta(0, event.sizeLots);
      state.tradeTicks = event.priceTicks;
      return;
    default:
      event satisfies never;
  }
}

export function readMarketEvent(
  reader: ByteReader,
  state: BlockState,
  type: MarketEvent["type"],
  stamp: EventStamp,
): MarketEvent {
  switch (type) {
    case "book-snapshot-received":
      return { ...stamp, type, ...readSnapshot(reader, state) };
    case "book-delta-received":
      return readDelta(reader, state, stamp);
    case "book-ticker-received":
      return readTicker(reader, state, stamp);
    case "trade-printed":
      return { ...stamp, type, ...readTrade(reader, state) };
    case "feed-disconnected":
      return { ...stamp, type, reason: reader.text() };
    case "frame-unreadable":
      return { ...stamp, type, reason: reader.text() };
    case "funding-rate-updated":
      return { ...stamp, type, ...readFundingRate(reader, state) };
    case "open-interest-reported":
      return { ...stamp, type, openInterestLots: reader.delta(0) };
    case "liquidation-printed":
      return { ...stamp, type, ...readLiquidation(reader, state) };
    default:
      return type satisfies never;
  }
}

function readSnapshot(reader: ByteReader, state: BlockState): Body<BookSnapshotReceived> {
  const updateId = reader.delta(state.snapshotId);
  state.snapshotId = updateId;
  const bids = readBids(reader, state);
  return { updateId, bids, asks: readAsks(reader, state) };
}

function readDelta(reader: ByteReader, state: BlockState, stamp: EventStamp): BookDeltaReceived {
  const previousUpdateId = reader.delta(state.updateId);
  const firstUpdateId = reader.delta(previousUpdateId);
  const updateId = reader.delta(firstUpdateId);
  state.updateId = updateId;
  const bids = readBids(reader, state);
  const asks = readAsks(reader, state);
  const { seq, tsEvent, tsInit } = stamp;
  return {
    seq,
    tsEvent,
    tsInit,
    type: "book-delta-received",
    firstUpdateId,
    updateId,
    previousUpdateId,
    bids,
    asks,
  };
}

function writeTicker(writer: ByteWriter, state: BlockState, event: BookTickerReceived): void {
  const changed =
    (event.bidTicks === state.bidTicks ? 0 : TICKER_BID_TICKS) |
    (event.bidLots === state.bidLots ? 0 : TICKER_BID_LOTS) |
    (event.askTicks === state.askTicks ? 0 : TICKER_ASK_TICKS) |
    (event.askLots === state.askLots ? 0 : TICKER_ASK_LOTS);
  writer.byte(changed);
  writer.delta(state.tickerUpdateId, event.updateId);
  if (changed & TICKER_BID_TICKS) writer.delta(state.bidTicks, event.bidTicks);
  if (changed & TICKER_BID_LOTS) writer.delta(0, event.bidLots);
  if (changed & TICKER_ASK_TICKS) writer.delta(state.askTicks, event.askTicks);
  if (changed & TICKER_ASK_LOTS) writer.delta(0, event.askLots);
  keepTicker(state, event.updateId, event.bidTicks, event.bidLots, event.askTicks, event.askLots);
}

function readTicker(reader: ByteReader, state: BlockState, stamp: EventStamp): BookTickerReceived {
  const changed = reader.byte();
  if (changed > TICKER_FIELDS) reader.fail(`the changed fields of a book ticker must be 0 to 15, was ${changed}`);
  const updateId = reader.delta(state.tickerUpdateId);
  const bidTicks = (changed & TICKER_BID_TICKS ? reader.delta(state.bidTicks) : state.bidTicks) as Ticks;
  const bidLots = (changed & TICKER_BID_LOTS ? reader.delta(0) : state.bidLots) as Lots;
  const askTicks = (changed & TICKER_ASK_TICKS ? reader.delta(state.askTicks) : state.askTicks) as Ticks;
  const askLots = (changed & TICKER_ASK_LOTS ? reader.delta(0) : state.askLots) as Lots;
  keepTicker(state, updateId, bidTicks, bidLots, askTicks, askLots);
  const { seq, tsEvent, tsInit } = stamp;
  return { seq, tsEvent, tsInit, type: "book-ticker-received", updateId, bidTicks, bidLots, askTicks, askLots };
}

function keepTicker(
  state: BlockState,
  updateId: number,
  bidTicks: number,
  bidLots: number,
  askTicks: number,
  askLots: number,
): void {
  state.tickerUpdateId = updateId;
  state.bidTicks = bidTicks;
  state.bidLots = bidLots;
  state.askTicks = askTicks;
  state.askLots = askLots;
}

function readTrade(reader: ByteReader, state: BlockState): Body<TradePrinted> {
  const aggressor = SIDES.words[reader.byte()] ?? reader.fail("the aggressor must be 0 (buy) or 1 (sell)");
  const tradeId = reader.delta(state.tradeId + 1);
  const priceTicks = reader.delta(state.tradeTicks) as Ticks;
  const sizeLots = reader.delta(0) as Lots;
  state.tradeId = tradeId;
  state.tradeTicks = priceTicks;
  return { tradeId, aggressor, priceTicks, sizeLots };
}

function readLiquidation(reader: ByteReader, state: BlockState): Body<LiquidationPrinted> {
  const side = SIDES.words[reader.byte()] ?? reader.fail("the side must be 0 (buy) or 1 (sell)");
  const priceTicks = reader.delta(state.tradeTicks) as Ticks;
  state.tradeTicks = priceTicks;
  return { side, priceTicks, sizeLots: reader.delta(0) as Lots };
}

function readFundingRate(reader: ByteReader, state: BlockState): Body<FundingRateUpdated> {
  const rate = reader.float();
  const nextFundingUs = reader.delta(state.nextFundingUs) as Micros;
  state.nextFundingUs = nextFundingUs;
  return { rate, nextFundingUs, intervalUs: reader.delta(0) };
}

function writeSides(
  writer: ByteWriter,
  state: BlockState,
  event: { readonly bids: LevelPairs; readonly asks: LevelPairs },
): void {
  writeLevels(writer, event.bids, state.bidLevelTicks);
  writeLevels(writer, event.asks, state.askLevelTicks);
  state.bidLevelTicks = event.bids[0] ?? state.bidLevelTicks;
  state.askLevelTicks = event.asks[0] ?? state.askLevelTicks;
}

function readBids(reader: ByteReader, state: BlockState): number[] {
  const bids = readLevels(reader, state.bidLevelTicks);
  state.bidLevelTicks = bids[0] ?? state.bidLevelTicks;
  return bids;
}

function readAsks(reader: ByteReader, state: BlockState): number[] {
  const asks = readLevels(reader, state.askLevelTicks);
  state.askLevelTicks = asks[0] ?? state.askLevelTicks;
  return asks;
}

/** Count of numbers, then all prices, then all sizes: like next to like compresses better. */
function writeLevels(writer: ByteWriter, levels: LevelPairs, anchorTicks: number): void {
  writer.unsigned(levels.length);
  let last = anchorTicks;
  for (let i = 0; i < levels.length; i += 2) {
    const price = levels[i] ?? 0;
    writer.delta(last, price);
    last = price;
  }
  for (let i = 1; i < levels.length; i += 2) writer.delta(0, levels[i] ?? 0);
}

function readLevels(reader: ByteReader, anchorTicks: number): number[] {
  const count = reader.unsigned();
  // Each number takes at least a byte: a rubbish count must not reserve memory
  if (count > reader.remaining)
    reader.fail(`${count} level numbers were announced, ${reader.remaining} bytes are left`);
  const prices = count % 2 === 0 ? count / 2 : (count + 1) / 2;
  if (prices > priceScratch.length) priceScratch = new Float64Array(prices * 2);
  let last = anchorTicks;
  for (let i = 0; i < prices; i++) {
    last = reader.delta(last);
    priceScratch[i] = last;
  }
  const levels: number[] = [];
  for (let i = 0; i < prices; i++) {
    levels.push(priceScratch[i] ?? 0);
    if (2 * i + 1 < count) levels.push(reader.delta(0));
  }
  return levels;
}

/** Prices of one side while its sizes are not yet read; nothing outlives a call. */
let priceScratch = new Float64Array(1024);
