import { describe, expect, it } from "vitest";
import { BookSignals } from "../../../main/kernel/market/book-signals.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import {
  cadence,
  regimeReading,
  regimeScale,
  VolatilityRegime,
} from "../../../main/kernel/signals/volatility-regime.ts";

const SECOND = 1_000_000;
const settings = {
  ...defaultSettings("crypto"),
  volRegimeCalmBps: 10,
  volRegimeElevatedBps: 20,
  volRegimeExtremeBps: 40,
  volRegimeHysteresisPct: 0.1,
  volRegimeMinDwellS: 3,
  volUnknownRegime: "ELEVATED" as const,
};

/** Walks a regime through `[second, bps]` readings and returns what it said to each. */
function walk(
  readings: readonly (readonly [number, number | null])[],
  changed: Partial<typeof settings> = {},
): string[] {
  const regime = new VolatilityRegime();
  return readings.map(([second, bps]) =>
    regime.update(second * SECOND, { ...settings, ...changed }, { bps, isMeasuring: bps === null }),
  );
}

describe("volatility regime", () => {
  it.each([
    { bps: 10, regime: "CALM" },
    { bps: 10.01, regime: "NORMAL" },
    { bps: 19.99, regime: "NORMAL" },
    { bps: 20, regime: "ELEVATED" },
    { bps: 40, regime: "EXTREME" },
  ])("starts at $regime with $bps bps", ({ bps, regime }) => {
    expect(walk([[0, bps]])).toEqual([regime]);
  });

  it("rises at once", () => {
    expect(
      walk([
        [0, 5],
        [0.001, 15],
        [0.002, 41],
      ]),
    ).toEqual(["CALM", "NORMAL", "EXTREME"]);
  });

  it("falls only after the dwell time below the bound less its hysteresis", () => {
    expect(
      walk([
        [0, 20],
        [1, 17.9],
        [3.9, 17],
        [4, 17],
      ]),
    ).toEqual(["ELEVATED", "ELEVATED", "ELEVATED", "NORMAL"]);
  });

  it("does not fall while the reading is within the hysteresis", () => {
    expect(
      walk([
        [0, 20],
        [1, 18.1],
        [100, 18.1],
        [200, 18],
      ]),
    ).toEqual(Array(4).fill("ELEVATED"));
  });

  it("needs a reading well below the calm bound to call the market calm", () => {
    expect(
      walk([
        [0, 15],
        [1, 9.5],
        [10, 9.5],
      ]),
    ).toEqual(["NORMAL", "NORMAL", "NORMAL"]);
    expect(
      walk([
        [0, 15],
        [1, 9],
        [4, 9],
      ]),
    ).toEqual(["NORMAL", "NORMAL", "CALM"]);
  });

  it("starts the dwell anew when the reading comes back", () => {
    expect(
      walk([
        [0, 20],
        [1, 17],
        [2, 20],
        [3, 17],
        [5, 17],
        [6, 17],
      ]).at(-2),
    ).toBe("ELEVATED");
    expect(
      walk([
        [0, 20],
        [1, 17],
        [2, 20],
        [3, 17],
        [5, 17],
        [6, 17],
      ]).at(-1),
    ).toBe("NORMAL");
  });

  it("starts the dwell anew after a reading within the hysteresis", () => {
    expect(
      walk([
        [0, 20],
        [1, 17],
        [2, 19],
        [4, 17],
        [4.5, 17],
        [6.9, 17],
        [7, 17],
      ]).slice(-2),
    ).toEqual(["ELEVATED", "NORMAL"]);
  });

  it("falls no further than the worst seen while it waited", () => {
    expect(
      walk([
        [0, 50],
        [1, 25],
        [2, 5],
        [4, 5],
      ]),
    ).toEqual(["EXTREME", "EXTREME", "EXTREME", "ELEVATED"]);
    expect(
      walk([
        [0, 50],
        [1, 5],
        [2, 25],
        [4, 5],
      ]),
    ).toEqual(["EXTREME", "EXTREME", "EXTREME", "ELEVATED"]);
  });

  it("falls at once without dwell and hysteresis", () => {
    expect(
      walk(
        [
          [0, 50],
          [1, 5],
        ],
        { volRegimeHysteresisPct: 0, volRegimeMinDwellS: 0 },
      ),
    ).toEqual(["EXTREME", "CALM"]);
  });

  it("counts an unmeasured market as the settings say", () => {
    expect(walk([[0, null]])).toEqual(["ELEVATED"]);
    expect(
      walk([
        [0, 5],
        [1, null],
      ]),
    ).toEqual(["CALM", "ELEVATED"]);
    expect(walk([[0, null]], { volUnknownRegime: "EXTREME" as never })).toEqual(["EXTREME"]);
  });

  it("believes the worse of a half-covered window and the unknown regime", () => {
    const regime = new VolatilityRegime();
    expect(regime.update(0, settings, { bps: 5, isMeasuring: true })).toBe("ELEVATED");
    expect(regime.update(1, settings, { bps: 45, isMeasuring: true })).toBe("EXTREME");
    expect(regime.isMeasuring).toBe(true);
  });

  it("is always normal when switched off", () => {
    expect(
      walk(
        [
          [0, 100],
          [1, null],
        ],
        { volRegimeEnabled: false },
      ),
    ).toEqual(["NORMAL", "NORMAL"]);
  });

  it("measures until half of the medium window is covered", () => {
    const signals = new BookSignals(settings);
    for (let second = 0; second <= 30; second += 1) signals.update(second * SECOND, 9_999 + (second % 2), 1, 10_001, 1);
    expect(regimeReading(settings, signals.mids, 29 * SECOND).isMeasuring).toBe(true);
    expect(regimeReading(settings, signals.mids, 30 * SECOND).isMeasuring).toBe(false);
    expect(regimeReading(settings, new BookSignals(settings).mids, 0)).toEqual({ bps: null, isMeasuring: true });
  });

  it("scales and paces quotes by the regime in crypto, and by the settings in legacy", () => {
    expect(regimeScale(settings, "NORMAL")).toBe(1);
    expect(regimeScale({ ...settings, volOffsetScaleElevated: 1.7 }, "ELEVATED")).toBe(1.7);
    expect(regimeScale({ ...settings, volOffsetScaleCalm: 0.7 }, "CALM")).toBe(0.7);
    expect(regimeScale({ ...settings, volOffsetScaleExtreme: 2.4 }, "EXTREME")).toBe(2.4);
    expect(cadence(settings, "EXTREME")).toEqual({ minRepriceIntervalS: 2, maxOrderAgeS: 5 });
    const legacy = { ...settings, marketProfile: "legacy" as const, minRepriceIntervalS: 0.5, maxOrderAgeS: 15 };
    expect(cadence(legacy, "EXTREME")).toEqual({ minRepriceIntervalS: 0.5, maxOrderAgeS: 15 });
  });
});
