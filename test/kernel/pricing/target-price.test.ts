import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactTarget, targetPrice, type TargetInput } from "../../../main/kernel/pricing/target-price.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { targetInputs } from "./pricing-arbitraries.ts";

const plain: TargetInput = {
  settings: { ...defaultSettings("crypto"), offsetMode: "fixed", priceOffsetPerLevelPercent: 0.3 },
  side: "buy",
  level: 0,
  anchorTicks: 100_000,
  bidTicks: 100_000,
  askTicks: 100_001,
  spreadEmaBps: null,
  regimeScale: 1,
  positionLots: 0,
  maxPositionLots: 1000,
  band: "NORMAL",
  adverseTrendStrength: null,
  skewFactor: 1,
  offsetFactor: 1,
  fundingBiasBps: 0,
  extraBps: 0,
};

/** A fraction of whole numbers, so that nothing is ever rounded. */
class Fraction {
  readonly top: bigint;
  readonly bottom: bigint;

  constructor(top: bigint, bottom: bigint) {
    this.top = top;
    this.bottom = bottom;
  }

  static of(value: number): Fraction {
    const text = new Decimal(value).toFixed();
    const decimals = text.split(".")[1]?.length ?? 0;
    return new Fraction(BigInt(text.replace(".", "")), 10n ** BigInt(decimals));
  }

  add(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }

  mul(other: Fraction): Fraction {
    return new Fraction(this.top * other.top, this.bottom * other.bottom);
  }

  div(other: Fraction): Fraction {
    const sign = other.top < 0n ? -1n : 1n;
    return new Fraction(this.top * other.bottom * sign, this.bottom * other.top * sign);
  }

  neg(): Fraction {
    return new Fraction(-this.top, this.bottom);
  }

  compare(other: Fraction): number {
    const difference = this.top * other.bottom - other.top * this.bottom;
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }

  max(other: Fraction): Fraction {
    return this.compare(other) >= 0 ? this : other;
  }

  min(other: Fraction): Fraction {
    return this.compare(other) <= 0 ? this : other;
  }
}

const ZERO = Fraction.of(0);
const ONE = Fraction.of(1);

/** The specification in fractions, for linear skews (k = 0) only. */
function targetInFractions(input: TargetInput): bigint {
  const { settings } = input;
  const isBuy = input.side === "buy";
  const raw = Fraction.of(input.anchorTicks).mul(ONE.add(moveInFractions(input).div(Fraction.of(10_000))));
  if (input.bidTicks !== null && input.askTicks !== null) {
    if (isBuy && raw.compare(Fraction.of(input.askTicks)) >= 0) return BigInt(input.askTicks) - 1n;
    if (!isBuy && raw.compare(Fraction.of(input.bidTicks)) <= 0) return BigInt(input.bidTicks) + 1n;
  }
  const towardsZero = raw.top / raw.bottom;
  const isWhole = towardsZero * raw.bottom === raw.top;
  expect(settings.skewShapeK).toBe(0);
  if (isBuy || isWhole) return towardsZero;
  return raw.top < 0n ? towardsZero - 1n : towardsZero + 1n;
}

function moveInFractions(input: TargetInput): Fraction {
  const { settings } = input;
  const steps = Fraction.of(input.level + 1);
  const scale = Fraction.of(input.regimeScale);
  const least = Fraction.of(settings.minOffsetBps);
  let distance: Fraction;
  if (settings.offsetMode === "fixed") {
    distance = Fraction.of(settings.priceOffsetPerLevelPercent).mul(Fraction.of(100)).mul(steps);
    distance = distance.add(scale.add(ONE.neg()).max(ZERO).mul(least));
  } else {
    const known = input.spreadEmaBps !== null && input.spreadEmaBps > 0;
    const spread = known ? Fraction.of(input.spreadEmaBps ?? 0) : least;
    const wanted = spread.mul(Fraction.of(settings.spreadMultiplier)).mul(steps);
    distance = wanted.min(Fraction.of(settings.maxOffsetBps).mul(steps)).max(least.mul(steps)).mul(scale);
  }
  distance = distance.mul(Fraction.of(input.offsetFactor)).add(Fraction.of(input.extraBps).max(ZERO));
  const used = Fraction.of(Math.abs(input.positionLots)).div(Fraction.of(input.maxPositionLots)).min(ONE);
  const deadband = Fraction.of(settings.inventoryDeadbandPct);
  let skew = ZERO;
  if (used.compare(deadband) > 0) {
    skew = used.add(deadband.neg()).div(ONE.add(deadband.neg()));
    skew = skew.mul(Fraction.of(settings.skewMaxBps)).mul(Fraction.of(settings.inventorySkewFactor));
    if (input.band !== "NORMAL") skew = skew.mul(Fraction.of(1.25));
    const boost = Fraction.of(settings.trendSkewBoost).add(ONE.neg());
    if (input.adverseTrendStrength !== null) {
      skew = skew.mul(ONE.add(boost.mul(Fraction.of(input.adverseTrendStrength))));
    }
    if (input.positionLots < 0) skew = skew.neg();
  }
  const shift = skew.mul(Fraction.of(input.skewFactor)).add(Fraction.of(input.fundingBiasBps));
  return (input.side === "buy" ? distance.neg() : distance).add(shift.neg());
}

describe("target price", () => {
  it("hangs a buy below and a sell above its best price", () => {
    expect(targetPrice(plain).targetTicks).toBe(99_700);
    expect(targetPrice({ ...plain, side: "sell", anchorTicks: 100_001 }).targetTicks).toBe(100_302);
  });

  it("names every part with the sign that it moves the price by, and the parts add up", () => {
    const found = targetPrice({
      ...plain,
      positionLots: 500,
      fundingBiasBps: 1,
      extraBps: 2,
      regimeScale: 1.5,
      adverseTrendStrength: 0.5,
    });
    expect(found.offsetBps).toBe(-30);
    expect(found.regimeBps).toBe(-1.5);
    expect(found.extraBps).toBe(-2);
    expect(found.fundingBps).toBe(-1);
    expect(found.skewBps).toBeLessThan(0);
    expect(found.trendBps).toBeLessThan(0);
    const parts =
      found.offsetBps + found.regimeBps + found.skewBps + found.trendBps + found.fundingBps + found.extraBps;
    expect(found.rawTicks).toBeCloseTo(100_000 * (1 + parts / 10_000), 6);
  });

  it("multiplies the clamped dynamic offset by the regime scale, once", () => {
    const settings = {
      ...defaultSettings("crypto"),
      offsetMode: "dynamic" as const,
      minOffsetBps: 3,
      maxOffsetBps: 10,
    };
    const found = targetPrice({ ...plain, settings, spreadEmaBps: 40, regimeScale: 2 });
    expect([found.offsetBps, found.regimeBps]).toEqual([-10, -10]);
  });

  it.each([
    // Doubles say 8,059,159.999999999 and 98,769,202.00000001
    { side: "buy", ema: 40.1, regimeScale: 2.2, level: 19, anchorTicks: 10_000_000, target: 8_059_160 },
    { side: "sell", ema: 99.9, regimeScale: 2.2, level: 16, anchorTicks: 70_000_000, target: 98_769_202 },
  ] as const)(
    "is exact on the grid line where doubles are not: $side at $anchorTicks",
    ({ ema, target, ...wanted }) => {
      const settings = { ...plain.settings, offsetMode: "dynamic" as const, spreadMultiplier: 1.1, maxOffsetBps: 1000 };
      const input = { ...plain, ...wanted, settings, spreadEmaBps: ema, bidTicks: null, askTicks: null };
      const found = targetPrice(input);
      expect(wanted.side === "buy" ? Math.floor(found.rawTicks) : Math.ceil(found.rawTicks)).not.toBe(target);
      expect(found.targetTicks).toBe(target);
    },
  );

  it("is exact on the grid line where fifty digits are not enough for a periodic quotient", () => {
    const shape = { inventoryDeadbandPct: 0.1, skewShapeK: 0, skewMaxBps: 6000, inventorySkewFactor: 1 };
    const offset = { offsetMode: "dynamic" as const, minOffsetBps: 0 };
    const settings = { ...plain.settings, ...shape, ...offset };
    // (0.6 - 0.1) / 0.9 x 6,000 bps are a third of the price
    const input = { ...plain, settings, anchorTicks: 15, positionLots: 600, bidTicks: null, askTicks: null };
    expect(targetPrice(input).targetTicks).toBe(10);
  });

  it("keeps one tick inside the opposite best when the target reaches it, and says so", () => {
    const found = targetPrice({ ...plain, positionLots: -1000, fundingBiasBps: -200 });
    expect(found).toMatchObject({ targetTicks: 100_000, clamp: "crossing" });
  });

  it("clamps a target that lies exactly on the opposite best", () => {
    const settings = { ...plain.settings, priceOffsetPerLevelPercent: 0.1 };
    // 10 bps away and 20 bps back: raw is exactly 100,100
    const input = { ...plain, settings, fundingBiasBps: -20 };
    expect(targetPrice({ ...input, askTicks: 100_100 })).toMatchObject({ targetTicks: 100_099, clamp: "crossing" });
    expect(targetPrice({ ...input, askTicks: 100_101 })).toMatchObject({ targetTicks: 100_100, clamp: "none" });
  });

  it("equals the exact computation, near borders and far", () => {
    fc.assert(
      fc.property(targetInputs, (input) => {
        const exact = exactTarget(input);
        const found = targetPrice(input);
        expect([found.targetTicks, found.clamp]).toEqual([exact.ticks, exact.isCrossing ? "crossing" : "none"]);
      }),
      { numRuns: 1000 },
    );
  });

  it("equals the specification in fractions, for linear skews", () => {
    fc.assert(
      fc.property(targetInputs, (input) => {
        const linear = { ...input, settings: { ...input.settings, skewShapeK: 0 } };
        expect(BigInt(targetPrice(linear).targetTicks)).toBe(targetInFractions(linear));
      }),
      { numRuns: 1000 },
    );
  });

  it("mirrors: the other side with the opposite position and funding is the same distance on the other side", () => {
    fc.assert(
      fc.property(targetInputs, (input) => {
        const anchorTicks = Math.ceil(input.anchorTicks);
        const here = { ...input, anchorTicks };
        const there: TargetInput = {
          ...here,
          side: input.side === "buy" ? "sell" : "buy",
          positionLots: -input.positionLots,
          fundingBiasBps: -input.fundingBiasBps,
          bidTicks: input.askTicks === null ? null : 2 * anchorTicks - input.askTicks,
          askTicks: input.bidTicks === null ? null : 2 * anchorTicks - input.bidTicks,
        };
        const one = targetPrice(here);
        const other = targetPrice(there);
        // Truncation towards zero is not symmetric around the anchor below zero
        fc.pre(one.rawTicks > 0 && other.rawTicks > 0);
        expect(other.targetTicks - anchorTicks).toBe(anchorTicks - one.targetTicks);
      }),
      { numRuns: 500 },
    );
  });

  it("never rises when the position grows", () => {
    fc.assert(
      fc.property(targetInputs, fc.integer({ min: 1, max: 500 }), (input, more) => {
        const small = targetPrice(input).targetTicks;
        const large = targetPrice({ ...input, positionLots: input.positionLots + more }).targetTicks;
        expect(large).toBeLessThanOrEqual(small);
      }),
      { numRuns: 500 },
    );
  });
});
