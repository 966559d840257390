import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { ASK, BID, quoting } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

function cancels(harness: ReturnType<typeof quoting>): string[] {
  return harness.ofType("cancel-order").map(({ reason }) => reason);
}

describe("a slot that waits for its interval", () => {
  it("gives its order back at once when the spread falls below the least", () => {
    const harness = quoting("legacy", { minSpreadBps: 0.01, minRepriceIntervalS: 60 });
    harness.forget().wait(100_000);
    harness.delta([ASK - 1, 5], []);
    expect(cancels(harness)).toEqual(["min_spread", "min_spread"]);
    expect(harness.codes()).toEqual(["skip_min_spread", "skip_min_spread"]);
  });

  it("gives its order back at once when a guard finds the market toxic", () => {
    const harness = quoting("legacy", { microDriftMaxBps: 1, minRepriceIntervalS: 60 });
    harness.forget().wait(100_000);
    harness.snapshot([BID - 1_000, 5], [ASK - 1_000, 5]);
    expect(cancels(harness)).toEqual(["toxicity", "toxicity"]);
  });

  it("keeps an order that was filled in part: what is left of it is smaller, not larger", () => {
    const harness = quoting("legacy", { minRepriceIntervalS: 60 });
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness
      .forget()
      .fill(bid, 4)
      .keepFresh(3 * SECOND);
    const ofBuys = harness.decisions().flatMap(({ slot, code }) => (slot.side === "buy" ? [code] : []));
    expect(new Set(ofBuys)).toEqual(new Set(["skip_interval"]));
    expect([bid.status, bid.sizeLots - bid.filledLots]).toEqual(["resting", 6]);
    expect(cancels(harness)).toEqual([]);
  });

  it("says nothing, and replaces nothing, while the guards are content", () => {
    const harness = quoting("legacy", { minRepriceIntervalS: 60 });
    harness.wait(100_000).delta([], []);
    expect(harness.codes().slice(-2)).toEqual(["skip_interval", "skip_interval"]);
    harness.forget();
    for (let i = 0; i < 5; i += 1) harness.wait(100_000).snapshot([BID - 1_000 * i, 5], [ASK - 1_000 * i, 5]);
    expect(harness.codes()).toEqual([]);
    harness.keepFresh(60 * SECOND, SECOND);
    expect(harness.codes()).toContain("replace_target_shift");
  });
});

describe("the regime", () => {
  it("rises to EXTREME at the very event that shows it, and takes the quotes with it", () => {
    const harness = quoting("crypto", {
      volRegimeEnabled: true,
      volUnknownRegime: "NORMAL",
      regimeCadenceNormal: { minRepriceIntervalS: 60, maxOrderAgeS: 0 },
    });
    expect(harness.live()).toHaveLength(2);
    harness.forget().wait(1_000);
    // 100 bps in one step
    harness.snapshot([BID - 60_000, 5], [ASK - 60_000, 5]);
    expect(harness.ofType("record-regime-change").map(({ from, to }) => `${from} ${to}`)).toEqual(["NORMAL EXTREME"]);
    expect(harness.ofType("record-regime-change")[0]?.shortVolBps).toBeGreaterThan(45);
    expect(cancels(harness)).toEqual(["toxicity", "toxicity"]);
  });

  it("rises to ELEVATED at the very event that shows it, and ends a wait that its own pace would not have", () => {
    const harness = quoting("crypto", {
      volRegimeEnabled: true,
      volUnknownRegime: "NORMAL",
      volRegimeElevatedBps: 20,
      volRegimeExtremeBps: 1_000,
      regimeCadenceNormal: { minRepriceIntervalS: 60, maxOrderAgeS: 0 },
      regimeCadenceElevated: { minRepriceIntervalS: 0, maxOrderAgeS: 0 },
    });
    expect(harness.codes().slice(-2)).toEqual(["skip_interval", "skip_interval"]);
    harness.forget().wait(1_000);
    harness.snapshot([BID - 60_000, 5], [ASK - 60_000, 5]);
    expect(harness.ofType("record-regime-change").map(({ from, to }) => `${from} ${to}`)).toEqual(["NORMAL ELEVATED"]);
    expect(harness.codes()).toEqual(["replace_target_shift", "replace_target_shift"]);
  });

  it("is measured anew under other settings at the same moment", () => {
    const harness = quoting("crypto", { volRegimeEnabled: true, volUnknownRegime: "CALM" });
    harness.wait(1_000).delta([BID, 7], []);
    expect(harness.kernel.board.regime.regime).toBe("CALM");
    harness.changeProfile({ ...harness.kernel.profile.settings, volUnknownRegime: "EXTREME" }, 2);
    expect(harness.kernel.board.regime.regime).toBe("EXTREME");
  });
});

describe("a level that is switched off", () => {
  it("winds down, says so once, and falls silent", () => {
    const harness = quoting("legacy", { numPriceLevels: 2 });
    harness.wait(SECOND).changeProfile({ ...harness.kernel.profile.settings, numPriceLevels: 1 }, 2);
    harness.settle().wait(2 * SECOND);
    harness.forget().keepFresh(5 * SECOND);
    expect(harness.decisions().filter(({ slot }) => slot.level === 1)).toEqual([]);
    expect(harness.live().map(({ slot }) => slot.level)).toEqual([0, 0]);
    harness.changeProfile({ ...harness.kernel.profile.settings, numPriceLevels: 2 }, 3);
    harness.wait(2 * SECOND).settle();
    expect(harness.live()).toHaveLength(4);
  });
});

describe("single-sided mode", () => {
  const loaded = (changes: Parameters<typeof quoting>[1]) => {
    const harness = quoting("crypto", {
      maxPositionSize: 0.017,
      skewMaxBps: 0,
      repriceTolerancePercent: 0.01,
      ...changes,
    });
    harness.fill(harness.liveOn("buy")[0]!);
    harness.settle();
    harness.forget();
    for (let i = 0; i < 4; i += 1) harness.keepFresh(SECOND).settle();
    return harness;
  };

  it("quotes both sides in WARN where it is off", () => {
    expect(
      loaded({})
        .live()
        .map(({ side }) => side)
        .toSorted(),
    ).toEqual(["buy", "sell"]);
  });

  it("tells with the decision that only the position lets a side pass an imbalance", () => {
    const harness = loaded({ imbalancePauseThreshold: 0.5, imbalanceWindowS: 0.2 });
    harness.forget();
    for (let step = 0; step < 20; step += 1) harness.wait(100_000).delta([BID, 100_000 + step], []);
    const details = harness.decisions().flatMap(({ slot, detail }) => (slot.side === "sell" ? [detail] : []));
    expect(new Set(details)).toContain("allow_imbalance_inventory_override");
    expect(harness.liveOn("sell")[0]?.status).toBe("resting");
  });

  it("quotes only the side that reduces, from WARN on, and takes the other back", () => {
    const harness = loaded({ inventorySingleSidedEnabled: true });
    expect(harness.live().map(({ side }) => side)).toEqual(["sell"]);
    const refused = harness.decisions().find(({ code }) => code === "skip_inventory_critical");
    expect([refused?.detail, refused?.bound]).toEqual(["single-sided", 0.5]);
    expect(harness.kernel.board.context?.band).toBe("WARN");
  });

  it("stands closer by the factor that is set", () => {
    const distance = (harness: ReturnType<typeof quoting>): number =>
      (harness.liveOn("sell")[0]?.priceTicks ?? Number.NaN) - ASK;
    const wide = distance(loaded({ inventorySingleSidedEnabled: true }));
    const close = distance(loaded({ inventorySingleSidedEnabled: true, inventorySingleSidedOffsetScale: 0.4 }));
    expect(wide).toBe(601);
    expect(close).toBe(241);
  });

  it("stands no closer while both sides are quoted", () => {
    const asksAt = (changes: Partial<Settings>): number[] =>
      quoting("crypto", changes)
        .liveOn("sell")
        .map(({ priceTicks }) => priceTicks);
    const scaled = { inventorySingleSidedOffsetScale: 0.4 };
    expect(asksAt({ ...scaled, inventorySingleSidedEnabled: true })).toEqual(asksAt({}));
    const harness = loaded(scaled);
    expect(harness.kernel.board.context?.band).toBe("WARN");
    expect(harness.liveOn("sell")[0]?.priceTicks).toBe(loaded({}).liveOn("sell")[0]?.priceTicks);
  });
});

describe("a venue that has asked for fewer requests", () => {
  it("widens, cancels a quote that has to move, and leaves the slot empty for a whole interval", () => {
    const harness = quoting("legacy", {
      rateLimitDegradedS: 100,
      rateLimitExtraOffsetBps: 5,
      rateLimitRepriceMultiplier: 2,
    });
    harness.wait(2 * SECOND).forget();
    harness.send({ type: "venue-throttled", cause: "rate-limited" });
    harness.wait(1_000).delta([BID, 7], []);
    const decisions = harness.decisions().filter(({ code }) => code === "cancel_only_rate_limit_degraded");
    expect(decisions).toHaveLength(2);
    expect(decisions[0]?.detail).toBe("replace_target_shift");
    expect(decisions[0]?.buildUp?.extraParts).toEqual({ guardBps: 0, postOnlyBps: 0, rateLimitBps: 5, markoutBps: 0 });
    harness.settle().wait(900_000).delta([BID, 8], []);
    expect(harness.live()).toEqual([]);
    harness.wait(200_000).delta([BID, 9], []);
    expect(harness.live()).toHaveLength(2);
  });
});
