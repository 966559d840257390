import { describe, expect, test } from "vitest";
import { money } from "../../../main/kernel/values/units.ts";
import { certaintyOf } from "../../../main/session/what-if/certainty.ts";

const UNIT = 10n ** 18n;
const names = { baseline: "legacy", alternative: "crypto" };

/** Cells by fill model (rows) and latency (columns), nets in whole units. */
function cellsOf(table: Readonly<Record<string, readonly number[]>>) {
  return Object.entries(table).flatMap(([fillModel, nets]) =>
    nets.map((net, index) => ({
      fillModel,
      latencyUs: (index + 1) * 1000,
      net: money(BigInt(net) * UNIT),
      placements: 12,
    })),
  );
}

describe("how sure a difference is", () => {
  test.each([
    [
      "every way agrees",
      { touch: [3, 1], through: [2, 5] },
      "better",
      "crypto better in all 4 ways of filling and latency.",
    ],
    [
      "every way says worse",
      { touch: [-3, -1], through: [-2, -5] },
      "worse",
      "crypto worse in all 4 ways of filling and latency.",
    ],
    [
      "nothing differs",
      { touch: [0, 0], through: [0, 0] },
      "equal",
      "crypto came to the same in all 4 ways of filling and latency.",
    ],
    [
      "the sign hangs on the queue",
      { touch: [3, 1], through: [-2, -5] },
      "unsure",
      "crypto better in 2 of 4, worse in 2. The answer hangs on the fill model: better with touch, worse with through.",
    ],
    [
      "the sign hangs on speed",
      { touch: [3, -1], through: [2, -5] },
      "unsure",
      "crypto better in 2 of 4, worse in 2. The answer hangs on the latency: better with 1 ms, worse with 2 ms.",
    ],
    [
      "it hangs on both",
      { touch: [-3, -1], through: [2, -5] },
      "unsure",
      "crypto worse in 3 of 4, better in 1. The answer hangs on queue and latency together: do not lean on it.",
    ],
    [
      "one of them is equal",
      { touch: [3, 0], through: [2, 0] },
      "unsure",
      "crypto better in 2 of 4, worse in 0. The answer hangs on the latency: better with 1 ms, equal with 2 ms.",
    ],
  ])("%s", (_case, table, verdict, words) => {
    expect(certaintyOf(cellsOf(table), names)).toMatchObject({ verdict, words });
  });

  const QUEUE = "only one fill model was tried, and nobody knows where in the queue the orders would have stood";
  const SPEED = "only one latency was tried, and nobody knows how fast they would have been";

  test.each([
    [
      "one way only",
      { touch: [3] },
      ["fill model", "latency"],
      `crypto better in the one way of filling and latency that was tried. Unsure all the same: ${QUEUE}; ${SPEED}.`,
    ],
    [
      "one way only, in which nothing differs",
      { touch: [0] },
      ["fill model", "latency"],
      `crypto came to the same in the one way of filling and latency that was tried. Unsure all the same: ${QUEUE}; ${SPEED}.`,
    ],
    [
      "one fill model, which always says better",
      { touch: [3, 1, 2] },
      ["fill model"],
      `crypto better in all 3 ways of filling and latency. Unsure all the same: ${QUEUE}.`,
    ],
    [
      "one latency, at which every model says worse",
      { touch: [-3], through: [-1] },
      ["latency"],
      `crypto worse in all 2 ways of filling and latency. Unsure all the same: ${SPEED}.`,
    ],
    [
      "one latency, at which the models part",
      { touch: [3], through: [-1] },
      ["latency"],
      `crypto better in 1 of 2, worse in 1. The answer hangs on the fill model: better with touch, worse with through. Unsure all the same: ${SPEED}.`,
    ],
  ])("is never sure by one number: %s", (_case, table, notVaried, words) => {
    expect(certaintyOf(cellsOf(table), names)).toMatchObject({ verdict: "unsure", notVaried, words });
  });

  test("says that nothing was tried where neither run placed an order", () => {
    const silent = cellsOf({ touch: [0, 0], through: [0, 0] }).map((cell) => ({ ...cell, placements: 0 }));
    expect(certaintyOf(silent, names)).toMatchObject({
      verdict: "unsure",
      words: "Neither run placed an order in any of the 4 ways of filling and latency: there is nothing to compare.",
    });
  });

  test("spreads from least to most, with the median, over all and within each model", () => {
    const certainty = certaintyOf(cellsOf({ touch: [4, 8, 1], through: [-2, 3, 2] }), names);
    expect(certainty).toMatchObject({ cells: 6, better: 5, worse: 1, equal: 0, least: "-2", median: "2.5", most: "8" });
    expect(certainty.byFillModel).toEqual([
      { name: "touch", least: "1", most: "8", verdict: "better" },
      { name: "through", least: "-2", most: "3", verdict: "unsure" },
    ]);
    expect(certainty.byLatency.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["1 ms", "unsure"],
      ["2 ms", "better"],
      ["3 ms", "better"],
    ]);
  });
});
