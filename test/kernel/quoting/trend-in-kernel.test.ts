import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { isBlockedByTrend } from "../../../main/kernel/quoting/market-gates.ts";
import { SlotState } from "../../../main/kernel/quoting/slot-state.ts";
import { ASK, BID, KernelHarness, settingsFor } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** A market that has fallen by a tick each 200 ms for ten seconds, so that the trend against a 10 bps yardstick is far beyond strong. */
function falling(changes: Partial<Settings> = {}): KernelHarness {
  const harness = new KernelHarness(
    settingsFor("crypto", {
      trendFastEmaS: 1,
      trendSlowEmaS: 4,
      trendStrongThreshold: 0.05,
      trendCounterSideSizeCut: 0.5,
      ...changes,
    }),
  );
  harness.snapshot([BID, 1_000], [ASK, 1_000]).wait(1_000);
  harness.delta([BID, 1_001], [ASK, 1_001]).settle();
  return harness;
}

/** Lets both touches fall by `ticks` a step. */
function fall(harness: KernelHarness, steps: number, ticks = 100): void {
  let bid = harness.kernel.market.book.bestBidTicks ?? 0;
  for (let step = 0; step < steps; step += 1) {
    const ask = bid + (ASK - BID);
    harness.wait(200_000);
    harness.delta([bid, 0, bid - ticks, 1_000], [ask, 0, ask - ticks, 1_000]).settle();
    bid -= ticks;
  }
}

function contextUnder(changes: Partial<Settings>) {
  const harness = falling(changes);
  const { context } = harness.kernel.board;
  if (context === null) throw new Error("a slot must have been looked at");
  return context;
}

const strongFall = { microDriftMaxBps: 0, trendOneWayEnabled: true };

describe("a strong trend", () => {
  it("blocks the counter side in one-way mode, and says which way and how strong", () => {
    const harness = falling({ ...strongFall, trendCancelCounterOnStrong: true });
    fall(harness, 40);
    harness.forget();
    fall(harness, 10);
    const buys = harness.decisions().filter(({ slot }) => slot.side === "buy");
    expect(new Set(buys.map(({ code, detail }) => `${code} ${detail ?? ""}`))).toEqual(
      new Set(["skip_trend_counter_strong bearish"]),
    );
    expect(buys[0]?.reading).toBeGreaterThanOrEqual(0.05);
    expect(buys[0]?.bound).toBe(0.05);
    expect(new Set(harness.ofType("place-order").map(({ side }) => side))).toEqual(new Set(["sell"]));
  });

  it.each([
    [false, []],
    [true, ["trend_counter_strong"]],
  ])("takes the resting counter order back only where the profile says so: %s", (cancels, reasons) => {
    const harness = falling({
      ...strongFall,
      trendCancelCounterOnStrong: cancels,
      repriceTolerancePercent: 1_000_000,
      trendSlowEmaS: 6,
    });
    fall(harness, 40, 5);
    const ofBuys = harness
      .ofType("record-order")
      .filter(({ side, status }) => side === "buy" && status === "cancelling")
      .map(({ reason }) => reason);
    expect(ofBuys).toEqual(reasons);
  });

  it("is strong from the threshold on", () => {
    const context = contextUnder({ trendStrongThreshold: 0.5, trendOneWayEnabled: true });
    const buys = new SlotState({ side: "buy", level: 0 }, 0);
    const blocks = (trendStrength: number): boolean =>
      isBlockedByTrend(buys, { ...context, trendDirection: "BEARISH", trendStrength });
    expect([0.49, 0.5, 0.51].map(blocks)).toEqual([false, true, true]);
  });

  it("lets a side pass that reduces a loaded position, and tells both overrides with the decision", () => {
    const harness = falling(strongFall);
    const [ask] = harness.liveOn("sell");
    harness.fill(ask!, 10);
    // 10 lots of a limit of 15: loaded
    harness.changeProfile({ ...harness.kernel.profile.settings, maxPositionSize: 0.015, inventoryHardPct: 0.99 }, 2);
    fall(harness, 40);
    harness.forget();
    fall(harness, 10);
    const told = harness.decisions().filter(({ slot, detail }) => slot.side === "buy" && detail !== null);
    expect(told.map(({ detail }) => detail)).toContain(
      "allow_trend_counter_inventory_override allow_trend_size_inventory_override",
    );
    expect(harness.codes()).not.toContain("skip_trend_counter_strong");
  });

  it("cuts the counter side's size below strong, and gives the innermost nothing from strong on", () => {
    const weak = falling({ trendStrongThreshold: 1, trendCounterSideSizeCut: 0.9, orderSizeMultiplier: 1_000 });
    fall(weak, 40, 8);
    const strength = weak.kernel.board.context?.trendStrength ?? 0;
    expect(strength).toBeGreaterThan(0.01);
    expect(strength).toBeLessThan(1);
    weak.forget();
    fall(weak, 40, 8);
    const sizes = (side: string): number[] =>
      weak
        .ofType("place-order")
        .filter((order) => order.side === side)
        .map(({ sizeLots }) => sizeLots);
    expect(Math.max(...sizes("buy"))).toBeLessThan(1_000);
    expect(new Set(sizes("sell"))).toEqual(new Set([1_000]));

    const strong = falling({ numPriceLevels: 2 });
    fall(strong, 40);
    strong.forget();
    fall(strong, 10);
    const buys = strong.decisions().filter(({ slot, code }) => slot.side === "buy" && code === "skip_below_min_size");
    expect(buys.map(({ slot, detail }) => [slot.level, detail?.split(" ")[0]])).toContainEqual([0, "trend"]);
    expect(strong.ofType("place-order").some(({ side, slot }) => side === "buy" && slot.level === 1)).toBe(true);
  });

  it("says nothing in the legacy profile", () => {
    const under = (marketProfile: "legacy" | "crypto", trendOneWayEnabled: boolean): KernelHarness => {
      const harness = falling({ marketProfile, trendOneWayEnabled, trendStrongThreshold: 0.3 });
      fall(harness, 50);
      return harness;
    };
    expect(under("crypto", true).codes()).toContain("skip_trend_counter_strong");
    expect(under("legacy", true).codes()).not.toContain("skip_trend_counter_strong");
    const sizes = (harness: KernelHarness): Set<number> =>
      new Set(harness.ofType("place-order").map(({ sizeLots }) => sizeLots));
    expect(sizes(under("crypto", false)).size).toBeGreaterThan(1);
    expect(sizes(under("legacy", false))).toEqual(new Set([10]));
  });

  it("outlives a fresh snapshot of a book that was not lost, and not a gap", () => {
    const harness = falling();
    fall(harness, 40);
    const bid = harness.kernel.market.book.bestBidTicks ?? 0;
    harness.snapshot([bid, 7], [bid + 10, 7]);
    expect(harness.kernel.board.context?.trendDirection).toBe("BEARISH");
    expect(harness.kernel.market.signals.spreadEma.valueBps).not.toBeNull();
    expect(harness.kernel.market.signals.mids.coverageUs(4, harness.nowUs)).toBeGreaterThan(7 * SECOND);
    harness.gap();
    harness.snapshot([bid, 7], [bid + 10, 7]);
    harness.wait(SECOND).delta([bid, 8], []);
    expect(harness.kernel.board.context?.trendDirection).toBe("NEUTRAL");
  });
});
