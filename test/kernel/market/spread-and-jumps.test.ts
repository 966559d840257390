import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JumpDetector, JUMP_WINDOWS_US } from "../../../main/kernel/market/jump-detector.ts";
import { SpreadRegimeSignal, SPREAD_JUMP_WINDOWS_US } from "../../../main/kernel/market/spread-regime.ts";

const TAU_US = 60_000_000;

describe("regime of the spread", () => {
  interface Held {
    readonly atUs: number;
    readonly spread: number;
  }

  /** Mean with weights that fade with age: what the first spread left over, and each spread for as long as it stood. */
  function naiveTypical(held: readonly Held[], nowUs: number): number {
    const fade = (fromUs: number) => Math.exp(-(nowUs - fromUs) / TAU_US);
    let mean = held[0]!.spread * fade(held[0]!.atUs);
    held.forEach(({ atUs, spread }, i) => {
      mean += spread * (fade(held[i + 1]?.atUs ?? nowUs) - fade(atUs));
    });
    return mean;
  }

  const step = fc.record({
    waitUs: fc.constantFrom(0, 1, 100_000, 3_000_000, 20_000_000, 90_000_000),
    spread: fc.integer({ min: -1, max: 12 }),
    gap: fc.constantFrom(false, false, false, false, false, true),
  });

  it("equals a computation from scratch", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const signal = new SpreadRegimeSignal();
        let held: Held[] = [];
        let jumps: number[] = [];
        let isJumped = false;
        let nowUs = 0;
        for (const { waitUs, spread, gap } of steps) {
          nowUs += waitUs;
          if (gap) {
            signal.reset();
            held = [];
            jumps = [];
            isJumped = false;
          }
          const ratio = held.length > 0 ? spread / naiveTypical(held, nowUs) : 0;
          // Where rounding decides there is nothing to compare
          if (Math.abs(ratio - 2) < 1e-9 || Math.abs(ratio - 1.5) < 1e-9) return;
          signal.update(nowUs, 1000, 1000 + spread);
          if (spread > 0) {
            if (ratio > 2 && !isJumped) jumps.push(nowUs);
            isJumped = ratio > 2 || (isJumped && ratio > 1.5);
            held.push({ atUs: nowUs, spread });
          }
          const typical = held.length > 0 ? naiveTypical(held, nowUs) : null;
          if (typical === null) expect(signal.typicalTicks(nowUs)).toBeNull();
          else expect(signal.typicalTicks(nowUs)).toBeCloseTo(typical, 8);
          SPREAD_JUMP_WINDOWS_US.forEach((lengthUs, window) => {
            expect(signal.jumps(window, nowUs)).toBe(jumps.filter((atUs) => atUs >= nowUs - lengthUs).length);
          });
          const isKnown = held.length > 0 && nowUs - held[0]!.atUs >= TAU_US;
          expect(signal.regime(nowUs) === null).toBe(!isKnown);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [2, "NORMAL"],
    [3, "WIDE"],
    [4, "WIDE"],
    [1, "TIGHT"],
  ])("calls %i ticks after a long time at 2 %s", (spread, wanted) => {
    const signal = new SpreadRegimeSignal();
    signal.update(0, 1000, 1002);
    expect(signal.regime(59_999_999)).toBeNull();
    signal.update(60_000_000, 1000, 1000 + spread);
    expect(signal.regime(60_000_000)).toBe(wanted);
  });

  it("counts a jump once, until the spread is no longer wide", () => {
    const signal = new SpreadRegimeSignal();
    [1, 2, 3, 1, 5].forEach((spread, i) => signal.update(i, 1000, 1000 + spread));
    expect(signal.jumps(0, 4)).toBe(2);
    expect(signal.jumpsPerMinute(0, 4)).toBe(8);
    expect(signal.jumpsPerMinute(1, 4)).toBe(2);
  });

  it("comes to call a new spread normal", () => {
    const signal = new SpreadRegimeSignal();
    signal.update(0, 1000, 1001);
    signal.update(60_000_000, 1000, 1004);
    expect(signal.regime(60_000_000)).toBe("WIDE");
    expect(signal.regime(400_000_000)).toBe("NORMAL");
  });
});

describe("jumps of the mid", () => {
  const move = fc.record({
    waitUs: fc.constantFrom(0, 1_000, 2_000_000, 30_000_000),
    move: fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: -3, max: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: -60, max: 60 }) },
    ),
  });

  it("equal a computation from scratch", () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 60, maxLength: 160 }), (steps) => {
        const detector = new JumpDetector(3);
        const sizes: number[] = [];
        const judged: { atUs: number; jumped: boolean }[] = [];
        let nowUs = 0;
        let mid = 200_000;
        detector.update(nowUs, mid);
        for (const step of steps) {
          nowUs += step.waitUs;
          mid += step.move;
          const size = Math.abs(step.move);
          const local = sizes.slice(-64);
          let wanted = false;
          if (size > 0 && local.length === 64) {
            let products = 0;
            for (let i = 1; i < 64; i += 1) products += local[i]! * local[i - 1]!;
            wanted = size * size > (9 * (Math.PI / 2) * products) / 63;
            judged.push({ atUs: nowUs, jumped: wanted });
          }
          if (size > 0) sizes.push(size);
          if (detector.update(nowUs, mid) !== wanted)
            expect.fail(`a move of ${step.move} at ${nowUs}: jump must be ${wanted}`);
        }
        JUMP_WINDOWS_US.forEach((lengthUs, window) => {
          const inside = judged.filter(({ atUs }) => atUs >= nowUs - lengthUs);
          const jumps = inside.filter(({ jumped }) => jumped).length;
          expect(detector.jumps(window, nowUs)).toBe(jumps);
          expect(detector.share(window, nowUs)).toBe(inside.length === 0 ? null : jumps / inside.length);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  function calm(): { detector: JumpDetector; mid: number } {
    const detector = new JumpDetector();
    for (let i = 0; i <= 64; i += 1) detector.update(i, 2000 + (i % 2));
    return { detector, mid: 2000 };
  }

  it("take the volatility of even moves for sqrt(pi / 2) of one", () => {
    expect(calm().detector.localVolatility).toBeCloseTo(Math.sqrt(Math.PI / 2), 12);
  });

  it.each([
    [5, false],
    [6, true],
  ])("a move of %i half ticks among moves of one: jump %s", (size, isJump) => {
    const { detector, mid } = calm();
    expect(detector.update(100, mid + size)).toBe(isJump);
    expect(detector.share(0, 100)).toBe(isJump ? 1 : 0);
    expect(detector.lastJumpUs).toBe(isJump ? 100 : null);
  });

  it("are not hidden by one before: the volatility hardly rises", () => {
    const { detector, mid } = calm();
    detector.update(100, mid + 40);
    detector.update(101, mid + 41);
    expect(detector.localVolatility).toBeLessThan(2);
    expect(detector.update(102, mid + 61)).toBe(true);
  });

  it("keep exact sums under moves that no market makes", () => {
    const { detector } = calm();
    for (let i = 0; i < 200; i += 1) detector.update(200 + i, i % 2 === 0 ? 1 : 9e15);
    for (let i = 0; i < 65; i += 1) detector.update(500 + i, 2000 + (i % 2));
    expect(detector.localVolatility).toBeCloseTo(Math.sqrt(Math.PI / 2), 12);
  });

  it("are forgotten at a gap, and measured anew", () => {
    const { detector, mid } = calm();
    detector.update(100, mid + 40);
    detector.reset();
    expect(detector.localVolatility).toBeNull();
    expect(detector.jumps(2, 100)).toBe(0);
    expect(detector.update(101, mid)).toBe(false);
    expect(detector.share(2, 101)).toBeNull();
  });
});
