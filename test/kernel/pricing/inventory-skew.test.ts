import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exactSkewBps,
  inventoryBand,
  inventoryNorm,
  skewBand,
  skewBps,
} from "../../../main/kernel/pricing/inventory-skew.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { decimal } from "./pricing-arbitraries.ts";

const settings = {
  ...defaultSettings("crypto"),
  inventoryDeadbandPct: 0.1,
  skewMaxBps: 10,
  inventorySkewFactor: 1,
  trendSkewBoost: 1.5,
  inventoryWarnPct: 0.5,
  inventoryCriticalPct: 0.8,
  inventoryHardPct: 0.95,
};

describe("inventory skew", () => {
  it.each([
    { k: 2, bps: 7.373695 },
    { k: 0, bps: 4.444444 },
  ])("bends by the shape: k = $k", ({ k, bps }) => {
    const shaped = { ...settings, skewShapeK: k };
    expect(skewBps(0.5, shaped, "NORMAL", null).skewBps).toBeCloseTo(bps, 6);
    expect(skewBps(-0.5, shaped, "NORMAL", null).skewBps).toBeCloseTo(-bps, 6);
  });

  it("is nothing up to and at the deadband, whatever the band and the trend", () => {
    expect(skewBps(0.1, settings, "HARD", 1)).toEqual({ skewBps: 0, trendBps: 0 });
    expect(skewBps(1, { ...settings, inventoryDeadbandPct: 1 }, "HARD", 1)).toEqual({ skewBps: 0, trendBps: 0 });
  });

  it("grows by a quarter outside the normal band and by the boost in an adverse trend", () => {
    expect(skewBps(1, settings, "NORMAL", null)).toEqual({ skewBps: 10, trendBps: 0 });
    expect(skewBps(1, settings, "WARN", 0.5)).toEqual({ skewBps: 12.5, trendBps: 3.125 });
  });

  it.each([
    { norm: 0.499, band: "NORMAL" },
    { norm: 0.5, band: "WARN" },
    { norm: -0.8, band: "CRITICAL" },
    { norm: 0.95, band: "HARD" },
  ])("puts $norm in band $band", ({ norm, band }) => {
    expect(inventoryBand(norm, settings)).toBe(band);
  });

  it("tells a position exactly on a band's border from one lot less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 100_000 }), (share, thousandth) => {
        const warned = { ...settings, inventoryWarnPct: share / 10_000, inventoryCriticalPct: 2, inventoryHardPct: 2 };
        const maxLots = thousandth * 10_000;
        const borderLots = thousandth * share;
        expect(inventoryBand(inventoryNorm(borderLots, maxLots), warned)).toBe("WARN");
        expect(inventoryBand(inventoryNorm(borderLots - 1, maxLots), warned)).toBe("NORMAL");
      }),
    );
  });

  it("keeps bands away from the skew of the legacy profile", () => {
    expect(skewBand({ ...settings, marketProfile: "legacy" }, 0.9)).toBe("NORMAL");
    expect(skewBand({ ...settings, marketProfile: "crypto" }, 0.9)).toBe("CRITICAL");
  });

  it("holds the share within the limit and knows no share of no limit", () => {
    expect(inventoryNorm(3000, 1000)).toBe(1);
    expect(inventoryNorm(-3000, 1000)).toBe(-1);
    expect(inventoryNorm(5, 0)).toBe(0);
  });

  it("agrees with fifty decimals to a relative 1e-12", () => {
    const shapes = fc.oneof(fc.constantFrom(0, 1e-9, 1e-5, 80, 1000), decimal(0, 5, 3));
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        shapes,
        decimal(0, 0.9, 2),
        fc.option(decimal(0, 1, 3), { nil: null }),
        (lots, k, deadband, strength) => {
          const shaped = { ...settings, skewShapeK: k, inventoryDeadbandPct: deadband };
          const { skewBps: plainBps, trendBps } = skewBps(inventoryNorm(lots, 1000), shaped, "WARN", strength);
          const exact = exactSkewBps(lots, 1000, shaped, "WARN", strength).toNumber();
          expect(Math.abs(plainBps + trendBps - exact)).toBeLessThanOrEqual(1e-12 * Math.abs(exact));
        },
      ),
      { numRuns: 500 },
    );
  });
});
