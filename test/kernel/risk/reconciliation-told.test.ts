import { describe, expect, it } from "vitest";
import type { EffectSink } from "../../../main/kernel/effect-sink.ts";
import type { Effect } from "../../../main/kernel/effects.ts";
import type { OrderDesk } from "../../../main/kernel/orders/order-desk.ts";
import type { Order, OrderManager } from "../../../main/kernel/orders/order-manager.ts";
import { VenueReconciliation } from "../../../main/kernel/risk/venue-reconciliation.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { voice } from "./halts-fixture.ts";

const SECOND = 1_000_000;
const at = (seconds: number) => micros(seconds * SECOND);

/** A reconciliation over orders that the test holds: their statuses by id. */
function reconciling(statuses: Record<number, Order["status"]> = {}, nextOrderId = 10) {
  const spoken = voice();
  const queries: number[] = [];
  const doubted: number[] = [];
  const cancelled: string[] = [];
  const held = new Map(
    Object.entries(statuses).map(([id, status]) => [Number(id), { orderId: Number(id), status } as Order]),
  );
  const orders = {
    live: () => [...held.values()],
    find: (orderId: number) => held.get(orderId) ?? null,
    nextOrderId,
  } as unknown as OrderManager;
  const desk = {
    doubt: (order: Order) => doubted.push(order.orderId),
    cancelAll: (reason: string) => cancelled.push(reason),
  } as unknown as OrderDesk;
  const effects = {
    push: (effect: Effect) => (effect.type === "query-venue-state" ? queries.push(effect.queryId) : 0),
  } as unknown as EffectSink;
  const venue = new VenueReconciliation(orders, desk, spoken.halts, effects);
  const answer = (
    seconds: number,
    position: number,
    theirs: number,
    ids: readonly number[],
    queryId = queries.at(-1),
  ) =>
    venue.answered(
      {
        type: "venue-state-reported",
        seq: 1,
        tsEvent: at(seconds),
        tsInit: at(seconds),
        queryId: queryId ?? 0,
        positionLots: theirs,
        restingOrderIds: ids,
      },
      position,
      at(seconds),
    );
  return { ...spoken, venue, queries, doubted, cancelledAgain: cancelled, held, answer };
}

describe("the questions", () => {
  it("come at once, half a minute after an answer that agrees, a second after one that does not", () => {
    const { venue, queries, answer } = reconciling();
    venue.advance(0, at(0));
    venue.advance(0, at(1));
    expect([queries, venue.nextDueUs()]).toEqual([[1], 10 * SECOND]);
    answer(2, 0, 0, []);
    expect(venue.nextDueUs()).toBe(32 * SECOND);
    venue.advance(0, at(31.9));
    venue.advance(0, at(32));
    expect(queries).toEqual([1, 2]);
    answer(33, 0, 5, []);
    expect(venue.nextDueUs()).toBe(34 * SECOND);
    venue.awaitAnswer(at(33));
    expect(venue.nextDueUs()).toBe(0);
  });

  it("that stay without an answer for ten seconds are told once and asked anew; late answers count for nothing", () => {
    const { venue, queries, answer, said } = reconciling();
    venue.advance(0, at(0));
    venue.advance(0, at(9.9));
    expect([queries, said()]).toEqual([[1], []]);
    venue.advance(0, at(10));
    expect(queries).toEqual([1, 2]);
    expect(said()).toEqual([
      "reconciliation changed no answer null/null",
      "critical: the venue does not tell our position and orders: asked 10 s ago",
    ]);
    venue.advance(0, at(20));
    expect([queries, said()]).toEqual([[1, 2, 3], []]);
    answer(21, 0, 7, [], 2);
    expect([said(), venue.nextDueUs()]).toEqual([[], 30 * SECOND]);
    answer(22, 0, 0, []);
    expect(said()).toEqual(["reconciliation changed answered null/null", "info: the venue answers again"]);
    answer(23, 0, 7, []);
    expect([said(), venue.nextDueUs()]).toEqual([[], 52 * SECOND]);
  });

  it("do not tell a silence that a reconnect has cut short", () => {
    const { venue, said, answer } = reconciling();
    venue.advance(0, at(0));
    venue.awaitAnswer(at(9));
    said();
    venue.advance(0, at(10));
    expect(said()).toEqual([]);
    answer(11, 0, 0, [], 1);
    expect(venue.nextDueUs()).toBe(20 * SECOND);
  });
});

describe("until the venue has answered", () => {
  it("quoting is held, which is no difference; a difference that is found then is told all the same, once", () => {
    const { venue, answer, said, state } = reconciling();
    venue.awaitAnswer(at(0));
    expect([state.name, said()]).toEqual([
      "HALTED",
      [
        "reconciliation tripped not-ready null/null",
        "info: quoting waits until the venue has told our position and orders",
      ],
    ]);
    for (const seconds of [1, 3, 5]) {
      venue.advance(0, at(seconds));
      answer(seconds + 0.5, 0, 50, []);
    }
    expect([said(), venue.differenceLots]).toEqual([
      ["reconciliation changed position 50/0", "critical: quoting halted: the venue's position is 50 lots, ours 0"],
      -50,
    ]);
    venue.advance(50, at(7));
    answer(8, 50, 50, []);
    expect([state.name, venue.differenceLots]).toEqual(["ACTIVE", 0]);
  });
});

describe("the position", () => {
  it("halts when the same difference shows twice, with both figures, and agrees again", () => {
    const { venue, answer, said, state } = reconciling();
    venue.advance(3, at(0));
    answer(1, 3, 5, []);
    venue.advance(3, at(2));
    expect([said(), state.name]).toEqual([[], "ACTIVE"]);
    answer(3, 3, 5, []);
    expect(said()).toEqual([
      "reconciliation tripped position 5/3",
      "critical: quoting halted: the venue's position is 5 lots, ours 3",
    ]);
    venue.advance(3, at(4));
    answer(5, 3, 3, []);
    expect(said()).toEqual([
      "reconciliation cleared agrees null/null",
      "info: the venue's position and orders agree with ours",
    ]);
  });

  it.each([
    { name: "another difference", second: [3, 6] as const, halts: false },
    { name: "the same one by other figures", second: [4, 6] as const, halts: true },
    { name: "none", second: [3, 3] as const, halts: false },
  ])("after one difference and then $name: halted $halts", ({ second: [ours, theirs], halts }) => {
    const { venue, answer, state } = reconciling();
    venue.advance(3, at(0));
    answer(1, 3, 5, []);
    venue.advance(ours, at(2));
    answer(3, ours, theirs, []);
    expect(state.name).toBe(halts ? "HALTED" : "ACTIVE");
  });

  it("is in no doubt while it moves, and is asked for again until it stands", () => {
    const { venue, answer, state } = reconciling();
    venue.advance(3, at(0));
    answer(1, 3, 5, []);
    venue.advance(3, at(2));
    answer(3, 4, 6, []);
    expect(venue.nextDueUs()).toBe(4 * SECOND);
    venue.advance(4, at(4));
    answer(5, 4, 6, []);
    expect(state.name).toBe("ACTIVE");
    venue.advance(4, at(6));
    answer(7, 6, 6, []);
    expect(venue.nextDueUs()).toBe(37 * SECOND);
  });
});

describe("orders that the venue does not list", () => {
  it("are asked for at the second time, each once, while they rest with us", () => {
    const { venue, answer, doubted, said, held } = reconciling({ 1: "resting", 2: "in-flight", 3: "resting" });
    venue.advance(0, at(0));
    answer(1, 0, 0, [3]);
    expect([doubted, venue.nextDueUs()]).toEqual([[], 2 * SECOND]);
    venue.advance(0, at(2));
    answer(3, 0, 0, [3]);
    expect([doubted, said()]).toEqual([
      [1],
      ["warning: the venue does not list order 1, which we hold as resting: it is asked for"],
    ]);
    venue.advance(0, at(4));
    answer(5, 0, 0, [3]);
    expect(doubted).toEqual([1]);
    held.set(1, { orderId: 1, status: "unresolved" } as Order);
    venue.advance(0, at(6));
    answer(7, 0, 0, [3]);
    expect([doubted, venue.nextDueUs()]).toEqual([[1], 37 * SECOND]);
  });

  it("are no doubt where they ended, or only came to rest, between question and answer", () => {
    const { venue, answer, held } = reconciling({ 1: "resting", 2: "in-flight" });
    venue.advance(0, at(0));
    held.delete(1);
    held.set(2, { orderId: 2, status: "resting" } as Order);
    answer(1, 0, 0, []);
    expect(venue.nextDueUs()).toBe(31 * SECOND);
  });
});

describe("orders that we do not know", () => {
  it("halt at once where they were never sent, and are cancelled again where the halt stands", () => {
    const { venue, answer, said, cancelled, cancelledAgain } = reconciling({ 9: "resting" });
    venue.advance(0, at(0));
    answer(1, 0, 0, [9, 10, 11]);
    expect(said()).toEqual([
      "reconciliation tripped unknown orders 2/null",
      "critical: quoting halted: the venue holds orders of ours that we do not know, 10, 11; all are cancelled",
    ]);
    expect([cancelled, cancelledAgain, venue.nextDueUs()]).toEqual([["halt"], [], 2 * SECOND]);
    venue.advance(0, at(2));
    answer(3, 0, 0, [9, 10]);
    expect([said(), cancelled, cancelledAgain]).toEqual([[], ["halt"], ["halt"]]);
  });

  it("halt at the second time where they have ended with us", () => {
    const { venue, answer, said, state } = reconciling({ 5: "resting" });
    venue.advance(0, at(0));
    answer(1, 0, 0, [4, 5]);
    expect([said(), venue.nextDueUs()]).toEqual([[], 2 * SECOND]);
    venue.advance(0, at(2));
    answer(3, 0, 0, [3, 5]);
    expect(said()).toEqual([]);
    venue.advance(0, at(4));
    answer(5, 0, 0, [3, 5]);
    expect([said()[0], state.name]).toEqual(["reconciliation tripped unknown orders 1/null", "HALTED"]);
  });

  it("of somebody else are counted, and told when their number changes", () => {
    const { venue, answer, said, state } = reconciling();
    venue.advance(0, at(0));
    answer(1, 0, 0, [0, -1]);
    expect([said(), venue.foreignOrders, venue.nextDueUs()]).toEqual([
      ["warning: 2 orders of the account are not ours; they are left alone"],
      2,
      31 * SECOND,
    ]);
    venue.advance(0, at(31));
    answer(32, 0, 0, [0, -1]);
    expect(said()).toEqual([]);
    venue.advance(0, at(62));
    answer(63, 0, 0, []);
    expect([said(), state.name]).toEqual([
      ["info: 0 orders of the account are not ours; they are left alone"],
      "ACTIVE",
    ]);
  });
});
