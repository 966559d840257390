import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderSide } from "../../../main/kernel/values/units.ts";
import type { IncomingVenueEvent } from "../../../main/venues/port.ts";
import { place, RULES, snapshot, stamp, trade, VenueHarness } from "./venue-harness.ts";

const MODELS = ["touch", "through", "queue-log", "queue-log2", "queue-power:2", "queue-power3:3", "queue-risk-averse"];
const QUEUE_MODELS = MODELS.slice(2);

type Step =
  | { kind: "trade"; aggressor: OrderSide; price: number; size: number }
  | { kind: "depth"; side: OrderSide; price: number; size: number }
  | { kind: "snapshot"; shift: number }
  | { kind: "disconnect" }
  | {
      kind: "place";
      side: OrderSide;
      price: number;
      size: number;
      postOnly: boolean;
      reduceOnly: boolean;
      again: boolean;
    }
  | { kind: "cancel"; pick: number }
  | { kind: "cancel-all" }
  | { kind: "query"; pick: number };

const side = fc.constantFrom<OrderSide>("buy", "sell");
const price = fc.integer({ min: 994, max: 1008 });
const size = fc.integer({ min: 1, max: 150 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("trade" as const), aggressor: side, price, size }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("depth" as const), side, price, size: fc.integer({ min: 0, max: 150 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("snapshot" as const), shift: fc.integer({ min: -3, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "disconnect" }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("place" as const),
      side,
      price,
      size: fc.integer({ min: 0, max: 60 }),
      postOnly: fc.boolean(),
      reduceOnly: fc.integer({ min: 0, max: 4 }).map((draw) => draw === 0),
      again: fc.integer({ min: 0, max: 15 }).map((draw) => draw === 0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("cancel" as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "cancel-all" }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("query" as const), pick: fc.nat(20) }) },
);

interface Played {
  readonly harness: VenueHarness;
  readonly placements: Map<number, { count: number; size: number; price: number; side: OrderSide }>;
  readonly ahead: Map<number, number[]>;
  readonly trades: Map<number, number>;
}

/** Plays steps 10 us apart; `onStep` runs after each. */
function play(steps: readonly Step[], fillModel: string, latency: { outboundUs: number; inboundUs: number }): Played {
  const harness = new VenueHarness({ fillModel, latency });
  const played: Played = { harness, placements: new Map(), ahead: new Map(), trades: new Map() };
  let updateId = 1;
  const levels = (shift: number): [number[], number[]] => [
    [1000 + shift, 80, 999 + shift, 60, 997 + shift, 90],
    [1002 + shift, 80, 1003 + shift, 60, 1005 + shift, 90],
  ];
  harness.market(snapshot(0, ...levels(0), updateId));
  steps.forEach((one, index) => {
    const atUs = (index + 1) * 10;
    switch (one.kind) {
      case "trade":
        played.trades.set(atUs - latency.inboundUs, one.size);
        harness.market(trade(atUs, one.aggressor, one.price, one.size));
        break;
      case "depth": {
        const pairs = [one.price, one.size];
        harness.market({
          type: "book-delta-received",
          firstUpdateId: updateId + 1,
          updateId: updateId + 1,
          previousUpdateId: updateId,
          bids: one.side === "buy" ? pairs : [],
          asks: one.side === "sell" ? pairs : [],
          ...stamp(atUs),
        });
        updateId += 1;
        break;
      }
      case "snapshot":
        updateId += 5;
        harness.market(snapshot(atUs, ...levels(one.shift), updateId));
        break;
      case "disconnect":
        harness.market({ type: "feed-disconnected", reason: "test", ...stamp(atUs) });
        break;
      case "place": {
        const orderId = one.again ? Math.max(1, played.placements.size) : played.placements.size + 1;
        const known = played.placements.get(orderId);
        if (known === undefined) played.placements.set(orderId, { count: 1, ...one });
        else known.count += 1;
        harness.send(atUs, place(orderId, one.side, one.price, one.size, one));
        break;
      }
      case "cancel":
        harness.send(atUs, { type: "cancel-order", orderId: one.pick, reason: "reprice" });
        break;
      case "cancel-all":
        harness.send(atUs, { type: "cancel-all-orders", reason: "operator" });
        break;
      case "query":
        harness.send(atUs, { type: "query-order", orderId: one.pick });
    }
    harness.run(atUs);
    for (const orderId of played.placements.keys()) {
      const ahead = harness.venue.queueAheadLots(orderId);
      if (ahead !== null) played.ahead.set(orderId, [...(played.ahead.get(orderId) ?? []), ahead]);
    }
  });
  harness.run(steps.length * 10 + 1000);
  return played;
}

const latencies = fc.record({ outboundUs: fc.nat(35), inboundUs: fc.nat(35) });
const scripts = fc.array(step, { maxLength: 120, size: "max" });

function of<T extends IncomingVenueEvent["type"]>(played: Played, type: T, orderId: number) {
  return played.harness.delivered.filter(
    (event): event is Extract<IncomingVenueEvent, { type: T }> =>
      event.type === type && "orderId" in event && event.orderId === orderId,
  );
}

describe("whatever happens to the venue", () => {
  it("answers every placement once, ends every order at most once, and never fills it beyond its size", () => {
    let terminals = 0;
    fc.assert(
      fc.property(scripts, fc.constantFrom(...MODELS), latencies, (steps, model, latency) => {
        const played = play(steps, model, latency);
        let open = 0;
        for (const [orderId, placed] of played.placements) {
          const accepted = of(played, "order-accepted", orderId);
          const rejected = of(played, "order-rejected", orderId);
          expect(accepted.length + rejected.length).toBe(placed.count);
          expect(accepted.length).toBeLessThanOrEqual(1);
          const fills = of(played, "order-filled", orderId);
          const filled = fills.reduce((sum, fill) => sum + fill.sizeLots, 0);
          expect(filled).toBeLessThanOrEqual(placed.size);
          for (const fill of fills) expect(fill.sizeLots).toBeGreaterThan(0);
          const cancelled = of(played, "order-cancelled", orderId);
          const isFilled = accepted.length > 0 && filled === placed.size;
          const ends = cancelled.length + (isFilled ? 1 : 0);
          expect(ends).toBeLessThanOrEqual(1);
          if (accepted.length === 0) expect(fills.length + cancelled.length).toBe(0);
          else if (ends === 0) open += 1;
          terminals += ends;
          // Nothing is filled before the acceptance or after the cancellation, in the order of delivery
          const story = played.harness.delivered;
          const first = accepted[0] === undefined ? -1 : story.indexOf(accepted[0]);
          const last = cancelled[0] === undefined ? story.length : story.indexOf(cancelled[0]);
          for (const fill of fills) {
            expect(story.indexOf(fill)).toBeGreaterThan(first);
            expect(story.indexOf(fill)).toBeLessThan(last);
            const isBetter = placed.side === "buy" ? fill.priceTicks <= placed.price : fill.priceTicks >= placed.price;
            expect(isBetter).toBe(true);
            if (fill.liquidity === "maker") expect(fill.priceTicks).toBe(placed.price);
          }
        }
        expect(played.harness.venue.openOrderCount()).toBe(open);
      }),
      { numRuns: 400 },
    );

    expect(terminals).toBeGreaterThan(100);
  });

  it("delivers in time order, market data at its own time, and every event exactly the way in after it happened", () => {
    fc.assert(
      fc.property(scripts, latencies, (steps, latency) => {
        const { delivered } = play(steps, "queue-log", latency).harness;
        let last = Number.NEGATIVE_INFINITY;
        for (const event of delivered) {
          expect(event.tsInit).toBeGreaterThanOrEqual(last);
          last = event.tsInit;
          if (/^(?:order|cancel|account)/.test(event.type))
            expect(event.tsInit - event.tsEvent).toBe(latency.inboundUs);
          else expect(event.tsInit).toBe(event.tsEvent);
        }
      }),
    );
  });

  it("keeps the maker fills of one trade within the trade, under every queue model", () => {
    let checked = 0;
    fc.assert(
      fc.property(scripts, fc.constantFrom(...QUEUE_MODELS), latencies, (steps, model, latency) => {
        const played = play(steps, model, latency);
        const byMoment = new Map<number, number>();
        for (const event of played.harness.delivered) {
          if (event.type !== "order-filled" || event.liquidity !== "maker") continue;
          byMoment.set(event.tsEvent, (byMoment.get(event.tsEvent) ?? 0) + event.sizeLots);
        }
        for (const [atUs, filled] of byMoment) {
          const traded = played.trades.get(atUs);
          if (traded === undefined) continue;
          expect(filled).toBeLessThanOrEqual(traded);
          checked += 1;
        }
      }),
      { numRuns: 300 },
    );

    expect(checked).toBeGreaterThan(50);
  });

  it("never lets the queue in front of an order grow or fall below zero", () => {
    fc.assert(
      fc.property(scripts, fc.constantFrom(...MODELS), (steps, model) => {
        for (const series of play(steps, model, { outboundUs: 0, inboundUs: 0 }).ahead.values()) {
          for (const [index, ahead] of series.entries()) {
            expect(ahead).toBeGreaterThanOrEqual(0);
            if (index > 0) expect(ahead).toBeLessThanOrEqual(series[index - 1] ?? 0);
          }
        }
      }),
    );
  });

  it("answers the same script in the same way", () => {
    fc.assert(
      fc.property(scripts, fc.constantFrom(...MODELS), latencies, (steps, model, latency) => {
        expect(play(steps, model, latency).harness.delivered).toEqual(play(steps, model, latency).harness.delivered);
      }),
      { numRuns: 30 },
    );
  });
});

/** The slowest queue as a plain list of lots: `0` is public, anything else an own order. */
class NaiveQueue {
  readonly lots: number[];

  constructor(depth: number) {
    this.lots = Array.from({ length: depth }, () => 0);
  }

  join(orderId: number, sizeLots: number): void {
    this.lots.push(...Array.from({ length: sizeLots }, () => orderId));
  }

  trade(sizeLots: number): Map<number, number> {
    const fills = new Map<number, number>();
    for (const lot of this.lots.splice(0, sizeLots)) if (lot > 0) fills.set(lot, (fills.get(lot) ?? 0) + 1);
    return fills;
  }

  /** Public size leaves from the very back and joins at the very back. */
  depth(sizeLots: number): void {
    let publicLots = this.lots.filter((lot) => lot === 0).length;
    for (; publicLots > sizeLots; publicLots -= 1) this.lots.splice(this.lots.lastIndexOf(0), 1);
    for (; publicLots < sizeLots; publicLots += 1) this.lots.push(0);
  }

  leave(orderId: number): void {
    const kept = this.lots.filter((lot) => lot !== orderId);
    this.lots.splice(0, this.lots.length, ...kept);
  }

  ahead(orderId: number): number | null {
    const at = this.lots.indexOf(orderId);
    return at < 0 ? null : at;
  }
}

describe("the slowest queue model", () => {
  const queueStep = fc.oneof(
    fc.record({ kind: fc.constant("trade" as const), size: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant("depth" as const), size: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ kind: fc.constant("join" as const), size: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant("leave" as const), size: fc.integer({ min: 1, max: 6 }) }),
  );

  it("agrees with a list of lots, fill by fill and place by place", () => {
    let filledLots = 0;
    fc.assert(
      fc.property(fc.array(queueStep, { maxLength: 60, size: "max" }), (steps) => {
        const harness = new VenueHarness({ fillModel: "queue-risk-averse", rules: RULES }).open();
        const naive = new NaiveQueue(100);
        const expected: string[] = [];
        let orders = 0;
        steps.forEach((one, index) => {
          const atUs = index + 1;
          if (one.kind === "trade") {
            for (const [orderId, lots] of naive.trade(one.size)) {
              expected.push(`filled ${orderId} ${lots}@1000 maker`);
              filledLots += lots;
            }
            harness.market(trade(atUs, "sell", 1000, one.size));
          } else if (one.kind === "depth") {
            naive.depth(one.size);
            harness.delta(atUs, [1000, one.size]);
          } else if (one.kind === "join") {
            orders += 1;
            // A newcomer stands behind the recorded size, which may still hold what has traded: the list is brought up to it
            expected.push(`accepted ${orders}`);
            harness.send(atUs, place(orders, "buy", 1000, one.size)).run(atUs);
            const ahead = harness.venue.queueAheadLots(orders) ?? 0;
            while (naive.lots.length < ahead) naive.lots.push(0);
            naive.join(orders, one.size);
          } else {
            const rests = naive.ahead(one.size) !== null;
            naive.leave(one.size);
            expected.push(rests ? `cancelled ${one.size} requested` : `cancel-rejected ${one.size} unknown-order`);
            harness.send(atUs, { type: "cancel-order", orderId: one.size, reason: "reprice" }).run(atUs);
          }
          for (let orderId = 1; orderId <= orders; orderId += 1)
            expect(harness.venue.queueAheadLots(orderId)).toBe(naive.ahead(orderId));
        });
        expect(harness.story()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    expect(filledLots).toBeGreaterThan(200);
  });
});
