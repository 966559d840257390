import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { ASK, BID, quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const QUIET = {
  volRegimeEnabled: true,
  volUnknownRegime: "NORMAL",
  volRegimeShortWindowS: 2,
  volRegimeMediumWindowS: 4,
  volRegimeLongWindowS: 8,
  volRegimeCalmBps: 5,
  volRegimeElevatedBps: 50,
  volRegimeExtremeBps: 100,
  volRegimeMinDwellS: 0,
  volRegimeHysteresisPct: 0,
} as const satisfies Partial<Settings>;

/** Five quiet seconds, then one step up by 30 bps. */
function stepped(changes: Partial<Settings> = {}): KernelHarness {
  const harness = quoting("crypto", { ...QUIET, ...changes });
  quiet(harness, 5 * SECOND, 0);
  return quiet(harness, SECOND / 2, 18_000);
}

/** A book that stands where it is, told anew each half second. */
function quiet(harness: KernelHarness, us: number, shift: number): KernelHarness {
  for (let passed = 0; passed < us; passed += SECOND / 2) {
    harness.wait(SECOND / 2).snapshot([BID + shift, 1_000 + passed / SECOND], [ASK + shift, 1_000]);
    harness.settle();
  }
  return harness;
}

describe("the regime in the kernel", () => {
  it.each([
    { changes: {}, regime: "NORMAL" },
    { changes: { volRegimeCalmBps: 31 }, regime: "CALM" },
    { changes: { volRegimeElevatedBps: 29 }, regime: "ELEVATED" },
    { changes: { volRegimeExtremeBps: 29 }, regime: "EXTREME" },
    { changes: { volRegimeExtremeBps: 29, volRegimeEnabled: false }, regime: "NORMAL" },
  ] as const)("is $regime after a step of 30 bps under $changes", ({ changes, regime }) => {
    const harness = stepped(changes);
    expect(harness.kernel.board.regime.regime).toBe(regime);
    expect(harness.kernel.board.context?.regime).toBe(regime);
    expect(harness.live()).toHaveLength(regime === "EXTREME" ? 0 : 2);
  });

  it.each([
    { changes: {}, until: [2, 4, 8] },
    { changes: { volRegimeShortWindowS: 1 }, until: [1, 4, 8] },
    { changes: { volRegimeMediumWindowS: 6 }, until: [2, 6, 8] },
    { changes: { volRegimeLongWindowS: 12 }, until: [2, 4, 12] },
  ] as const)("remembers a step over the windows of $changes", ({ changes, until }) => {
    const harness = stepped(changes);
    const lastSeenS = [0, 0, 0];
    for (let halves = 0; halves < 30; halves += 1) {
      const { shortVolBps, mediumVolBps, longVolBps } = harness.kernel.board.context ?? {};
      for (const [at, bps] of [shortVolBps, mediumVolBps, longVolBps].entries())
        if ((bps ?? 0) > 1) lastSeenS[at] = halves / 2;
      quiet(harness, SECOND / 2, 18_000);
    }
    // The mid before the step is the last that a window loses, half a second before the step itself would be
    expect(lastSeenS).toEqual(until.map((seconds) => seconds - 0.5));
  });

  it.each([
    { volRegimeHysteresisPct: 0.2, regime: "NORMAL" },
    { volRegimeHysteresisPct: 0.6, regime: "ELEVATED" },
  ])("comes down below its bound less $volRegimeHysteresisPct", ({ volRegimeHysteresisPct, regime }) => {
    const harness = stepped({ volRegimeElevatedBps: 29, volRegimeHysteresisPct });
    // 15 bps back: once the quiet start has left the window, it sees only these
    quiet(harness, 4 * SECOND, 9_000);
    expect(harness.kernel.board.context?.mediumVolBps).toBeCloseTo(15, 1);
    expect(harness.kernel.board.regime.regime).toBe(regime);
  });

  it.each([0, 3])("comes down after a dwell of %d s", (volRegimeMinDwellS) => {
    const harness = stepped({ volRegimeElevatedBps: 29, volRegimeMinDwellS });
    quiet(harness, 3.5 * SECOND, 18_000);
    expect(harness.kernel.board.regime.regime).toBe("ELEVATED");
    quiet(harness, SECOND, 18_000);
    expect(harness.kernel.board.regime.regime).toBe(volRegimeMinDwellS === 0 ? "CALM" : "ELEVATED");
    quiet(harness, 3 * SECOND, 18_000);
    expect(harness.kernel.board.regime.regime).toBe("CALM");
  });
});

describe("the pace of a regime", () => {
  /** Long at its limit, so that the asks are quoted in every regime; whatever is unknown counts as `regime`. */
  function paced(regime: Settings["volUnknownRegime"], pace: Settings["regimeCadenceCalm"]): KernelHarness {
    // In EXTREME there would be no bid to fill; it may come later, for what is not measured only becomes wilder
    const atStart = regime === "EXTREME" ? "NORMAL" : regime;
    const measured = { volRegimeEnabled: true, volUnknownRegime: atStart, volRegimeMediumWindowS: 3_600 } as const;
    const harness = quoting("crypto", { ...measured, maxPositionSize: 0.01 });
    for (const bid of harness.liveOn("buy")) harness.fill(bid);
    const other = { minRepriceIntervalS: 60, maxOrderAgeS: 0 };
    harness.changeProfile(
      {
        ...harness.kernel.profile.settings,
        volUnknownRegime: regime,
        regimeCadenceCalm: regime === "CALM" ? pace : other,
        regimeCadenceNormal: regime === "NORMAL" ? pace : other,
        regimeCadenceElevated: regime === "ELEVATED" ? pace : other,
        regimeCadenceExtreme: regime === "EXTREME" ? pace : other,
      },
      2,
    );
    return harness.forget();
  }

  const REGIMES = ["CALM", "NORMAL", "ELEVATED", "EXTREME"] as const;

  it.each(REGIMES)("%s: an ask is given back when it is older than its most", (regime) => {
    const harness = paced(regime, { minRepriceIntervalS: 0.1, maxOrderAgeS: 3 });
    harness.keepServed(8 * SECOND);
    expect(harness.kernel.board.context?.regime).toBe(regime);
    const codes = harness.decisions().filter(({ code }) => code === "replace_max_age");
    expect(codes.length).toBeGreaterThanOrEqual(2);
    const [first, second] = codes.slice(-2).map(({ atUs }) => atUs);
    expect(((second ?? 0) - (first ?? 0)) / SECOND).toBeCloseTo(3.1, 0);
    expect(harness.ofType("cancel-order").map(({ reason }) => reason)).toContain("max_order_age");
  });

  it.each(REGIMES)("%s: an ask waits for its interval before it is placed anew", (regime) => {
    const harness = paced(regime, { minRepriceIntervalS: 4, maxOrderAgeS: 1 });
    harness.keepServed(10 * SECOND);
    const placed = harness.decisions().filter(({ code }) => code === "replace_max_age");
    const [first, second] = placed.slice(-2).map(({ atUs }) => atUs);
    expect(placed.length).toBeGreaterThanOrEqual(2);
    expect(((second ?? 0) - (first ?? 0)) / SECOND).toBeCloseTo(4.1, 0);
  });
});
