import { describe, expect, test } from "vitest";
import { DECISION_CODES } from "../../main/kernel/decision.ts";
import {
  describeDecision,
  describeHeld,
  describeReading,
  reasonOf,
  reasonTexts,
} from "../../renderer/features/decisions/reason-text.ts";

describe("the catalogue of reasons", () => {
  test("holds exactly the kernel's codes", () => {
    expect(Object.keys(reasonTexts).toSorted()).toEqual([...DECISION_CODES].toSorted());
  });

  test.each(DECISION_CODES)("says %s in a sentence of its own", (code) => {
    const { sentence, label } = reasonOf(code);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence).not.toContain("_");
    expect(label.length).toBeLessThanOrEqual(24);
  });

  test("files every code under what was done", () => {
    for (const code of DECISION_CODES) {
      const expected = code.startsWith("hold_") ? "hold" : /^(?:skip|cancel)_/.test(code) ? "skip" : "placed";
      expect(reasonOf(code).kind, code).toBe(expected);
    }
  });

  test("an unknown code is shown in its own words rather than not at all", () => {
    expect(reasonOf("skip_lunar_phase")).toMatchObject({ kind: "skip", label: "skip lunar phase" });
  });
});

describe("numbers behind a decision", () => {
  const base = { detail: null, reading: null, bound: null };

  test.each([
    [{ ...base, code: "skip_imbalance", reading: 0.74, bound: 0.7 }, "0.74 > 0.70"],
    [{ ...base, code: "skip_imbalance", reading: -0.74, bound: 0.7 }, "0.74 > 0.70"],
    [{ ...base, code: "skip_min_spread", reading: 1.04, bound: 2 }, "1.0 < 2.0 bps"],
    [{ ...base, code: "skip_inventory_hard", reading: 0.95, bound: 0.9 }, "95\u00a0% > 90\u00a0%"],
    [{ ...base, code: "hold_below_tick_gate", reading: 1, bound: 2 }, "1 < 2 ticks"],
    [{ ...base, code: "skip_interval" }, ""],
  ])("%o read as %s", (reading, shown) => {
    expect(describeReading(reading)).toBe(shown);
  });

  test("an empty slot says why in a few words", () => {
    expect(describeHeld({ ...base, code: "skip_imbalance", reading: 0.74, bound: 0.7 })).toBe("imbalance 0.74 > 0.70");
    expect(describeHeld({ ...base, code: "skip_operator", detail: "operator-paused" })).toBe("paused by the operator");
    expect(describeHeld({ ...base, code: "skip_denied:max_position" })).toBe("largest position");
  });

  test("the sentence carries the detail and the numbers", () => {
    const words = describeDecision({ code: "skip_toxicity", detail: "micro_drift", reading: 9.5, bound: 8 });
    expect(words).toMatch(/\(micro drift, 9\.5 > 8\.0 bps\)$/);
  });
});
