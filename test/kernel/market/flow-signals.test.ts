import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiquidationIntensity, LIQUIDATION_WINDOWS_US } from "../../../main/kernel/market/liquidation-intensity.ts";
import { OpenInterest, OPEN_INTEREST_WINDOWS_US } from "../../../main/kernel/market/open-interest.ts";
import { OrderFlowImbalance, touchFlowLots, type Touch } from "../../../main/kernel/market/order-flow-imbalance.ts";
import { MAX_SAMPLES } from "../../../main/kernel/market/timed-ring.ts";
import { FLOW_WINDOWS_US, WindowSums } from "../../../main/kernel/market/window-sums.ts";

interface Sample {
  readonly atUs: number;
  readonly value: number;
}

function naiveSum(samples: readonly Sample[], lengthUs: number, nowUs: number): number {
  return samples.filter(({ atUs }) => atUs >= nowUs - lengthUs).reduce((sum, { value }) => sum + value, 0);
}

const waits = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.constantFrom(250_000, 999_999, 1_000_000, 4_000_000, 10_000_000),
);

describe("sums over windows", () => {
  const lengths = fc.array(fc.constantFrom(0, 1, 250_000, 1_000_000, 5_000_000), { minLength: 1, maxLength: 4 });
  const step = fc.record({
    waitUs: waits,
    value: fc.integer({ min: -50, max: 50 }),
    resets: fc.constantFrom(0, 0, 0, 0, 1),
  });

  it("equal a computation from scratch, after any samples and gaps", () => {
    fc.assert(
      fc.property(lengths, fc.array(step, { maxLength: 60 }), (lengthsUs, script) => {
        const sums = new WindowSums(lengthsUs);
        let samples: Sample[] = [];
        let nowUs = 1_000_000;
        for (const { waitUs, value, resets } of script) {
          if (resets === 1) {
            sums.reset();
            samples = [];
          }
          nowUs += waitUs;
          sums.add(nowUs, value);
          samples.push({ atUs: nowUs, value });
          const laterUs = nowUs + (waitUs >> 1);
          lengthsUs.forEach((lengthUs, window) => {
            expect(sums.sum(window, laterUs)).toBe(naiveSum(samples, lengthUs, laterUs));
            expect(sums.count(window, laterUs)).toBe(samples.filter(({ atUs }) => atUs >= laterUs - lengthUs).length);
          });
          nowUs = laterUs;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("hold constant memory: of too many samples at once only the newest count", () => {
    const sums = new WindowSums([1_000_000]);
    for (let i = 0; i < MAX_SAMPLES + 1_000; i += 1) sums.add(5, 1);
    expect(sums.sum(0, 5)).toBe(MAX_SAMPLES);
    expect(sums.capacity).toBe(MAX_SAMPLES);
  });

  it("refuse a window that is not there", () => {
    expect(() => new WindowSums([1]).sum(1, 0)).toThrow("window must be below 1, was 1");
  });
});

describe("order flow imbalance", () => {
  const before: Touch = { bidTicks: 1000, bidLots: 10, askTicks: 1010, askLots: 8 };

  it.each([
    ["more on the bid", { bidLots: 15 }, 5],
    ["a better bid", { bidTicks: 1005, bidLots: 3 }, 3],
    ["an ask that is gone", { askTicks: 1020, askLots: 7 }, 8],
    ["a bid that is gone", { bidTicks: 990, bidLots: 4 }, -10],
    ["less on the ask", { askLots: 5 }, 3],
    ["a better ask", { askTicks: 1008, askLots: 2 }, -2],
    ["no change", {}, 0],
  ])("gives %s its worth", (_what, change, flowLots) => {
    const { bidTicks, bidLots, askTicks, askLots } = { ...before, ...change };
    expect(touchFlowLots(before, bidTicks, bidLots, askTicks, askLots)).toBe(flowLots);
  });

  const touch = fc.record({
    bidTicks: fc.integer({ min: 995, max: 1000 }),
    bidLots: fc.integer({ min: 0, max: 20 }),
    askTicks: fc.integer({ min: 999, max: 1004 }),
    askLots: fc.integer({ min: 0, max: 20 }),
  });
  const script = fc.array(fc.record({ waitUs: waits, touch, gap: fc.constantFrom(false, false, false, false, true) }), {
    maxLength: 50,
  });

  /** Sign by sign, as one reads the formula aloud. */
  function naiveFlow(old: Touch, now: Touch): number {
    const bid =
      now.bidTicks > old.bidTicks
        ? now.bidLots
        : now.bidTicks < old.bidTicks
          ? -old.bidLots
          : now.bidLots - old.bidLots;
    const ask =
      now.askTicks < old.askTicks
        ? now.askLots
        : now.askTicks > old.askTicks
          ? -old.askLots
          : now.askLots - old.askLots;
    return bid - ask;
  }

  it("sums what each change gives, passes over crossed books, forgets at gaps", () => {
    fc.assert(
      fc.property(script, (steps) => {
        const signal = new OrderFlowImbalance();
        let samples: Sample[] = [];
        let last: Touch | null = null;
        let nowUs = 0;
        for (const step of steps) {
          nowUs += step.waitUs;
          if (step.gap) {
            signal.reset();
            samples = [];
            last = null;
          }
          const now = step.touch;
          signal.update(nowUs, now.bidTicks, now.bidLots, now.askTicks, now.askLots);
          if (now.askTicks > now.bidTicks) {
            if (last !== null) samples.push({ atUs: nowUs, value: naiveFlow(last, now) });
            last = now;
          }
          for (const [window, lengthUs] of FLOW_WINDOWS_US.entries()) {
            expect(signal.sumLots(window, nowUs)).toBe(last === null ? null : naiveSum(samples, lengthUs, nowUs));
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("mirrors: bids for asks changes the sign and nothing else", () => {
    fc.assert(
      fc.property(touch, touch, (old, now) => {
        const flow = touchFlowLots(old, now.bidTicks, now.bidLots, now.askTicks, now.askLots);
        const mirrored = {
          bidTicks: -old.askTicks,
          bidLots: old.askLots,
          askTicks: -old.bidTicks,
          askLots: old.bidLots,
        };
        expect(touchFlowLots(mirrored, -now.askTicks, now.askLots, -now.bidTicks, now.bidLots) + flow).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("open interest", () => {
  it("tells its change since the value that stood at the start of the window", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            waitUs: fc.constantFrom(0, 1, 10_000_000, 60_000_000, 400_000_000, 1_000_000_000, 2_000_000_000),
            openLots: fc.integer({ min: 0, max: 1_000 }),
          }),
          { maxLength: 40 },
        ),
        (steps) => {
          const signal = new OpenInterest();
          const samples: Sample[] = [];
          let nowUs = 5_000_000_000;
          for (const { waitUs, openLots } of steps) {
            nowUs += waitUs;
            signal.update(nowUs, openLots);
            samples.push({ atUs: nowUs, value: openLots });
            const kept = samples.filter(({ atUs }) => atUs >= nowUs - 1_800_000_000);
            for (const [window, lengthUs] of OPEN_INTEREST_WINDOWS_US.entries()) {
              const base = kept.findLast(({ atUs }) => atUs <= nowUs - lengthUs);
              expect(signal.changeLots(window, nowUs)).toBe(base === undefined ? null : openLots - base.value);
              const share = base === undefined || base.value === 0 ? null : (openLots - base.value) / base.value;
              expect(signal.changeShare(window, nowUs)).toBe(share);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("knows nothing before the first value and after a reset", () => {
    const signal = new OpenInterest();
    expect(signal.changeLots(0, 0)).toBeNull();
    signal.update(0, 100);
    signal.update(60_000_000, 130);
    expect(signal.changeLots(0, 60_000_000)).toBe(30);
    expect(signal.changeShare(0, 60_000_000)).toBe(0.3);
    signal.reset();
    expect(signal.latestLots).toBeNull();
    expect(signal.changeShare(0, 60_000_000)).toBeNull();
  });
});

describe("liquidation intensity", () => {
  it("sums longs and shorts apart and gives both per second", () => {
    const signal = new LiquidationIntensity();
    signal.record(0, "long", 30);
    signal.record(1_000_000, "short", 15);
    expect(signal.lots("long", 0, 1_000_000)).toBe(30);
    expect(signal.lots("short", 0, 1_000_000)).toBe(15);
    expect(signal.lotsPerSecond(0, 1_000_000)).toBe(3);
    expect(signal.lots("long", 0, LIQUIDATION_WINDOWS_US[0] + 1)).toBe(0);
    expect(signal.lots("long", 2, LIQUIDATION_WINDOWS_US[2])).toBe(30);
    signal.reset();
    expect(signal.lotsPerSecond(2, 1_000_000)).toBe(0);
  });
});
