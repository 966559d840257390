import { describe, expect, it } from "vitest";
import type { RejectReason } from "../../../main/kernel/events.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { quoting, settingsFor, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** Rejects whatever is in flight, again and again. */
function reject(harness: KernelHarness, reason: RejectReason, times: number): void {
  for (let at = 0; at < times; at += 1) {
    for (const { orderId, status } of harness.live()) {
      if (status === "in-flight") harness.send({ type: "order-rejected", orderId, reason });
    }
    harness.settleCancels().wait(SECOND).delta([], []);
  }
}

function failing(changes: Partial<Settings> = {}): KernelHarness {
  const harness = quoting("legacy", { circuitBreakerCooldownS: 30, minAttemptsForBreaker: 1_000, ...changes });
  harness.command("cancel-all").settle().wait(SECOND).command("resume").forget();
  return harness;
}

function throttle(harness: KernelHarness, cause: "rate-limited" | "maintenance"): void {
  harness.send({ type: "venue-throttled", cause });
}

describe("the circuit breaker", () => {
  it("opens after failures in a row, cancels what rests, places nothing for its cooldown and then again", () => {
    const harness = failing({ circuitBreakerMaxFailures: 4 });
    const [one, other] = harness.live();
    if (!one || !other) throw new Error("two orders are in flight");
    harness.send({ type: "order-accepted", orderId: other.orderId, venueOrderId: "v" });
    harness.send({ type: "order-rejected", orderId: one.orderId, reason: "unstated" });
    for (let at = 0; at < 3; at += 1) {
      harness.wait(SECOND).delta([], []);
      const [flying] = harness.live().filter(({ status }) => status === "in-flight");
      if (!flying) throw new Error("the side is quoted anew");
      harness.send({ type: "order-rejected", orderId: flying.orderId, reason: "margin" });
    }
    expect(harness.kernel.state.reasons()).toEqual(["circuit-breaker"]);
    expect(harness.risks()).toEqual(["circuit-breaker tripped: consecutive"]);
    expect(harness.ofType("cancel-all-orders").map(({ reason }) => reason)).toEqual(["halt"]);
    expect(harness.live().map(({ status }) => status)).toEqual(["cancelling"]);
    harness
      .settle()
      .forget()
      .keepFresh(29 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(new Set(harness.codes())).toEqual(new Set(["skip_halted"]));
    expect(harness.decisions()[0]?.detail).toBe("circuit-breaker");
    harness.keepFresh(2 * SECOND);
    expect(harness.risks()).toEqual(["circuit-breaker cleared: cooldown over"]);
    expect(harness.ofType("place-order")).toHaveLength(2);
  });

  it.each<RejectReason>(["post-only", "rate-limit", "maintenance"])("does not count a rejection as %s", (reason) => {
    const harness = failing({ circuitBreakerMaxFailures: 2, pofCooldownS: 0.5 });
    reject(harness, reason, 6);
    expect(harness.risks().filter((text) => text.startsWith("circuit"))).toEqual([]);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it("counts a placement of which nobody knows, told or swept", () => {
    const told = failing({ circuitBreakerMaxFailures: 2 });
    for (const { orderId } of told.live()) told.send({ type: "order-unresolved", orderId, request: "place" });
    expect(told.kernel.state.reasons()).toEqual(["circuit-breaker"]);
    const silent = failing({ circuitBreakerMaxFailures: 2 });
    silent.keepFresh(12 * SECOND);
    expect(silent.kernel.state.reasons()).toContain("circuit-breaker");
  });

  it("keeps its counts and its cooldown over a flip of the profile", () => {
    const harness = failing({ circuitBreakerMaxFailures: 3 });
    const [one, other] = harness.live();
    if (!one || !other) throw new Error("two orders are in flight");
    harness.send({ type: "order-rejected", orderId: one.orderId, reason: "unstated" });
    harness.send({ type: "order-rejected", orderId: other.orderId, reason: "unstated" });
    harness.changeProfile(settingsFor("crypto", { circuitBreakerMaxFailures: 3, circuitBreakerCooldownS: 30 }), 2);
    harness.wait(SECOND).delta([], []);
    for (const { orderId } of harness.live()) harness.send({ type: "order-rejected", orderId, reason: "unstated" });
    expect(harness.kernel.state.reasons()).toEqual(["circuit-breaker"]);
    harness.changeProfile(settingsFor("legacy", { circuitBreakerCooldownS: 1 }), 3).keepFresh(20 * SECOND);
    expect(harness.kernel.state.reasons()).toEqual(["circuit-breaker"]);
  });
});

describe("a venue that asks for silence", () => {
  it("slows and widens quotes, then halts with every order cancelled, and lets go in the same order", () => {
    const settings = { rateLimitDegradedS: 40, rateLimitHaltHits: 3, rateLimitHaltS: 20, rateLimitExtraOffsetBps: 7 };
    const harness = quoting("legacy", settings);
    throttle(harness, "rate-limited");
    expect(harness.risks()).toEqual(["rate-limit changed: degraded"]);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    expect(harness.kernel.board.context).toMatchObject({
      isRateLimitDegraded: true,
      rateLimitExtraBps: 7,
      minRepriceIntervalUs: SECOND,
    });
    throttle(harness, "rate-limited");
    harness.forget();
    throttle(harness, "rate-limited");
    expect(harness.risks()).toEqual(["rate-limit tripped: halted"]);
    expect(harness.ofType("cancel-all-orders")).toHaveLength(1);
    harness
      .settle()
      .forget()
      .keepFresh(19 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepServed(2 * SECOND);
    expect(harness.risks()).toEqual(["rate-limit cleared: halt over"]);
    expect(harness.ofType("place-order")).toHaveLength(2);
    harness.forget().keepServed(25 * SECOND);
    expect(harness.risks()).toEqual(["rate-limit cleared: no longer degraded"]);
    expect(harness.kernel.board.context).toMatchObject({ isRateLimitDegraded: false, rateLimitExtraBps: 0 });
  });

  it("is left alone for its maintenance", () => {
    const harness = quoting("legacy", { maintenancePauseS: 15 });
    throttle(harness, "maintenance");
    expect(harness.risks()).toEqual(["maintenance tripped: maintenance"]);
    expect(harness.live().map(({ status }) => status)).toEqual(["cancelling", "cancelling"]);
    harness
      .settle()
      .forget()
      .keepFresh(14 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepFresh(2 * SECOND);
    expect(harness.risks()).toEqual(["maintenance cleared: pause over"]);
    expect(harness.ofType("place-order")).toHaveLength(2);
  });
});

describe("slow answers", () => {
  it("halt quoting when one placement in twenty takes five seconds, until that is a minute ago", () => {
    const harness = quoting("legacy", { maxOrderAgeS: 1, minRepriceIntervalS: 0.1 });
    for (let at = 0; at < 8; at += 1)
      harness
        .keepFresh(6 * SECOND)
        .settle()
        .wait(SECOND)
        .delta([], [])
        .settleCancels();
    harness.keepFresh(20 * SECOND);
    expect(harness.risks()).toContain("latency-sla tripped: p95");
    expect(harness.kernel.state.reasons()).toContain("latency-sla");
    harness
      .settle()
      .forget()
      .keepFresh(80 * SECOND);
    expect(harness.risks()).toContain("latency-sla cleared: p95");
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it("count once an order: a second report of it is no second sample", () => {
    const harness = quoting();
    const [order] = harness.live();
    if (!order) throw new Error("an order rests");
    for (let at = 0; at < 30; at += 1) {
      harness.wait(SECOND / 2).delta([], []);
      harness.send({ type: "order-accepted", orderId: order.orderId, venueOrderId: "v" });
    }
    harness.keepFresh(12 * SECOND);
    expect(harness.risks().filter((text) => text.startsWith("latency"))).toEqual([]);
  });
});

describe("how much is sent", () => {
  it("is at most so many placements in any minute; cancels always leave", () => {
    const harness = quoting("legacy", { maxMessagesPerMin: 6, maxOrderAgeS: 2, minRepriceIntervalS: 0.1 });
    for (let at = 0; at < 20; at += 1) harness.keepFresh(SECOND).settle();
    const placed = harness.ofType("place-order").length;
    expect(placed).toBe(6);
    expect(harness.ofType("cancel-order").length).toBeGreaterThanOrEqual(4);
    expect(harness.codes()).toContain("skip_token");
    expect(harness.decisions().find(({ code }) => code === "skip_token")?.detail).toBe("max_messages_per_min");
    expect(harness.risks()).toEqual(["message-budget tripped: max_messages_per_min"]);
    for (let at = 0; at < 50; at += 1) harness.keepFresh(SECOND).settle();
    expect(harness.risks()).toContain("message-budget cleared: max_messages_per_min");
  });

  it("is told when it brings no fills, and changes nothing", () => {
    const harness = quoting("legacy", { maxOrderAgeS: 1, minRepriceIntervalS: 0.1 });
    for (let at = 0; at < 70; at += 1) harness.keepFresh(SECOND).settle();
    expect(harness.risks()).toEqual(["quote-trade-ratio tripped: warning"]);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });
});
