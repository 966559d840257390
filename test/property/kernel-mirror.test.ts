import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision } from "../../main/kernel/decision.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { micros, oppositeSide, type OrderSide } from "../../main/kernel/values/units.ts";
import { KernelHarness, settingsFor } from "../support/kernel-harness.ts";

const MID = 6_000_000;

/** One moment of a market around a mid: how far and how large both touches are, and what happens to our own orders. */
interface Moment {
  readonly below: number;
  readonly above: number;
  readonly bidLots: number;
  readonly askLots: number;
  readonly waitUs: number;
  readonly fill: OrderSide | null;
  readonly fundingRate: number | null;
}

const moment: fc.Arbitrary<Moment> = fc.record({
  below: fc.integer({ min: 1, max: 20 }),
  above: fc.integer({ min: 1, max: 20 }),
  bidLots: fc.integer({ min: 1, max: 1_000 }),
  askLots: fc.integer({ min: 1, max: 1_000 }),
  waitUs: fc.integer({ min: 1_000, max: 2_500_000 }),
  fill: fc.option(fc.constantFrom<OrderSide>("buy", "sell"), { nil: null, freq: 3 }),
  // Small: a shift past our own opposite quote is denied, and then the order of looks shows
  fundingRate: fc.option(fc.constantFrom(0.0000008, -0.0000039), { nil: null, freq: 8 }),
});

function mirrored(one: Moment): Moment {
  return {
    ...one,
    below: one.above,
    above: one.below,
    bidLots: one.askLots,
    askLots: one.bidLots,
    fill: one.fill === null ? null : oppositeSide(one.fill),
    fundingRate: one.fundingRate === null ? null : -one.fundingRate,
  };
}

/** A quote as seen from the mid: mirrored ones look the same. */
interface Seen {
  readonly side: OrderSide;
  readonly level: number;
  readonly code: string;
  readonly distance: number | null;
  readonly sizeLots: number | null;
}

function seen(decision: Decision, isMirror: boolean): Seen {
  const { side, level } = decision.slot;
  const { buildUp } = decision;
  return {
    side: isMirror ? oppositeSide(side) : side,
    level,
    // Which gate holds may turn on a thousandth of a tick; that one does is what counts
    code: decision.code.startsWith("hold") ? "hold" : decision.code,
    distance: buildUp === null ? null : Math.abs(buildUp.targetTicks - MID),
    sizeLots: decision.sizeLots,
  };
}

/**
 * What may be switched on beyond the usual. With it, quotes are replaced by age only and skewed little: a gate's border, or a quote past our own opposite one,
 * is where a thousandth of a tick decides. Widening by markouts is left out for the same reason.
 */
const features = fc.record({
  trendOneWayEnabled: fc.boolean(),
  trendCancelCounterOnStrong: fc.boolean(),
  trendFastEmaS: fc.constant(1),
  trendSlowEmaS: fc.constantFrom(2, 60),
  trendStrongThreshold: fc.constantFrom(0.0001, 0.7),
  fundingInventoryTolerance: fc.constantFrom(0, 0.4),
  inventorySingleSidedEnabled: fc.boolean(),
  inventorySingleSidedOffsetScale: fc.constantFrom(1, 0.6),
  volRegimeEnabled: fc.boolean(),
  repriceTolerancePercent: fc.constant(1_000_000),
  skewMaxBps: fc.constant(0.8),
});

const noFeatures = fc.constant({});

type Profile = "legacy" | "crypto";

function play(profile: Profile, chosen: Partial<Settings>, moments: readonly Moment[], isMirror: boolean): Seen[][] {
  const changes = {
    numPriceLevels: 2,
    priceOffsetPerLevelPercent: 0.01,
    imbalancePauseThreshold: 0.6,
    microDriftMaxBps: 0.04,
    maxPositionSize: 0.05,
    maxOrderAgeS: 4,
    staleCancelGraceS: 0,
    ...chosen,
  };
  const harness = new KernelHarness(settingsFor(profile, changes));
  const story: Seen[][] = [];
  for (const one of moments) {
    harness.wait(one.waitUs).forget();
    if (one.fundingRate !== null) {
      const rate = one.fundingRate;
      harness.send({ type: "funding-rate-updated", rate, nextFundingUs: micros(0), intervalUs: 3_600_000_000 });
    }
    const [bid, ask] = [MID - one.below, MID + one.above];
    harness.snapshot([bid, one.bidLots], [ask, one.askLots]);
    harness.delta([bid, one.bidLots + 1], [ask, one.askLots + 1]).settle();
    const order = one.fill === null ? undefined : harness.liveOn(one.fill).find(({ slot }) => slot.level === 0);
    if (order?.status === "resting") harness.fill(order);
    const decisions = harness.decisions().map((decision) => seen(decision, isMirror));
    const bySlot = (left: Seen, right: Seen): number =>
      left.side === right.side ? left.level - right.level : left.side < right.side ? -1 : 1;
    story.push(decisions.toSorted(bySlot));
  }
  const sign = isMirror ? -1 : 1;
  story.push([
    { side: "buy", level: 0, code: "end", distance: null, sizeLots: sign * harness.kernel.ledger.positionLots + 0 },
  ]);
  return story;
}

describe("a mirrored market", () => {
  it.each([
    { profile: "legacy", what: "as it is", features: noFeatures, maxLength: 8, numRuns: 1_000 },
    { profile: "crypto", what: "as it is", features: noFeatures, maxLength: 8, numRuns: 1_000 },
    { profile: "legacy", what: "with every feature", features, maxLength: 6, numRuns: 1_000 },
    { profile: "crypto", what: "with every feature", features, maxLength: 6, numRuns: 1_000 },
  ] as const)("is quoted mirrored by $profile $what: buys as sells, long as short", (run) => {
    const { profile, maxLength, numRuns } = run;
    fc.assert(
      fc.property(run.features, fc.array(moment, { minLength: 1, maxLength }), (chosen, moments) => {
        const plain = play(profile, chosen, moments, false);
        const mirror = play(profile, chosen, moments.map(mirrored), true);
        const withoutDistance = (story: readonly (readonly Seen[])[]): unknown =>
          story.map((decisions) => decisions.map((one) => ({ ...one, distance: one.distance === null })));
        expect(withoutDistance(mirror)).toEqual(withoutDistance(plain));
        for (const [at, decisions] of plain.entries()) {
          for (const [index, one] of decisions.entries()) {
            const other = mirror[at]?.[index];
            // A bps of the ask is a little more than one of the bid: at the edge of a tick the two may round apart
            expect(Math.abs((one.distance ?? 0) - (other?.distance ?? 0))).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns },
    );
  });
});
