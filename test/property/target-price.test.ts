import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactRawTicks, type TargetInput } from "../../main/kernel/pricing/target-price.ts";
import { Decimal } from "../../main/kernel/values/decimal.ts";
import { targetInputs } from "../kernel/pricing/pricing-arbitraries.ts";

/** Far more digits than the kernel's own, so that what differs is the kernel's. */
const Wide = Decimal.clone({ precision: 120 });
type Wide = InstanceType<typeof Wide>;

/** The specification's formula, word by word, with nothing clever in it. */
function plainRawTicks(input: TargetInput): Wide {
  const { settings } = input;
  const of = (value: number): Wide => new Wide(value);
  const steps = input.level + 1;
  const scale = Wide.max(0, input.regimeScale);
  const floor = of(settings.minOffsetBps);
  let offset: Wide;
  if (settings.offsetMode === "fixed") {
    offset = of(settings.priceOffsetPerLevelPercent).times(100).times(steps);
    offset = offset.plus(Wide.max(0, scale.minus(1)).times(floor));
  } else {
    const spread = input.spreadEmaBps !== null && input.spreadEmaBps > 0 ? of(input.spreadEmaBps) : floor;
    const wanted = spread.times(settings.spreadMultiplier).times(steps);
    const held = Wide.max(floor.times(steps), Wide.min(wanted, of(settings.maxOffsetBps).times(steps)));
    offset = held.times(scale);
  }
  offset = offset.times(input.offsetFactor).plus(Wide.max(0, input.extraBps));
  const norm = Wide.max(-1, Wide.min(1, of(input.positionLots).div(input.maxPositionLots)));
  const deadband = of(settings.inventoryDeadbandPct);
  let skew = of(0);
  if (norm.abs().gt(deadband) && deadband.lt(1)) {
    const beyond = norm.abs().minus(deadband).div(of(1).minus(deadband));
    const k = of(settings.skewShapeK);
    const curve = k.isZero() ? beyond : k.times(beyond).tanh().div(k.tanh());
    const boost = of(1).plus(
      of(settings.trendSkewBoost)
        .minus(1)
        .times(input.adverseTrendStrength ?? 0),
    );
    const cap = of(settings.skewMaxBps)
      .times(settings.inventorySkewFactor)
      .times(input.band === "NORMAL" ? 1 : "1.25");
    skew = curve
      .times(cap)
      .times(boost)
      .times(norm.isNegative() ? -1 : 1);
  }
  const shift = skew.times(input.skewFactor).plus(input.fundingBiasBps);
  const bps = input.side === "buy" ? offset.negated().minus(shift) : offset.minus(shift);
  return of(input.anchorTicks).times(bps.div(10_000).plus(1));
}

/** Digits to which the kernel's answer is right, of the anchor; what lies within 10^-25 of a whole tick must be that tick, and is then right to all. */
function digitsRight(found: Decimal, wanted: Wide, anchorTicks: number): number {
  const whole = wanted.round();
  const isSnapped = wanted.minus(whole).abs().lt("1e-24");
  const error = new Wide(found.toString()).minus(isSnapped ? whole : wanted).abs();
  return error.isZero() ? Infinity : new Wide(anchorTicks).div(error).log(10).toNumber();
}

describe("the unrounded target", () => {
  it("is exact to 40 digits", () => {
    fc.assert(
      fc.property(targetInputs, (input) => {
        const digits = digitsRight(exactRawTicks(input), plainRawTicks(input), input.anchorTicks);
        expect(digits).toBeGreaterThanOrEqual(40);
      }),
      { numRuns: 1_000 },
    );
  });

  it("scales with the ticks: prices of k times as many ticks have k times the target", () => {
    fc.assert(
      fc.property(targetInputs, fc.constantFrom(2, 10, 1_000), (input, k) => {
        const times = (ticks: number | null): number | null => (ticks === null ? null : ticks * k);
        const fine = {
          ...input,
          anchorTicks: input.anchorTicks * k,
          bidTicks: times(input.bidTicks),
          askTicks: times(input.askTicks),
        };
        const digits = digitsRight(exactRawTicks(fine), plainRawTicks(input).times(k), fine.anchorTicks);
        expect(digits).toBeGreaterThanOrEqual(40);
      }),
      { numRuns: 1_000 },
    );
  });

  it("scales with the lots: k times the position in k times the limit is the same target", () => {
    fc.assert(
      fc.property(targetInputs, fc.constantFrom(2, 10, 1_000), (input, k) => {
        const many = { ...input, positionLots: input.positionLots * k, maxPositionLots: input.maxPositionLots * k };
        expect(exactRawTicks(many).toString()).toBe(exactRawTicks(input).toString());
      }),
      { numRuns: 1_000 },
    );
  });
});
