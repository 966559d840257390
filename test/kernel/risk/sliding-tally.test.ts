import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlidingTally } from "../../../main/kernel/risk/sliding-tally.ts";

interface Entry {
  readonly atUs: number;
  readonly count: number;
}

const entries = fc
  .array(fc.record({ gapUs: fc.integer({ min: 0, max: 5 }), count: fc.integer({ min: 0, max: 3 }) }), { maxLength: 60 })
  .map((steps) => {
    let atUs = 1_000;
    return steps.map(({ gapUs, count }): Entry => {
      atUs += gapUs;
      return { atUs, count };
    });
  });

const plainSum = (list: readonly Entry[], fromUs: number): number =>
  list.filter((entry) => entry.atUs >= fromUs).reduce((sum, entry) => sum + entry.count, 0);

describe("sliding tally", () => {
  it("answers as a plain list does while there is room", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 990, max: 1_320 }), (list, fromUs) => {
        const tally = new SlidingTally(64);
        for (const { atUs, count } of list) tally.add(atUs, count);
        expect(tally.since(fromUs)).toBe(plainSum(list, fromUs));
        tally.forgetBefore(fromUs);
        expect(tally.since(-Infinity)).toBe(plainSum(list, fromUs));
      }),
      { numRuns: 1_000 },
    );
  });

  it("names the time of the n-th newest", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 70 }), (list, rank) => {
        const tally = new SlidingTally(64);
        for (const { atUs, count } of list) tally.add(atUs, count);
        const newestFirst = list.flatMap(({ atUs, count }) => Array.from({ length: count }, () => atUs)).toReversed();
        expect(tally.timeOfNewest(rank)).toBe(rank === 0 ? null : (newestFirst[rank - 1] ?? null));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never counts too little when it is full, and never more than was added", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 990, max: 1_320 }), (list, fromUs) => {
        const tally = new SlidingTally(4);
        for (const { atUs, count } of list) tally.add(atUs, count);
        expect(tally.since(fromUs)).toBeGreaterThanOrEqual(plainSum(list, fromUs));
        expect(tally.since(-Infinity)).toBe(plainSum(list, 0));
      }),
      { numRuns: 1_000 },
    );
  });

  it("stays exact over a million entries that come and go", () => {
    const tally = new SlidingTally(64);
    for (let atUs = 0; atUs < 1_000_000; atUs += 1) {
      tally.add(atUs);
      tally.forgetBefore(atUs - 29);
    }
    expect(tally.since(1_000_000 - 30)).toBe(30);
    expect(tally.since(-Infinity)).toBe(30);
  });

  it("counts right at every step while its memory turns over", () => {
    const tally = new SlidingTally(8);
    for (let atUs = 0; atUs < 200; atUs += 1) {
      tally.add(atUs, 2);
      tally.forgetBefore(atUs - 2);
      expect(tally.since(atUs - 1)).toBe(atUs === 0 ? 2 : 4);
      expect(tally.timeOfNewest(3)).toBe(atUs === 0 ? null : atUs - 1);
    }
  });

  it("is empty after a clear", () => {
    const tally = new SlidingTally();
    tally.add(5, 3);
    tally.clear();
    expect(tally.since(-Infinity)).toBe(0);
    expect(tally.timeOfNewest(1)).toBeNull();
    tally.add(1);
    expect(tally.since(1)).toBe(1);
  });
});
