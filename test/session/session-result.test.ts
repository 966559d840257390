import { expect, test } from "vitest";
import type { RecordFill, RecordOrder } from "../../main/kernel/effects.ts";
import { lots, micros, money, ticks } from "../../main/kernel/values/units.ts";
import { NO_PARTS } from "../../main/review/result-parts.ts";
import { SessionTally } from "../../main/session/session-result.ts";

const slot = { side: "buy", level: 0 } as const;

function row(status: RecordOrder["status"], filledLots: number): RecordOrder {
  return {
    type: "record-order",
    atUs: micros(1),
    orderId: 7,
    slot,
    side: "buy",
    priceTicks: ticks(100),
    sizeLots: lots(10),
    filledLots: lots(filledLots),
    status,
    reason: "reprice",
  };
}

function fill(orderId: number): RecordFill {
  return {
    type: "record-fill",
    atUs: micros(1),
    orderId,
    tradeId: "t1",
    slot,
    side: "buy",
    priceTicks: ticks(100),
    sizeLots: lots(4),
    liquidity: "maker",
    fee: money(0n),
    midHalfTicks: null,
    bestBidTicks: null,
    bestAskTicks: null,
    positionLots: 4,
    pnl: NO_PARTS,
    quoteLifetimeUs: 1,
  };
}

test("a cancel counts on the change into cancelled, not with the fills that come after it", () => {
  const tally = new SessionTally();
  tally.add([row("in-flight", 0)]);
  tally.add([row("resting", 0)]);
  tally.add([row("cancelling", 0)]);
  expect(tally.cancels).toBe(0);
  tally.add([row("cancelled", 0)]);
  expect(tally.cancels).toBe(1);
  tally.add([row("cancelled", 4), fill(7)]);
  tally.add([row("filled", 10), fill(7)]);
  expect(tally.cancels).toBe(1);
});

test("a cancel beside another order's fill counts", () => {
  const tally = new SessionTally();
  tally.add([row("cancelled", 0), fill(8)]);
  expect(tally.cancels).toBe(1);
});
