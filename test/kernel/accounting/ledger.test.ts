import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ledger, type LedgerFill } from "../../../main/kernel/accounting/ledger.ts";
import { formatMoney, marketScale, parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { lots, money, signOf, ticks, type OrderSide } from "../../../main/kernel/values/units.ts";
import { KERNEL_RULES } from "../../support/kernel-harness.ts";

/** One tick times one lot is one dollar, so that the tables read by themselves. */
const DOLLARS = marketScale({ ...KERNEL_RULES, tickSize: "1", lotSize: "1" });

/** Side, lots, price, mid (null = unusable book), fee in dollars. */
type Row = readonly [OrderSide, number, number, number | null, string?];

function fillOf([side, size, price, mid, fee = "0"]: Row): LedgerFill {
  return {
    side,
    sizeLots: lots(size),
    priceTicks: ticks(price),
    midHalfTicks: mid === null ? null : mid * 2,
    fee: parseMoney(fee),
  };
}

function ledgerOf(rows: readonly Row[]): Ledger {
  const ledger = new Ledger(DOLLARS);
  for (const row of rows) ledger.applyFill(fillOf(row), true);
  return ledger;
}

function summary(ledger: Ledger, mid: number): Record<string, string | number> {
  const parts = ledger.parts(mid * 2);
  return {
    position: ledger.positionLots,
    realized: formatMoney(ledger.realized),
    unrealized: formatMoney(ledger.unrealized(mid * 2)),
    spread: formatMoney(parts.spreadCapture),
    inventory: formatMoney(parts.inventory),
    fees: formatMoney(parts.fees),
    net: formatMoney(parts.net),
  };
}

describe("ledger", () => {
  it.each<[string, readonly Row[], number, Record<string, string | number>]>([
    [
      "a long bought below the mid earns the edge at once",
      [["buy", 2, 99, 100]],
      100,
      { position: 2, realized: "0", unrealized: "2", spread: "2", inventory: "0", net: "2" },
    ],
    [
      "a short sold above the mid does, too",
      [["sell", 2, 101, 100]],
      100,
      { position: -2, realized: "0", unrealized: "2", spread: "2", inventory: "0", net: "2" },
    ],
    [
      "a short loses when the mid rises",
      [["sell", 3, 100, 100]],
      110,
      { position: -3, realized: "0", unrealized: "-30", spread: "0", inventory: "-30", net: "-30" },
    ],
    [
      "a round trip keeps what it made",
      [
        ["buy", 1, 100, 100],
        ["sell", 1, 110, 110],
      ],
      90,
      { position: 0, realized: "10", unrealized: "0", spread: "0", inventory: "10", net: "10" },
    ],
    [
      "a partial close releases its share of the cost",
      [
        ["buy", 4, 100, 100],
        ["buy", 4, 110, 110],
        ["sell", 2, 120, 120],
      ],
      120,
      { position: 6, realized: "30", unrealized: "90", spread: "0", inventory: "120", net: "120" },
    ],
    [
      "a flip through zero closes the old side and opens the new one at its own price",
      [
        ["buy", 2, 100, 100],
        ["sell", 5, 104, 104],
      ],
      103,
      { position: -3, realized: "8", unrealized: "3", inventory: "11", net: "11" },
    ],
    [
      "and back again",
      [
        ["sell", 2, 100, 100],
        ["buy", 5, 96, 96],
      ],
      97,
      { position: 3, realized: "8", unrealized: "3", inventory: "11", net: "11" },
    ],
    [
      "fees are paid and rebates received",
      [
        ["buy", 1, 100, 100, "0.25"],
        ["sell", 1, 100, 100, "-0.1"],
      ],
      100,
      { position: 0, realized: "0", fees: "-0.15", net: "-0.15" },
    ],
    [
      "the first fill on an unusable book is valued at its own price",
      [["buy", 2, 99, null]],
      100,
      { position: 2, spread: "0", inventory: "2", net: "2" },
    ],
    [
      "a later fill on an unusable book is valued at the last mark",
      [
        ["buy", 1, 100, 100],
        ["buy", 1, 99, null],
      ],
      100,
      { position: 2, spread: "1", inventory: "0", net: "1" },
    ],
    [
      "mids on half ticks are exact",
      [["buy", 1, 100, 100.5]],
      101.5,
      { position: 1, spread: "0.5", inventory: "1", net: "1.5" },
    ],
  ])("%s", (_name, rows, mid, expected) => {
    expect(summary(ledgerOf(rows), mid)).toMatchObject(expected);
  });

  it("has no entry when flat, and none at all before the first fill", () => {
    expect(ledgerOf([]).averageEntryTicks()).toBeNull();
    expect(summary(ledgerOf([]), 100)).toMatchObject({ position: 0, net: "0" });
    const flat = ledgerOf([
      ["buy", 1, 100, 100],
      ["sell", 1, 101, 100],
    ]);
    expect(flat.averageEntryTicks()).toBeNull();
    expect(flat.cost).toBe(0n);
  });

  it("averages the entry of either side", () => {
    const twice = (side: OrderSide): Ledger =>
      ledgerOf([
        [side, 1, 100, 100],
        [side, 3, 104, 100],
      ]);
    expect(twice("buy").averageEntryTicks()).toBe(103);
    expect(twice("sell").averageEntryTicks()).toBe(103);
  });

  it("adds funding to the net and to nothing else", () => {
    const ledger = ledgerOf([["buy", 1, 100, 100]]);
    ledger.applyFunding(parseMoney("-0.75"));
    const parts = ledger.parts(200);
    expect([parts.funding, parts.net, parts.inventory].map(formatMoney)).toEqual(["-0.75", "-0.75", "0"]);
  });

  it("counts maker and taker fills", () => {
    const ledger = new Ledger(DOLLARS);
    for (const isMaker of [true, false, true]) ledger.applyFill(fillOf(["buy", 1, 100, 100]), isMaker);
    expect([ledger.makerFills, ledger.takerFills]).toEqual([2, 1]);
  });
});

type Step =
  | { readonly kind: "fill"; readonly fill: LedgerFill }
  | { readonly kind: "mark"; readonly halfTicks: number }
  | { readonly kind: "funding"; readonly amount: bigint };

const halfTicks = fc.integer({ min: 2, max: 4_000_000 });
const atto = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        side: fc.constantFrom<OrderSide>("buy", "sell"),
        priceTicks: fc.integer({ min: 1, max: 2_000_000 }).map(ticks),
        sizeLots: fc.integer({ min: 1, max: 5_000 }).map(lots),
        fee: atto.map(money),
        midHalfTicks: fc.option(halfTicks, { nil: null }),
      })
      .map((fill) => ({ kind: "fill" as const, fill })),
  },
  { weight: 2, arbitrary: halfTicks.map((at) => ({ kind: "mark" as const, halfTicks: at })) },
  { weight: 1, arbitrary: atto.map((amount) => ({ kind: "funding" as const, amount })) },
);

const SCALE = marketScale(KERNEL_RULES);

function apply(ledger: Ledger, one: Step): void {
  if (one.kind === "fill") ledger.applyFill(one.fill, true);
  else if (one.kind === "mark") ledger.mark(one.halfTicks);
  else ledger.applyFunding(money(one.amount));
}

/** Value of lots at half ticks, in atto dollars, by plain integers. */
function value(signedLots: number, half: number): bigint {
  return (BigInt(signedLots) * BigInt(half) * SCALE.tickLotMoney) / 2n;
}

describe("ledger, for any story", () => {
  it("adds its parts up to cash plus the marked position, to the last digit", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), halfTicks, (steps, lastMark) => {
        const ledger = new Ledger(SCALE);
        let cash = 0n;
        let position = 0;
        for (const one of steps) {
          apply(ledger, one);
          if (one.kind === "funding") cash += one.amount;
          if (one.kind !== "fill") continue;
          const signed = signOf(one.fill.side) * one.fill.sizeLots;
          cash -= value(signed, one.fill.priceTicks * 2) + one.fill.fee;
          position += signed;
        }
        const parts = ledger.parts(lastMark);
        expect(ledger.positionLots).toBe(position);
        expect(parts.net).toBe(cash + value(position, lastMark));
        expect(parts.spreadCapture + parts.inventory + parts.fees + parts.funding).toBe(parts.net);
      }),
      { numRuns: 500 },
    );
  });

  it("realizes and values by average cost what the parts call spread capture and inventory", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), halfTicks, (steps, lastMark) => {
        const ledger = new Ledger(SCALE);
        for (const one of steps) apply(ledger, one);
        const parts = ledger.parts(lastMark);
        expect(ledger.realized + ledger.unrealized(lastMark)).toBe(parts.spreadCapture + parts.inventory);
        expect(Math.sign(Number(ledger.cost))).toBe(Math.sign(ledger.positionLots));
      }),
      { numRuns: 500 },
    );
  });

  it("says the same however often it is asked in between", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(halfTicks), halfTicks, (steps, questions, lastMark) => {
        const quiet = new Ledger(SCALE);
        const asked = new Ledger(SCALE);
        for (const one of steps) {
          apply(quiet, one);
          apply(asked, one);
          for (const question of questions) {
            asked.parts(question);
            asked.parts(null);
            asked.unrealized(question);
            asked.averageEntryTicks();
          }
        }
        expect(asked.parts(lastMark)).toEqual(quiet.parts(lastMark));
        expect(asked.parts(null)).toEqual(quiet.parts(null));
      }),
      { numRuns: 300 },
    );
  });

  it("earns nothing on spread where each fill is at the mid", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ledger = new Ledger(SCALE);
        for (const one of steps) {
          if (one.kind !== "fill") apply(ledger, one);
          else ledger.applyFill({ ...one.fill, midHalfTicks: one.fill.priceTicks * 2 }, true);
        }
        expect(ledger.parts(null).spreadCapture).toBe(0n);
      }),
    );
  });
});
