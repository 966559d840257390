import { describe, expect, it } from "vitest";
import type { OperatorCommand } from "../../main/kernel/events.ts";
import { ASK, BID, KernelHarness, quoting, settingsFor, snapshotOf } from "../support/kernel-harness.ts";

const SECOND = 1_000_000;

describe("operator commands", () => {
  it.each<[OperatorCommand, string, string, string]>([
    ["pause", "PAUSED", "operator", "skip_operator"],
    ["cancel-all", "PAUSED", "operator", "skip_operator"],
    ["stop", "HALTED", "stop", "skip_halted"],
    ["kill", "KILLED", "kill", "skip_halted"],
  ])("%s leads to %s: everything is asked back at once and nothing is placed", (command, name, reason, code) => {
    const harness = quoting();
    harness.wait(SECOND).forget().command(command);
    expect(harness.kernel.state.name).toBe(name);
    expect(harness.ofType("cancel-all-orders").map((effect) => effect.reason)).toEqual([reason]);
    expect(harness.live().map(({ status }) => status)).toEqual(["cancelling", "cancelling"]);
    expect(new Set(harness.codes())).toEqual(new Set([code]));
    harness.settle().keepFresh(3 * SECOND);
    expect(harness.live()).toEqual([]);
    expect(harness.ofType("place-order")).toEqual([]);
  });

  it("asks orders in flight back, too, and again when the venue refuses or forgets", () => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.snapshot([BID, 10], [ASK, 10]).delta([], []);
    expect(harness.live().map(({ status }) => status)).toEqual(["in-flight", "in-flight"]);
    harness.command("kill");
    const [one, other] = harness.live();
    if (!one || !other) throw new Error("two orders are in flight");
    // The placements arrive after the cancel-all and rest; one cancel is refused, one request is never answered
    for (const { orderId } of [one, other]) harness.send({ type: "order-accepted", orderId, venueOrderId: "v" });
    harness.send({ type: "cancel-rejected", orderId: one.orderId, reason: "unstated" });
    harness.forget().wait(SECOND);
    expect(harness.ofType("cancel-order").map(({ orderId, reason }) => [orderId, reason])).toEqual([
      [one.orderId, "kill"],
    ]);
    harness.forget().wait(10 * SECOND);
    expect(harness.ofType("query-order").map(({ orderId }) => orderId)).toContain(other.orderId);
    for (const { orderId } of [one, other]) {
      harness.send({ type: "order-reconciled", orderId, venueStatus: "resting" });
      expect(harness.ofType("cancel-order").map((effect) => effect.orderId)).toContain(orderId);
    }
    harness.settle();
    expect(harness.live()).toEqual([]);
  });

  it("does not flood a venue that knows nothing of an order and tells of no execution", () => {
    const harness = quoting();
    harness.command("kill").forget();
    for (let i = 0; i < 200; i += 1) {
      for (const { orderId, status } of harness.live()) {
        if (status === "cancelling") harness.send({ type: "cancel-rejected", orderId, reason: "unknown-order" });
        else harness.send({ type: "order-reconciled", orderId, venueStatus: "filled" });
      }
      harness.wait(SECOND / 10).delta([BID, i + 1], []);
    }
    expect(harness.live().map(({ status }) => status)).toEqual(["unresolved", "unresolved"]);
    // Twenty seconds: the refused cancel's query and the sweep's
    expect(harness.ofType("cancel-order")).toHaveLength(0);
    expect(harness.ofType("query-order").length).toBeLessThanOrEqual(6);
  });

  it("resumes where a pause was lifted", () => {
    const harness = quoting();
    harness.command("pause").settle().wait(SECOND).command("resume");
    expect(harness.live()).toHaveLength(2);
  });

  it.each<OperatorCommand>(["pause", "resume", "reduce-only", "stop", "kill", "cancel-all"])(
    "changes nothing for the id of a command it has seen: %s",
    (command) => {
      const harness = quoting();
      harness.wait(SECOND);
      harness.send({ type: "operator-commanded", commandId: "same", command: "resume", by: "test" });
      harness.forget();
      harness.send({ type: "operator-commanded", commandId: "same", command, by: "test" });
      expect(harness.ofType("record-operator-command").map(({ outcome }) => outcome)).toEqual(["duplicate"]);
      expect(harness.effects.map(({ type }) => type)).toEqual(["record-operator-command"]);
      expect(harness.kernel.state.name).toBe("ACTIVE");
    },
  );

  it("changes nothing for the id of a profile change it has seen", () => {
    const harness = quoting();
    harness.wait(SECOND);
    const send = (commandId: string, revision: number): void => {
      const profile = snapshotOf(settingsFor(revision === 2 ? "crypto" : "legacy"), revision);
      harness.send({ type: "profile-changed", commandId, by: "test", profile });
    };
    send("flip", 2);
    send("flop", 3);
    harness.forget();
    send("flip", 2);
    expect(harness.effects).toEqual([]);
    expect([harness.kernel.profile.name, harness.kernel.profile.revision]).toEqual(["legacy", 3]);
  });

  it("tells of a changed profile behind its record, and warns where a limit loosens", () => {
    const harness = quoting("legacy", { lossLimitDayUsd: 40 });
    harness.wait(SECOND).forget();
    harness.changeProfile(settingsFor("legacy", { lossLimitDayUsd: 40, minOffsetBps: 7 }), 2);
    harness.changeProfile(settingsFor("legacy", { minOffsetBps: 7 }), 3);
    const alerts = harness.ofType("record-alert").filter(({ kind }) => kind === "profile-changed");
    expect(alerts).toMatchObject([
      {
        severity: "info",
        message: expect.stringMatching(/^profile changed by test, .* r1 to .* r2: MM_MIN_OFFSET_BPS/),
      },
      { severity: "warning", message: expect.stringContaining("loosens MM_LOSS_LIMIT_DAY_USD 40 → 0") },
    ]);
    const told = harness.effects.map(({ type }) => type);
    expect(told.indexOf("record-alert")).toBe(told.indexOf("record-profile-change") + 1);
  });
});

describe("reduce-only", () => {
  /** Long ten lots, with a bid and an ask resting. */
  function long(
    changes: Parameters<typeof settingsFor>[1] = {},
    profile: "legacy" | "crypto" = "legacy",
  ): KernelHarness {
    const harness = quoting(profile, changes);
    const [bid] = harness.liveOn("buy");
    if (bid === undefined) throw new Error("a bid rests");
    harness.fill(bid).keepFresh(SECOND).settle();
    expect(harness.kernel.ledger.positionLots).toBe(10);
    expect([...harness.liveOn("buy"), ...harness.liveOn("sell")].map(({ side, status }) => [side, status])).toEqual([
      ["buy", "resting"],
      ["sell", "resting"],
    ]);
    return harness;
  }

  it("asks back what would grow the position and keeps what shrinks it", () => {
    const harness = long();
    harness.wait(SECOND).delta([], []).forget().command("reduce-only");
    expect(harness.liveOn("buy").map(({ status }) => status)).toEqual(["cancelling"]);
    expect(harness.liveOn("sell").map(({ status }) => status)).toEqual(["resting"]);
    harness.settle().keepFresh(2 * SECOND);
    expect(harness.liveOn("buy")).toEqual([]);
  });

  it("does so at once, however long the slot would have to wait for its interval", () => {
    const harness = long({ minRepriceIntervalS: 1 });
    harness.wait(SECOND).delta([BID, 999], []).keepFresh(SECOND).settle();
    harness
      .changeProfile(settingsFor("legacy", { minRepriceIntervalS: 3_600 }), 2)
      .forget()
      .command("reduce-only");
    expect(harness.liveOn("buy").map(({ status }) => status)).toEqual(["cancelling"]);
  });

  it("does so although an imbalance keeps resting orders in the legacy profile", () => {
    const harness = long();
    // Far more size on the ask: a buy waits, and keeps its order
    harness.changeProfile(settingsFor("legacy", { imbalancePauseThreshold: 0.5, imbalanceWindowS: 0.2 }), 2);
    harness.delta([], [ASK, 100_000]).keepFresh(SECOND).forget();
    harness.delta([BID, 998], []);
    expect(harness.codes().some((code) => code.startsWith("skip_imbalance"))).toBe(true);
    expect(harness.liveOn("buy").map(({ status }) => status)).toEqual(["resting"]);
    harness.command("reduce-only");
    expect(harness.liveOn("buy").map(({ status }) => status)).toEqual(["cancelling"]);
  });

  it("does so on a crossed book, without waiting for the grace", () => {
    const harness = long({ staleCancelGraceS: 100 });
    harness.delta([ASK + 1, 5], []);
    harness.command("reduce-only");
    expect(harness.liveOn("buy").map(({ status }) => status)).toEqual(["cancelling"]);
    expect(harness.liveOn("sell").map(({ status }) => status)).toEqual(["resting"]);
  });

  it("takes back an order that has become larger than the position", () => {
    const harness = long();
    harness.command("reduce-only").settle().wait(SECOND).delta([], []);
    const [ask] = harness.liveOn("sell");
    if (ask === undefined) throw new Error("an ask rests");
    // A fill of an order that was gone already shrinks the position under what rests
    harness.kernel.ledger.applyFill(
      { side: "sell", priceTicks: ask.priceTicks, sizeLots: ask.sizeLots, fee: 0n as never, midHalfTicks: null },
      true,
    );
    harness.wait(SECOND);
    expect(ask.status).toBe("cancelling");
  });

  it("places only what shrinks, marked as such for the venue", () => {
    const harness = long();
    const [ask] = harness.liveOn("sell");
    if (ask === undefined) throw new Error("an ask rests");
    harness.command("reduce-only").settle().forget();
    harness.send({ type: "order-cancelled", orderId: ask.orderId, cause: "venue" });
    harness.keepFresh(SECOND);
    expect(harness.ofType("place-order").map(({ side, sizeLots, reduceOnly }) => [side, sizeLots, reduceOnly])).toEqual(
      [["sell", 10, true]],
    );
  });
});

describe("faults", () => {
  it("halt, ask everything back, and let quoting go on by themselves when they are over", () => {
    const harness = quoting();
    harness.wait(SECOND).forget();
    harness.send({ type: "fault-raised", fault: "journal-behind" });
    expect(harness.ofType("cancel-all-orders").map(({ reason }) => reason)).toEqual(["halt"]);
    harness.settle();
    harness.send({ type: "fault-raised", fault: "journal-behind" });
    expect(harness.ofType("cancel-all-orders")).toHaveLength(1);
    harness.send({ type: "fault-cleared", fault: "journal-behind" });
    expect(harness.live()).toHaveLength(2);
  });
});

describe("a change of profile", () => {
  it("keeps ledger, streaks, pauses and trading state, and quotes by the new settings at once", () => {
    const harness = quoting();
    const [bid] = harness.liveOn("buy");
    if (bid === undefined) throw new Error("a bid rests");
    harness.fill(bid);
    const ask = harness.liveOn("sell")[0];
    if (ask === undefined) throw new Error("an ask rests");
    harness.send({ type: "order-rejected", orderId: ask.orderId, reason: "post-only" });
    harness.command("pause").settle();
    const before = { parts: harness.kernel.ledger.parts(null), cost: harness.kernel.ledger.cost };
    const slot = harness.kernel.board.slots.find(({ slot: one }) => one.side === "sell");
    const streak = slot?.postOnly.streak;
    const until = slot?.postOnly.cooldownUntilUs;
    expect([streak, typeof until]).toEqual([1, "number"]);
    harness.changeProfile(settingsFor("crypto", { priceOffsetPerLevelPercent: 0.02 }), 2);
    const { kernel } = harness;
    expect({ parts: kernel.ledger.parts(null), cost: kernel.ledger.cost }).toEqual(before);
    expect([slot?.postOnly.streak, slot?.postOnly.cooldownUntilUs]).toEqual([streak, until]);
    expect([kernel.state.name, kernel.profile.name]).toEqual(["PAUSED", "crypto"]);
    harness
      .forget()
      .keepFresh(5 * SECOND)
      .command("resume");
    const bids = harness.decisions().filter(({ code, slot: one }) => code === "place_initial" && one.side === "buy");
    expect(bids.map(({ buildUp }) => buildUp?.offsetBps)).toEqual([-2]);
  });

  it("replaces an order that is larger than the new settings allow, inside every price gate", () => {
    const harness = quoting();
    harness.wait(SECOND).delta([], []).forget();
    harness.changeProfile(settingsFor("legacy", { maxPositionSize: 0.004 }), 2);
    expect(harness.codes()).toEqual(["replace_size", "replace_size"]);
    harness.settle().keepFresh(SECOND);
    expect(harness.live().map(({ sizeLots }) => sizeLots)).toEqual([4, 4]);
  });

  it("asks such an order back without waiting for the interval, and waits before it places the smaller one", () => {
    const harness = quoting("legacy", { minRepriceIntervalS: 60 });
    harness.keepFresh(5 * SECOND).forget();
    const small = { maxPositionSize: 0.004, minRepriceIntervalS: 60 };
    harness.changeProfile(settingsFor("legacy", small), 2);
    expect(harness.codes()).toEqual(["replace_size", "replace_size"]);
    harness.settle().keepFresh(5 * SECOND);
    expect(harness.live()).toEqual([]);
    harness.keepFresh(51 * SECOND);
    expect(harness.live().map(({ sizeLots }) => sizeLots)).toEqual([4, 4]);
  });

  it("winds down levels that are gone, fills those that come, and keeps the streak of a slot that comes back", () => {
    const harness = quoting("legacy", { numPriceLevels: 2 });
    const count = (): number[] => [harness.liveOn("buy").length, harness.liveOn("sell").length];
    expect(count()).toEqual([2, 2]);
    harness.wait(SECOND).changeProfile(settingsFor("legacy", { numPriceLevels: 5 }), 2);
    harness.settle().keepFresh(SECOND).settle();
    expect(count()).toEqual([5, 5]);
    expect(new Set(harness.live().map(({ slot }) => slot.level))).toEqual(new Set([0, 1, 2, 3, 4]));
    harness.forget().changeProfile(settingsFor("legacy", { numPriceLevels: 1 }), 3);
    expect(harness.ofType("cancel-order")).toHaveLength(8);
    harness.settle().keepFresh(2 * SECOND);
    expect(count()).toEqual([1, 1]);
    expect(harness.live().every(({ slot }) => slot.level === 0)).toBe(true);
    expect(harness.ofType("place-order")).toEqual([]);
    harness
      .changeProfile(settingsFor("legacy", { numPriceLevels: 3 }), 4)
      .settle()
      .keepFresh(SECOND)
      .settle();
    expect(count()).toEqual([3, 3]);
  });

  it("takes back an order in flight of a level that is gone", () => {
    const harness = new KernelHarness(settingsFor("legacy", { numPriceLevels: 2 }));
    harness.snapshot([BID, 10], [ASK, 10]);
    harness.changeProfile(settingsFor("legacy", { numPriceLevels: 1 }), 2);
    const levels = harness.live().map(({ slot, status }) => [slot.level, status]);
    expect(levels.filter(([level]) => level === 1)).toEqual([
      [1, "cancelling"],
      [1, "cancelling"],
    ]);
  });
});

describe("resting orders", () => {
  it("are refreshed when they are too old, by the clock alone", () => {
    const harness = quoting("legacy", { maxOrderAgeS: 3, orderbookStalenessThresholdS: 100 });
    const [order] = harness.live();
    harness.forget().wait(3 * SECOND - 1_000);
    expect(harness.codes()).not.toContain("replace_max_age");
    harness.wait(2_000);
    expect(harness.codes().filter((code) => code === "replace_max_age")).toHaveLength(2);
    expect(order?.status).toBe("cancelling");
  });

  it("follow the market through all three gates and no sooner", () => {
    const harness = quoting("legacy", {
      repriceTolerancePercent: 0.5,
      minRepriceMoveTicks: 2,
      minRepriceEdgeDeltaBps: 0,
    });
    harness.wait(SECOND).delta([], []).forget();
    // The offset is 600 ticks; 290 ticks are within its half
    harness.delta([BID + 4, 5], []);
    expect(harness.codes()).toEqual(["hold_within_tolerance", "hold_within_tolerance"]);
    harness.forget().delta([], [ASK, 0, ASK + 10, 0, ASK + 20, 0, ASK + 30, 0, ASK + 40, 0, ASK + 50, 0, ASK + 60, 0]);
    harness.delta([], [ASK + 70, 0, ASK + 80, 0, ASK + 90, 0, ASK + 390, 5]);
    expect(harness.decisions().at(-1)).toMatchObject({ code: "replace_target_shift", slot: { side: "sell" } });
  });

  it("wait for a token when placements come too fast, and then go", () => {
    const harness = new KernelHarness(settingsFor("legacy", { numPriceLevels: 3, maxOrdersPerSecond: 2 }));
    harness.delta([], []).forget();
    harness.snapshot([BID, 10], [ASK, 10]);
    expect(harness.codes().filter((code) => code === "skip_token")).toHaveLength(4);
    expect(harness.live()).toHaveLength(2);
    harness.settle().wait(499_000);
    expect(harness.live()).toHaveLength(2);
    harness.wait(1_000);
    expect(harness.live()).toHaveLength(3);
    harness.wait(1_500_000);
    expect(harness.live()).toHaveLength(6);
  });

  it("keep a post-only pause after a rejection, and come back with more distance", () => {
    const harness = quoting("legacy", {
      pofCooldownS: 2,
      pofMaxSafetyTicks: 5,
      minOffsetBps: 0,
      offsetMode: "dynamic",
      maxOffsetBps: 0,
    });
    const [bid] = harness.liveOn("buy");
    if (bid === undefined) throw new Error("a bid rests");
    harness.forget();
    harness.send({ type: "order-rejected", orderId: bid.orderId, reason: "post-only" });
    expect(harness.codes()).toContain("skip_pof_cooldown");
    harness.wait(2 * SECOND - 1);
    expect(harness.liveOn("buy")).toEqual([]);
    harness.wait(1).delta([], []);
    expect(harness.liveOn("buy")).toHaveLength(1);
    const slot = harness.kernel.board.slots[0];
    expect(slot?.postOnly.ticks(0, harness.kernel.profile.settings)).toBe(2);
  });
});
