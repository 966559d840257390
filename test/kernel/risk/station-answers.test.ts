import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { BID, KernelHarness, quoting, settingsFor, ASK } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

function orderOn(harness: KernelHarness, side: "buy" | "sell") {
  const [order] = harness.liveOn(side);
  if (!order) throw new Error(`an order is live on the ${side} side`);
  return order;
}

/** Messages and severities of alerts of a kind. */
function alerts(harness: KernelHarness, kind: string): string[] {
  return harness
    .ofType("record-alert")
    .filter((alert) => alert.kind === kind)
    .map(({ severity, message }) => `${severity}: ${message}`);
}

describe("the first answer about a placement", () => {
  const STRICT: Partial<Settings> = {
    circuitBreakerMaxFailures: 2,
    minAttemptsForBreaker: 1_000,
    circuitBreakerCooldownS: 30,
  };

  /** Both quotes are in flight. */
  function flying(changes: Partial<Settings> = {}): KernelHarness {
    const harness = new KernelHarness(settingsFor("legacy", { ...STRICT, ...changes }));
    return harness.snapshot([BID, 10], [ASK, 10]).delta([], []).forget();
  }

  it("is its rejection: two open the breaker, and an accepted one between them keeps it closed", () => {
    const rejected = flying();
    for (const { orderId } of rejected.live()) rejected.send({ type: "order-rejected", orderId, reason: "unstated" });
    expect(rejected.kernel.state.reasons()).toEqual(["circuit-breaker"]);
    const between = flying();
    const [bid, ask] = [orderOn(between, "buy"), orderOn(between, "sell")];
    between.send({ type: "order-rejected", orderId: bid.orderId, reason: "unstated" });
    between.send({ type: "order-accepted", orderId: ask.orderId, venueOrderId: "v" });
    between.wait(SECOND);
    const anew = orderOn(between, "buy");
    between.send({ type: "order-rejected", orderId: anew.orderId, reason: "unstated" });
    expect(between.kernel.state.name).toBe("ACTIVE");
  });

  it("is not what a query brings, nor that a cancel was refused", () => {
    const harness = flying({ circuitBreakerMaxFailures: 3 });
    const [bid, ask] = [orderOn(harness, "buy"), orderOn(harness, "sell")];
    harness.send({ type: "order-unresolved", orderId: bid.orderId, request: "place" });
    harness.send({ type: "order-unresolved", orderId: ask.orderId, request: "place" });
    harness.send({ type: "order-reconciled", orderId: bid.orderId, venueStatus: "resting" });
    harness.send({ type: "cancel-rejected", orderId: ask.orderId, reason: "unstated" });
    expect([bid.isAnswered, ask.isAnswered]).toEqual([false, false]);
    harness.send({ type: "order-reconciled", orderId: ask.orderId, venueStatus: "never-arrived" });
    expect(harness.kernel.state.name).toBe("ACTIVE");
    harness.fill(bid);
    expect(bid.isAnswered).toBe(true);
  });

  it("is asked for once: an order that was answered counts no more when it gets lost", () => {
    const harness = flying();
    harness.settle();
    for (const { orderId } of harness.live()) harness.send({ type: "order-unresolved", orderId, request: "place" });
    expect(harness.kernel.state.name).toBe("ACTIVE");
    const lost = flying();
    for (const { orderId } of lost.live()) lost.send({ type: "order-unresolved", orderId, request: "cancel" });
    expect(lost.kernel.state.name).toBe("ACTIVE");
  });
});

describe("maker fills", () => {
  it("count against the placements of five minutes", () => {
    const settings = { maxOrderAgeS: 1, minRepriceIntervalS: 0.1, maxPositionSize: 100 };
    const harness = quoting("legacy", settings);
    harness.fill(orderOn(harness, "buy"), 1).fill(orderOn(harness, "sell"), 1);
    for (let at = 0; at < 70; at += 1) harness.keepFresh(SECOND).settle();
    expect(harness.risks().filter((text) => text.startsWith("quote-trade-ratio"))).toEqual([]);
  });
});

describe("a runaway side", () => {
  it("is told with its count, its bound and its seconds", () => {
    const harness = quoting("legacy", {
      repeatedExecutionLimit: 3,
      repeatedExecutionWindowS: 12,
      maxPositionSize: 100,
    });
    const bid = orderOn(harness, "buy");
    harness.forget();
    for (let at = 0; at < 3; at += 1) harness.fill(bid, 1);
    expect(harness.ofType("record-risk-event")).toMatchObject([
      { control: "repeated-execution", happening: "tripped", detail: "buy", reading: 3, bound: 3 },
    ]);
    expect(alerts(harness, "repeated-execution")).toEqual([
      "critical: latched until a person clears it: 3 fills of buy orders within 12 s",
    ]);
    harness.forget().fill(bid, 1);
    expect(harness.risks()).toEqual([]);
    harness.send({ type: "latch-cleared", commandId: "a", latch: "repeated-execution", by: "Ada", reason: "fine" });
    expect(alerts(harness, "repeated-execution")).toEqual(["info: Ada cleared the latch repeated-execution: fine"]);
    const ask = harness
      .wait(SECOND)
      .settle()
      .liveOn("sell")
      .find(({ purpose }) => purpose === "quote");
    if (!ask) throw new Error("an ask is live");
    harness.forget().fill(ask, 1).fill(ask, 1);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });
});

describe("a latch of an earlier session", () => {
  it("is told once, as critical, at the first event", () => {
    const harness = quoting("legacy", {}, { carried: { latches: ["day-loss"], day: null } });
    expect(alerts(harness, "day-loss")).toEqual([
      "critical: the latch day-loss of an earlier session holds until a person clears it",
    ]);
    harness.forget().keepFresh(3 * SECOND);
    expect(alerts(harness, "day-loss")).toEqual([]);
  });
});

describe("an account that speaks first", () => {
  it("was never missing", () => {
    const harness = new KernelHarness(settingsFor("legacy", { marginGuardEnabled: true, minLiqDistanceBps: 0 }));
    harness.account();
    expect(harness.risks()).toEqual([]);
    const silent = new KernelHarness(settingsFor("legacy", { marginGuardEnabled: true }));
    silent.delta([], []);
    expect(silent.risks()[0]).toMatch(/^margin-guard tripped: not-ready/);
  });
});

describe("the minute's messages", () => {
  it("are told when they are spent, with count and bound, and when they may leave again", () => {
    const harness = quoting("legacy", { maxMessagesPerMin: 4, maxOrderAgeS: 2, minRepriceIntervalS: 0.1 });
    for (let at = 0; at < 8; at += 1) harness.keepFresh(SECOND).settle();
    expect(alerts(harness, "message-budget")).toEqual([
      "warning: 4 placements within a minute: no more until some are older than that",
    ]);
    expect(harness.ofType("record-risk-event").filter(({ control }) => control === "message-budget")).toMatchObject([
      { happening: "tripped", reading: 4, bound: 4 },
    ]);
    harness.forget();
    for (let at = 0; at < 60; at += 1) harness.keepFresh(SECOND).settle();
    expect(alerts(harness, "message-budget")[0]).toBe("info: placements may leave again");
  });
});

describe("a latch that a person has cleared", () => {
  it.each([
    ["session-loss", { lossLimitSessionUsd: 5 }],
    ["day-loss", { lossLimitDayUsd: 5 }],
  ] as const)("%s falls again at the next loss of the same size", (latch, changes) => {
    const harness = quoting("legacy", changes);
    harness.fill(orderOn(harness, "buy")).keepServed(SECOND);
    const fall = (ticksDown: number): void => {
      harness.snapshot([BID - ticksDown, 1_000], [ASK - ticksDown, 1_000]).keepServed(2 * SECOND);
    };
    fall(10_000);
    expect(harness.kernel.state.reasons()).toEqual([latch]);
    harness.send({ type: "latch-cleared", commandId: "a", latch, by: "Ada", reason: "fine" });
    fall(12_000);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    fall(20_000);
    expect(harness.kernel.state.reasons()).toEqual([latch]);
  });
});

describe("the end of a session by a control", () => {
  it("is told, closes the position, and a stop after it is only polite", () => {
    const harness = quoting("legacy", {
      drawdownStopEnabled: true,
      drawdownStopPctOfMaxNotional: 0.005,
      maxPositionNotionalUsd: 100_000,
      flattenPositionOnShutdown: true,
    });
    harness.fill(orderOn(harness, "buy")).keepServed(SECOND).forget();
    const bids = Array.from({ length: 10 }, (_, at) => [BID - 10_000 - at * 10, 1_000]).flat();
    const asks = Array.from({ length: 10 }, (_, at) => [ASK - 10_000 + at * 10, 1_000]).flat();
    harness.snapshot(bids, asks).keepFresh(2 * SECOND);
    expect(alerts(harness, "drawdown").at(-1)).toBe("critical: the session ends: drawdown");
    expect(harness.kernel.state.isStopping).toBe(true);
    harness.forget().command("resume");
    expect(harness.kernel.risk.closeOut.isActive).toBe(true);
    harness.command("stop").command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(true);
    harness.command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(false);
  });
});

describe("a close-out under way", () => {
  it.each([
    ["resume", false],
    ["reduce-only", false],
    ["kill", false],
    ["pause", true],
    ["cancel-all", true],
  ] as const)("after %s goes on: %s", (command, goesOn) => {
    const harness = quoting();
    harness.fill(orderOn(harness, "buy")).keepServed(SECOND).command("flatten").command(command);
    expect(harness.kernel.risk.closeOut.isActive).toBe(goesOn);
  });

  it("begins once with a stop, and not with a second one", () => {
    const harness = quoting("legacy", { flattenPositionOnShutdown: true, shutdownTimeoutS: 5 });
    harness.fill(orderOn(harness, "buy")).keepServed(SECOND).command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(true);
    harness.wait(6 * SECOND).forget();
    expect(harness.kernel.risk.closeOut.isActive).toBe(false);
    harness.command("stop");
    expect(harness.kernel.risk.closeOut.isActive).toBe(false);
  });
});

describe("a strong trend", () => {
  it("takes the counter order back at once from a slot that waits for its interval", () => {
    const harness = quoting("crypto", {
      minRepriceIntervalS: 3_600,
      // A regime that rises would look at every slot anyway
      volRegimeEnabled: false,
      volUnknownRegime: "NORMAL",
      regimeCadenceNormal: { minRepriceIntervalS: 3_600, maxOrderAgeS: 0 },
      trendFastEmaS: 1,
      trendSlowEmaS: 4.5,
      trendStrongThreshold: 0.05,
      trendOneWayEnabled: true,
      trendCancelCounterOnStrong: true,
      trendCounterSideSizeCut: 0,
    });
    const bid = orderOn(harness, "buy");
    let touch = BID;
    // The trend is measured after 4.5 s, between two of the looks that every slot gets once a second
    for (let step = 0; step < 27 && bid.status === "resting"; step += 1) {
      harness.forget();
      touch -= 50;
      harness.wait(170_000).snapshot([touch, 1_000], [touch + 10, 1_000]);
    }
    expect(harness.codes()).toEqual(["skip_trend_counter_strong"]);
    expect(harness.ofType("cancel-order").map(({ orderId, reason }) => [orderId, reason])).toEqual([
      [bid.orderId, "trend_counter_strong"],
    ]);
  });
});
