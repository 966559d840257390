import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MARKOUT_HORIZONS_US } from "../../main/kernel/accounting/markouts.ts";
import type { RecordFill } from "../../main/kernel/effects.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import { micros, signOf, ticks } from "../../main/kernel/values/units.ts";
import { compareMarkouts, type MarkoutReading } from "../../main/review/markout-figures.ts";
import { markoutsFromTape, type EventSource, type SequencedFill } from "../../main/review/tape-markouts.ts";
import { journalOf, reportOf, START_US, storedSession } from "./review-builders.ts";

const STALE_US = 3_000_000;

/** A moment on a tape: the book is seen anew (null = lost, "crossed" = not usable), or we are filled. */
type Moment =
  | { readonly kind: "book"; readonly afterUs: number; readonly bid: number | null | "crossed" }
  | { readonly kind: "fill"; readonly afterUs: number; readonly side: "buy" | "sell"; readonly price: number };

const after = fc.oneof(
  fc.integer({ min: 0, max: 400_000 }),
  fc.constantFrom(0, 250_000, 1_000_000, 5_000_000, 30_000_000),
);
const moment: fc.Arbitrary<Moment> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("book" as const),
      afterUs: after,
      bid: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 900, max: 1100 }) },
        fc.constant(null),
        fc.constant("crossed" as const),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fill" as const),
      afterUs: after,
      side: fc.constantFrom("buy" as const, "sell" as const),
      price: fc.integer({ min: 900, max: 1100 }),
    }),
  },
);

interface Told {
  readonly events: readonly KernelEvent[];
  readonly fills: readonly SequencedFill[];
  /** When the book was heard of, with twice its mid; null = not usable. */
  readonly mids: readonly { readonly atUs: number; readonly midHalfTicks: number | null }[];
  readonly endUs: number;
}

function tell(moments: readonly Moment[]): Told {
  const events: KernelEvent[] = [];
  const fills: SequencedFill[] = [];
  const mids: { atUs: number; midHalfTicks: number | null }[] = [];
  let atUs = START_US;
  for (const [index, of] of moments.entries()) {
    atUs += of.afterUs;
    const seq = index + 1;
    const stamp = { seq, tsEvent: micros(atUs), tsInit: micros(atUs) };
    if (of.kind === "fill") {
      events.push({ ...stamp, type: "timer-fired", timerId: seq });
      fills.push({ seq, fill: fillOf(of, seq, atUs) });
    } else if (of.bid === null) {
      events.push({ ...stamp, type: "feed-disconnected", reason: "test" });
      mids.push({ atUs, midHalfTicks: null });
    } else {
      const bid = of.bid === "crossed" ? 1000 : of.bid;
      const ask = of.bid === "crossed" ? 1000 : bid + 3;
      events.push({ ...stamp, type: "book-snapshot-received", updateId: seq, bids: [bid, 5], asks: [ask, 5] });
      mids.push({ atUs, midHalfTicks: of.bid === "crossed" ? null : bid + ask });
    }
  }
  return { events, fills, mids, endUs: atUs };
}

function fillOf(of: Moment & { kind: "fill" }, seq: number, atUs: number): RecordFill {
  const [entry] = journalOf([
    {
      kind: "fill",
      side: of.side,
      priceTicks: of.price,
      sizeLots: 1,
      feeMicros: 0,
      liquidity: "maker",
      midHalfTicks: null,
    },
  ]);
  if (entry?.record.type !== "record-fill") throw new Error("a fill must be one");
  return { ...entry.record, atUs: micros(atUs), tradeId: `t${seq}`, priceTicks: ticks(of.price) };
}

function tapeOf(events: readonly KernelEvent[]): EventSource {
  let next = 0;
  return {
    next: () => {
      next += 1;
      return events[next - 1] ?? null;
    },
  };
}

/** The definition, word by word: the last mid at or before the horizon, missing where that is stale or unusable; nothing after the tape's end. */
function naive({ fills, mids, endUs }: Told): MarkoutReading[] {
  return fills.flatMap(({ fill }) =>
    MARKOUT_HORIZONS_US.flatMap((us, horizon) => {
      const dueUs = fill.atUs + us;
      if (dueUs >= endUs) return [];
      const last = mids.findLast(({ atUs }) => atUs <= dueUs);
      const mid = last === undefined || dueUs - last.atUs > STALE_US ? null : last.midHalfTicks;
      const price = fill.priceTicks * 2;
      const bps = mid === null ? null : ((signOf(fill.side) * (mid - price)) / price) * 10_000;
      return [{ tradeId: fill.tradeId, horizon: horizon as MarkoutReading["horizon"], midHalfTicks: mid, bps }];
    }),
  );
}

const inOrder = (a: MarkoutReading, b: MarkoutReading): number =>
  `${a.tradeId} ${a.horizon}` < `${b.tradeId} ${b.horizon}` ? -1 : 1;

describe("markouts from a tape", () => {
  it("are those of the definition, whatever the market and the fills", () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 80 }), (moments) => {
        const told = tell(moments);
        const found = markoutsFromTape(tapeOf(told.events), told.fills, STALE_US);
        expect(found.toSorted(inOrder)).toEqual(naive(told).toSorted(inOrder));
      }),
      { numRuns: 300 },
    );
  });

  const told = tell([
    { kind: "book", afterUs: 0, bid: 1000 },
    { kind: "fill", afterUs: 1, side: "buy", price: 1000 },
    { kind: "book", afterUs: 1_900_000, bid: 1010 },
    { kind: "book", afterUs: 4_200_000, bid: 990 },
  ]);
  const fills = told.fills.map(({ fill }) => fill);
  const entries = told.fills.map(({ seq, fill }) => ({ seq, index: 0, record: fill, count: 1, lastAtUs: fill.atUs }));
  const settings = { ...defaultSettings("legacy"), orderbookStalenessThresholdS: STALE_US / 1_000_000 };

  it("stand in for a journal without any, and the report says so", () => {
    const report = reportOf(entries, { settings, openTape: () => tapeOf(told.events) });
    expect(report.markouts.source).toBe("tape");
    expect(report.remarks.join(" ")).toContain("found from its tape");
    const all = report.markouts.rows[0]?.horizons ?? [];
    expect(all.map(({ count }) => count)).toEqual([1, 1, 0, 0, 0]);
    expect(all[2]?.missing).toBe(1);
    expect(all[1]?.meanBps).toBe(((2003 - 2000) / 2000) * 10_000);
  });

  it("complete the journal of a session that crashed", () => {
    const [first] = markoutsFromTape(tapeOf(told.events), told.fills, STALE_US);
    if (first === undefined) throw new Error("there must be a reading");
    const row = {
      type: "record-markout",
      atUs: micros(START_US + 260_000),
      orderId: 0,
      tradeId: first.tradeId,
      slot: { side: "buy", level: 0 },
      side: "buy",
      liquidity: "maker",
      filledUs: micros(START_US + 1),
      horizonUs: 250_000,
      priceTicks: ticks(1000),
      midHalfTicks: first.midHalfTicks,
      markoutBps: first.bps,
    } as const;
    const journal = [...entries, { seq: 3, index: 0, record: row, count: 1, lastAtUs: row.atUs }];
    const openTape = () => tapeOf(told.events);
    const ended = reportOf(journal, { settings, openTape });
    const crashed = reportOf(journal, { settings, openTape, stored: storedSession({ endedHow: "crashed" }) });
    const counts = (report: typeof ended): number[] =>
      report.markouts.rows[0]?.horizons.map(({ count }) => count) ?? [];
    expect(counts(ended)).toEqual([1, 0, 0, 0, 0]);
    expect(counts(crashed)).toEqual([1, 1, 0, 0, 0]);
  });

  it("that a cut-short journal lacks are no difference; in a whole one they are", () => {
    const fromTape = markoutsFromTape(tapeOf(told.events), told.fills, STALE_US);
    const cutShort = fromTape.filter(({ horizon }) => horizon === 0);
    const known = fromTape.filter(({ bps }) => bps !== null).length;
    expect(compareMarkouts(fills, cutShort, fromTape, false)).toMatchObject({ same: 1, different: 0 });
    expect(compareMarkouts(fills, cutShort, fromTape, true).different).toBe(known - 1);
    expect(known).toBeGreaterThan(1);
  });

  it("that differ from the journal's are counted and named", () => {
    const fromTape = markoutsFromTape(tapeOf(told.events), told.fills, STALE_US);
    const changed = fromTape.map((reading) => (reading.horizon === 1 ? { ...reading, bps: 7 } : reading));
    expect(compareMarkouts(fills, fromTape, fromTape, true)).toEqual({ same: 5, different: 0, firstDifference: null });
    expect(compareMarkouts(fills, changed, fromTape, true)).toMatchObject({
      same: 4,
      different: 1,
      firstDifference: "trade t2 after 1 s: journal 7, tape 15",
    });
  });
});
