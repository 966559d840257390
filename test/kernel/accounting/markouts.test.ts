import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FillQuality, fillEdgeBps } from "../../../main/kernel/accounting/fill-quality.ts";
import {
  MARKOUT_HORIZONS_US,
  markoutBps,
  MarkoutSchedule,
  type MarkoutFill,
  type MarkoutSample,
} from "../../../main/kernel/accounting/markouts.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { micros, ticks } from "../../../main/kernel/values/units.ts";

const SECOND = 1_000_000;
const NEVER_STALE = Infinity;
/** Time between the last step and the end. */
const LEFT_US = [0, 250_000, SECOND, 5 * SECOND, 31 * SECOND, 121 * SECOND];

function fillAt(filledUs: number, more: Partial<MarkoutFill> = {}): MarkoutFill {
  return {
    tradeId: `t${filledUs}`,
    orderId: 1,
    filledUs: micros(filledUs),
    side: "buy",
    level: 0,
    liquidity: "maker",
    priceTicks: ticks(10_000),
    ...more,
  };
}

const brief = (samples: readonly MarkoutSample[]) => samples.map(({ horizon, bps }) => [horizon, bps]);

describe("markout", () => {
  it.each([
    ["buy", 10_000, 9_995, -5],
    ["sell", 10_010, 9_995, 14.985],
    ["buy", 10_000, 10_000, 0],
  ] as const)("a %s at %i with the mid at %i is worth %f bps", (side, fill, mid, bps) => {
    expect(markoutBps(side, fill, mid * 2)).toBeCloseTo(bps, 3);
  });

  it("takes the last mid at or before the moment, and judges a moment only when it is over", () => {
    const schedule = new MarkoutSchedule();
    schedule.bookHeard(0, 20_000, NEVER_STALE);
    schedule.filled(fillAt(0));
    expect(schedule.bookHeard(250_000, 20_020, NEVER_STALE)).toEqual([]);
    expect(schedule.bookHeard(250_000, 20_040, NEVER_STALE)).toEqual([]);
    expect(brief(schedule.bookHeard(250_001, 19_000, NEVER_STALE))).toEqual([[0, 20]]);
    expect(schedule.advance(SECOND, NEVER_STALE)).toEqual([]);
    expect(brief(schedule.advance(SECOND + 1, NEVER_STALE))).toEqual([[1, -500]]);
    expect(brief(schedule.advance(1_000 * SECOND, NEVER_STALE))).toEqual([
      [2, -500],
      [3, -500],
      [4, -500],
    ]);
    expect(schedule.advance(2_000 * SECOND, NEVER_STALE)).toEqual([]);
  });

  it("is missing where the book was unusable or stale at its moment", () => {
    const schedule = new MarkoutSchedule();
    schedule.filled(fillAt(0));
    expect(brief(schedule.bookHeard(500_000, 20_000, NEVER_STALE))).toEqual([[0, null]]);
    schedule.bookHeard(600_000, null, NEVER_STALE);
    expect(brief(schedule.bookHeard(2 * SECOND, 20_000, NEVER_STALE))).toEqual([[1, null]]);
    expect(brief(schedule.bookHeard(6 * SECOND, 20_000, 3 * SECOND))).toEqual([[2, 0]]);
    expect(brief(schedule.bookHeard(40 * SECOND, 20_000, 24 * SECOND - 1))).toEqual([[3, null]]);
  });

  it("drops and counts what comes too fast, and keeps its memory", () => {
    const schedule = new MarkoutSchedule();
    schedule.bookHeard(0, 20_000, NEVER_STALE);
    for (let i = 0; i < 5_000; i += 1) schedule.filled(fillAt(i));
    expect(schedule.dropped).toBe(5_000 - 4_096);
    const samples = schedule.advance(1_000 * SECOND, NEVER_STALE);
    expect(samples).toHaveLength(4_096 * 5);
    expect(samples[0]?.fill.filledUs).toBe(5_000 - 4_096);
    for (let i = 0; i < 5_000; i += 1) {
      schedule.filled(fillAt((2_000 + i * 100) * SECOND));
      schedule.advance((2_100 + i * 100) * SECOND, NEVER_STALE);
    }
    expect(schedule.dropped).toBe(5_000 - 4_096);
  });

  it("is closed at the end: what fell due has its value, what did not is missing, and nothing is left", () => {
    const schedule = new MarkoutSchedule();
    schedule.bookHeard(0, 20_000, NEVER_STALE);
    schedule.filled(fillAt(0));
    expect(brief(schedule.advance(SECOND, NEVER_STALE))).toEqual([[0, 0]]);
    expect(brief(schedule.close(SECOND, NEVER_STALE))).toEqual([
      [1, 0],
      [2, null],
      [3, null],
      [4, null],
    ]);
    expect(schedule.close(SECOND, NEVER_STALE)).toEqual([]);
    expect(schedule.bookHeard(1_000 * SECOND, 20_000, NEVER_STALE)).toEqual([]);
  });

  it("agrees with looking each moment up in the whole history", () => {
    const step = fc.record({
      gapUs: fc.constantFrom(0, 1, 100_000, 250_000, 750_000, SECOND, 5 * SECOND, 29 * SECOND),
      mid: fc.option(fc.integer({ min: 19_000, max: 21_000 }), { nil: null }),
      isFill: fc.boolean(),
      side: fc.constantFrom("buy" as const, "sell" as const),
    });
    const staleAfterUs = 6 * SECOND;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(...LEFT_US), (steps, leftUs) => {
        const schedule = new MarkoutSchedule();
        const history: { readonly atUs: number; readonly mid: number | null }[] = [];
        const fills: MarkoutFill[] = [];
        const found = new Map<string, number | null>();
        const keep = (samples: readonly MarkoutSample[]): void => {
          for (const sample of samples) found.set(`${sample.fill.tradeId}/${sample.horizon}`, sample.bps);
        };
        let nowUs = 0;
        for (const [index, { gapUs, mid, isFill, side }] of steps.entries()) {
          nowUs += gapUs;
          if (isFill) {
            const fill = fillAt(nowUs, { side, tradeId: `t${index}` });
            fills.push(fill);
            schedule.filled(fill);
          } else {
            history.push({ atUs: nowUs, mid });
            keep(schedule.bookHeard(nowUs, mid, staleAfterUs));
          }
        }
        const endUs = nowUs + leftUs;
        keep(schedule.advance(endUs, staleAfterUs));
        keep(schedule.close(endUs, staleAfterUs));
        expect(schedule.advance(endUs + 1_000 * SECOND, staleAfterUs)).toEqual([]);
        const expected = new Map<string, number | null>();
        for (const fill of fills) {
          for (const [horizon, afterUs] of MARKOUT_HORIZONS_US.entries()) {
            const dueUs = fill.filledUs + afterUs;
            const last = history.findLast(({ atUs }) => atUs <= dueUs);
            const isMissing = dueUs > endUs || last === undefined || dueUs - last.atUs > staleAfterUs;
            const mid = isMissing ? null : last.mid;
            expected.set(
              `${fill.tradeId}/${horizon}`,
              mid === null ? null : markoutBps(fill.side, fill.priceTicks, mid),
            );
          }
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("fill quality", () => {
  const settings = { ...defaultSettings("crypto"), minAcceptableMarkoutBps: -2 };
  const sample = (bps: number | null, more: Partial<MarkoutFill> = {}, horizon: MarkoutSample["horizon"] = 2) => ({
    fill: fillAt(0, more),
    horizon,
    midHalfTicks: bps === null ? null : 20_000,
    bps,
  });

  it("measures the edge against the mid", () => {
    expect(fillEdgeBps("buy", 9_990, 20_000)).toBe(10);
    expect(fillEdgeBps("sell", 9_990, 20_000)).toBe(-10);
  });

  it("keeps slots, sides and liquidities apart and counts what is missing", () => {
    const quality = new FillQuality();
    quality.filled("buy", 0, 9_990, 20_000, 4_000);
    quality.filled("buy", 0, 9_990, null, 2_000);
    quality.filled("sell", 0, 10_020, 20_000, null);
    quality.markedOut(0, sample(4), settings);
    quality.markedOut(0, sample(-8), settings);
    quality.markedOut(0, sample(6, { liquidity: "taker" }), settings);
    quality.markedOut(0, sample(10, { side: "sell" }), settings);
    quality.markedOut(0, sample(1, {}, 1), settings);
    quality.markedOut(0, sample(null), settings);
    expect(quality.slot("buy", 0)).toEqual({
      fills: 1,
      averageEdgeBps: 10,
      average1sBps: 1,
      average5sBps: 2 / 3,
      adverseShare: 1 / 3,
    });
    expect(quality.slot("sell", 0)).toMatchObject({ fills: 1, averageEdgeBps: 20, average5sBps: 10, adverseShare: 0 });
    expect(quality.slot("buy", 1)).toBeNull();
    expect(quality.average(2, null, null)).toEqual({ count: 4, averageBps: 3 });
    expect(quality.average(2, "buy", null)).toEqual({ count: 3, averageBps: 2 / 3 });
    expect(quality.average(2, null, "maker")).toEqual({ count: 3, averageBps: 2 });
    expect(quality.average(2, "buy", "taker")).toEqual({ count: 1, averageBps: 6 });
    expect(quality.average(3, null, null)).toEqual({ count: 0, averageBps: 0 });
    expect([quality.missing(2), quality.missing(3)]).toEqual([1, 0]);
    expect([quality.lifetimeCount, quality.averageLifetimeUs]).toEqual([2, 3_000]);
  });

  it("keeps every horizon, side and liquidity in a place of its own", () => {
    const quality = new FillQuality();
    let value = 0;
    for (const horizon of [0, 1, 2, 3, 4] as const)
      for (const side of ["buy", "sell"] as const)
        for (const liquidity of ["maker", "taker"] as const)
          quality.markedOut(0, sample((value += 1), { side, liquidity }, horizon), settings);
    value = 0;
    for (const horizon of [0, 1, 2, 3, 4] as const)
      for (const side of ["buy", "sell"] as const)
        for (const liquidity of ["maker", "taker"] as const)
          expect(quality.average(horizon, side, liquidity)).toEqual({ count: 1, averageBps: (value += 1) });
  });

  it("asks for widening when a slot's 5 s average is below what is acceptable, and only for that slot", () => {
    const quality = new FillQuality();
    expect(quality.markedOut(0, sample(-100, {}, 1), settings)).toBe(false);
    expect(quality.markedOut(0, sample(-2), settings)).toBe(false);
    expect(quality.wideningBps(0, "buy", 0, settings)).toBe(0);
    expect(quality.markedOut(0, sample(-8), settings)).toBe(true);
    expect(quality.wideningBps(0, "buy", 0, settings)).toBe(3);
    expect(quality.wideningBps(0, "sell", 0, settings)).toBe(0);
    expect(quality.wideningBps(0, "buy", 1, settings)).toBe(0);
    expect(quality.wideningBps(0, "buy", 0, { ...settings, minAcceptableMarkoutBps: -6 })).toBe(0);
  });

  it("a fill does not reset a widening; better markouts and time do", () => {
    const quality = new FillQuality();
    quality.markedOut(0, sample(-100), settings);
    expect(quality.wideningBps(0, "buy", 0, settings)).toBe(10);
    quality.filled("buy", 0, 10_000, 20_000, 1);
    expect(quality.wideningBps(0, "buy", 0, settings)).toBe(10);
    expect(quality.wideningBps(300 * SECOND, "buy", 0, settings)).toBe(5);
    expect(quality.wideningBps(600 * SECOND, "buy", 0, settings)).toBe(0);
    for (let i = 0; i < 50; i += 1) quality.markedOut(600 * SECOND, sample(-3), settings);
    expect(quality.wideningBps(600 * SECOND, "buy", 0, settings)).toBe(1);
    for (let i = 0; i < 50; i += 1) quality.markedOut(600 * SECOND, sample(0), settings);
    expect(quality.wideningBps(600 * SECOND, "buy", 0, settings)).toBe(0);
  });
});
