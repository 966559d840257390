import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Decision, DecisionCode, Slot } from "../../../main/kernel/decision.ts";
import { lots, micros, ticks } from "../../../main/kernel/values/units.ts";
import { DecisionDiff } from "../../../main/session/what-if/decision-diff.ts";
import type { RunName } from "../../../main/session/what-if/fill-matcher.ts";
import { standingAnswer } from "../../../main/session/what-if/standing-answer.ts";

const BUY: Slot = { side: "buy", level: 0 };

function decision(atUs: number, code: DecisionCode, price: number | null = null, size = 2, slot = BUY): Decision {
  return {
    atUs: micros(atUs),
    slot,
    code,
    detail: null,
    reading: null,
    bound: null,
    buildUp: null,
    restingTicks: price === null ? null : ticks(price),
    restingLots: price === null ? null : lots(size),
    sizeLots: null,
    dueUs: null,
  };
}

function diffOf(answers: readonly (readonly [RunName, Decision])[], endUs: number) {
  const diff = new DecisionDiff();
  for (const [run, made] of answers) diff.add(run, standingAnswer(made));
  return diff.finish(endUs);
}

describe("answers of two runs for one slot", () => {
  test("agree while both quote one price and size, whatever the gate that holds it", () => {
    const result = diffOf(
      [
        ["baseline", decision(0, "hold_within_tolerance", 100)],
        ["alternative", decision(0, "hold_below_edge_gate", 100)],
      ],
      50,
    );
    expect(result).toEqual({ slotUs: 50, agreedUs: 50, disagreements: [], silences: [] });
  });

  test("are counted by reason where both keep the slot empty", () => {
    const halted = { ...decision(30, "skip_halted"), detail: "drawdown" };
    const { agreedUs, silences } = diffOf(
      [
        ["baseline", decision(0, "skip_no_book")],
        ["alternative", decision(0, "skip_no_book")],
        ["baseline", halted],
        ["alternative", halted],
      ],
      100,
    );
    expect(agreedUs).toBe(100);
    expect(silences).toEqual([
      { code: "skip_halted", detail: "drawdown", slotUs: 70 },
      { code: "skip_no_book", detail: null, slotUs: 30 },
    ]);
  });

  test("are compared once all of a moment are in, so that no order within it counts", () => {
    const first = [
      ["baseline", decision(0, "hold_within_tolerance", 100)],
      ["alternative", decision(0, "hold_within_tolerance", 100)],
    ] as const;
    const result = diffOf(
      [
        ...first,
        ["baseline", decision(10, "hold_within_tolerance", 101)],
        ["alternative", decision(10, "hold_within_tolerance", 101)],
      ],
      30,
    );
    expect(result).toEqual({ slotUs: 30, agreedUs: 30, disagreements: [], silences: [] });
  });

  test("give the longest stretch of a reason as its example, with both decisions", () => {
    const result = diffOf(
      [
        ["baseline", decision(0, "skip_toxicity")],
        ["alternative", decision(0, "hold_within_tolerance", 99)],
        ["baseline", decision(10, "hold_within_tolerance", 99)],
        ["baseline", decision(20, "skip_toxicity")],
        ["baseline", decision(60, "hold_within_tolerance", 99)],
      ],
      100,
    );
    expect(result).toMatchObject({ slotUs: 100, agreedUs: 50 });
    expect(result.disagreements).toHaveLength(1);
    expect(result.disagreements[0]).toMatchObject({
      baseline: "skip_toxicity",
      alternative: "quotes",
      slotUs: 50,
      stretches: 2,
      widerBps: null,
      example: { fromUs: 20, toUs: 60, baseline: { stance: "skip_toxicity" }, alternative: { ticks: 99 } },
    });
  });

  test.each([
    ["a lower bid", "buy", 9_990, 10],
    ["a higher ask", "sell", 10_010, 10],
    ["a higher bid", "buy", 10_010, -10],
  ] as const)("say how much further from the market %s stands, over time", (_what, side, price, expected) => {
    const slot = { side, level: 1 };
    const result = diffOf(
      [
        ["baseline", decision(0, "hold_within_tolerance", 10_000, 2, slot)],
        ["alternative", decision(0, "hold_within_tolerance", price, 2, slot)],
        ["alternative", decision(30, "hold_within_tolerance", 10_000, 2, slot)],
      ],
      40,
    );
    expect(result.disagreements).toMatchObject([{ alternative: "quotes at another price", slotUs: 30 }]);
    expect(result.disagreements[0]?.widerBps).toBeCloseTo(expected, 9);
  });

  test("name a level that only one run has, and another size at one price", () => {
    const other: Slot = { side: "sell", level: 3 };
    const result = diffOf(
      [
        ["alternative", decision(0, "hold_within_tolerance", 100, 2, other)],
        ["baseline", decision(0, "hold_within_tolerance", 90)],
        ["alternative", decision(0, "hold_within_tolerance", 90, 1)],
      ],
      10,
    );
    expect(result.disagreements.map(({ baseline, alternative }) => `${baseline} / ${alternative}`).toSorted()).toEqual([
      "no such level / quotes",
      "quotes / quotes another size",
    ]);
  });

  const stances = ["skip_toxicity", "skip_stale", "hold_within_tolerance"] as const;
  const anyAnswer = fc.tuple(
    fc.constantFrom<RunName>("baseline", "alternative"),
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom(...stances),
    fc.integer({ min: 99, max: 101 }),
    fc.constantFrom<Slot>(BUY, { side: "sell", level: 0 }),
  );

  test("account for every moment of every slot once, as a count of single moments does", () => {
    fc.assert(
      fc.property(fc.array(anyAnswer, { maxLength: 30 }), (unsorted) => {
        const endUs = 70;
        const answers = unsorted.toSorted(([, one], [, other]) => one - other);
        const made = answers.map(
          ([run, atUs, code, price, slot]) =>
            [run, decision(atUs, code, code.startsWith("hold") ? price : null, 2, slot)] as const,
        );
        const result = diffOf(made, endUs);
        let slotUs = 0;
        let agreedUs = 0;
        for (const side of ["buy", "sell"] as const) {
          for (let us = 0; us < endUs; us += 1) {
            const last = (run: RunName) =>
              made.findLast(([name, one]) => name === run && one.atUs <= us && one.slot.side === side)?.[1];
            const [one, other] = [last("baseline"), last("alternative")];
            if (one === undefined && other === undefined) continue;
            slotUs += 1;
            const isSame = one?.code === other?.code && one?.restingTicks === other?.restingTicks;
            if (isSame) agreedUs += 1;
          }
        }
        expect([result.slotUs, result.agreedUs]).toEqual([slotUs, agreedUs]);
        const apart = result.disagreements.reduce((sum, each) => sum + each.slotUs, 0);
        expect(apart).toBe(slotUs - agreedUs);
        for (const { example, widerBps, slotUs: kindUs } of result.disagreements) {
          expect(kindUs).toBeGreaterThanOrEqual((example?.toUs ?? 0) - (example?.fromUs ?? 0));
          if (widerBps !== null) expect(Math.abs(widerBps)).toBeLessThanOrEqual(210);
        }
      }),
    );
  });
});
