import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImbalanceMean } from "../../../main/kernel/market/imbalance.ts";
import { MidHistory } from "../../../main/kernel/market/mid-history.ts";
import { MAX_SAMPLES } from "../../../main/kernel/market/timed-ring.ts";

interface Sample {
  readonly atUs: number;
  readonly mid: number;
}

/** The readings of a window, computed from all samples anew. */
function naively(samples: readonly Sample[], lengthUs: number, nowUs: number) {
  const least = nowUs - Math.min(lengthUs, 900_000_000);
  const inside = lengthUs > 0 ? samples.filter(({ atUs }) => atUs >= least) : [];
  const mids = inside.map(({ mid }) => mid);
  const first = mids[0] ?? 0;
  const last = mids.at(-1) ?? 0;
  const known = mids.length >= 2;
  let squares = 0;
  for (let i = 1; i < mids.length; i += 1) squares += Math.log(mids[i]! / mids[i - 1]!) ** 2;
  return {
    count: mids.length,
    coverageUs: inside[0] === undefined ? 0 : nowUs - inside[0].atUs,
    range: known ? ((Math.max(...mids) - Math.min(...mids)) / last) * 10_000 : null,
    drift: known ? ((last - first) / first) * 10_000 : null,
    realized: known ? Math.sqrt(squares) * 10_000 : null,
  };
}

function readings(history: MidHistory, window: number, nowUs: number) {
  return {
    count: history.count(window, nowUs),
    coverageUs: history.coverageUs(window, nowUs),
    range: history.rangeBps(window, nowUs),
    drift: history.driftBps(window, nowUs),
    realized: history.realizedBps(window, nowUs),
  };
}

function expectClose(found: number | null, wanted: number | null): void {
  if (wanted === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(wanted, 3);
}

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("mid" as const), waitUs: waits(), mid: someMid() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("look" as const), waitUs: waits() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("windows" as const), lengths: lengths() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("gap" as const) }) },
  ),
  { maxLength: 120 },
);

function waits() {
  return fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(250_000, 1_000_000, 60_000_000, 300_000_000));
}

function someMid() {
  return fc.integer({ min: 99_990, max: 100_010 });
}

function lengths() {
  const length = fc.constantFrom(0, 1, 250_000, 1_000_000, 5_000_000, 60_000_000, 900_000_000, 1_200_000_000);
  return fc.array(length, { minLength: 3, maxLength: 3 });
}

describe("mid history", () => {
  it("reads every window as a computation from scratch does, also after gaps and changes of windows", () => {
    fc.assert(
      fc.property(lengths(), steps, (firstLengths, script) => {
        let current: readonly number[] = firstLengths;
        const history = new MidHistory(current);
        let samples: Sample[] = [];
        let nowUs = 1_000_000_000;
        for (const step of script) {
          if (step.kind === "gap") {
            samples = [];
            history.reset();
          } else if (step.kind === "windows") {
            current = step.lengths;
            history.setWindows(current);
          } else {
            nowUs += step.waitUs;
            if (step.kind === "mid") {
              samples.push({ atUs: nowUs, mid: step.mid });
              history.append(nowUs, step.mid);
            }
          }
          for (const [window, length] of current.entries()) {
            if (step.kind !== "look" && window !== 0) continue;
            const found = readings(history, window, nowUs);
            const wanted = naively(samples, length, nowUs);
            expect({ ...found, realized: null }).toEqual({ ...wanted, realized: null });
            expectClose(found.realized, wanted.realized);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("counts a mid that is exactly as old as the window, and none that is older", () => {
    const history = new MidHistory([1_000_000]);
    history.append(0, 100);
    history.append(10, 101);
    expect(history.count(0, 1_000_000)).toBe(2);
    expect(history.count(0, 1_000_001)).toBe(1);
    expect(history.rangeBps(0, 1_000_001)).toBeNull();
  });

  it("reads a jump as range, drift and realized volatility", () => {
    const history = new MidHistory([5_000_000]);
    history.append(0, 100);
    history.append(1, 102);
    history.append(2, 101);
    expect(history.rangeBps(0, 3)).toBeCloseTo((2 / 101) * 10_000, 9);
    expect(history.driftBps(0, 3)).toBeCloseTo(100, 9);
    expect(history.realizedBps(0, 3)).toBeCloseTo(Math.hypot(Math.log(1.02), Math.log(101 / 102)) * 10_000, 9);
  });

  it("holds no more memory than its limit after many more mids, and still reads right", () => {
    const history = new MidHistory([1_000_000, 120_000_000]);
    const mid = (i: number) => 100_000 + ((i * 7919) % 41);
    for (let i = 0; i < 400_000; i += 1) history.append(i * 100, mid(i));
    expect(history.capacity).toBe(MAX_SAMPLES);
    const nowUs = 399_999 * 100;
    expect(history.count(1, nowUs)).toBe(MAX_SAMPLES);
    const kept = Array.from({ length: MAX_SAMPLES }, (_, i) => 400_000 - MAX_SAMPLES + i);
    const samples = kept.map((i) => ({ atUs: i * 100, mid: mid(i) }));
    const recent = samples.filter(({ atUs }) => atUs >= nowUs - 1_000_000);
    const found = readings(history, 0, nowUs);
    const wanted = naively(recent, 1_000_000, nowUs);
    expect({ ...found, realized: null }).toEqual({ ...wanted, realized: null });
    expectClose(found.realized, wanted.realized);
    expect(history.coverageUs(1, nowUs)).toBe(nowUs - samples[0]!.atUs);
  });
});

describe("imbalance mean", () => {
  it("equals the plain mean of the window, also after a change of the window", () => {
    const values = fc.array(fc.tuple(waits(), fc.double({ min: -1, max: 1, noNaN: true })), { maxLength: 300 });
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(250_000, 5_000_000),
        fc.constantFrom(0, 1_000_000, 200_000_000),
        (all, one, other) => {
          const mean = new ImbalanceMean(one);
          const samples: { atUs: number; value: number }[] = [];
          let nowUs = 0;
          const expectMean = (lengthUs: number) => {
            const least = nowUs - Math.min(lengthUs, 900_000_000);
            const inside = lengthUs > 0 ? samples.filter(({ atUs }) => atUs >= least) : [];
            const found = mean.mean(nowUs);
            if (inside.length === 0) expect(found).toBeNull();
            else expect(found).toBeCloseTo(inside.reduce((sum, { value }) => sum + value, 0) / inside.length, 9);
          };
          for (const [waitUs, value] of all) {
            nowUs += waitUs;
            samples.push({ atUs: nowUs, value });
            mean.append(nowUs, value);
            expectMean(one);
          }
          mean.setWindow(other);
          expectMean(other);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("does not drift over many samples", () => {
    const mean = new ImbalanceMean(1000);
    for (let i = 0; i < 300_000; i += 1) mean.append(i, i % 3 === 0 ? 0.1 : -0.7);
    for (let i = 300_000; i < 302_000; i += 1) mean.append(i, 0.25);
    expect(mean.mean(301_999)).toBe(0.25);
    expect(mean.capacity).toBeLessThanOrEqual(MAX_SAMPLES);
  });

  it("forgets everything at a gap", () => {
    const mean = new ImbalanceMean(1000);
    mean.append(0, 1);
    mean.reset();
    expect(mean.mean(1)).toBeNull();
  });
});
