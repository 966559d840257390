import type { AccountEvent, EventStamp, VenueThrottled } from "../main/kernel/events.ts";
import { money, type Ticks } from "../main/kernel/values/units.ts";
import type { ByteReader, ByteWriter } from "./tape-bytes.ts";
import { wordCode } from "./tape-event-tags.ts";
import { readWord } from "./tape-order-codec.ts";

const THROTTLE_CAUSES = wordCode<VenueThrottled["cause"]>({ "rate-limited": 0, maintenance: 1 });

export function writeAccountEvent(writer: ByteWriter, event: AccountEvent): void {
  switch (event.type) {
    case "funding-paid":
      writer.bigint(event.amount);
      return;
    case "account-updated":
      writer.bigint(event.equity);
      writer.bigint(event.available);
      writer.bigint(event.initialMargin);
      writeTicksOrNull(writer, event.markTicks);
      writeTicksOrNull(writer, event.liquidationTicks);
      return;
    case "venue-state-reported":
      writer.delta(0, event.queryId);
      writer.delta(0, event.positionLots);
      writer.unsigned(event.restingOrderIds.length);
      for (const orderId of event.restingOrderIds) writer.delta(0, orderId);
      return;
    case "venue-throttled":
      writer.byte(THROTTLE_CAUSES.codes[event.cause]);
      return;
    default:
      event satisfies never;
  }
}

export function readAccountEvent(reader: ByteReader, type: AccountEvent["type"], stamp: EventStamp): AccountEvent {
  switch (type) {
    case "funding-paid":
      return { ...stamp, type, amount: money(reader.bigint()) };
    case "account-updated": {
      const equity = money(reader.bigint());
      const available = money(reader.bigint());
      const initialMargin = money(reader.bigint());
      const markTicks = readTicksOrNull(reader);
      const liquidationTicks = readTicksOrNull(reader);
      return { ...stamp, type, equity, available, initialMargin, markTicks, liquidationTicks };
    }
    case "venue-state-reported": {
      const queryId = reader.delta(0);
      const positionLots = reader.delta(0);
      return { ...stamp, type, queryId, positionLots, restingOrderIds: readOrderIds(reader) };
    }
    case "venue-throttled":
      return { ...stamp, type, cause: readWord(reader, THROTTLE_CAUSES, "cause of a throttle") };
    default:
      return type satisfies never;
  }
}

function readOrderIds(reader: ByteReader): number[] {
  const count = reader.unsigned();
  // Each id takes at least a byte: a rubbish count must not reserve memory
  if (count > reader.remaining) reader.fail(`${count} order ids were announced, ${reader.remaining} bytes are left`);
  return Array.from({ length: count }, () => reader.delta(0));
}

function writeTicksOrNull(writer: ByteWriter, ticks: Ticks | null): void {
  writer.byte(ticks === null ? 0 : 1);
  if (ticks !== null) writer.delta(0, ticks);
}

function readTicksOrNull(reader: ByteReader): Ticks | null {
  const flag = reader.byte();
  if (flag > 1) reader.fail(`a price is there (1) or not (0), was ${flag}`);
  return flag === 0 ? null : (reader.delta(0) as Ticks);
}
