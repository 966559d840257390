import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { newOutcome, runCases } from "./run-cases.ts";

const vectors = path.resolve(import.meta.dirname, "..", "..", "..", "shared", "vectors");

describe.skipIf(!existsSync(vectors))("review vectors (skipped where ../shared/vectors is not there)", () => {
  it.each([
    "journal_attribution",
    "diagnosis",
    "inventory_timeseries",
    "scorecard_verdict",
    "markout",
    "pnl_attribution",
  ])("none of %s fails or is skipped", (family) => {
    const outcome = newOutcome();
    runCases(family, readFileSync(path.join(vectors, `${family}.jsonl`), "utf8"), outcome);
    expect(outcome.failures).toEqual([]);
    expect([...outcome.skipped]).toEqual([]);
    expect(outcome.passed).toBeGreaterThan(90);
  });
});
