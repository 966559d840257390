import { LatencySla } from "../../../main/kernel/risk/latency-sla.ts";
import { CircuitBreaker } from "../../../main/kernel/risk/circuit-breaker.ts";
import { QuoteTradeRatio } from "../../../main/kernel/risk/quote-trade-ratio.ts";
import { RateLimitState, saysMaintenance } from "../../../main/kernel/risk/rate-limit-state.ts";
import { flag, micros, number, record, records, settingsOf, text } from "../case-inputs.ts";
import type { Check, Comparison, Family } from "../oracle-case.ts";

type Answer = readonly [field: string, got: unknown, comparison: Comparison];

function checksOf(wanted: Record<string, unknown> | undefined, place: string, answers: readonly Answer[]): Check[] {
  return answers.map(([field, got, comparison]) => ({
    field: `${place}.${field}`,
    expected: wanted?.[field],
    got,
    comparison,
  }));
}

/** A query of 60 s stands before each check; in the reference it also cut longer windows down to 60 s, which ours does not. */
export const failureBreaker: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  if (settings.failureWindowS > 60) return { kind: "skipped", reason: "a window above 60 s, which the reference cuts" };
  const breaker = new CircuitBreaker();
  const wantedChecks = records(record(expected)["checks"]);
  const checks: Check[] = [];
  let checked = 0;
  for (const step of records(inputs["steps"])) {
    const nowUs = micros(text(step, "t"));
    const op = text(step, "op");
    if (op === "reset") breaker.reset();
    else if (op === "attempt" && flag(step, "failed")) breaker.rejected(nowUs, "unstated");
    else if (op === "attempt") breaker.accepted(nowUs);
    if (op !== "check") continue;
    const attempts60s = breaker.attemptsSince(nowUs - 60_000_000);
    const reading = breaker.read(nowUs, settings);
    checks.push(
      ...checksOf(wantedChecks[checked], `checks[${checked}]`, [
        ["attempts_60s", attempts60s, "equal"],
        ["attempts", reading.attempts, "equal"],
        ["failures", reading.failures, "equal"],
        ["failure_rate", reading.failureRate, "continuous"],
        ["consecutive_failures", reading.consecutiveFailures, "equal"],
        ["trip", reading.isTrip, "equal"],
      ]),
    );
    checked += 1;
  }
  return { kind: "checked", checks };
};

export const rateLimit: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  const state = new RateLimitState();
  const wantedSteps = records(record(expected)["steps"]);
  const checks: Check[] = [];
  for (const [index, step] of records(inputs["steps"]).entries()) {
    const nowUs = micros(text(step, "t"));
    const answers: Answer[] = [];
    if (text(step, "op") === "hit") answers.push(["should_halt", state.hit(nowUs, settings), "equal"]);
    if (text(step, "op") === "response") {
      const isText = text(step, "kind").endsWith("_text");
      const value = String(step["value"]);
      const isMaintenance = saysMaintenance(isText ? null : value, isText ? value : null);
      if (isMaintenance) state.maintenance(nowUs, settings);
      answers.push(["maintenance", isMaintenance, "equal"]);
    }
    answers.push(
      ["degraded", state.isDegraded(nowUs), "equal"],
      ["halted", state.isHalted(nowUs), "equal"],
      ["hits_in_window", state.hitsInWindow(nowUs, settings), "equal"],
      ["extra_offset_bps", state.extraOffsetBps(nowUs, settings), "equal"],
      ["reprice_multiplier", state.repriceMultiplier(nowUs, settings), "equal"],
      ["in_maintenance", state.isInMaintenance(nowUs), "equal"],
      ["maintenance_remaining_s", state.maintenanceLeftUs(nowUs) / 1_000_000, "continuous"],
    );
    checks.push(...checksOf(wantedSteps[index], `steps[${index}]`, answers));
  }
  return { kind: "checked", checks };
};

export const quoteTradeRatio: Family = ({ inputs, expected }) => {
  const ratio = new QuoteTradeRatio();
  const limits = {
    windowUs: micros(text(inputs, "window_s")),
    warnRatio: number(inputs, "warn_threshold"),
    criticalRatio: number(inputs, "critical_threshold"),
  };
  const wantedChecks = records(record(expected)["checks"]);
  const checks: Check[] = [];
  let checked = 0;
  for (const step of records(inputs["steps"])) {
    const nowUs = micros(text(step, "t"));
    const op = text(step, "op");
    if (op === "quote") ratio.placed(nowUs, number(step, "count"));
    else if (op === "fill") ratio.makerFilled(nowUs);
    else {
      const reading = ratio.read(nowUs, limits);
      checks.push(
        ...checksOf(wantedChecks[checked], `checks[${checked}]`, [
          ["quotes", reading.quotes, "equal"],
          ["fills", reading.fills, "equal"],
          ["ratio", String(reading.ratio), "continuous"],
          ["warn", reading.isWarning, "equal"],
          ["critical", reading.isCritical, "equal"],
        ]),
      );
      checked += 1;
    }
  }
  return { kind: "checked", checks };
};

export const latencySla: Family = ({ inputs, expected }) => {
  const sla = new LatencySla();
  const limits = {
    windowUs: number(inputs, "window_s") * 1_000_000,
    warnUs: number(inputs, "warn_ms") * 1000,
    criticalUs: number(inputs, "critical_ms") * 1000,
    extraOffsetBpsPerMs: number(inputs, "extra_offset_bps_per_ms"),
    maxExtraOffsetBps: number(inputs, "max_extra_offset_bps"),
  };
  const wantedChecks = records(record(expected)["checks"]);
  const checks: Check[] = [];
  let checked = 0;
  for (const step of records(inputs["steps"])) {
    const nowUs = micros(text(step, "t"));
    if (text(step, "op") === "sample") {
      sla.sample(nowUs, Math.round(number(step, "latency_ms") * 1000));
      continue;
    }
    const reading = sla.read(nowUs, limits);
    checks.push(
      ...checksOf(wantedChecks[checked], `checks[${checked}]`, [
        ["samples", reading.samples, "equal"],
        ["avg_ms", reading.averageUs / 1000, "continuous"],
        ["p95_ms", reading.percentile95Us / 1000, "continuous"],
        ["max_ms", reading.greatestUs / 1000, "continuous"],
        ["degraded", reading.isDegraded, "equal"],
        ["halt", reading.isHalt, "equal"],
        ["extra_offset_bps", reading.extraOffsetBps, "continuous"],
      ]),
    );
    checked += 1;
  }
  return { kind: "checked", checks };
};
