import { describe, expect, it } from "vitest";
import { parseVenueFaults, type VenueFaults } from "../../../main/venues/simulated/venue-faults.ts";
import { place, trade, VenueHarness } from "./venue-harness.ts";

function faults(text: string): VenueFaults {
  const parsed = parseVenueFaults(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

function rough(text: string): VenueHarness {
  return new VenueHarness({ faults: faults(text), latency: { outboundUs: 10, inboundUs: 10 } }).open(100);
}

const cancel = { type: "cancel-order", orderId: 1, reason: "reprice" } as const;
const query = { type: "query-order", orderId: 1 } as const;
const END = 20_000_000;

describe("a rough venue", () => {
  it("answers 429 and 503 with a throttle and a rejection, and never saw the order", () => {
    const limited = rough("rate-limited=1")
      .send(100, place(1, "buy", 1000, 5), query)
      .run(END);
    expect(limited.story()).toEqual(["throttled rate-limited", "rejected 1 rate-limit", "reconciled 1 never-arrived"]);
    const closed = rough("maintenance=1")
      .send(100, place(1, "buy", 1000, 5), query)
      .run(END);
    expect(closed.story()).toEqual(["throttled maintenance", "rejected 1 maintenance", "reconciled 1 never-arrived"]);
  });

  it("never throttles a cancel", () => {
    const harness = rough("rate-limited=1,maintenance=1").send(100, cancel).run(END);
    expect(harness.story()).toEqual(["cancel-rejected 1 unknown-order"]);
  });

  it("loses a request: unresolved after 5 s, and the order never arrived", () => {
    const harness = rough("lost-requests=1")
      .send(100, place(1, "buy", 1000, 5), query)
      .run(END);
    expect(harness.story()).toEqual(["reconciled 1 never-arrived", "unresolved 1 place"]);
    expect(harness.delivered.at(-1)?.tsInit).toBe(5_000_120);
    expect(harness.venue.openOrderCount()).toBe(0);
  });

  it("loses a response: unresolved, and the order rests and fills all the same", () => {
    const harness = rough("lost-responses=1")
      .send(100, place(1, "buy", 1000, 5))
      .run(120);
    harness.market(trade(200, "sell", 999, 9)).run(END);
    expect(harness.story()).toEqual(["filled 1 5@1000 maker", "unresolved 1 place"]);
  });

  it("loses the response of a cancel that was done", () => {
    const harness = rough("lost-responses=1")
      .send(100, place(1, "buy", 1000, 5), cancel, query)
      .run(END);
    expect(harness.story()).toEqual(["reconciled 1 cancelled", "unresolved 1 place", "unresolved 1 cancel"]);
  });

  it("refuses a cancel without a reason and keeps the order", () => {
    const harness = rough("refused-cancels=1")
      .send(100, place(1, "buy", 1000, 5), cancel)
      .run(END);
    expect(harness.story()).toEqual(["accepted 1", "cancel-rejected 1 unstated"]);
    expect(harness.venue.openOrderCount()).toBe(1);
  });

  it("says everything twice", () => {
    const harness = rough("duplicate-reports=1")
      .send(100, place(1, "buy", 1002, 5, { postOnly: false }))
      .run(END);
    const once = ["accepted 1", "filled 1 5@1002 taker"];
    expect(harness.story()).toEqual(once.flatMap((line) => [line, line]));
    expect(harness.venue.positionLots()).toBe(5);
  });

  it.each([["query-order"], ["query-venue-state"]])("tells lost fills when it is asked by %s, once", (type) => {
    const harness = rough("lost-reports=1")
      .send(100, place(1, "buy", 1002, 5, { postOnly: false }))
      .run(1_000);
    expect(harness.story()).toEqual([]);
    const question = type === "query-order" ? query : ({ type: "query-venue-state", queryId: 1 } as const);
    harness.send(1_000, question, question).run(END);
    const answer = type === "query-order" ? "reconciled 1 filled" : "state 1 5 []";
    expect(harness.story()).toEqual(["filled 1 5@1002 taker", answer, answer]);
    const fill = harness.delivered.find((event) => event.type === "order-filled");
    expect(fill).toMatchObject({ tsEvent: 110, tsInit: 1_020 });
  });

  it("counts a lost fill in the account at once", () => {
    const harness = rough("lost-reports=1")
      .send(100, place(1, "buy", 1002, 5, { postOnly: false }))
      .run(1_000);
    expect(harness.accounts().at(-1)?.markTicks).toBe(1001);
  });

  it("delivers late reports out of order, but in order of arrival", () => {
    const harness = rough("late-reports=1,late-ms=400,seed=4");
    for (let orderId = 1; orderId <= 8; orderId += 1) harness.send(100, place(orderId, "buy", 1000, 5));
    harness.run(END);
    const arrivals = harness.delivered.map(({ tsInit }) => tsInit);
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    const accepted = harness.delivered.flatMap((event) => (event.type === "order-accepted" ? [event.orderId] : []));
    expect(accepted).toHaveLength(8);
    expect(accepted).not.toEqual(accepted.toSorted((a, b) => a - b));
    expect(Math.max(...arrivals)).toBeLessThanOrEqual(120 + 400_000);
  });

  it("takes orders back by itself at about the rate it was told", () => {
    const harness = rough("cancels-per-min=60");
    let cancelled = 0;
    for (let second = 1; second <= 120; second += 1) {
      harness.send(second * 1e6, place(second, "buy", 999, 1)).market(trade(second * 1e6 + 500, "buy", 1002, 1));
    }
    for (const line of harness.run(1e12).story()) if (line.endsWith("venue")) cancelled += 1;
    expect(cancelled).toBeGreaterThan(60);
    expect(cancelled).toBeLessThan(120);
  });

  it("meets the same faults again with the same seed, and others with another", () => {
    const story = (seed: number): string[] => {
      const harness = rough(
        `rough,seed=${seed},lost-reports=0.2,late-reports=0.2,refused-cancels=0.3,rate-limited=0.1`,
      );
      for (let orderId = 1; orderId <= 40; orderId += 1)
        harness.send(100 + orderId, place(orderId, "buy", 990, 1), {
          type: "cancel-order",
          orderId,
          reason: "reprice",
        });
      return harness.run(END).story();
    };
    expect(story(5)).toEqual(story(5));
    expect(story(5)).not.toEqual(story(6));
  });
});

describe("the words for a rough venue", () => {
  it("lays later words over earlier ones", () => {
    const read = faults("rough, seed=9, lost-reports=0.5, late-ms=1.5, cancels-per-min=0");
    expect(read).toMatchObject({
      seed: 9,
      lostReports: 0.5,
      lateByUs: 1_500,
      venueCancelsPerMin: 0,
      refusedCancels: 0.005,
    });
  });

  it.each([
    "",
    "smooth",
    "lost-reports",
    "lost-reports=1.1",
    "lost-reports=-1",
    "late-ms=0",
    "seed=1.5",
    "rough;seed=1",
    "Rough",
  ])("refuses %j and says what it expected", (text) => {
    const parsed = parseVenueFaults(text);
    expect(parsed.ok ? "" : parsed.message).toMatch(
      /^venue faults must be "rough", or NAME=VALUE.*lost-reports.*was "/,
    );
  });
});
