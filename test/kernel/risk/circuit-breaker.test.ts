import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CircuitBreaker } from "../../../main/kernel/risk/circuit-breaker.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";

const SECOND = 1_000_000;
const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  circuitBreakerMaxFailures: 3,
  circuitBreakerCooldownS: 30,
  failureWindowS: 60,
  failureRateTrip: 0.5,
  minAttemptsForBreaker: 4,
};

describe("circuit breaker", () => {
  it("opens once at the failures in a row that are set, for the cooldown", () => {
    const breaker = new CircuitBreaker();
    breaker.rejected(SECOND, "rules");
    breaker.unresolved(2 * SECOND);
    expect(breaker.openIfDue(2 * SECOND, SETTINGS)).toBeNull();
    breaker.rejected(3 * SECOND, "unstated");
    expect(breaker.openIfDue(3 * SECOND, SETTINGS)).toEqual({
      cause: "consecutive",
      consecutiveFailures: 3,
      attempts: 3,
      failures: 3,
      untilUs: 33 * SECOND,
    });
    expect(breaker.openIfDue(4 * SECOND, SETTINGS)).toBeNull();
    expect(breaker.closeIfDue(33 * SECOND - 1)).toBe(false);
    expect(breaker.closeIfDue(33 * SECOND)).toBe(true);
    expect(breaker.openUntilUs).toBeNull();
    expect(breaker.closeIfDue(34 * SECOND)).toBe(false);
    expect(breaker.openIfDue(34 * SECOND, SETTINGS)).toBeNull();
    expect(breaker.read(34 * SECOND, SETTINGS)).toMatchObject({ consecutiveFailures: 0, attempts: 0, failures: 0 });
  });

  it.each([5, 120])("stays open for a cooldown of %d s", (circuitBreakerCooldownS) => {
    const breaker = new CircuitBreaker();
    const settings = { ...SETTINGS, circuitBreakerMaxFailures: 1, circuitBreakerCooldownS };
    breaker.rejected(SECOND, "rules");
    expect(breaker.openIfDue(SECOND, settings)?.untilUs).toBe((circuitBreakerCooldownS + 1) * SECOND);
    expect(breaker.closeIfDue((circuitBreakerCooldownS + 1) * SECOND - 1)).toBe(false);
    expect(breaker.closeIfDue((circuitBreakerCooldownS + 1) * SECOND)).toBe(true);
  });

  it("opens at the share that is set, once there are attempts enough", () => {
    const breaker = new CircuitBreaker();
    breaker.rejected(SECOND, "margin");
    breaker.accepted(2 * SECOND);
    breaker.rejected(3 * SECOND, "margin");
    expect(breaker.read(3 * SECOND, SETTINGS)).toMatchObject({ attempts: 3, failures: 2, isTrip: false });
    breaker.accepted(4 * SECOND);
    expect(breaker.openIfDue(4 * SECOND, SETTINGS)).toMatchObject({ cause: "rate", attempts: 4, failures: 2 });
  });

  it("an accepted placement ends the failures in a row", () => {
    const breaker = new CircuitBreaker();
    breaker.rejected(1, "rules");
    breaker.rejected(2, "rules");
    breaker.accepted(3);
    breaker.rejected(4, "rules");
    expect(breaker.read(4, { ...SETTINGS, failureRateTrip: 1 })).toMatchObject({
      consecutiveFailures: 1,
      isTrip: false,
    });
  });

  it.each(["post-only", "rate-limit", "maintenance"] as const)(
    "a rejection for %s is no failure and no attempt",
    (reason) => {
      const breaker = new CircuitBreaker();
      for (let i = 0; i < 100; i += 1) breaker.rejected(i, reason);
      expect(breaker.read(100, SETTINGS)).toEqual({
        consecutiveFailures: 0,
        attempts: 0,
        failures: 0,
        failureRate: 0,
        isTrip: false,
      });
    },
  );

  it("takes a window above 60 s as it is set, both ends included", () => {
    const breaker = new CircuitBreaker();
    const settings = { ...SETTINGS, failureWindowS: 120 };
    breaker.rejected(0, "rules");
    breaker.accepted(SECOND);
    expect(breaker.read(100 * SECOND, settings)).toMatchObject({ attempts: 2, failures: 1 });
    expect(breaker.read(120 * SECOND, settings)).toMatchObject({ attempts: 2, failures: 1 });
    expect(breaker.read(120 * SECOND + 1, settings)).toMatchObject({ attempts: 1, failures: 0 });
  });

  it("a change of settings neither forgets failures nor closes it earlier", () => {
    const breaker = new CircuitBreaker();
    breaker.rejected(0, "rules");
    breaker.rejected(1, "rules");
    expect(breaker.openIfDue(2, { ...SETTINGS, circuitBreakerMaxFailures: 2 })).not.toBeNull();
    expect(breaker.openIfDue(3, { ...SETTINGS, circuitBreakerCooldownS: 1 })).toBeNull();
    expect(breaker.openUntilUs).toBe(30 * SECOND + 2);
  });

  it("trips exactly when a plain count over the window says so", () => {
    const outcomes = fc.array(fc.record({ gapS: fc.integer({ min: 0, max: 20 }), isFailed: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 90 }), (steps, windowS) => {
        const settings = { ...SETTINGS, failureWindowS: windowS };
        const breaker = new CircuitBreaker();
        const seen: { readonly atUs: number; readonly isFailed: boolean }[] = [];
        let atUs = 0;
        let inRow = 0;
        for (const { gapS, isFailed } of steps) {
          atUs += gapS * SECOND;
          seen.push({ atUs, isFailed });
          inRow = isFailed ? inRow + 1 : 0;
          if (isFailed) breaker.rejected(atUs, "rules");
          else breaker.accepted(atUs);
          const inside = seen.filter((one) => one.atUs >= atUs - windowS * SECOND);
          const failures = inside.filter((one) => one.isFailed).length;
          const isTrip = inRow >= 3 || (inside.length >= 4 && failures / inside.length >= 0.5);
          expect(breaker.read(atUs, settings)).toMatchObject({ attempts: inside.length, failures, isTrip });
        }
      }),
      { numRuns: 500 },
    );
  });
});
