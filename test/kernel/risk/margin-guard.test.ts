import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AccountMargin, liquidationDistanceBps } from "../../../main/kernel/risk/account-margin.ts";
import { MarginGuard, marginReasons, type MarginSnapshot } from "../../../main/kernel/risk/margin-guard.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { money } from "../../../main/kernel/values/units.ts";

const SECOND = 1_000_000;
const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  marginGuardEnabled: true,
  minAvailableBalanceForTrading: 100,
  minAvailableBalanceRatio: 0.15,
  maxMarginUtilization: 0.85,
  minLiqDistanceBps: 500,
  marginGuardShutdownBreachS: 15,
};
const usd = (text: string) => parseMoney(text);
const FINE: MarginSnapshot = {
  availableForTrade: usd("800"),
  equity: usd("1000"),
  initialMargin: usd("200"),
  hasPosition: true,
  liquidationDistanceBps: 2_000,
};
const NOTHING: MarginSnapshot = {
  availableForTrade: null,
  equity: null,
  initialMargin: null,
  hasPosition: true,
  liquidationDistanceBps: null,
};

describe("reasons of the margin guard", () => {
  it.each<{ readonly name: string; readonly change: Partial<MarginSnapshot>; readonly reasons: readonly string[] }>([
    { name: "all is well", change: {}, reasons: [] },
    {
      name: "the least free collateral",
      change: { availableForTrade: usd("150"), initialMargin: usd("850") },
      reasons: [],
    },
    {
      name: "under the ratio",
      change: { availableForTrade: usd("149.999999999999999999") },
      reasons: ["available_ratio"],
    },
    {
      name: "under the minimum",
      change: { availableForTrade: usd("99.99"), equity: usd("600") },
      reasons: ["available_for_trade"],
    },
    { name: "over the utilisation", change: { initialMargin: usd("850.01") }, reasons: ["margin_utilization"] },
    { name: "near to liquidation", change: { liquidationDistanceBps: 499.9 }, reasons: ["liq_distance"] },
    { name: "as near as allowed", change: { liquidationDistanceBps: 500 }, reasons: [] },
    { name: "flat", change: { hasPosition: false, liquidationDistanceBps: null }, reasons: [] },
    {
      name: "no equity",
      change: { equity: usd("0") },
      reasons: ["available_ratio_missing", "margin_utilization_missing"],
    },
    {
      name: "everything wrong",
      change: { availableForTrade: usd("1"), initialMargin: usd("999"), liquidationDistanceBps: 1 },
      reasons: ["available_for_trade", "available_ratio", "margin_utilization", "liq_distance"],
    },
  ])("$name: $reasons", ({ change, reasons }) => {
    expect(marginReasons({ ...FINE, ...change }, SETTINGS)).toEqual(reasons);
  });

  it("names what is missing in the same order, and asks for nothing that is switched off", () => {
    expect(marginReasons(NOTHING, SETTINGS)).toEqual([
      "available_for_trade_missing",
      "available_ratio_missing",
      "margin_utilization_missing",
      "liq_distance_missing",
    ]);
    const off = { ...SETTINGS, minAvailableBalanceRatio: 0, maxMarginUtilization: 0, minLiqDistanceBps: 0 };
    expect(marginReasons(NOTHING, off)).toEqual(["available_for_trade_missing"]);
  });
});

it("judges every share of every equity as decimals do, to the last digit of money", () => {
  const share = fc.integer({ min: 0, max: 1_000 }).map((thousandths) => thousandths / 1_000);
  const equity = fc.bigInt({ min: 1n, max: 10n ** 27n });
  const near = fc.bigInt({ min: -2n, max: 2n });
  fc.assert(
    fc.property(equity, share, near, (whole, ratio, off) => {
      const border = BigInt(new Decimal(whole.toString()).mul(ratio).round().toFixed());
      const available = money(border + off);
      const exact = new Decimal(whole.toString()).mul(ratio).cmp(available.toString());
      const figures = { ...FINE, availableForTrade: available, initialMargin: available, equity: money(whole) };
      const only = { ...SETTINGS, minAvailableBalanceForTrading: -1e9, minLiqDistanceBps: 0 };
      const under = marginReasons(figures, { ...only, minAvailableBalanceRatio: ratio, maxMarginUtilization: 0 });
      const over = marginReasons(figures, { ...only, minAvailableBalanceRatio: 0, maxMarginUtilization: ratio });
      expect(under).toEqual(ratio > 0 && exact > 0 ? ["available_ratio"] : []);
      expect(over).toEqual(ratio > 0 && exact < 0 ? ["margin_utilization"] : []);
    }),
    { numRuns: 1_000 },
  );
});

describe("margin guard", () => {
  it("is not ready before the account was heard of, however long that takes", () => {
    const guard = new MarginGuard();
    for (const second of [0, 15, 1_000]) {
      expect(guard.read(second * SECOND, NOTHING, SETTINGS)).toMatchObject({
        status: "not-ready",
        isBreaching: false,
        mustEndSession: false,
      });
    }
    expect(guard.breachedSinceUs).toBeNull();
  });

  it("a limit that is breached at the start is a breach, whatever is missing beside it", () => {
    const poor = { ...NOTHING, availableForTrade: usd("1") };
    expect(new MarginGuard().read(0, poor, SETTINGS)).toMatchObject({ status: "breached", isBreaching: true });
  });

  it("a limit that is switched on before its value was ever heard waits for it", () => {
    const guard = new MarginGuard();
    const plain = { ...SETTINGS, minAvailableBalanceRatio: 0, maxMarginUtilization: 0 };
    const noEquity = { ...FINE, equity: null };
    expect(guard.read(0, noEquity, plain).status).toBe("clear");
    expect(guard.read(60 * SECOND, noEquity, SETTINGS)).toMatchObject({ status: "not-ready", mustEndSession: false });
    expect(guard.read(61 * SECOND, FINE, SETTINGS).status).toBe("clear");
    expect(guard.read(62 * SECOND, noEquity, SETTINGS).status).toBe("breached");
    const broke = new MarginGuard();
    expect(broke.read(0, { ...FINE, equity: usd("0") }, SETTINGS).status).toBe("breached");
  });

  it.each<Partial<MarginSnapshot>>([
    { availableForTrade: null },
    { equity: null },
    { initialMargin: null },
    { liquidationDistanceBps: null },
  ])("%o after it was known is a breach", (gone) => {
    const guard = new MarginGuard();
    guard.read(0, FINE, SETTINGS);
    expect(guard.read(1, { ...FINE, ...gone }, SETTINGS).status).toBe("breached");
    expect(new MarginGuard().read(1, { ...FINE, ...gone }, SETTINGS).status).toBe("not-ready");
  });

  it.each<{ readonly gone: Partial<MarginSnapshot>; readonly asks: Partial<Settings> }>([
    { gone: { equity: null }, asks: { minAvailableBalanceRatio: 0.15 } },
    { gone: { equity: null }, asks: { maxMarginUtilization: 0.85 } },
    { gone: { initialMargin: null }, asks: { maxMarginUtilization: 0.85 } },
    { gone: { liquidationDistanceBps: null }, asks: { minLiqDistanceBps: 1 } },
  ])("$gone is a breach by $asks alone, once it was known", ({ gone, asks }) => {
    const none = { ...SETTINGS, minAvailableBalanceRatio: 0, maxMarginUtilization: 0, minLiqDistanceBps: 0 };
    const guard = new MarginGuard();
    guard.read(0, FINE, none);
    expect(guard.read(1, { ...FINE, ...gone }, none).status).toBe("clear");
    expect(guard.read(2, { ...FINE, ...gone }, { ...none, ...asks }).status).toBe("breached");
  });

  it("judges a distance of a basis point and below", () => {
    const narrow = { ...SETTINGS, minLiqDistanceBps: 1 };
    expect(marginReasons({ ...FINE, liquidationDistanceBps: 0.5 }, narrow)).toEqual(["liq_distance"]);
    expect(marginReasons({ ...FINE, liquidationDistanceBps: 1 }, narrow)).toEqual([]);
  });

  it("a value that goes missing later is a breach", () => {
    const guard = new MarginGuard();
    expect(guard.read(0, FINE, SETTINGS).status).toBe("clear");
    expect(guard.read(1, { ...FINE, equity: null }, SETTINGS)).toMatchObject({ status: "breached", isBreaching: true });
  });

  it("remembers each value that was told once, whatever was missing beside it", () => {
    const guard = new MarginGuard();
    const alone = { ...NOTHING, availableForTrade: FINE.availableForTrade };
    expect(guard.read(0, alone, SETTINGS)).toMatchObject({ status: "not-ready", isBreaching: false });
    expect(guard.read(1, NOTHING, SETTINGS)).toMatchObject({ status: "breached", isBreaching: true });
  });

  it("begins, lasts, ends the session once, and clears", () => {
    const guard = new MarginGuard();
    const poor = { ...FINE, availableForTrade: usd("1") };
    expect(guard.read(0, poor, SETTINGS)).toMatchObject({ isBreaching: true, mustEndSession: false });
    expect(guard.read(15 * SECOND - 1, poor, SETTINGS)).toMatchObject({ isBreaching: false, mustEndSession: false });
    expect(guard.read(15 * SECOND, poor, SETTINGS).mustEndSession).toBe(true);
    expect(guard.read(16 * SECOND, poor, SETTINGS).mustEndSession).toBe(false);
    expect(guard.read(17 * SECOND, FINE, SETTINGS)).toMatchObject({ status: "clear", isClearing: true });
    expect(guard.read(18 * SECOND, FINE, SETTINGS).isClearing).toBe(false);
    expect(guard.read(20 * SECOND, poor, SETTINGS).mustEndSession).toBe(false);
    expect(guard.read(35 * SECOND, poor, SETTINGS).mustEndSession).toBe(true);
  });

  it("never ends the session with a time of 0, and a change of settings keeps the beginning of a breach", () => {
    const guard = new MarginGuard();
    const poor = { ...FINE, availableForTrade: usd("1") };
    const never = { ...SETTINGS, marginGuardShutdownBreachS: 0 };
    guard.read(0, poor, never);
    expect(guard.read(1_000 * SECOND, poor, never).mustEndSession).toBe(false);
    expect(guard.read(1_001 * SECOND, poor, SETTINGS)).toMatchObject({ isBreaching: false, mustEndSession: true });
  });

  it("switched off it says so and ends its breach", () => {
    const guard = new MarginGuard();
    guard.read(0, { ...FINE, availableForTrade: usd("1") }, SETTINGS);
    const off = guard.read(1, NOTHING, { ...SETTINGS, marginGuardEnabled: false });
    expect(off).toEqual({ status: "off", reasons: [], isBreaching: false, isClearing: true, mustEndSession: false });
  });
});

describe("account margin", () => {
  it("keeps what a message leaves out, but not the liquidation price of another position", () => {
    const account = new AccountMargin();
    expect(account.balanceAgeUs(5)).toBeNull();
    account.balanceReported(1, { availableForTrade: usd("5"), equity: null, initialMargin: usd("2") });
    account.balanceReported(3, { availableForTrade: null, equity: usd("9"), initialMargin: null });
    expect(account.balance).toEqual({ availableForTrade: usd("5"), equity: usd("9"), initialMargin: usd("2") });
    expect(account.balanceAgeUs(5)).toBe(2);
    account.positionReported({ positionLots: -4, markPrice: 100, liquidationPrice: 110 });
    expect(account.snapshot()).toMatchObject({ hasPosition: true, liquidationDistanceBps: 1_000 });
    account.positionReported({ positionLots: -5, markPrice: null, liquidationPrice: null });
    expect([account.markPrice, account.liquidationPrice]).toEqual([100, null]);
    expect(account.snapshot().liquidationDistanceBps).toBeNull();
    account.positionReported({ positionLots: 0, markPrice: 100, liquidationPrice: 110 });
    expect([account.markPrice, account.liquidationPrice, account.positionLots]).toEqual([null, null, 0]);
    expect(account.snapshot()).toMatchObject({ hasPosition: false, liquidationDistanceBps: null });
  });

  it.each([
    [100, 90, 1_000],
    [100, 0, null],
    [0, 90, null],
    [-1, 90, null],
    [null, 90, null],
    [100, null, null],
  ])("mark %s with liquidation %s is %s bps away", (mark, liquidation, bps) => {
    expect(liquidationDistanceBps(mark, liquidation)).toBe(bps);
  });
});
