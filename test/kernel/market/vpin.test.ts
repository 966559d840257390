import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bulkBuyVolume, BulkVolume } from "../../../main/kernel/market/bulk-volume.ts";
import { normalCdf } from "../../../main/kernel/market/normal-cdf.ts";
import { Vpin } from "../../../main/kernel/market/vpin.ts";

describe("VPIN", () => {
  it("of the buckets (7, 3) and (2, 8) is 0.5", () => {
    const vpin = new Vpin(10, 2);
    vpin.record("buy", 7);
    vpin.record("sell", 3);
    expect(vpin.value).toBeNull();
    expect(vpin.coverage).toBe(0.5);
    vpin.record("buy", 2);
    vpin.record("sell", 8);
    expect(vpin.value).toBe(0.5);
  });

  it("splits a trade that spans two buckets", () => {
    const vpin = new Vpin(10, 2);
    vpin.record("buy", 7);
    vpin.record("sell", 5);
    vpin.record("buy", 8);
    // (7, 3) and (8, 2)
    expect(vpin.value).toBe((4 + 6) / 20);
  });

  it("weighs buckets by what they hold when their volume changes, and lets an open one fill as it was", () => {
    const vpin = new Vpin(10, 2);
    vpin.record("buy", 4);
    vpin.setBucketLots(30);
    expect(vpin.bucketLots).toBe(10);
    vpin.record("sell", 6);
    expect(vpin.bucketLots).toBe(30);
    vpin.record("buy", 30);
    // (4, 6) and (30, 0)
    expect(vpin.value).toBe((2 + 30) / 40);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a bucket of %f lots", (lots) => {
    expect(() => new Vpin(lots)).toThrow("a bucket must hold a whole, positive number of lots");
    expect(() => new Vpin(1, lots)).toThrow("buckets must be a whole, positive number");
  });

  const trades = fc.array(
    fc.record({
      aggressor: fc.constantFrom("buy" as const, "sell" as const),
      lots: fc.oneof(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 400 })),
      gap: fc.constantFrom(false, false, false, false, false, false, true),
    }),
    { maxLength: 60 },
  );

  it("equals a computation from scratch, lot by lot", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6 }), trades, (volume, count, script) => {
        const vpin = new Vpin(volume, count);
        const full: number[] = [];
        let open: number[] = [];
        for (const { aggressor, lots, gap } of script) {
          if (gap) {
            vpin.dropOpenBucket();
            open = [];
          }
          vpin.record(aggressor, lots);
          for (let i = 0; i < lots; i += 1) {
            open.push(aggressor === "buy" ? 1 : -1);
            if (open.length < volume) continue;
            full.push(Math.abs(open.reduce((sum, sign) => sum + sign, 0)));
            open = [];
          }
          const last = full.slice(-count);
          const wanted = last.length < count ? null : last.reduce((sum, one) => sum + one, 0) / (count * volume);
          expect(vpin.value).toBe(wanted);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("loses no lot of a mixture and stays within 0 and 1", () => {
    const part = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(part, part), { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        (parts, volume) => {
          const mixed = new Vpin(volume, 4);
          for (const [buys, sells] of parts) mixed.add(buys, sells);
          const total = parts.reduce((sum, [buys, sells]) => sum + buys + sells, 0);
          expect(mixed.coverage).toBe(Math.min(1, Math.floor(total / volume) / 4));
          if (mixed.value !== null) {
            expect(mixed.value).toBeGreaterThanOrEqual(0);
            expect(mixed.value).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("spreads a mixture evenly over the buckets", () => {
    const vpin = new Vpin(10, 4);
    vpin.add(30, 10);
    // (8, 2), (7, 3), (8, 2), (7, 3)
    expect(vpin.value).toBe(0.5);
  });

  it("takes in a trade of any size at once", () => {
    const vpin = new Vpin(10, 50);
    vpin.record("sell", 3);
    vpin.record("buy", 9e15);
    expect(vpin.value).toBe(1);
    expect(vpin.coverage).toBe(1);
    vpin.record("sell", 9e15);
    expect(vpin.value).toBe(1);
  });

  it("keeps full buckets at a gap and forgets all on a reset", () => {
    const vpin = new Vpin(10, 1);
    vpin.record("buy", 14);
    vpin.dropOpenBucket();
    vpin.record("sell", 6);
    expect(vpin.value).toBe(1);
    vpin.record("buy", 4);
    expect(vpin.value).toBeCloseTo(0.2, 15);
    vpin.reset();
    expect(vpin.value).toBeNull();
    expect(vpin.coverage).toBe(0);
  });
});

describe("the normal distribution", () => {
  // Abramowitz and Stegun, table 26.1
  it.each([
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [1.5, 0.933192798731142],
    [2, 0.977249868051821],
    [3, 0.99865010196837],
    [5, 0.999999713348428],
    [-1, 0.158655253931457],
    [-3, 0.00134989803163],
    [100, 1],
    [-100, 0],
  ])("at %f is %f", (z, wanted) => {
    expect(Math.abs(normalCdf(z) - wanted)).toBeLessThan(1e-14);
  });

  it("is symmetric, rises, and is the integral of its density", () => {
    fc.assert(
      fc.property(fc.double({ min: -8.5, max: 8.5, noNaN: true }), (z) => {
        expect(Math.abs(normalCdf(z) + normalCdf(-z) - 1)).toBeLessThan(2e-14);
        expect(normalCdf(z + 0.01)).toBeGreaterThanOrEqual(normalCdf(z) - 2e-14);
        const half = 0.005;
        const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
        const simpson = ((density(z - half) + 4 * density(z) + density(z + half)) * half) / 3;
        expect(Math.abs(normalCdf(z + half) - normalCdf(z - half) - simpson)).toBeLessThan(1e-11);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("bulk classification", () => {
  it.each([
    ["one deviation up", 10, 2, 2, 8.413447],
    ["one deviation down", 10, -2, 2, 1.586553],
    ["no change", 10, 0, 2, 5],
    ["a change without a deviation", 10, 3, 0, 10],
    ["a fall without a deviation", 10, -3, 0, 0],
    ["neither", 10, 0, 0, 5],
  ])("of %s", (_what, volume, change, deviation, wanted) => {
    expect(bulkBuyVolume(volume, change, deviation)).toBeCloseTo(wanted, 6);
  });

  const prints = fc.array(fc.tuple(fc.integer({ min: 990, max: 1010 }), fc.integer({ min: 12, max: 30 })), {
    minLength: 40,
    maxLength: 150,
  });

  it("measures the deviation of the last fifty changes as a computation from scratch does", () => {
    fc.assert(
      fc.property(prints, (script) => {
        const bulk = new BulkVolume(new Vpin(100, 3), 20);
        const changes: number[] = [];
        let last: number | null = null;
        let openLots = 0;
        for (const [ticks, lots] of script) {
          last ??= ticks;
          openLots += lots;
          bulk.record(ticks, lots);
          if (openLots >= 20) {
            changes.push(ticks - last);
            last = ticks;
            openLots = 0;
          }
        }
        const recent = changes.slice(-50);
        const mean = recent.reduce((sum, one) => sum + one, 0) / recent.length;
        const variance = recent.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (recent.length - 1);
        if (recent.length < 2) expect(bulk.deviationTicks).toBeNull();
        else expect(bulk.deviationTicks).toBeCloseTo(Math.sqrt(variance), 6);
      }),
      { numRuns: 1_000 },
    );
  });

  it("feeds all volume, bought in a rise and sold in a fall", () => {
    const vpin = new Vpin(100, 2);
    const bulk = new BulkVolume(vpin, 50);
    for (const ticks of [1000, 1001]) bulk.record(ticks, 25);
    expect(bulk.deviationTicks).toBeNull();
    for (const ticks of [1000, 1001]) bulk.record(ticks, 25);
    expect(bulk.deviationTicks).toBeCloseTo(Math.SQRT1_2, 12);
    expect(vpin.coverage).toBe(0.5);
    bulk.record(1040, 50);
    bulk.record(1080, 50);
    expect(vpin.value).toBeGreaterThan(0.3);
    bulk.reset();
    expect(bulk.deviationTicks).toBeNull();
  });
});
