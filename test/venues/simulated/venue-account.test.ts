import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { formatMoney, marketScale, notional, parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { money, type OrderSide } from "../../../main/kernel/values/units.ts";
import { VenueAccount, type MarginOrder } from "../../../main/venues/simulated/venue-account.ts";
import { place, RULES, trade, VenueHarness } from "./venue-harness.ts";

const SCALE = marketScale(RULES);
const FREE = { makerBps: 0, takerBps: 0 };
const TAKER = { postOnly: false } as const;

describe("when the account is told", () => {
  it("comes before the market's first event, then every 5 s of venue time while there is a market", () => {
    const harness = new VenueHarness().open(1_000_000).market(trade(12_500_000, "buy", 1002, 1));
    expect(harness.delivered[0]?.type).toBe("account-updated");
    expect(harness.accounts().map(({ tsInit }) => tsInit)).toEqual([1_000_000, 6_000_000, 11_000_000]);
    expect(harness.run(100_000_000).accounts()).toHaveLength(3);
  });

  it("comes after the fills of a step and after a funding payment, and restarts the 5 s", () => {
    const funding = { rate: 0.01, intervalUs: 3_600_000_000, nextFundingUs: 3_000_000 };
    const harness = new VenueHarness({ funding }).open();
    harness.send(2_000_000, place(1, "sell", 999, 300, TAKER)).market(trade(8_500_000, "buy", 1002, 1));
    const told = harness.delivered.map((event) => `${event.type} ${event.tsInit / 1e6}`);
    expect(told).toEqual([
      "account-updated 0",
      "book-snapshot-received 0",
      "order-accepted 2",
      "order-filled 2",
      "order-filled 2",
      "account-updated 2",
      "funding-paid 3",
      "account-updated 3",
      "account-updated 8",
      "trade-printed 8.5",
    ]);
  });
});

describe("what the account says", () => {
  it("is the collateral while nothing was traded", () => {
    const [account] = new VenueHarness({ account: { collateral: "2500.5" } }).open().accounts();
    expect(account).toMatchObject({ equity: parseMoney("2500.5"), available: parseMoney("2500.5"), initialMargin: 0n });
    expect(account).toMatchObject({ markTicks: null, liquidationTicks: null });
  });

  it("adds the marked position, less fees, and holds back margin for position and orders", () => {
    const harness = new VenueHarness({
      account: { collateral: "100", leverage: 20 },
      fees: { makerBps: 0, takerBps: 10 },
    });
    // 0.1 bought at 100.2, mid 100.1: equity 100 - 10.02 + 10.01 - 0.01002
    harness
      .open()
      .send(1, place(1, "buy", 900, 200), place(2, "buy", 1002, 100, TAKER))
      .run(1);
    const account = harness.accounts().at(-1);
    expect(formatMoney(account?.equity ?? money(0n))).toBe("99.97998");
    // (10.01 + 0.2 x 90) / 20
    expect(formatMoney(account?.initialMargin ?? money(0n))).toBe("1.4005");
    expect(formatMoney(account?.available ?? money(0n))).toBe("98.57948");
    expect(account?.markTicks).toBe(1001);
  });

  it("asks margin for the worse side only, and none for orders that only reduce", () => {
    const account = new VenueAccount(SCALE, { leverage: 10 });
    const order = (side: OrderSide, remainingLots: number, reduceOnly = false): MarginOrder => ({
      side,
      priceTicks: 1000,
      remainingLots,
      reduceOnly,
    });
    const marginOf = (positionLots: number, ...orders: MarginOrder[]): string =>
      formatMoney(account.report(positionLots, 2000, orders).initialMargin);
    expect(marginOf(0, order("buy", 100), order("sell", 60))).toBe("1");
    expect(marginOf(50, order("buy", 100), order("sell", 60))).toBe("1.5");
    expect(marginOf(50, order("sell", 200))).toBe("1.5");
    expect(marginOf(-50, order("buy", 20, true))).toBe("0.5");
  });

  it("never says that less than nothing is free", () => {
    const harness = new VenueHarness({ account: { collateral: "1" } }).open();
    harness.send(1, place(1, "buy", 1002, 100, TAKER)).run(1);
    expect(harness.accounts().at(-1)?.available).toBe(0n);
  });

  it.each([
    ["a long that its cash covers has the lowest price", "1000", 1, "buy", 100, 1],
    // (10.02 - 5) / (0.1 x 0.95) = 52.85
    ["a long with little cash", "5", 1, "buy", 100, 529],
    // (10 + 5) / (0.1 x 1.05) = 142.86
    ["a short", "5", 1, "sell", 100, 1428],
  ])("%s", (_what, collateral, leverage, side, size, expected) => {
    const harness = new VenueHarness({ account: { collateral, leverage }, fees: FREE }).open();
    harness.send(1, place(1, side as OrderSide, side === "buy" ? 1002 : 999, size, TAKER)).run(1);
    expect(harness.accounts().at(-1)?.liquidationTicks).toBe(expected);
  });

  it("puts the liquidation price where equity is the maintenance share of the notional, to the tick", () => {
    const fill = fc.record({
      side: fc.constantFrom<OrderSide>("buy", "sell"),
      price: fc.integer({ min: 500, max: 2_000 }),
      size: fc.integer({ min: 1, max: 5_000 }),
    });
    let checked = 0;
    fc.assert(
      fc.property(
        fc.array(fill, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 10, max: 400 }),
        (fills, collateral) => {
          const account = new VenueAccount(SCALE, { collateral: String(collateral) });
          let position = 0;
          for (const { side, price, size } of fills) {
            account.applyFill(side, price, size, money(0n));
            position += side === "buy" ? size : -size;
          }
          const at = account.report(position, 2_000, []).liquidationTicks;
          expect(at === null).toBe(position === 0);
          if (at === null || at === 1) return;
          // Enough equity one tick to the safe side of it, and not enough one tick beyond it
          const isSafe = (ticks: number): boolean => {
            const { equity } = account.report(position, ticks * 2, []);
            const value = new Decimal(notional(SCALE, ticks, Math.abs(position)).toString());
            return new Decimal(equity.toString()).gte(value.mul("0.05"));
          };
          const inward = position > 0 ? 1 : -1;
          expect([isSafe(at), isSafe(at - inward)]).toEqual([true, false]);
          checked += 1;
        },
      ),
      { numRuns: 300 },
    );
    expect(checked).toBeGreaterThan(50);
  });

  it.each([
    ["collateral", { collateral: "0" }],
    ["collateral", { collateral: "-5" }],
    ["collateral", { collateral: "much" }],
    ["leverage", { leverage: 0.5 }],
    ["leverage", { leverage: Number.NaN }],
  ])("refuses a %s that no account has", (name, account) => {
    expect(() => new VenueHarness({ account })).toThrow(new RegExp(`^${name} must be`));
  });
});
