import type {
  CancelRejected,
  EventStamp,
  OrderCancelled,
  OrderEvent,
  OrderReconciled,
  OrderUnresolved,
  RejectReason,
} from "../main/kernel/events.ts";
import { money, type Liquidity, type Lots, type Ticks } from "../main/kernel/values/units.ts";
import type { ByteReader, ByteWriter } from "./tape-bytes.ts";
import { wordCode, type BlockState, type WordCode } from "./tape-event-tags.ts";

const REJECT_REASONS = wordCode<RejectReason>({
  "post-only": 0,
  "reduce-only": 1,
  margin: 2,
  rules: 3,
  "rate-limit": 4,
  maintenance: 5,
  unstated: 6,
});
const LIQUIDITIES = wordCode<Liquidity>({ maker: 0, taker: 1 });
const CANCEL_CAUSES = wordCode<OrderCancelled["cause"]>({ requested: 0, venue: 1, expired: 2 });
const CANCEL_REJECT_REASONS = wordCode<CancelRejected["reason"]>({ "unknown-order": 0, unstated: 1 });
const REQUESTS = wordCode<OrderUnresolved["request"]>({ place: 0, cancel: 1 });
const VENUE_STATUSES = wordCode<OrderReconciled["venueStatus"]>({
  resting: 0,
  filled: 1,
  cancelled: 2,
  "never-arrived": 3,
});

export function writeOrderEvent(writer: ByteWriter, state: BlockState, event: OrderEvent): void {
  writer.delta(state.orderId, event.orderId);
  state.orderId = event.orderId;
  switch (event.type) {
    case "order-accepted":
      writer.text(event.venueOrderId);
      return;
    case "order-rejected":
      writer.byte(REJECT_REASONS.codes[event.reason]);
      return;
    case "order-filled":
      writer.text(event.tradeId);
      writer.delta(state.fillTicks, event.priceTicks);
      writer.delta(0, event.sizeLots);
      writer.byte(LIQUIDITIES.codes[event.liquidity]);
      writer.bigint(event.fee);
      state.fillTicks = event.priceTicks;
      return;
    case "order-cancelled":
      writer.byte(CANCEL_CAUSES.codes[event.cause]);
      return;
    case "cancel-rejected":
      writer.byte(CANCEL_REJECT_REASONS.codes[event.reason]);
      return;
    case "order-unresolved":
      writer.byte(REQUESTS.codes[event.request]);
      return;
    case "order-reconciled":
      writer.byte(VENUE_STATUSES.codes[event.venueStatus]);
      return;
    default:
      event satisfies never;
  }
}

export function readOrderEvent(
  reader: ByteReader,
  state: BlockState,
  type: OrderEvent["type"],
  stamp: EventStamp,
): OrderEvent {
  const orderId = reader.delta(state.orderId);
  state.orderId = orderId;
  switch (type) {
    case "order-accepted":
      return { ...stamp, type, orderId, venueOrderId: reader.text() };
    case "order-rejected":
      return { ...stamp, type, orderId, reason: readWord(reader, REJECT_REASONS, "reject reason") };
    case "order-filled": {
      const tradeId = reader.text();
      const priceTicks = reader.delta(state.fillTicks) as Ticks;
      const sizeLots = reader.delta(0) as Lots;
      const liquidity = readWord(reader, LIQUIDITIES, "liquidity");
      const fee = money(reader.bigint());
      state.fillTicks = priceTicks;
      return { ...stamp, type, orderId, tradeId, priceTicks, sizeLots, liquidity, fee };
    }
    case "order-cancelled":
      return { ...stamp, type, orderId, cause: readWord(reader, CANCEL_CAUSES, "cause of a cancel") };
    case "cancel-rejected":
      return { ...stamp, type, orderId, reason: readWord(reader, CANCEL_REJECT_REASONS, "reason") };
    case "order-unresolved":
      return { ...stamp, type, orderId, request: readWord(reader, REQUESTS, "request") };
    case "order-reconciled":
      return { ...stamp, type, orderId, venueStatus: readWord(reader, VENUE_STATUSES, "status at the venue") };
    default:
      return type satisfies never;
  }
}

/** One byte that names a word of a closed list. */
export function readWord<W extends string>(reader: ByteReader, code: WordCode<W>, what: string): W {
  const at = reader.byte();
  return code.words[at] ?? reader.fail(`no ${what} has the number ${at}`);
}
