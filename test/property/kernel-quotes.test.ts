import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "../../main/kernel/effects.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { micros, type OrderSide } from "../../main/kernel/values/units.ts";
import { KernelHarness, settingsFor } from "../support/kernel-harness.ts";

const MID = 6_000_000;

/** One moment of a market that may run, jump, cross or be lost, and what becomes of our orders. */
interface Moment {
  readonly move: number;
  readonly halfSpread: number;
  readonly bidLots: number;
  readonly askLots: number;
  readonly waitUs: number;
  readonly happening:
    | "fill-buy"
    | "fill-sell"
    | "reject"
    | "settle"
    | "nothing"
    | "throttle"
    | "funding"
    | "gap"
    | "flip";
}

const moment: fc.Arbitrary<Moment> = fc.record({
  move: fc.oneof(fc.integer({ min: -30, max: 30 }), fc.constantFrom(-30_000, 20_000)),
  halfSpread: fc.constantFrom(0, 1, 5, 2_000),
  bidLots: fc.integer({ min: 1, max: 1_000 }),
  askLots: fc.integer({ min: 1, max: 1_000 }),
  waitUs: fc.integer({ min: 1, max: 2_500_000 }),
  happening: fc.constantFrom<Moment["happening"]>(
    "fill-buy",
    "fill-sell",
    "reject",
    "settle",
    "settle",
    "settle",
    "nothing",
    "throttle",
    "funding",
    "gap",
    "flip",
  ),
});

const features: fc.Arbitrary<Partial<Settings>> = fc.record({
  numPriceLevels: fc.integer({ min: 1, max: 3 }),
  offsetMode: fc.constantFrom("fixed", "dynamic"),
  priceOffsetPerLevelPercent: fc.constantFrom(0.000001, 0.01),
  minOffsetBps: fc.constantFrom(0, 0.5),
  skewMaxBps: fc.constantFrom(0, 20, 200),
  quoteAnchor: fc.constantFrom("best", "mid", "microprice"),
  trendSlowEmaS: fc.constant(2),
  trendFastEmaS: fc.constant(1),
  trendStrongThreshold: fc.constantFrom(0.01, 0.7),
  trendOneWayEnabled: fc.boolean(),
  trendCancelCounterOnStrong: fc.boolean(),
  fundingInventoryTolerance: fc.constantFrom(0, 0.5),
  inventorySingleSidedEnabled: fc.boolean(),
  inventorySingleSidedOffsetScale: fc.constantFrom(1, 0),
  minAcceptableMarkoutBps: fc.constantFrom(-2, 3),
  volRegimeEnabled: fc.boolean(),
  imbalancePauseThreshold: fc.constantFrom(0, 0.6),
  microDriftMaxBps: fc.constantFrom(0, 1),
  maxPositionSize: fc.constantFrom(0.03, 1),
  staleCancelGraceS: fc.constant(0),
});

const story = fc.record({
  profile: fc.constantFrom("legacy" as const, "crypto" as const),
  features,
  moments: fc.array(moment, { minLength: 1, maxLength: 7 }),
});

type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

/** Plays a story, and calls back after every event with what it brought about. */
function play(
  { profile, features: chosen, moments }: Story,
  watch: (harness: KernelHarness, effects: readonly Effect[]) => void,
  fromUs?: number,
): KernelHarness {
  const harness = new KernelHarness(settingsFor(profile, chosen));
  if (fromUs !== undefined) harness.nowUs = fromUs;
  let seen = 0;
  const look = (): void => {
    watch(harness, harness.effects.slice(seen));
    seen = harness.effects.length;
  };
  let mid = MID;
  let revision = 1;
  for (const one of moments) {
    harness.wait(one.waitUs);
    look();
    mid += one.move;
    harness.snapshot([mid - one.halfSpread, one.bidLots], [mid + one.halfSpread, one.askLots]);
    look();
    revision += 1;
    happen(harness, one.happening, revision);
    look();
  }
  return harness;
}

function happen(harness: KernelHarness, happening: Moment["happening"], revision: number): void {
  const inFlight = harness.live().find(({ status }) => status === "in-flight");
  switch (happening) {
    case "fill-buy":
      return fill(harness, "buy");
    case "fill-sell":
      return fill(harness, "sell");
    case "reject":
      if (inFlight) harness.send({ type: "order-rejected", orderId: inFlight.orderId, reason: "post-only" });
      return;
    case "settle":
      harness.settle();
      return;
    case "throttle":
      harness.send({ type: "venue-throttled", cause: "rate-limited" });
      return;
    case "funding": {
      const rate = revision % 2 === 0 ? 0.0001 : -0.0004;
      harness.send({ type: "funding-rate-updated", rate, nextFundingUs: micros(0), intervalUs: 3_600_000_000 });
      return;
    }
    case "gap":
      harness.gap();
      return;
    case "flip": {
      const { settings } = harness.kernel.profile;
      const marketProfile = settings.marketProfile === "legacy" ? "crypto" : "legacy";
      harness.changeProfile({ ...settings, marketProfile }, revision);
      return;
    }
    case "nothing":
      return;
  }
}

function fill(harness: KernelHarness, side: OrderSide): void {
  const order = harness.liveOn(side)[0];
  if (order?.status === "resting") harness.fill(order);
}

describe("quotes under everything at once", () => {
  it("own bids stay below own asks, and none crosses the market it is sent into", () => {
    let placed = 0;
    let sides = 0;
    fc.assert(
      fc.property(story, (one) => {
        play(one, (harness, effects) => {
          const { bestBidTicks, bestAskTicks } = harness.kernel.market.book;
          const bids = harness.liveOn("buy").map(({ priceTicks }) => priceTicks);
          const asks = harness.liveOn("sell").map(({ priceTicks }) => priceTicks);
          expect(Math.max(...bids)).toBeLessThan(Math.min(...asks));
          if (bids.length > 0 && asks.length > 0) sides += 1;
          for (const effect of effects) {
            if (effect.type !== "place-order" || bestBidTicks === null || bestAskTicks === null) continue;
            placed += 1;
            if (effect.side === "buy") expect(effect.priceTicks).toBeLessThan(bestAskTicks);
            else expect(effect.priceTicks).toBeGreaterThan(bestBidTicks);
          }
        });
      }),
      { numRuns: 1_000 },
    );
    expect(placed).toBeGreaterThan(1_000);
    expect(sides).toBeGreaterThan(1_000);
  });

  it("a flip of the profile loses nothing, and every quote keeps the rules of the profile it is sent under", () => {
    fc.assert(
      fc.property(story, (one) => {
        play({ ...one, moments: one.moments.flatMap(flipped) }, (harness, effects) => {
          const isLegacy = harness.kernel.profile.settings.marketProfile === "legacy";
          if (effects.some(({ type }) => type === "record-profile-change")) return;
          for (const effect of effects) {
            if (effect.type !== "record-decision" || effect.decision.buildUp === null) continue;
            const { regimeScale, trendBps, fundingBps, extraParts } = effect.decision.buildUp;
            if (isLegacy) expect([regimeScale, trendBps, fundingBps]).toEqual([1, 0, 0]);
            else expect(extraParts?.guardBps ?? 0).toBe(0);
          }
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps every memory over a flip there and back", () => {
    fc.assert(
      fc.property(story, (one) => {
        const moments = one.moments.map((at) =>
          at.happening === "flip" ? { ...at, happening: "nothing" as const } : at,
        );
        const played = play({ ...one, moments }, () => {});
        const before = memory(played);
        happen(played, "flip", 1_000);
        expect(memory(played)).toEqual(before);
        happen(played, "flip", 1_001);
        expect(memory(played)).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not ask the clock what it says, only how much later it is", () => {
    const shifts = fc.integer({ min: 1, max: 1_000_000_000 });
    fc.assert(
      fc.property(story, shifts, (one, shiftUs) => {
        // The second's samples are taken on whole seconds after the first event, wherever that lies
        const fromUs = 86_400_000_000;
        expect(requests(one, fromUs + shiftUs)).toEqual(requests(one, fromUs));
      }),
      { numRuns: 1_000 },
    );
  });
});

function flipped(one: Moment): Moment[] {
  return [one, { ...one, move: 0, happening: "flip" }];
}

/** What a profile must not touch. */
function memory({ kernel, nowUs }: KernelHarness): unknown {
  const { board, market, ledger, fills } = kernel;
  return {
    slots: board.slots.map(({ postOnly }) => [postOnly.streak, postOnly.cooldownUntilUs]),
    position: ledger.positionLots,
    parts: ledger.parts(null),
    mids: [0, 1, 2, 3, 4].map((window) => market.signals.mids.count(window, nowUs)),
    spread: market.signals.spreadEma.valueBps,
    edge: fills.quality.slot("buy", 0),
    latency: board.placementLatencyUs,
    trend: board.trend.warmingUs(nowUs, kernel.profile.settings),
  };
}

/** What is asked of the venue, and how much later than the start. */
function requests(one: Story, fromUs: number): unknown[] {
  const asked: unknown[] = [];
  play(
    one,
    (harness, effects) => {
      for (const effect of effects) {
        if (effect.type === "place-order" || effect.type === "cancel-order")
          asked.push([harness.nowUs - fromUs, effect]);
        else if (effect.type === "record-decision") asked.push([effect.decision.atUs - fromUs, effect.decision.code]);
      }
    },
    fromUs,
  );
  return asked;
}
