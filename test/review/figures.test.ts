import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecisionCode } from "../../main/kernel/decision.ts";
import type { OrderStatus, RecordOrder } from "../../main/kernel/effects.ts";
import { lots, micros, ticks } from "../../main/kernel/values/units.ts";
import { DecisionMix } from "../../main/review/decision-figures.ts";
import { distributionOf, nearestRank } from "../../main/review/distribution.ts";
import { OrderLives } from "../../main/review/order-lives.ts";
import { Pauses } from "../../main/review/pauses.ts";
import { openSessions, worldSessions } from "../../main/review/result-splits.ts";
import { NO_PARTS } from "../../main/review/result-parts.ts";
import { studentInterval, tQuantile } from "../../main/review/student-interval.ts";
import { ThinnedSeries } from "../../main/review/thinned-series.ts";
import { money, ZERO_MONEY } from "../../main/kernel/values/units.ts";
import { decision } from "../db/journal-builders.ts";

const S = 1_000_000;

describe("distributions", () => {
  it.each([
    { sorted: [1, 2], share: 0.5, expected: 1 },
    { sorted: [1, 2, 3, 4], share: 0.5, expected: 3 },
    { sorted: [1, 2, 3], share: 0.5, expected: 2 },
    { sorted: [1, 2, 3, 4, 5, 6], share: 0.95, expected: 6 },
    { sorted: [], share: 0.5, expected: null },
  ])("takes rank $share of $sorted as $expected", ({ sorted, share, expected }) => {
    expect(nearestRank(sorted, share)).toBe(expected);
  });

  it("has the mean and the variance of the whole population", () => {
    expect(distributionOf([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({
      count: 8,
      mean: 5,
      variance: 4,
      least: 2,
      greatest: 9,
    });
  });
});

describe("Student intervals", () => {
  // Quantiles of common tables
  it.each([
    [1, 12.706],
    [10, 2.228],
    [30, 2.042],
    [31, 2.0395],
    [60, 2.0003],
    [120, 1.9799],
    [100_000, 1.96],
  ])("has the quantile of %i degrees: %f", (degrees, expected) => {
    expect(tQuantile(degrees)).toBeCloseTo(expected, 3);
  });

  it("is the textbook's", () => {
    const interval = studentInterval([4, 5, 6, 7, 8]);
    // mean 6, standard error sqrt(2.5 / 5), t = 2.776
    expect(interval?.low).toBeCloseTo(6 - 2.776_45 * Math.sqrt(0.5), 4);
    expect(interval?.high).toBeCloseTo(6 + 2.776_45 * Math.sqrt(0.5), 4);
  });

  it("says nothing of a single reading", () => {
    expect(studentInterval([3])).toBeNull();
  });
});

describe("a thinned series", () => {
  it("keeps its order, its first and its last point, and stays within its capacity", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 4, max: 64 }), (length, capacity) => {
        const series = new ThinnedSeries<number>(capacity);
        for (let n = 0; n < length; n += 1) series.add(n);
        const { points } = series;
        expect(points[0]).toBe(0);
        expect(points.at(-1)).toBe(length - 1);
        expect(points.length).toBeLessThanOrEqual(capacity + 1);
        expect(points).toEqual(points.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("open sessions", () => {
  const at = (text: string): number => Date.parse(text) * 1000;
  it.each([
    ["2026-01-05T03:00:00Z", "Asia", ["Asia"]],
    ["2026-01-05T07:30:00Z", "Asia + EU", ["Asia", "EU"]],
    ["2026-01-05T14:00:00Z", "EU + US", ["EU", "US"]],
    ["2026-01-05T22:00:00Z", "between sessions", []],
    ["2026-01-04T14:00:00Z", "weekend", []],
  ])("are at %s: %s", (time, name, each) => {
    expect(openSessions(at(time))).toBe(name);
    expect(worldSessions(at(time))).toEqual(each);
  });
});

function order(orderId: number, atS: number, status: OrderStatus, change: Partial<RecordOrder> = {}): RecordOrder {
  return {
    type: "record-order",
    atUs: micros(atS * S),
    orderId,
    slot: { side: "buy", level: 0 },
    side: "buy",
    priceTicks: ticks(100),
    sizeLots: lots(10),
    filledLots: lots(0),
    status,
    reason: null,
    ...change,
  };
}

describe("the lives of orders", () => {
  it("tells fills, cancels, rejections and latencies apart", () => {
    const lives = new OrderLives(0);
    const ask = { side: "sell", slot: { side: "sell", level: 0 } } as const;
    for (const row of [
      order(1, 0, "in-flight"),
      order(1, 0.01, "resting"),
      order(2, 1, "in-flight", ask),
      order(2, 1.02, "resting", ask),
      order(1, 2, "resting", { filledLots: lots(4) }),
      order(1, 4, "cancelling", { filledLots: lots(4) }),
      order(1, 4.5, "cancelled", { filledLots: lots(4), reason: "reprice" }),
      order(2, 5, "filled", { ...ask, filledLots: lots(10) }),
      order(3, 6, "in-flight"),
      order(3, 6.01, "rejected", { reason: "post-only" }),
      order(4, 7, "denied", { reason: "max_position" }),
    ])
      lives.take(row);
    lives.passTime(10 * S);
    const { figures } = lives;
    expect(figures).toMatchObject({
      placements: 3,
      accepted: 2,
      cancelled: 1,
      filledOrders: 2,
      partlyFilledOrders: 1,
      postOnlyRejections: 1,
      rejections: [{ reason: "post-only", orders: 1 }],
      denials: [{ reason: "max_position", orders: 1 }],
      cancelReasons: [{ reason: "reprice", orders: 1 }],
      fillRate: 1,
      cancelRatio: 1 / 3,
    });
    expect(figures.placementLatencyMs).toMatchObject({ count: 2, least: 10, greatest: 20 });
    expect(figures.cancelLatencyMs).toMatchObject({ count: 1, mean: 500 });
    expect(figures.lifetimeMs).toMatchObject({ count: 2, least: 4000, greatest: 4500 });
    // Bid 0.01 to 4.5 s, ask 1.02 to 5 s, of 10 s
    expect(figures.standing.both).toBeCloseTo(0.348, 9);
    expect(figures.standing.bidOnly).toBeCloseTo(0.101, 9);
    expect(figures.standing.askOnly).toBeCloseTo(0.05, 9);
    expect(figures.standing.none).toBeCloseTo(0.501, 9);
  });
});

describe("a fill after the confirmed cancel", () => {
  const cancelled = [
    order(1, 0, "in-flight"),
    order(1, 0.01, "resting"),
    order(1, 1, "cancelling", { reason: "reprice" }),
    order(1, 1.2, "cancelled", { reason: "reprice" }),
  ];
  const figuresOf = (rows: readonly RecordOrder[]) => {
    const lives = new OrderLives(0);
    for (const row of rows) lives.take(row);
    lives.passTime(2 * S);
    return lives.figures;
  };
  const before = figuresOf(cancelled);

  it("adds its lots to the order that is over, and nothing else", () => {
    const late = order(1, 1.5, "cancelled", { reason: "reprice", filledLots: lots(4) });
    expect(figuresOf([...cancelled, late])).toEqual({
      ...before,
      filledOrders: 1,
      partlyFilledOrders: 1,
      fillRate: 1,
    });
    const later = order(1, 1.6, "cancelled", { reason: "reprice", filledLots: lots(7) });
    expect(figuresOf([...cancelled, late, later])).toEqual(figuresOf([...cancelled, late]));
  });

  it("makes a filled order of it once it is whole, which was cancelled all the same", () => {
    const whole = order(1, 1.7, "filled", { reason: "reprice", filledLots: lots(10) });
    const asFilled = { ...before, filledOrders: 1, fillRate: 1 };
    expect(figuresOf([...cancelled, whole])).toEqual(asFilled);
    const late = order(1, 1.5, "cancelled", { reason: "reprice", filledLots: lots(4) });
    expect(figuresOf([...cancelled, late, whole])).toEqual(asFilled);
    expect(asFilled).toMatchObject({ placements: 1, accepted: 1, cancelled: 1, partlyFilledOrders: 0 });
    expect(asFilled.cancelReasons).toEqual([{ reason: "reprice", orders: 1 }]);
    expect(asFilled.lifetimeMs.count).toBe(1);
  });

  it("shows that the venue had taken an order which it says it rejected", () => {
    const rejected = [order(1, 0, "in-flight"), order(1, 0.1, "rejected", { reason: "post-only" })];
    const filled = order(1, 0.2, "filled", { reason: "post-only", filledLots: lots(10) });
    expect(figuresOf(rejected)).toMatchObject({ placements: 1, accepted: 0, filledOrders: 0, fillRate: null });
    expect(figuresOf([...rejected, filled])).toMatchObject({
      placements: 1,
      accepted: 1,
      filledOrders: 1,
      postOnlyRejections: 1,
      fillRate: 1,
    });
  });

  it("counts no order more than once, whatever the rows say and in whatever order", () => {
    const status = fc.constantFrom<OrderStatus>(
      ...(["in-flight", "resting", "cancelling", "unresolved", "cancelled", "filled", "rejected"] as const),
    );
    const row = fc.record({ orderId: fc.integer({ min: 1, max: 3 }), status, filled: fc.integer({ min: 0, max: 10 }) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const lives = new OrderLives(0);
        for (const [at, { orderId, status: now, filled }] of rows.entries())
          lives.take(order(orderId, at, now, { filledLots: lots(filled) }));
        const { figures } = lives;
        const ids = (holds: (of: (typeof rows)[number]) => boolean): number =>
          new Set(rows.filter(holds).map(({ orderId }) => orderId)).size;
        expect(figures.placements).toBe(ids(() => true));
        expect(figures.accepted).toBe(ids((of) => of.status === "resting" || of.filled > 0));
        expect(figures.filledOrders).toBe(ids((of) => of.filled > 0));
        expect(figures.cancelled).toBe(ids((of) => of.status === "cancelled"));
        expect(figures.partlyFilledOrders).toBe(
          [1, 2, 3].filter((id) => {
            const last = rows.findLast(({ orderId }) => orderId === id);
            return last?.status === "cancelled" && last.filled > 0;
          }).length,
        );
        const { both, bidOnly, askOnly, none } = figures.standing;
        if (rows.length > 1) expect((both ?? 0) + (bidOnly ?? 0) + (askOnly ?? 0) + (none ?? 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

function look(code: DecisionCode, atS: number, side: "buy" | "sell" = "buy") {
  const { record } = decision(1, { code, atUs: micros(atS * S), slot: { side, level: 0 }, detail: null });
  if (record.type !== "record-decision") throw new Error("a decision must be one");
  return record.decision;
}

describe("decisions", () => {
  it("are counted by reason, with what blocks and what is stacked", () => {
    const mix = new DecisionMix();
    const take = (code: DecisionCode, atS: number, count: number, side: "buy" | "sell" = "buy"): void =>
      mix.take({ decision: look(code, atS, side), count, lastAtUs: atS * S });
    take("place_initial", 0, 1);
    take("hold_within_tolerance", 1, 6);
    take("skip_toxicity", 1.05, 3);
    take("skip_toxicity", 2, 1, "sell");
    take("replace_target_shift", 3, 1);
    const { figures } = mix;
    expect(figures.mix.map(({ code, looks, buys, sells }) => [code, looks, buys, sells])).toEqual([
      ["hold_within_tolerance", 6, 6, 0],
      ["skip_toxicity", 4, 3, 1],
      ["place_initial", 1, 1, 0],
      ["replace_target_shift", 1, 1, 0],
    ]);
    expect(figures.quality).toMatchObject({
      looks: 12,
      blocks: { buy: 9, sell: 1 },
      sideBias: 9,
      isSideBiased: true,
      mainBlocker: { code: "hold_within_tolerance", share: 0.6, isDominant: true },
      stackedBlocks: 1,
      replaceShare: 1 / 12,
    });
  });
});

describe("pauses", () => {
  it("last until the slot is quoted again, whatever the pace says in between, and cost what the quoting time would have brought", () => {
    const pauses = new Pauses();
    pauses.take(look("place_initial", 0));
    pauses.take(look("skip_toxicity", 10));
    pauses.take(look("skip_interval", 11));
    const loss = { ...NO_PARTS, inventory: money(-5n * 10n ** 18n), net: money(-5n * 10n ** 18n) };
    pauses.step({ atUs: 12 * S, spanUs: S, change: loss, fills: 0, volume: ZERO_MONEY });
    pauses.take(look("skip_toxicity", 13));
    pauses.take(look("replace_target_shift", 15));
    pauses.take(look("skip_toxicity", 19));
    expect(pauses.figures(20 * S, money(28n * 10n ** 18n))).toEqual([
      {
        reason: "skip_toxicity",
        pauses: 2,
        slotTimeUs: 6 * S,
        longestUs: 5 * S,
        inventoryMeanwhile: "-5",
        // 28 in 14 s of quoting
        forgoneEstimate: 12,
      },
    ]);
  });
});
