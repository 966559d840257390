import { describe, expect, it } from "vitest";
import { AccountWatch } from "../../../main/kernel/risk/account-watch.ts";
import { LossWatch } from "../../../main/kernel/risk/loss-watch.ts";
import { OperatorWatch } from "../../../main/kernel/risk/operator-watch.ts";
import { settingsFor, KERNEL_RULES } from "../../support/kernel-harness.ts";
import { marketScale, parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { micros, ticks } from "../../../main/kernel/values/units.ts";
import { voice } from "./halts-fixture.ts";

const SECOND = 1_000_000;
const DAY_S = 86_400;
const at = (seconds: number) => micros(seconds * SECOND);
const usd = parseMoney;

describe("halts", () => {
  const finding = { detail: "found", reading: 1, bound: 2, message: "it was found", severity: "critical" } as const;

  it("are told once, cancel once, and end once", () => {
    const { halts, said, state, cancelled } = voice();
    expect([halts.halt("margin-guard", at(1), finding), halts.halt("margin-guard", at(2), finding)]).toEqual([
      true,
      false,
    ]);
    expect(said()).toEqual(["margin-guard tripped found 1/2", "critical: it was found"]);
    expect([cancelled, halts.isHalted("margin-guard"), halts.isHalted("drawdown")]).toEqual([["halt"], true, false]);
    expect([halts.takeChange(), halts.takeChange()]).toEqual([true, false]);
    expect([halts.lift("margin-guard", at(3), finding), halts.lift("margin-guard", at(4), finding)]).toEqual([
      true,
      false,
    ]);
    expect(said()).toEqual(["margin-guard cleared found 1/2", "critical: it was found"]);
    expect([state.name, halts.takeChange()]).toEqual(["ACTIVE", true]);
  });

  it("let only reducing orders pass, and again all", () => {
    const { halts, said, state } = voice();
    halts.reduce("operator-presence", true, at(1), finding);
    expect([state.name, said()[0]]).toEqual(["REDUCING", "operator-presence changed found 1/2"]);
    halts.reduce("operator-presence", false, at(2), { ...finding, by: "Ada" });
    expect([state.name, said()[0]]).toEqual(["ACTIVE", "operator-presence cleared found 1/2 by Ada"]);
  });

  it("alert without a record, and without a change of what may be sent", () => {
    const { halts, said } = voice();
    halts.alert("hedge", at(1), finding);
    expect([said(), halts.takeChange()]).toEqual([["critical: it was found"], false]);
  });
});

describe("the operator's watch", () => {
  const SETTINGS = settingsFor("legacy", { operatorPresenceS: 10 });

  it("tells its seconds at the alert, twice as many at the absence, and who came back", () => {
    const { halts, said, state } = voice();
    const watch = new OperatorWatch(halts, true);
    watch.seen(at(0), "Ada");
    watch.advance(at(9), SETTINGS);
    expect(said()).toEqual([]);
    watch.advance(at(10), SETTINGS);
    expect(said()).toEqual([
      "operator-presence tripped alert null/10",
      "critical: nobody has been here for 10 s; after as long again only reducing orders are placed",
    ]);
    watch.advance(at(20), SETTINGS);
    expect(said()).toEqual([
      "operator-presence changed absent null/20",
      "critical: nobody has been here for 20 s: only reducing orders are placed",
    ]);
    expect(state.isReduceOnly).toBe(true);
    watch.seen(at(21), "Ada");
    expect(said()).toEqual(["operator-presence cleared present null/null by Ada", "info: Ada is there again"]);
    watch.seen(at(22), "Ada");
    expect([said(), state.isReduceOnly]).toEqual([[], false]);
  });

  it("tells when it is switched off while nobody is there", () => {
    const { halts, said, state } = voice();
    const watch = new OperatorWatch(halts, true);
    watch.advance(at(30), SETTINGS);
    said();
    watch.advance(at(31), { ...SETTINGS, operatorPresenceS: 0 });
    expect(said()).toEqual(["operator-presence cleared off null/null", "info: the watch for an operator is off"]);
    expect(state.isReduceOnly).toBe(false);
  });
});

describe("the watch for losses", () => {
  const SETTINGS = settingsFor("legacy", {
    lossLimitSessionUsd: 50,
    lossLimitDayUsd: 80,
    drawdownStopEnabled: true,
    drawdownUseHighWatermark: true,
    drawdownStopPctOfMaxNotional: 10,
    maxPositionNotionalUsd: 1_000,
  });
  const day = { day: 100, net: usd("-40"), liftedAt: null };
  const noon = (days: number, seconds = 0) => at(days * DAY_S + DAY_S / 2 + seconds);

  it("latches session, day and drawdown each with what was lost and its own bound", () => {
    const { halts, said, state } = voice();
    const watch = new LossWatch(halts, [], day);
    expect(watch.read(noon(100), usd("10"), SETTINGS)).toBe(false);
    expect(said()).toEqual([]);
    expect(watch.readings(SETTINGS)).toEqual({ drawdownUsd: 0, drawdownBoundUsd: 100, sessionUsd: 0, dayUsd: 30 });
    expect(watch.read(noon(100, 1), usd("-45"), SETTINGS)).toBe(false);
    expect(said()).toEqual([
      "day-loss tripped the day has lost 85 -85/80",
      "critical: latched until a person clears it: the day has lost 85",
    ]);
    expect(watch.readings(SETTINGS)).toEqual({ drawdownUsd: 55, drawdownBoundUsd: 100, sessionUsd: 45, dayUsd: 85 });
    expect(watch.read(noon(100, 2), usd("-50"), SETTINGS)).toBe(false);
    expect(said()[0]).toBe("session-loss tripped the session has lost 50 -50/50");
    expect(watch.read(noon(100, 3), usd("-90"), SETTINGS)).toBe(true);
    expect(said()[0]).toBe("drawdown tripped the result is 100 below its peak 100/100");
    expect(watch.read(noon(100, 4), usd("-95"), SETTINGS)).toBe(false);
    expect([said(), state.reasons()]).toEqual([[], ["day-loss", "session-loss", "drawdown"]]);
  });

  it("counts afresh after a latch is lifted, each on its own", () => {
    const { halts, said } = voice();
    const watch = new LossWatch(halts, [], null);
    const only = { ...SETTINGS, drawdownStopEnabled: false };
    watch.read(noon(100), usd("-85"), only);
    expect(said()).toHaveLength(4);
    watch.lift("session-loss");
    halts.lift("session-loss", noon(100), { detail: "", message: "", severity: "info" });
    said();
    watch.read(noon(100, 1), usd("-134"), only);
    expect(said()).toEqual([]);
    expect(watch.readings(only)).toMatchObject({ sessionUsd: 49, dayUsd: 134 });
    watch.read(noon(100, 2), usd("-135"), only);
    expect(said()[0]).toBe("session-loss tripped the session has lost 135 -135/50");
    watch.lift("day-loss");
    expect(watch.readings(only)).toMatchObject({ dayUsd: 0 });
  });

  it("counts a day's latch afresh from the day's result, which earlier sessions are a part of", () => {
    const { halts, said } = voice();
    const watch = new LossWatch(halts, [], day);
    const only = { ...SETTINGS, drawdownStopEnabled: false, lossLimitSessionUsd: 0 };
    watch.read(noon(100), usd("-40"), only);
    expect(said()[0]).toBe("day-loss tripped the day has lost 80 -80/80");
    watch.lift("day-loss");
    halts.lift("day-loss", noon(100), { detail: "", message: "", severity: "info" });
    said();
    watch.read(noon(100, 1), usd("-119"), only);
    expect(said()).toEqual([]);
    watch.read(noon(100, 2), usd("-120"), only);
    expect(said()[0]).toBe("day-loss tripped the day has lost 160 -160/80");
  });

  it("forgets peak and trip of a drawdown that was lifted, and measures from the first result without the watermark", () => {
    const { halts } = voice();
    const watch = new LossWatch(halts, [], null);
    const fromFirst = { ...SETTINGS, drawdownUseHighWatermark: false };
    watch.read(noon(100), usd("0"), fromFirst);
    expect(watch.read(noon(100), usd("70"), fromFirst)).toBe(false);
    expect(watch.read(noon(100), usd("-30"), fromFirst)).toBe(false);
    expect(watch.readings(fromFirst)).toMatchObject({ drawdownUsd: 30 });
    expect(watch.read(noon(100), usd("-30"), SETTINGS)).toBe(true);
    watch.lift("drawdown");
    expect(watch.read(noon(100), usd("-129"), SETTINGS)).toBe(false);
    expect(watch.readings(SETTINGS)).toMatchObject({ drawdownUsd: 0 });
    expect(watch.read(noon(100), usd("-229"), SETTINGS)).toBe(true);
  });

  it("holds the latches of earlier sessions: what is latched does not fall again", () => {
    const { halts, said } = voice();
    const watch = new LossWatch(halts, ["session-loss", "day-loss"], day);
    watch.read(noon(100), usd("-500"), { ...SETTINGS, drawdownStopEnabled: false });
    expect(said()).toEqual([]);
  });
});

describe("the account", () => {
  const SCALE = marketScale({ ...KERNEL_RULES, tickSize: "1", lotSize: "1" });
  const SETTINGS = settingsFor("legacy", {
    marginGuardEnabled: true,
    minAvailableBalanceForTrading: 100,
    minAvailableBalanceRatio: 0,
    maxMarginUtilization: 0,
    minLiqDistanceBps: 500,
    marginGuardShutdownBreachS: 15,
    balanceAwareSizingEnabled: true,
    balanceUsageFactor: 1,
    balanceNotionalMultiplier: 1,
    balanceMinAvailableUsd: 0,
    balanceStalenessMaxS: 30,
    balanceStaleAction: "halt",
  });
  const word = (available: string, markTicks: number | null = null, liquidationTicks: number | null = null) =>
    ({
      type: "account-updated",
      seq: 1,
      tsEvent: at(0),
      tsInit: at(0),
      available: usd(available),
      equity: usd("1000"),
      initialMargin: usd("0"),
      markTicks: markTicks === null ? null : ticks(markTicks),
      liquidationTicks: liquidationTicks === null ? null : ticks(liquidationTicks),
    }) as const;

  it("says what it waits for, what it breaches, each change of that, and that it is well", () => {
    const { halts, said, state } = voice();
    const watch = new AccountWatch(SETTINGS, SCALE, halts);
    expect(watch.judge(at(0), SETTINGS)).toBe(false);
    expect(said()).toEqual([
      "margin-guard tripped not-ready available_for_trade_missing null/null",
      "info: quoting waits for the account: available_for_trade_missing",
    ]);
    watch.judge(at(1), SETTINGS);
    expect([said(), watch.balanceAgeUs(1), watch.breachedSinceUs]).toEqual([[], null, null]);
    watch.updated(word("50"), 0, at(2));
    watch.judge(at(2), SETTINGS);
    expect(said()).toEqual([
      "margin-guard changed available_for_trade null/null",
      "critical: quoting halted, the account breaches its margin limits: available_for_trade",
    ]);
    expect([watch.breachedSinceUs, watch.balanceAgeUs(3 * SECOND)]).toEqual([2 * SECOND, SECOND]);
    watch.updated(word("50", 1_000, 990), 5, at(3));
    watch.judge(at(3), SETTINGS);
    expect(said()[0]).toBe("margin-guard changed available_for_trade liq_distance null/null");
    watch.judge(at(4), SETTINGS);
    expect(said()).toEqual([]);
    expect(watch.judge(at(17), SETTINGS)).toBe(true);
    expect(watch.judge(at(18), SETTINGS)).toBe(false);
    watch.updated(word("100"), 0, at(19));
    expect(watch.judge(at(19), SETTINGS)).toBe(false);
    expect(said()).toEqual(["margin-guard cleared clear null/null", "info: the account's margin allows quoting"]);
    expect(state.name).toBe("ACTIVE");
  });

  it("lets quoting go on when the guard is switched off", () => {
    const { halts, said } = voice();
    const watch = new AccountWatch(SETTINGS, SCALE, halts);
    watch.judge(at(0), SETTINGS);
    said();
    watch.judge(at(1), { ...SETTINGS, marginGuardEnabled: false });
    expect(said()[0]).toBe("margin-guard cleared off null/null");
  });

  it.each([
    { name: "flat", position: 0, mark: 100, liquidation: null, distance: null },
    { name: "a position worth no more than the equity", position: -10, mark: 100, liquidation: null, distance: 10_000 },
    { name: "a position worth more", position: 11, mark: 100, liquidation: null, distance: null },
    { name: "a position without a mark", position: 1, mark: null, liquidation: null, distance: null },
    { name: "a position with both prices", position: 11, mark: 100, liquidation: 95, distance: 500 },
  ])("has for $name a distance to liquidation of $distance bps", ({ position, mark, liquidation, distance }) => {
    const watch = new AccountWatch(SETTINGS, SCALE, voice().halts);
    watch.updated(word("100", mark, liquidation), position, at(0));
    expect(watch.snapshot()).toMatchObject({ hasPosition: position !== 0, liquidationDistanceBps: distance });
  });

  it("clips by the free collateral, by the settings of the moment, and only where there is a price", () => {
    const watch = new AccountWatch(SETTINGS, SCALE, voice().halts);
    watch.updated(word("1000"), 0, at(0));
    const allowed = { lots: 20, limit: null } as const;
    const fitted = (mid: number | null, settings = SETTINGS, seconds = 1) =>
      watch.fitted(allowed, 0, usd("100"), mid, at(seconds), settings);
    expect(fitted(200)).toEqual({ lots: 9, limit: "balance" });
    expect(fitted(1)).toBe(allowed);
    expect([fitted(null), fitted(0), fitted(-1)]).toEqual([allowed, allowed, allowed]);
    expect(fitted(200, { ...SETTINGS, balanceUsageFactor: 0.5 })).toEqual({ lots: 4, limit: "balance" });
    expect(fitted(200, { ...SETTINGS, balanceAwareSizingEnabled: false })).toBe(allowed);
    expect(fitted(200, SETTINGS, 31)).toEqual({ lots: 0, limit: "balance_stale" });
    expect(fitted(200, SETTINGS, 30)).toEqual({ lots: 9, limit: "balance" });
  });
});
