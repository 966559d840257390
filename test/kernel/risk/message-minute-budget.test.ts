import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageMinuteBudget } from "../../../main/kernel/risk/message-minute-budget.ts";

const MINUTE = 60_000_000;

describe("message budget of a minute", () => {
  it("no 60 seconds hold more messages than are allowed, and none is refused that fits", () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: MINUTE / 4 }), fc.constantFrom(MINUTE, MINUTE - 1)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 8 }), (steps, max) => {
        const budget = new MessageMinuteBudget();
        const sent: number[] = [];
        let nowUs = 0;
        for (const gapUs of steps) {
          nowUs += gapUs;
          const inMinute = sent.filter((atUs) => atUs > nowUs - MINUTE).length;
          expect(budget.used(nowUs)).toBe(inMinute);
          const isFree = inMinute < max;
          expect(budget.waitUs(nowUs, max) === 0).toBe(isFree);
          expect(budget.take(nowUs, max)).toBe(isFree);
          if (isFree) sent.push(nowUs);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("names the wait after which a message may leave, and not a microsecond earlier", () => {
    const budget = new MessageMinuteBudget();
    budget.take(0, 2);
    budget.take(1_000_000, 2);
    expect(budget.waitUs(2_000_000, 2)).toBe(MINUTE - 2_000_000);
    expect(budget.take(MINUTE - 1, 2)).toBe(false);
    expect(budget.take(MINUTE, 2)).toBe(true);
  });

  it("a lower limit holds for what was sent before it", () => {
    const budget = new MessageMinuteBudget();
    for (let i = 0; i < 5; i += 1) budget.take(i, 10);
    expect(budget.take(10, 3)).toBe(false);
    expect(budget.waitUs(10, 3)).toBe(MINUTE + 2 - 10);
    expect(budget.waitUs(10, 0)).toBe(Infinity);
  });
});
