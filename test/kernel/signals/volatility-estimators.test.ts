import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookSignals, MID_WINDOW } from "../../../main/kernel/market/book-signals.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { regimeReading, volatilityBps } from "../../../main/kernel/signals/volatility-regime.ts";
import { ASK, BID, quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const SETTINGS = {
  ...defaultSettings("crypto"),
  volRegimeShortWindowS: 3,
  volRegimeMediumWindowS: 8,
  volRegimeLongWindowS: 20,
};
const ESTIMATORS = ["range", "realized"] as const;

interface Mid {
  readonly atUs: number;
  readonly mid: number;
}

/** Both definitions as they are written down, over the mids of a window; null with fewer than two. */
function expected(estimator: (typeof ESTIMATORS)[number], mids: readonly Mid[], nowUs: number, windowS: number) {
  const inside = mids.filter(({ atUs }) => atUs >= nowUs - windowS * SECOND).map(({ mid }) => mid);
  if (inside.length < 2) return null;
  const latest = inside.at(-1) ?? Number.NaN;
  if (estimator === "range") return ((Math.max(...inside) - Math.min(...inside)) / latest) * 10_000;
  const squares = inside.slice(1).map((mid, at) => Math.log(mid / (inside[at] ?? Number.NaN)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) * 10_000;
}

/** Mids with times between them, and a silence after the last. */
const history = fc.record({
  steps: fc.array(
    fc.record({ afterUs: fc.integer({ min: 0, max: 2 * SECOND }), bid: fc.integer({ min: 9_000, max: 11_000 }) }),
    { maxLength: 60 },
  ),
  silenceUs: fc.integer({ min: 0, max: 10 * SECOND }),
});

describe("volatility", () => {
  it.each(ESTIMATORS)("by %s is what its formula says, over each window", (estimator) => {
    fc.assert(
      fc.property(history, ({ steps, silenceUs }) => {
        const signals = new BookSignals(SETTINGS);
        const mids: Mid[] = [];
        let nowUs = 0;
        for (const { afterUs, bid } of steps) {
          nowUs += afterUs;
          signals.update(nowUs, bid, 1, bid + 2, 1);
          mids.push({ atUs: nowUs, mid: 2 * bid + 2 });
        }
        nowUs += silenceUs;
        for (const [window, windowS] of [
          [MID_WINDOW.short, SETTINGS.volRegimeShortWindowS],
          [MID_WINDOW.medium, SETTINGS.volRegimeMediumWindowS],
          [MID_WINDOW.long, SETTINGS.volRegimeLongWindowS],
        ] as const) {
          const wanted = expected(estimator, mids, nowUs, windowS);
          const bps = volatilityBps(signals.mids, window, nowUs, estimator);
          if (wanted === null || bps === null) expect(bps).toBe(wanted);
          else expect(Math.abs(bps - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, wanted));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(ESTIMATORS)("by %s decides the regime over the medium window, else over the short one", (volEstimator) => {
    const signals = new BookSignals({ ...SETTINGS, volRegimeMediumWindowS: 1, volRegimeShortWindowS: 3 });
    for (const [second, bid] of [10_000, 10_010, 10_000].entries()) signals.update(second * SECOND, bid, 1, bid + 2, 1);
    const settings = { ...SETTINGS, volEstimator };
    const at = (nowUs: number): number | null => regimeReading(settings, signals.mids, nowUs).bps;
    const bps = (window: number, nowUs: number): number | null =>
      volatilityBps(signals.mids, window, nowUs, volEstimator);
    expect(at(2 * SECOND)).toBe(bps(MID_WINDOW.medium, 2 * SECOND));
    expect(at(2 * SECOND)).toBeCloseTo(volEstimator === "range" ? 10 : 9.994, 2);
    // Only the newest mid is left in the medium window, two in the short one
    expect(at(3.5 * SECOND)).toBe(bps(MID_WINDOW.short, 3.5 * SECOND));
    expect(at(3.5 * SECOND)).not.toBeNull();
  });
});

describe("MM_VOL_ESTIMATOR in the kernel", () => {
  /** Ten seconds of a mid that flickers by 5 bps each tenth of a second: no reach, and a long way. */
  function flickering(volEstimator: (typeof ESTIMATORS)[number]): KernelHarness {
    const harness = quoting("crypto", {
      volRegimeEnabled: true,
      volEstimator,
      volUnknownRegime: "NORMAL",
      volRegimeMediumWindowS: 8,
      volRegimeCalmBps: 6,
      volRegimeElevatedBps: 20,
      volRegimeExtremeBps: 30,
      volRegimeMinDwellS: 0,
      volRegimeHysteresisPct: 0,
    });
    harness.wait(SECOND);
    for (let step = 0; step < 100; step += 1) {
      const shift = step % 2 === 0 ? 0 : 3_000;
      harness
        .wait(100_000)
        .snapshot([BID + shift, 1_000], [ASK + shift, 1_000])
        .settle();
    }
    return harness;
  }

  it("makes one market calm by its range and extreme by what it has realized, and quotes so", () => {
    const byRange = flickering("range");
    const byWay = flickering("realized");
    expect([byRange.kernel.board.regime.regime, byWay.kernel.board.regime.regime]).toEqual(["CALM", "EXTREME"]);
    // 80 steps of 5 bps are within the window
    expect(byRange.kernel.board.context?.mediumVolBps).toBeCloseTo(5, 2);
    expect(byWay.kernel.board.context?.mediumVolBps).toBeCloseTo(5 * Math.sqrt(80), 1);
    expect([byRange.live().length, byWay.live().length]).toEqual([2, 0]);
    expect(byWay.decisions().at(-1)).toMatchObject({ code: "skip_toxicity", detail: "extreme" });
    expect(byWay.ofType("record-regime-change").at(-1)).toMatchObject({ to: "EXTREME" });
  });

  it("counts at the next event after it has changed", () => {
    const harness = flickering("range");
    harness.changeProfile({ ...harness.kernel.profile.settings, volEstimator: "realized" }, 2);
    expect(harness.kernel.board.regime.regime).toBe("EXTREME");
    expect(harness.live().map(({ status }) => status)).toEqual(["cancelling", "cancelling"]);
    harness.changeProfile({ ...harness.kernel.profile.settings, volEstimator: "range" }, 3);
    expect(harness.kernel.board.regime.regime).toBe("CALM");
  });
});
