import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { legacyToxicity } from "../../../main/kernel/signals/legacy-toxicity.ts";
import { ToxicityGuard, type GuardReadings } from "../../../main/kernel/signals/toxicity-guard.ts";

const BUY = 0;
const SELL = 1;
const SECOND = 1_000_000;

const bounds = {
  minSpreadBps: 2,
  imbalancePauseThreshold: 0.7,
  imbalanceWindowS: 2,
  microVolMaxBps: 8,
  microDriftMaxBps: 6,
  volatilityOffsetMultiplier: 0.5,
  volRegimeShortWindowS: 15,
};
const calm: GuardReadings = {
  nowUs: 0,
  settings: { ...defaultSettings("legacy"), ...bounds, marketProfile: "legacy" },
  spreadBps: 5,
  imbalance: 0,
  microVolBps: 1,
  microDriftBps: 1,
  regime: "NORMAL",
  isRegimePause: false,
};
const inCrypto: GuardReadings = { ...calm, settings: { ...calm.settings, marketProfile: "crypto" } };

let guard: ToxicityGuard;
beforeEach(() => {
  guard = new ToxicityGuard();
});

describe("toxicity guard in both profiles", () => {
  it.each([calm, inCrypto])("lets a calm market pass without widening", (readings) => {
    expect(guard.evaluate(BUY, "buy", false, readings)).toMatchObject({ code: "allow", extraBps: 0, override: null });
  });

  it.each([calm, inCrypto])("withdraws below the least spread, and not at it", (readings) => {
    expect(guard.evaluate(BUY, "buy", true, { ...readings, spreadBps: 1.99 })).toMatchObject({
      code: "skip_min_spread",
      cancelReason: "min_spread",
      reading: 1.99,
      bound: 2,
    });
    expect(guard.evaluate(BUY, "buy", false, { ...readings, spreadBps: 2 }).code).toBe("allow");
    expect(guard.evaluate(BUY, "buy", false, { ...readings, spreadBps: null }).code).toBe("allow");
  });

  it("pauses only the side that the imbalance runs over, and only that slot", () => {
    const leaning = { ...calm, imbalance: 0.71 };
    expect(guard.evaluate(SELL, "sell", false, leaning).code).toBe("skip_imbalance");
    expect(guard.evaluate(BUY, "buy", false, leaning).code).toBe("allow");
    expect(guard.evaluate(SELL + 2, "sell", false, { ...calm, nowUs: 1 }).code).toBe("allow");
    expect(guard.evaluate(BUY, "buy", false, { ...calm, imbalance: -0.71 }).code).toBe("skip_imbalance");
    expect(guard.evaluate(BUY + 4, "buy", false, { ...calm, imbalance: -0.7 }).code).toBe("allow");
  });

  it("ends an imbalance pause at its time and not before", () => {
    expect(guard.evaluate(SELL, "sell", false, { ...calm, imbalance: 0.9 }).pauseUntilUs).toBe(2 * SECOND);
    expect(guard.evaluate(SELL, "sell", false, { ...calm, nowUs: 2 * SECOND - 1 }).code).toBe("skip_imbalance_pause");
    expect(guard.evaluate(SELL, "sell", false, { ...calm, nowUs: 2 * SECOND }).code).toBe("allow");
  });

  it("keeps a running pause through a change of profile", () => {
    guard.evaluate(SELL, "sell", false, { ...calm, imbalance: 0.9 });
    expect(guard.evaluate(SELL, "sell", false, { ...inCrypto, nowUs: 1 }).code).toBe("skip_imbalance_pause");
  });
});

describe("the guard's settings", () => {
  const under = (changes: Partial<GuardReadings["settings"]>, readings: Partial<GuardReadings>): GuardReadings => ({
    ...calm,
    ...readings,
    settings: { ...calm.settings, ...changes },
  });

  it.each([
    { imbalancePauseThreshold: 0.4, imbalance: 0.5, code: "skip_imbalance" },
    { imbalancePauseThreshold: 0.6, imbalance: 0.5, code: "allow" },
    { imbalancePauseThreshold: 0, imbalance: 1, code: "allow" },
  ])("under a threshold of $imbalancePauseThreshold an imbalance of $imbalance is: $code", (one) => {
    const { imbalancePauseThreshold, imbalance, code } = one;
    for (const marketProfile of ["legacy", "crypto"] as const) {
      const verdict = new ToxicityGuard().evaluate(
        SELL,
        "sell",
        false,
        under({ imbalancePauseThreshold, marketProfile }, { imbalance }),
      );
      expect(verdict.code).toBe(code);
      if (code !== "allow") expect([verdict.reading, verdict.bound]).toEqual([imbalance, imbalancePauseThreshold]);
    }
  });

  it.each([
    { imbalanceWindowS: 0.2, pauseS: 1 },
    { imbalanceWindowS: 7, pauseS: 7 },
  ])("pauses for an imbalance window of $imbalanceWindowS s, but no less than a second", (one) => {
    const { imbalanceWindowS, pauseS } = one;
    const verdict = guard.evaluate(SELL, "sell", false, under({ imbalanceWindowS }, { imbalance: 0.9 }));
    expect(verdict.pauseUntilUs).toBe(pauseS * SECOND);
  });

  it.each([
    { volRegimeShortWindowS: 3, pauseS: 1 },
    { volRegimeShortWindowS: 40, pauseS: 4 },
  ])("pauses after EXTREME for a tenth of a short window of $volRegimeShortWindowS s", (one) => {
    const { volRegimeShortWindowS, pauseS } = one;
    const settings = { volRegimeShortWindowS, marketProfile: "crypto" } as const;
    const verdict = guard.evaluate(BUY, "buy", false, under(settings, { regime: "EXTREME", isRegimePause: true }));
    expect(verdict.pauseUntilUs).toBe(pauseS * SECOND);
  });
});

describe("toxicity guard in the legacy profile", () => {
  it("keeps the resting order through an imbalance", () => {
    const [fresh, running] = [
      { ...calm, imbalance: 0.9 },
      { ...calm, nowUs: 1 },
    ].map((readings) => ({ ...guard.evaluate(SELL, "sell", false, readings) }));
    expect(fresh).toMatchObject({ code: "skip_imbalance", cancelReason: null });
    expect(running).toMatchObject({ code: "skip_imbalance_pause", cancelReason: null });
  });

  it("withdraws in a spike, for as long as it lasts", () => {
    expect(guard.evaluate(BUY, "buy", false, { ...calm, microVolBps: 10.01 })).toMatchObject({
      code: "skip_toxicity",
      detail: "volatility_spike",
      cancelReason: "toxicity",
      reading: 10.01,
      bound: 10,
      pauseUntilUs: null,
    });
    expect(guard.evaluate(BUY, "buy", false, { ...calm, nowUs: 1, microDriftBps: -7.6 })).toMatchObject({
      detail: "drift_spike",
      reading: -7.6,
      bound: 7.5,
    });
    // Of the denial nothing is left
    expect(guard.evaluate(BUY, "buy", false, { ...calm, nowUs: 2 })).toEqual({
      code: "allow",
      override: null,
      extraBps: 0,
      detail: null,
      reading: null,
      bound: null,
      pauseUntilUs: null,
      cancelReason: null,
    });
  });

  it("widens between the limit and the spike, and forgets the widening at the next look", () => {
    expect(guard.evaluate(BUY, "buy", false, { ...calm, microVolBps: 9, microDriftBps: -7 }).extraBps).toBe(1);
    expect(guard.extraBps).toBe(1);
    expect(guard.evaluate(BUY, "buy", false, calm).extraBps).toBe(0);
  });

  it("knows no regime", () => {
    expect(guard.evaluate(BUY, "buy", false, { ...calm, regime: "EXTREME", isRegimePause: true }).code).toBe("allow");
  });
});

describe("toxicity guard in the crypto profile", () => {
  const extreme = { ...inCrypto, regime: "EXTREME" as const, isRegimePause: true };

  it("withdraws in an imbalance", () => {
    expect(guard.evaluate(SELL, "sell", false, { ...inCrypto, imbalance: 0.9 }).cancelReason).toBe("imbalance");
    expect(guard.evaluate(SELL, "sell", false, { ...inCrypto, nowUs: 1 }).cancelReason).toBe("imbalance_pause");
  });

  it("has no static toxicity", () => {
    expect(guard.evaluate(BUY, "buy", false, { ...inCrypto, microVolBps: 99 })).toMatchObject({
      code: "allow",
      extraBps: 0,
    });
  });

  it("pauses in an extreme regime for a tenth of the short window after it", () => {
    expect(guard.evaluate(BUY, "buy", false, extreme)).toMatchObject({
      code: "skip_toxicity",
      detail: "extreme",
      cancelReason: "toxicity",
      pauseUntilUs: 1.5 * SECOND,
    });
    expect(guard.evaluate(BUY, "buy", false, { ...inCrypto, nowUs: 1.5 * SECOND - 1 }).code).toBe("skip_toxicity");
    expect(guard.evaluate(BUY, "buy", false, { ...inCrypto, nowUs: 1.5 * SECOND }).code).toBe("allow");
  });

  it("lets a side that reduces a loaded inventory pass an imbalance and an extreme regime", () => {
    const leaning = { ...inCrypto, imbalance: 0.9 };
    expect(guard.evaluate(SELL, "sell", true, leaning)).toMatchObject({
      code: "allow",
      override: "allow_imbalance_inventory_override",
    });
    expect(guard.evaluate(SELL, "sell", true, extreme)).toMatchObject({ code: "allow", override: null });
  });

  it("never widens by itself: the offset carries the regime's scale already", () => {
    expect(guard.evaluate(SELL, "sell", true, extreme).extraBps).toBe(0);
  });
});

describe("legacy toxicity", () => {
  it("does not pause at exactly 1.25 times a limit, for any limit as typed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (thousandths) => {
        const limit = thousandths / 1000;
        // 1.25 x limit has five decimals at most, and is the nearest double of them
        const border = (thousandths * 125) / 100_000;
        const settings = { microVolMaxBps: limit, microDriftMaxBps: limit, volatilityOffsetMultiplier: 1 };
        expect(legacyToxicity(border, null, settings).pause).toBeNull();
        expect(legacyToxicity(border * (1 + 1e-12), null, settings).pause).toBe("volatility_spike");
        expect(legacyToxicity(null, -border * (1 + 1e-12), settings).pause).toBe("drift_spike");
      }),
    );
  });

  it("widens beyond a limit of less than a basis point, too", () => {
    const settings = { microVolMaxBps: 0.5, microDriftMaxBps: 0, volatilityOffsetMultiplier: 2 };
    expect(legacyToxicity(0.6, null, settings).extraBps).toBeCloseTo(0.2, 12);
  });

  it("is off where a limit is 0", () => {
    const settings = { microVolMaxBps: 0, microDriftMaxBps: 0, volatilityOffsetMultiplier: 1 };
    expect(legacyToxicity(1000, 1000, settings)).toEqual({ extraBps: 0, pause: null });
    expect(legacyToxicity(9, 1000, { ...settings, microVolMaxBps: 8 })).toEqual({ extraBps: 1, pause: null });
    expect(legacyToxicity(1000, 7, { ...settings, microDriftMaxBps: 6 })).toEqual({ extraBps: 1, pause: null });
  });
});
