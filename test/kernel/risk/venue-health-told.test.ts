import { describe, expect, it } from "vitest";
import { VenueHealth } from "../../../main/kernel/risk/venue-health.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { settingsFor } from "../../support/kernel-harness.ts";
import { voice } from "./halts-fixture.ts";

const SECOND = 1_000_000;
const at = (seconds: number) => micros(seconds * SECOND);
const SETTINGS = settingsFor("legacy", {
  rateLimitDegradedS: 40,
  rateLimitHaltHits: 3,
  rateLimitHaltWindowS: 60,
  rateLimitHaltS: 20,
  rateLimitExtraOffsetBps: 7,
  rateLimitRepriceMultiplier: 3,
  maintenancePauseS: 15.4,
  circuitBreakerMaxFailures: 3,
  circuitBreakerCooldownS: 30,
  minAttemptsForBreaker: 5,
  failureRateTrip: 0.5,
  failureWindowS: 60,
});

function health() {
  const spoken = voice();
  return { ...spoken, health: new VenueHealth(spoken.halts) };
}

describe("complaints of too many requests", () => {
  it("are told once as slower and wider, then as a halt with what was counted, and as over in that order", () => {
    const { health: venue, said, state, cancelled } = health();
    venue.throttled("rate-limited", at(0), SETTINGS);
    expect(said()).toEqual([
      "rate-limit changed degraded 1/3",
      "warning: the venue complains of too many requests: quotes are slower and wider",
    ]);
    expect([venue.isRateLimitDegraded(at(39)), venue.extraOffsetBps(at(39), SETTINGS)]).toEqual([true, 7]);
    expect(venue.repriceMultiplier(at(39), SETTINGS)).toBe(3);
    venue.throttled("rate-limited", at(1), SETTINGS);
    expect(said()).toEqual([]);
    venue.throttled("rate-limited", at(2), SETTINGS);
    expect(said()).toEqual([
      "rate-limit tripped halted 3/3",
      "critical: quoting halted: the venue complained 3 times of too many requests",
    ]);
    expect([state.reasons(), cancelled, venue.rateLimitHits]).toEqual([["rate-limit"], ["halt"], 3]);
    expect(venue.nextChangeUs(at(2))).toBe(22 * SECOND);
    venue.advance(at(21), SETTINGS);
    expect(said()).toEqual([]);
    venue.advance(at(22), SETTINGS);
    expect(said()).toEqual(["rate-limit cleared halt over null/null", "info: the halt for too many requests is over"]);
    expect(venue.nextChangeUs(at(22))).toBe(42 * SECOND);
    venue.advance(at(42), SETTINGS);
    expect(said()).toEqual([
      "rate-limit cleared no longer degraded null/null",
      "info: the venue has not complained for a while: quotes are as quick and near as set",
    ]);
    venue.advance(at(43), SETTINGS);
    expect([said(), venue.extraOffsetBps(at(43), SETTINGS), venue.nextChangeUs(at(43))]).toEqual([[], 0, null]);
  });
});

describe("maintenance", () => {
  it("is told with its whole seconds, and when it is over", () => {
    const { health: venue, said, state } = health();
    venue.throttled("maintenance", at(0), SETTINGS);
    expect(said()).toEqual([
      "maintenance tripped maintenance null/15",
      "critical: the venue is under maintenance: nothing is placed for 15 s",
    ]);
    expect(venue.rateLimitHits).toBe(0);
    expect(venue.nextChangeUs(at(0))).toBe(15.4 * SECOND);
    venue.advance(at(15.3), SETTINGS);
    expect(state.reasons()).toEqual(["maintenance"]);
    venue.advance(at(15.4), SETTINGS);
    expect(said()).toEqual([
      "maintenance cleared pause over null/null",
      "info: the pause for the venue's maintenance is over",
    ]);
    venue.advance(at(16), SETTINGS);
    expect(said()).toEqual([]);
  });
});

describe("the breaker", () => {
  it("says what opened it, by which count, and that it is closed again", () => {
    const { health: venue, said, state } = health();
    venue.placementRejected(at(0), "margin", SETTINGS);
    venue.placementUnresolved(at(1), SETTINGS);
    expect([said(), venue.breakerOpenUntilUs, venue.nextChangeUs(at(1))]).toEqual([[], null, null]);
    venue.placementRejected(at(2), "margin", SETTINGS);
    expect(said()).toEqual([
      "circuit-breaker tripped consecutive 3/3",
      "critical: the circuit breaker is open for 30 s: 3 failures in a row, 3 of 3 placements",
    ]);
    expect([venue.breakerOpenUntilUs, venue.nextChangeUs(at(2))]).toEqual([32 * SECOND, 32 * SECOND]);
    venue.throttled("rate-limited", at(3), SETTINGS);
    expect(venue.nextChangeUs(at(3))).toBe(32 * SECOND);
    expect(venue.nextChangeUs(at(33))).toBe(32 * SECOND);
    said();
    venue.advance(at(31), SETTINGS);
    expect([said(), state.reasons()]).toEqual([[], ["circuit-breaker"]]);
    venue.advance(at(32), SETTINGS);
    expect(said()).toEqual([
      "circuit-breaker cleared cooldown over null/null",
      "info: the circuit breaker is closed again",
    ]);
  });

  it("opens at an accepted placement, too, when the share of failures is then known to be too large", () => {
    const { health: venue, said } = health();
    venue.placementRejected(at(0), "margin", SETTINGS);
    venue.placementRejected(at(0), "margin", SETTINGS);
    venue.placementAccepted(at(1), SETTINGS);
    venue.placementRejected(at(2), "margin", SETTINGS);
    expect(said()).toEqual([]);
    venue.placementAccepted(at(3), SETTINGS);
    expect(said()[0]).toBe("circuit-breaker tripped rate 0.6/0.5");
  });
});

describe("slow answers", () => {
  it("are judged every ten seconds, halt with the slow twentieth in milliseconds, and widen before that", () => {
    const { health: venue, said } = health();
    for (let i = 0; i < 20; i += 1) venue.placementAnswered(at(1), 700_000);
    venue.review(at(1), 0);
    expect([said(), venue.extraOffsetBps(at(1), SETTINGS)]).toEqual([[], 2]);
    for (let i = 0; i < 20; i += 1) venue.placementAnswered(at(2), 6_000_000);
    venue.review(at(10.9), 0);
    expect(said()).toEqual([]);
    venue.review(at(11), 0);
    expect(said()).toEqual([
      "latency-sla tripped p95 6000/5000",
      "critical: quoting halted: one placement in twenty takes 6000 ms or more",
    ]);
    venue.review(at(61.9), 0);
    expect(said()).toEqual([]);
    venue.review(at(71.9), 0);
    expect(said()).toEqual([
      "latency-sla cleared p95 0/5000",
      "info: placements are answered quickly enough again: 95 % within 0 ms",
    ]);
    expect(venue.extraOffsetBps(at(72), SETTINGS)).toBe(0);
  });
});

describe("placements for each fill", () => {
  it("are judged every half minute, and every change of level is told once", () => {
    const { health: venue, said } = health();
    venue.review(at(0), 49);
    expect(said()).toEqual([]);
    venue.review(at(29.9), 60);
    expect(said()).toEqual([]);
    venue.review(at(30), 60);
    expect(said()).toEqual([
      "quote-trade-ratio tripped warning 60/50",
      "warning: 60 placements for 0 maker fills in five minutes",
    ]);
    venue.review(at(60), 99);
    expect(said()).toEqual([]);
    venue.review(at(90), 100);
    expect(said()).toEqual([
      "quote-trade-ratio changed critical 100/100",
      "warning: 100 placements for 0 maker fills in five minutes",
    ]);
    venue.makerFilled(at(91));
    venue.makerFilled(at(91));
    venue.review(at(120), 120);
    expect(said()).toEqual([
      "quote-trade-ratio changed warning 60/50",
      "info: 120 placements for 2 maker fills in five minutes",
    ]);
    venue.makerFilled(at(121));
    venue.review(at(150), 120);
    expect(said()).toEqual([
      "quote-trade-ratio cleared fine 40/50",
      "info: 120 placements for 3 maker fills in five minutes",
    ]);
    venue.review(at(180), 420);
    expect(said()[0]).toBe("quote-trade-ratio tripped critical 140/100");
  });
});
