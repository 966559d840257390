import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { agrees } from "./compare.ts";
import { FAMILIES } from "./families.ts";
import { newOutcome, runCases } from "./run-cases.ts";

const vectors = path.resolve(import.meta.dirname, "..", "..", "..", "shared", "vectors");

const edge = (expected: string, family = "theoretical_edge") =>
  JSON.stringify({
    family,
    case: "edge-1",
    inputs: { side: "BUY", best_price: "100", quote_price: "99.9" },
    expected: { edge_bps: expected },
  });

describe("oracle runner", () => {
  it("passes what agrees and fails what does not, with both values", () => {
    const outcome = newOutcome();
    runCases("planted", `${edge("10")}\n\n${edge("11")}\n`, outcome);
    expect(outcome.passed).toBe(1);
    expect(outcome.failures).toHaveLength(1);
    expect(outcome.failures[0]?.checks[0]).toMatchObject({ field: "edge_bps", expected: "11" });
  });

  it("skips and counts families that it does not know", () => {
    const outcome = newOutcome();
    runCases("planted", [edge("10", "weather"), edge("10", "weather")].join("\n"), outcome);
    expect([...outcome.skipped]).toEqual([["family weather is not known", 2]]);
    expect(outcome.passed).toBe(0);
  });

  it.each(["{", "[]", '{"family":"offset"}'])("names file and line of what is no case: %s", (line) => {
    expect(() => runCases("some.jsonl", `${edge("10")}\n${line}\n`, newOutcome())).toThrow(/^some\.jsonl:2: /);
  });

  it.each([
    { expected: "1", got: 1 + 1e-10, comparison: "continuous", isSame: true },
    { expected: "1", got: 1 + 2e-9, comparison: "continuous", isSame: false },
    { expected: "0", got: 1e-11, comparison: "continuous", isSame: false },
    { expected: "1.50", got: 1.5, comparison: "equal", isSame: true },
    { expected: "1", got: 1 + 1e-15, comparison: "equal", isSame: false },
    { expected: null, got: 0, comparison: "continuous", isSame: false },
    { expected: "CALM", got: "CALM", comparison: "equal", isSame: true },
    { expected: undefined, got: 1, comparison: "equal", isSame: false },
    { expected: "1", got: Number.NaN, comparison: "continuous", isSame: false },
  ] as const)("compares $expected with $got as $comparison: $isSame", ({ expected, got, comparison, isSame }) => {
    expect(agrees({ field: "any", expected, got, comparison })).toBe(isSame);
  });
});

/** Families that the reference has many cases of; fewer that pass would mean that most are skipped. */
const LARGE = new Set([
  ...[
    "offset",
    "skew",
    "target_price",
    "round_to_tick",
    "level_size",
    "needs_reprice",
    "legacy_toxicity",
    "legacy_price",
  ],
  ...["post_only_clamp", "theoretical_edge", "regime", "funding_bias", "guard_policy", "signals", "tick_time"],
  ...["pnl_attribution", "pof_sequence"],
]);

describe.skipIf(!existsSync(vectors))("reference vectors (skipped where ../shared/vectors is not there)", () => {
  it.each([...FAMILIES.keys()])("none of %s fails", (family) => {
    const outcome = newOutcome();
    runCases(family, readFileSync(path.join(vectors, `${family}.jsonl`), "utf8"), outcome);
    expect(outcome.failures).toEqual([]);
    expect(outcome.passed).toBeGreaterThan(LARGE.has(family) ? 50 : 0);
  });
});
