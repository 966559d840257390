import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { newOutcome, runCases } from "./run-cases.ts";

const vectors = path.resolve(import.meta.dirname, "..", "..", "..", "shared", "vectors");

/** Least number of cases that must be judged, and the only reasons for which one may not be. */
const FAMILIES = [
  {
    family: "allowed_order_size",
    least: 40,
    reasons: ["a part that reduces the position", "reduce on a stale balance", "no usable price"],
  },
  { family: "drawdown_stop", least: 90, reasons: [] },
  { family: "env_edit", least: 100, reasons: [] },
  {
    family: "failure_breaker",
    least: 50,
    reasons: ["a window above 60 s, which the reference cuts", "nothing to check"],
  },
  { family: "flatten", least: 90, reasons: [] },
  { family: "latency_sla", least: 90, reasons: ["nothing to check"] },
  { family: "margin_guard", least: 80, reasons: [] },
  { family: "markout", least: 90, reasons: [] },
  { family: "pof_sequence", least: 80, reasons: [] },
  { family: "policy_value", least: 100, reasons: [] },
  { family: "quote_trade_ratio", least: 90, reasons: ["nothing to check"] },
  { family: "rate_limit", least: 80, reasons: [] },
  { family: "session_pnl", least: 100, reasons: [] },
];

describe.skipIf(!existsSync(vectors))("risk vectors (skipped where ../shared/vectors is not there)", () => {
  it.each(FAMILIES)("none of $family fails, and none is skipped without its reason", ({ family, least, reasons }) => {
    const outcome = newOutcome();
    runCases(family, readFileSync(path.join(vectors, `${family}.jsonl`), "utf8"), outcome);
    expect(outcome.failures).toEqual([]);
    expect(outcome.passed).toBeGreaterThanOrEqual(least);
    expect(reasons.map((reason) => `${family}: ${reason}`)).toEqual(
      expect.arrayContaining([...outcome.skipped.keys()]),
    );
  });
});
