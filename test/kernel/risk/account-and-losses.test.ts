import { describe, expect, it } from "vitest";
import type { LatchKind } from "../../../main/kernel/events.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { money } from "../../../main/kernel/values/units.ts";
import { ASK, BID, quoting, settingsFor, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const DAY = Math.floor(1_000_000_000 / 86_400_000_000);

const GUARDED: Partial<Settings> = {
  marginGuardEnabled: true,
  minAvailableBalanceForTrading: 100,
  minAvailableBalanceRatio: 0,
  maxMarginUtilization: 0.8,
  minLiqDistanceBps: 500,
  marginGuardShutdownBreachS: 15,
};

function sizes(harness: KernelHarness): number[] {
  return harness.ofType("place-order").map(({ sizeLots }) => sizeLots);
}

/** Holds a position of a bid's size, bought at the touch; the market then falls by so many ticks. */
function fallen(ticksDown: number, changes: Partial<Settings>, more = {}): KernelHarness {
  const harness = quoting("legacy", changes, more);
  const [bid] = harness.liveOn("buy");
  if (!bid) throw new Error("a bid rests");
  harness.fill(bid).keepServed(SECOND).forget();
  const bids = Array.from({ length: 10 }, (_, at) => [BID - ticksDown - at * 10, 1_000]).flat();
  const asks = Array.from({ length: 10 }, (_, at) => [ASK - ticksDown + at * 10, 1_000]).flat();
  return harness.snapshot(bids, asks).keepFresh(2 * SECOND);
}

describe("an account that has not spoken yet", () => {
  it("holds quoting back without being a breach, and lets go with its first word", () => {
    const harness = quoting("legacy", GUARDED);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(harness.kernel.state.reasons()).toEqual(["margin-guard"]);
    expect(harness.risks()).toEqual([
      "margin-guard tripped: not-ready available_for_trade_missing margin_utilization_missing",
    ]);
    expect(harness.ofType("record-alert").filter(({ severity }) => severity === "critical")).toEqual([]);
    harness
      .keepFresh(60 * SECOND)
      .forget()
      .account();
    expect(harness.risks()).toEqual(["margin-guard cleared: clear"]);
    expect(harness.ofType("place-order")).toHaveLength(2);
    expect(harness.kernel.state.isWindingDown).toBe(false);
  });
});

describe("the margin guard", () => {
  it("cancels all at a breach, and quotes again when it is over", () => {
    const harness = quoting("legacy", GUARDED);
    harness.account().settle().forget().account({ available: 50 });
    expect(harness.risks()).toEqual(["margin-guard tripped: available_for_trade"]);
    expect(harness.live().map(({ status }) => status)).toEqual(["cancelling", "cancelling"]);
    harness
      .settle()
      .keepFresh(10 * SECOND)
      .account();
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it.each([
    [true, [{ purpose: "close", side: "sell" }]],
    [false, []],
  ])("ends the session when the breach lasts, and closes the position where a stop does: %s", (doesClose, orders) => {
    const harness = quoting("legacy", { ...GUARDED, flattenPositionOnShutdown: doesClose });
    harness.account().settle();
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness.fill(bid).account({ available: 50, markTicks: BID, liquidationTicks: 1_000 }).settle().forget();
    harness.keepFresh(16 * SECOND);
    expect(harness.kernel.state).toMatchObject({ isStopping: true, isEnding: !doesClose });
    expect(harness.ofType("place-order")).toMatchObject(orders);
  });

  it("judges the distance to liquidation, and fears none for a position that the equity covers", () => {
    const harness = quoting("legacy", GUARDED);
    harness.account().settle();
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness.fill(bid).account({ markTicks: BID, liquidationTicks: null });
    expect(harness.kernel.state.name).toBe("ACTIVE");
    harness.account({ markTicks: BID, liquidationTicks: BID - 100_000 });
    expect(harness.risks().at(-1)).toBe("margin-guard tripped: liq_distance");
  });

  it("counts a new setting at once", () => {
    const harness = quoting("legacy", GUARDED);
    harness.account({ available: 150 }).settle();
    expect(harness.kernel.state.name).toBe("ACTIVE");
    harness.changeProfile(settingsFor("legacy", { ...GUARDED, minAvailableBalanceForTrading: 200 }), 2);
    expect(harness.kernel.state.reasons()).toEqual(["margin-guard"]);
  });
});

describe("balance-aware sizing", () => {
  const FITTED: Partial<Settings> = {
    balanceAwareSizingEnabled: true,
    balanceUsageFactor: 1,
    balanceNotionalMultiplier: 1,
    balanceMinAvailableUsd: 0,
    balanceStalenessMaxS: 30,
  };

  it.each([
    ["reduce", [5, 5]],
    ["skip", [10, 10]],
    ["halt", []],
  ] as const)("with no word of the account and the action %s places %j lots", (balanceStaleAction, expected) => {
    expect(sizes(quoting("legacy", { ...FITTED, balanceStaleAction }))).toEqual(expected);
  });

  it("never clips what reduces: stale money halves only the part that opens", () => {
    const harness = quoting("legacy", { ...FITTED, balanceStaleAction: "halt", balanceStalenessMaxS: 5 });
    harness.account().settle().wait(SECOND).delta([], []).settle();
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness
      .fill(bid)
      .keepServed(4 * SECOND)
      .command("cancel-all")
      .settle()
      .keepFresh(5 * SECOND)
      .forget();
    harness.command("resume");
    expect(harness.ofType("place-order")).toMatchObject([{ side: "sell", sizeLots: 10 }]);
  });

  it("keeps what is opened within the free collateral, less what other orders may use of it", () => {
    // A lot is worth 600 USD; the bid takes five, the ask finds two left
    const harness = quoting("legacy", { ...FITTED, orderSizeMultiplier: 5 });
    harness.command("cancel-all").settle().account({ available: 4_250 }).wait(SECOND).forget().command("resume");
    expect(sizes(harness)).toEqual([5, 2]);
  });
});

describe("losses", () => {
  it("beyond the drawdown latch, close the position and end the session", () => {
    const harness = fallen(10_000, {
      drawdownStopEnabled: true,
      drawdownStopPctOfMaxNotional: 0.005,
      maxPositionNotionalUsd: 100_000,
    });
    expect(harness.risks()[0]).toMatch(/^drawdown tripped: the result is .* below its peak$/);
    expect(harness.risks()).toContain("flatten tripped: drawdown");
    harness.settle();
    const [close, ...others] = harness.live();
    if (!close) throw new Error("a closing order is live");
    expect([close.purpose, others]).toEqual(["close", []]);
    expect(harness.kernel.state.isEnding).toBe(false);
    harness.fill(close);
    expect(harness.kernel.state).toMatchObject({ isEnding: true });
    expect(harness.kernel.state.reasons()).toEqual(["stopping", "drawdown"]);
  });

  it.each<[LatchKind, Partial<Settings>]>([
    ["session-loss", { lossLimitSessionUsd: 5 }],
    ["day-loss", { lossLimitDayUsd: 5 }],
  ])("latch as %s until a person clears it, and then count afresh", (latch, changes) => {
    const harness = fallen(10_000, changes);
    expect(harness.kernel.state.reasons()).toEqual([latch]);
    expect(harness.risks()[0]).toMatch(new RegExp(`^${latch} tripped`));
    harness
      .settle()
      .forget()
      .keepFresh(100 * SECOND)
      .command("resume");
    expect(harness.ofType("place-order")).toEqual([]);
    harness.changeProfile(settingsFor("crypto"), 2);
    expect(harness.kernel.state.reasons()).toEqual([latch]);
    harness.send({ type: "latch-cleared", commandId: "clear", latch, by: "Ada", reason: "looked at it" });
    expect(harness.ofType("record-risk-event").at(-1)).toMatchObject({
      control: latch,
      happening: "cleared",
      detail: "looked at it",
      by: "Ada",
    });
    expect(harness.kernel.state.name).toBe("ACTIVE");
    harness.keepServed(3 * SECOND);
    expect(harness.kernel.state.name).toBe("ACTIVE");
  });

  it("of earlier sessions count for the day", () => {
    const net = money(-4n * 10n ** 18n);
    const carried = { latches: [], day: { day: DAY, net, liftedAt: null } };
    const changes = { lossLimitDayUsd: 10, lossLimitSessionUsd: 1_000 };
    // Ten lots lose a dollar each 1 000 ticks
    expect(fallen(7_000, changes, { carried }).kernel.state.reasons()).toEqual(["day-loss"]);
    expect(fallen(7_000, changes).kernel.state.reasons()).toEqual([]);
    const lifted = { latches: [], day: { day: DAY, net, liftedAt: net } };
    expect(fallen(7_000, changes, { carried: lifted }).kernel.state.reasons()).toEqual([]);
  });
});

describe("latches", () => {
  it("fall when one side is filled too often, and not by the fills of a close-out", () => {
    const changes = { repeatedExecutionLimit: 4, repeatedExecutionWindowS: 10, maxPositionSize: 100 };
    const harness = quoting("legacy", changes);
    const fills = (count: number): void => {
      for (let at = 0; at < count; at += 1) {
        const [order] = harness.liveOn("buy");
        if (!order) throw new Error("a bid is live");
        harness.fill(order, 1);
      }
    };
    fills(3);
    harness.keepServed(11 * SECOND);
    fills(3);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    fills(1);
    expect(harness.kernel.state.reasons()).toEqual(["repeated-execution"]);
    expect(harness.risks()).toContain("repeated-execution tripped: buy");
    harness.send({ type: "latch-cleared", commandId: "x", latch: "repeated-execution", by: "Ada", reason: "fine" });
    harness.settle().keepServed(SECOND).forget().command("flatten").settle();
    for (let at = 0; at < 6; at += 1) {
      const close = harness.live().find(({ purpose }) => purpose === "close");
      if (!close) throw new Error("a closing order is live");
      harness.fill(close, 1);
    }
    expect(harness.risks().filter((text) => text.startsWith("repeated"))).toEqual([]);
  });

  it("of an earlier session hold from the first event, whatever is commanded, until each is cleared", () => {
    const latches: LatchKind[] = ["drawdown", "repeated-execution"];
    const harness = quoting("legacy", {}, { carried: { latches, day: null } });
    harness.command("resume").keepFresh(5 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(harness.risks()).toEqual(["drawdown changed: carried over", "repeated-execution changed: carried over"]);
    harness.send({ type: "latch-cleared", commandId: "one", latch: "drawdown", by: "Ada", reason: "looked" });
    expect(harness.kernel.state.reasons()).toEqual(["repeated-execution"]);
    harness.send({ type: "latch-cleared", commandId: "one", latch: "repeated-execution", by: "Ada", reason: "again" });
    expect(harness.kernel.state.reasons()).toEqual(["repeated-execution"]);
    harness.send({ type: "latch-cleared", commandId: "two", latch: "repeated-execution", by: "Ada", reason: "looked" });
    expect(harness.ofType("place-order")).toHaveLength(2);
  });
});

describe("the operator's presence", () => {
  const WATCHED = { operatorPresenceS: 10 };

  it("is missed in live mode: first an alert, then only reducing orders, until a sign comes", () => {
    const harness = quoting("legacy", WATCHED, { isLive: true });
    harness.keepServed(11 * SECOND);
    expect(harness.risks()).toEqual(["operator-presence tripped: alert"]);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    harness.keepServed(10 * SECOND);
    expect(harness.kernel.state).toMatchObject({ name: "REDUCING", isReduceOnly: true });
    expect(harness.kernel.state.reasons()).toEqual(["operator-presence"]);
    expect(harness.live()).toEqual([]);
    harness.forget().send({ type: "operator-seen", by: "Ada" });
    expect(harness.risks()).toEqual(["operator-presence cleared: present"]);
    expect(harness.kernel.state.name).toBe("ACTIVE");
    expect(harness.live()).toHaveLength(2);
  });

  it("is shown by who clears a latch, also one that did not hold", () => {
    const harness = quoting("legacy", WATCHED, { isLive: true });
    harness.keepServed(9 * SECOND);
    harness.send({ type: "latch-cleared", commandId: "one", latch: "drawdown", by: "Ada", reason: "looked" });
    harness.keepServed(9 * SECOND);
    expect(harness.risks().filter((risk) => risk.startsWith("operator-presence"))).toEqual([]);
  });

  it("is shown by every command, and asked for in live mode only", () => {
    const harness = quoting("legacy", WATCHED, { isLive: true });
    for (let at = 0; at < 4; at += 1) harness.keepServed(9 * SECOND).command("resume");
    expect(harness.risks()).toEqual([]);
    const paper = quoting("legacy", WATCHED);
    paper.keepServed(30 * SECOND);
    expect(paper.risks()).toEqual([]);
  });
});
