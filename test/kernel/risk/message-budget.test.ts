import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageBudget } from "../../../main/kernel/risk/message-budget.ts";

function takeAll(budget: MessageBudget, nowUs: number): number {
  let taken = 0;
  while (budget.take(nowUs)) taken += 1;
  return taken;
}

describe("message budget", () => {
  it.each([
    [10, 10],
    [2.9, 2],
    [0.2, 1],
    [100, 100],
  ])("at %d a second holds a burst of %d", (perSecond, burst) => {
    expect(takeAll(new MessageBudget(perSecond), 1_000_000)).toBe(burst);
  });

  it.each([0.001, 0.3, 1, 3, 7.5, 10, 99.999])(
    "at %d a second says to the microsecond when the next token comes",
    (perSecond) => {
      const budget = new MessageBudget(perSecond);
      takeAll(budget, 5_000);
      const waitUs = budget.waitUs(5_000);
      expect(waitUs).toBe(Math.ceil(1e9 / Math.round(perSecond * 1_000)));
      expect(budget.take(5_000 + waitUs - 1)).toBe(false);
      expect(budget.take(5_000 + waitUs)).toBe(true);
    },
  );

  it("loses nothing to events that come every microsecond", () => {
    const budget = new MessageBudget(0.3);
    takeAll(budget, 1);
    const waitUs = budget.waitUs(1);
    for (let us = 2; us < 20_000; us += 1) expect(budget.waitUs(us)).toBe(waitUs - (us - 1));
  });

  it("counts a change of rate from its moment on", () => {
    const budget = new MessageBudget(1);
    takeAll(budget, 1_000_000);
    budget.setRate(100, 1_500_000);
    // Half a token at the old rate, not fifty at the new one
    expect(takeAll(budget, 1_500_000)).toBe(0);
    expect(takeAll(budget, 1_510_000)).toBe(1);
  });

  it("drops what does not fit a lower rate", () => {
    const budget = new MessageBudget(100);
    budget.setRate(2, 1_000);
    expect(takeAll(budget, 1_000)).toBe(2);
  });

  it("never lets more pass than the burst and the refill of the time that went by", () => {
    const rate = fc.integer({ min: 1, max: 100_000 }).map((thousandths) => thousandths / 1_000);
    const gaps = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(rate, gaps, (perSecond, waits) => {
        const budget = new MessageBudget(perSecond);
        const thousandths = BigInt(Math.round(perSecond * 1_000));
        const burst = BigInt(Math.max(1, Math.floor(perSecond)));
        let nowUs = 10;
        let taken = 0n;
        for (const wait of waits) {
          nowUs += wait;
          expect(budget.waitUs(nowUs)).toBeGreaterThanOrEqual(0);
          if (budget.take(nowUs)) taken += 1n;
          expect(taken).toBeLessThanOrEqual(burst + (BigInt(nowUs - 10) * thousandths) / 1_000_000_000n);
        }
      }),
      { numRuns: 300 },
    );
  });
});
