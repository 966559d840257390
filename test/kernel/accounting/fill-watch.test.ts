import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { ASK, BID, quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** A buy is filled and the market then falls by `ticks`, and stays. */
function filledBefore(ticks: number, changes: Partial<Settings> = {}): KernelHarness {
  const harness = quoting("legacy", { priceOffsetPerLevelPercent: 0.01, skewMaxBps: 0, ...changes });
  harness.forget().wait(100_000);
  harness.fill(harness.liveOn("buy")[0]!);
  harness.wait(100_000).snapshot([BID - ticks, 1_000], [ASK - ticks, 1_000]);
  return harness;
}

describe("markouts of own fills", () => {
  it("are written down at each horizon, by the mid that stood then", () => {
    const harness = filledBefore(1_200);
    harness.keepFresh(121 * SECOND);
    const [fill] = harness.ofType("record-fill");
    const markouts = harness.ofType("record-markout").filter(({ tradeId }) => tradeId === fill?.tradeId);
    expect(markouts.map(({ horizonUs }) => horizonUs)).toEqual([
      250_000,
      SECOND,
      5 * SECOND,
      30 * SECOND,
      120 * SECOND,
    ]);
    const mid = BID + ASK - 2_400;
    expect(new Set(markouts.map(({ midHalfTicks }) => midHalfTicks))).toEqual(new Set([mid]));
    const price = fill?.priceTicks ?? Number.NaN;
    for (const markout of markouts) {
      expect(markout.markoutBps).toBeCloseTo(((mid / 2 - price) / price) * 10_000, 9);
      expect(markout.atUs).toBeGreaterThan(markout.filledUs + markout.horizonUs);
      expect([markout.side, markout.slot, markout.liquidity]).toEqual(["buy", { side: "buy", level: 0 }, "maker"]);
    }
  });

  it("are missing where the book was lost at the moment, and only there", () => {
    const harness = filledBefore(0);
    harness.wait(500_000).gap();
    harness.wait(2 * SECOND).snapshot([BID, 5], [ASK, 5]);
    harness.keepFresh(4 * SECOND);
    expect(
      harness.ofType("record-markout").map(({ horizonUs, midHalfTicks }) => [horizonUs, midHalfTicks === null]),
    ).toEqual([
      [250_000, false],
      [SECOND, true],
      [5 * SECOND, false],
    ]);
  });

  it("are missing after a silence that made the book stale", () => {
    const harness = filledBefore(0, { orderbookStalenessThresholdS: 3 });
    harness.wait(5 * SECOND).delta([], []);
    expect(harness.ofType("record-markout").map(({ midHalfTicks }) => midHalfTicks === null)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("are closed at the end of the session, where nobody will know: five rows a fill, and no slot is judged by them", () => {
    const harness = filledBefore(1_200);
    harness.keepFresh(2 * SECOND);
    const { quality } = harness.kernel.fills;
    const missing = quality.missing(3);
    harness.forget().send({ type: "session-ending" });
    const rows = harness.ofType("record-markout").map(({ horizonUs, markoutBps }) => [horizonUs, markoutBps]);
    expect(rows).toEqual([
      [5 * SECOND, null],
      [30 * SECOND, null],
      [120 * SECOND, null],
    ]);
    expect(quality.missing(3)).toBe(missing);
    expect(harness.send({ type: "session-ending" })).toEqual([]);
  });

  it("count what rested, by slot and side", () => {
    const harness = filledBefore(1_200);
    harness.keepFresh(6 * SECOND);
    const { quality } = harness.kernel.fills;
    expect(quality.slot("buy", 0)).toMatchObject({ fills: 1, adverseShare: 1 });
    expect(quality.slot("sell", 0)).toBeNull();
    expect(quality.lifetimeCount).toBe(1);
  });
});

describe("a slot whose fills turn out badly", () => {
  /** Distance of the last bid placed from its anchor, in bps. */
  const bidDistanceBps = (harness: KernelHarness): number => {
    const placed = harness.decisions().filter(({ code, slot }) => code === "place_initial" && slot.side === "buy");
    const buildUp = placed.at(-1)?.buildUp;
    return buildUp ? ((buildUp.anchorTicks - buildUp.targetTicks) / buildUp.anchorTicks) * 10_000 : Number.NaN;
  };

  it("really moves its price, by what is missing, and names it in the build-up", () => {
    const harness = filledBefore(4_800, { minAcceptableMarkoutBps: -2, maxPositionSize: 100, maxOrderAgeS: 3 });
    const before = bidDistanceBps(
      harness
        .settle()
        .keepFresh(2 * SECOND)
        .settle(),
    );
    expect(before).toBeCloseTo(1, 2);
    for (let i = 0; i < 20; i += 1) harness.keepFresh(SECOND).settle();
    // The fill was at 1 bps below the old bid, the mid is 8 bps below it: about 7 bps, 5 more than is acceptable
    const after = bidDistanceBps(harness);
    expect(after - before).toBeGreaterThan(4);
    const parts = harness.kernel.board.slots[0]?.lastDecision?.buildUp?.extraParts;
    expect(parts?.markoutBps).toBeGreaterThan(4);
    expect(harness.kernel.board.slots[20]?.lastDecision?.buildUp?.extraParts ?? null).toBeNull();
  });

  it("keeps the distance through a fill that tells nothing yet, and gives it back with time", () => {
    const harness = filledBefore(4_800, { minAcceptableMarkoutBps: -2, maxPositionSize: 100, maxOrderAgeS: 3 });
    for (let i = 0; i < 12; i += 1) harness.keepFresh(SECOND).settle();
    const { settings } = harness.kernel.profile;
    const slot = harness.kernel.board.slots[0]!;
    const ticksNow = (): number => slot.postOnly.ticks(harness.nowUs, settings);
    expect(ticksNow()).toBe(2);
    const wide = harness.kernel.fills.quality.wideningBps(harness.nowUs, "buy", 0, settings);
    harness.fill(harness.liveOn("buy")[0]!);
    expect(ticksNow()).toBe(2);
    expect(harness.kernel.fills.quality.wideningBps(harness.nowUs, "buy", 0, settings)).toBe(wide);
    expect(harness.kernel.fills.quality.wideningBps(harness.nowUs + 700 * SECOND, "buy", 0, settings)).toBe(0);
    expect(slot.postOnly.ticks(harness.nowUs + 700 * SECOND, settings)).toBe(1);
  });
});

describe("post-only rejections and latency", () => {
  it("boost every slot's distance while more than a tenth of the placements is refused", () => {
    const harness = quoting("legacy", { pofCooldownS: 0 });
    for (let i = 0; i < 6; i += 1) {
      harness.keepFresh(SECOND);
      for (const order of harness.live()) {
        if (order.status === "in-flight") {
          harness.send({ type: "order-rejected", orderId: order.orderId, reason: "post-only" });
        } else if (i === 0) {
          harness.command("cancel-all").settle().command("resume");
        }
      }
    }
    expect(harness.kernel.board.context?.postOnlyBoostBps).toBe(1);
    expect(harness.decisions().at(-1)?.buildUp?.extraParts?.postOnlyBps).toBe(1);
  });

  it("keep a quote further from the opposite best by what the market moves while it is under way", () => {
    const changes = { priceOffsetPerLevelPercent: 0.0000001, skewMaxBps: 0, maxOrderAgeS: 1 };
    const harness = quoting("legacy", changes);
    for (let i = 0; i < 12; i += 1) {
      const up = (i % 2) * 1_000;
      harness.wait(SECOND / 2).snapshot([BID + up, 9], [ASK + up, 9]);
      // Every report takes 200 ms
      harness.wait(200_000).settle();
    }
    const { context, placementLatencyUs } = harness.kernel.board;
    expect(placementLatencyUs).toBeGreaterThan(100_000);
    // 1,000 ticks in 5 s: a tick each 5 ms
    const latency = context?.latencyTicks ?? 0;
    expect(latency).toBe(Math.ceil(placementLatencyUs / 5_000));
    const bids = harness.decisions().filter(({ code, slot }) => code === "place_initial" && slot.side === "buy");
    const last = bids.at(-1)?.buildUp;
    expect(last?.clamp).toBe("post-only");
    expect((last?.anchorTicks ?? 0) - (last?.finalTicks ?? 0)).toBeGreaterThan(20);
  });
});
