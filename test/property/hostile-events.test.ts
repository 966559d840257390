import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lots, micros, money, ticks } from "../../main/kernel/values/units.ts";
import type { OperatorCommand, RejectReason } from "../../main/kernel/events.ts";
import {
  ASK,
  BID,
  quoting,
  settingsFor,
  snapshotOf,
  type EventBody,
  type KernelHarness,
} from "../support/kernel-harness.ts";

const MOST = Number.MAX_SAFE_INTEGER;
/** Whole numbers that no venue should send, and some that it might. */
const whole = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: BID - 50, max: ASK + 50 }) },
  { weight: 2, arbitrary: fc.integer({ min: -5, max: 50 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -1, 1, MOST, -MOST, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 40) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
);
const ratio = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e-308));
const pairs = fc.array(whole, { maxLength: 12 });
const anyOrderId = fc.oneof(fc.integer({ min: 1, max: 12 }), whole);
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("", "\u0000", "__proto__", "t1", "c1"));
const amount = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(money);

const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constant("book-snapshot-received" as const), updateId: whole, bids: pairs, asks: pairs }),
  fc.record({
    type: fc.constant("book-delta-received" as const),
    firstUpdateId: whole,
    updateId: whole,
    previousUpdateId: whole,
    bids: pairs,
    asks: pairs,
  }),
  fc.record({
    type: fc.constant("book-ticker-received" as const),
    updateId: whole,
    bidTicks: whole.map(ticks),
    bidLots: whole.map(lots),
    askTicks: whole.map(ticks),
    askLots: whole.map(lots),
  }),
  fc.record({
    type: fc.constant("trade-printed" as const),
    tradeId: whole,
    aggressor: fc.constantFrom("buy" as const, "sell" as const),
    priceTicks: whole.map(ticks),
    sizeLots: whole.map(lots),
  }),
  fc.record({ type: fc.constant("feed-disconnected" as const), reason: text }),
  fc.record({ type: fc.constant("frame-unreadable" as const), reason: text }),
  fc.record({
    type: fc.constant("funding-rate-updated" as const),
    rate: ratio,
    nextFundingUs: whole.map(micros),
    intervalUs: whole,
  }),
  fc.record({ type: fc.constant("order-accepted" as const), orderId: anyOrderId, venueOrderId: text }),
  fc.record({
    type: fc.constant("order-rejected" as const),
    orderId: anyOrderId,
    reason: fc.constantFrom<RejectReason>("post-only", "reduce-only", "margin", "rules", "rate-limit", "unstated"),
  }),
  fc.record({
    type: fc.constant("order-filled" as const),
    orderId: anyOrderId,
    tradeId: text,
    priceTicks: whole.map(ticks),
    sizeLots: whole.map(lots),
    liquidity: fc.constantFrom("maker" as const, "taker" as const),
    fee: amount,
  }),
  fc.record({
    type: fc.constant("order-cancelled" as const),
    orderId: anyOrderId,
    cause: fc.constantFrom("requested" as const, "venue" as const, "expired" as const),
  }),
  fc.record({
    type: fc.constant("cancel-rejected" as const),
    orderId: anyOrderId,
    reason: fc.constantFrom("unknown-order" as const, "unstated" as const),
  }),
  fc.record({
    type: fc.constant("order-unresolved" as const),
    orderId: anyOrderId,
    request: fc.constantFrom("place" as const, "cancel" as const),
  }),
  fc.record({
    type: fc.constant("order-reconciled" as const),
    orderId: anyOrderId,
    venueStatus: fc.constantFrom("resting" as const, "filled" as const, "cancelled" as const, "never-arrived" as const),
  }),
  fc.record({ type: fc.constant("funding-paid" as const), amount }),
);

const control: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({
    type: fc.constant("operator-commanded" as const),
    commandId: text,
    command: fc.constantFrom<OperatorCommand>("pause", "resume", "cancel-all", "reduce-only", "resume", "stop"),
    by: text,
  }),
  fc.record({ type: fc.constant("timer-fired" as const), timerId: whole }),
  fc.record({ type: fc.constant("fault-raised" as const), fault: fc.constant("journal-behind" as const) }),
  fc.record({ type: fc.constant("session-ending" as const) }),
  fc.record({ type: fc.constant("fault-cleared" as const), fault: fc.constant("journal-behind" as const) }),
  fc.record({
    type: fc.constant("profile-changed" as const),
    commandId: text,
    by: text,
    profile: fc
      .constantFrom("legacy" as const, "crypto" as const)
      .map((name) => snapshotOf(settingsFor(name, { numPriceLevels: 2, imbalancePauseThreshold: 0.6 }), 2)),
  }),
);

/** A gap in time before the event, then the event; a negative gap is a clock that runs backwards. */
const step = fc.record({
  gapUs: fc.oneof(fc.integer({ min: 0, max: 3_000_000 }), fc.integer({ min: -10_000_000, max: 20_000_000 })),
  body: fc.oneof({ weight: 6, arbitrary: body }, { weight: 1, arbitrary: control }),
});

/** Plays the steps; true when own orders never crossed and the books always added up. */
function play(harness: KernelHarness, steps: readonly { readonly gapUs: number; readonly body: EventBody }[]): boolean {
  let isSound = true;
  for (const one of steps) {
    if (one.gapUs > 0) harness.wait(one.gapUs);
    harness.send(one.body, Math.max(0, harness.nowUs + Math.min(0, one.gapUs)));
    const prices = (side: "buy" | "sell"): number[] => harness.liveOn(side).map((order) => order.priceTicks);
    const { ledger, orders } = harness.kernel;
    const parts = ledger.parts(null);
    isSound &&= Math.max(-Infinity, ...prices("buy")) < Math.min(Infinity, ...prices("sell"));
    isSound &&= parts.spreadCapture + parts.inventory + parts.fees + parts.funding === parts.net;
    isSound &&= orders.liveCount <= 4;
  }
  return isSound;
}

describe("whatever a venue says", () => {
  it.each(["legacy", "crypto"] as const)("the kernel of %s neither throws nor crosses itself", (profile) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const harness = quoting(profile, { numPriceLevels: 2, imbalancePauseThreshold: 0.6, staleCancelGraceS: 1 });
        expect(play(harness, steps)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("quotes again on the next good book", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const harness = quoting("legacy");
        const isControl = ({ body: { type } }: (typeof steps)[number]): boolean =>
          type === "operator-commanded" ||
          type === "fault-raised" ||
          type === "profile-changed" ||
          type === "order-filled";
        play(
          harness,
          steps.filter((one) => !isControl(one)),
        );
        for (let round = 0; round < 4; round += 1) {
          harness.wait(130_000_000).snapshot([BID, 10], [ASK, 10]);
          for (const { orderId, status } of harness.live()) {
            if (status === "unresolved") harness.send({ type: "order-reconciled", orderId, venueStatus: "cancelled" });
          }
          harness.settle().keepFresh(3_000_000).settle();
        }
        expect(
          harness
            .live()
            .map(({ side }) => side)
            .sort(),
        ).toEqual(["buy", "sell"]);
      }),
      { numRuns: 300 },
    );
    // Other work of the machine may stretch it
  }, 120_000);
});
