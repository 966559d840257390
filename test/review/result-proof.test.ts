import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import { Decimal } from "../../main/kernel/values/decimal.ts";
import { micros } from "../../main/kernel/values/units.ts";
import type { PartsText } from "../../main/review/result-parts.ts";
import { journalOf, reportOf, storedSession, type Happening } from "./review-builders.ts";

const MID = 1_200_000;
const half = fc.integer({ min: MID - 4000, max: MID + 4000 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("fill" as const),
      side: fc.constantFrom("buy" as const, "sell" as const),
      priceTicks: fc.integer({ min: 598_000, max: 602_000 }),
      sizeLots: fc.integer({ min: 1, max: 40 }),
      feeMicros: fc.integer({ min: -50_000, max: 90_000 }),
      liquidity: fc.constantFrom("maker" as const, "taker" as const),
      midHalfTicks: fc.option(half, { freq: 4 }),
      level: fc.integer({ min: -1, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("funding" as const),
      amountMicros: fc.integer({ min: -9_000_000, max: 9_000_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("second" as const),
      midHalfTicks: fc.option(half, { freq: 6 }),
      count: fc.integer({ min: 1, max: 5000 }),
    }),
  },
);

const PARTS = ["spreadCapture", "inventory", "fees", "funding", "net"] as const;

function sumOf(rows: readonly PartsText[], part: (typeof PARTS)[number]): string {
  return rows.reduce((sum, row) => sum.add(row[part]), new Decimal(0)).toFixed();
}

describe("the result of a report", () => {
  it("adds up to the change in equity to the last digit, by all three ways, whatever the fills, rebates and funding", () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 60 }), (happenings) => {
        const { proof, parts } = reportOf(journalOf(happenings)).result;
        expect(proof.isExact).toBe(true);
        expect(proof.residual).toBe("0");
        expect(proof.changeInEquity).toBe(parts.net);
        expect(sumOf([parts], "net")).toBe(
          new Decimal(parts.spreadCapture).add(parts.inventory).add(parts.fees).add(parts.funding).toFixed(),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("is the sum of its hours, of its sessions, of its regimes and of its profiles", () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 60 }), (happenings) => {
        const { result, profiles, fills } = reportOf(journalOf(happenings));
        for (const rows of [result.byHour, result.byOpenSessions, result.byRegime]) {
          for (const part of PARTS) expect(sumOf(rows, part)).toBe(result.parts[part]);
          expect(rows.reduce((sum, row) => sum + row.fills, 0)).toBe(fills.all.fills);
        }
        for (const part of PARTS) expect(sumOf(profiles, part)).toBe(result.parts[part]);
      }),
      { numRuns: 100 },
    );
  });

  const buy = { kind: "fill", side: "buy", liquidity: "maker" } as const;
  const sell = { kind: "fill", side: "sell", liquidity: "maker" } as const;

  it("counts a flip through zero with a rebate and funding as a person would", () => {
    // Ticks of 0.1, lots of 0.001: 1000 half ticks x 1 lot = 0.05
    const { parts, proof } = reportOf(
      journalOf([
        { ...buy, priceTicks: 599_900, sizeLots: 2, feeMicros: -10_000, midHalfTicks: MID },
        { kind: "second", midHalfTicks: MID + 1000 },
        { ...sell, priceTicks: 600_600, sizeLots: 5, feeMicros: 30_000, midHalfTicks: MID + 1000 },
        { kind: "funding", amountMicros: -123_456 },
        { kind: "second", midHalfTicks: MID - 1000 },
      ]),
    ).result;
    // 2 x 100 ticks, then 5 x 100 ticks of 0.0001
    expect(parts.spreadCapture).toBe("0.07");
    // +500 ticks long 2, then -1000 ticks short 3
    expect(parts.inventory).toBe("0.4");
    expect(parts.fees).toBe("-0.02");
    expect(parts.funding).toBe("-0.123456");
    expect(parts.net).toBe("0.326544");
    expect(proof.position).toBe("-0.003");
    expect(proof.cash).toBe(new Decimal("-119.98").add("300.3").toFixed());
  });

  it("says so when a row was changed", () => {
    const entries = journalOf([
      { ...buy, priceTicks: 599_900, sizeLots: 2, feeMicros: 0, midHalfTicks: MID },
      { kind: "second", midHalfTicks: MID },
    ]);
    const [first, ...rest] = entries;
    if (first?.record.type !== "record-fill") throw new Error("the first entry must be a fill");
    const changed = { ...first, record: { ...first.record, sizeLots: 3 as typeof first.record.sizeLots } };
    const report = reportOf([changed, ...rest]);
    expect(report.result.proof.isExact).toBe(false);
    expect(report.result.proof.residual).not.toBe("0");
    expect(report.remarks.join(" ")).toContain("do not add up");
  });

  it("measures the worst drawdown from its peak to its recovery", () => {
    const { drawdown } = reportOf(
      journalOf([
        { ...buy, priceTicks: 600_000, sizeLots: 1, feeMicros: 0, midHalfTicks: MID },
        { kind: "second", midHalfTicks: MID + 2000 },
        { kind: "second", midHalfTicks: MID + 400, count: 10 },
        { kind: "second", midHalfTicks: MID + 2400, count: 20 },
        { kind: "second", midHalfTicks: MID + 2000, count: 50 },
      ]),
    ).result;
    expect(drawdown.worst).toBe("0.08");
    expect(drawdown.durationUs).toBe(30_000_000);
    expect(drawdown.recoveredAtUs).toBe(drawdown.troughAtUs + 20_000_000);
    expect(drawdown.longestUs).toBe(50_000_000);
    expect(drawdown.atEnd).toBe("0.02");
  });
});

describe("a change of profile", () => {
  it("splits the session into what was earned before and after, with what changed", () => {
    const before = { name: "legacy", revision: 1, hash: "aa", settings: defaultSettings("legacy") };
    const after = { name: "mine", revision: 2, hash: "bb", settings: { ...before.settings, maxPositionSize: 7 } };
    const entries = journalOf([
      {
        kind: "fill",
        side: "buy",
        liquidity: "maker",
        priceTicks: 599_900,
        sizeLots: 2,
        feeMicros: 0,
        midHalfTicks: MID,
      },
      { kind: "second", midHalfTicks: MID + 1000 },
      { kind: "second", midHalfTicks: MID - 1000 },
      {
        kind: "fill",
        side: "sell",
        liquidity: "taker",
        priceTicks: 599_500,
        sizeLots: 2,
        feeMicros: 5,
        midHalfTicks: MID - 1000,
      },
    ]);
    const atUs = micros((entries[1]?.lastAtUs ?? 0) + 1);
    const change = { type: "record-profile-change", atUs, commandId: "c", by: "operator", before, after } as const;
    const report = reportOf([
      ...entries.slice(0, 2),
      { seq: 2, index: 1, record: change, count: 1, lastAtUs: atUs },
      ...entries.slice(2),
    ]);
    const [first, second] = report.profiles;
    expect(first).toMatchObject({ name: "legacy", revision: 1, fills: 1, inventory: "0.1", net: "0.12" });
    expect(second).toMatchObject({
      name: "mine",
      revision: 2,
      hash: "bb",
      fills: 1,
      inventory: "-0.2",
      fees: "-0.000005",
    });
    expect(new Decimal(first?.net ?? 0).add(second?.net ?? 0).toFixed()).toBe(report.result.parts.net);
    expect(report.profileChanges).toMatchObject([
      { before: "legacy r1", after: "mine r2", changes: [{ variable: "MM_MAX_POSITION_SIZE", after: "7" }] },
    ]);
  });
});

describe("the scorecard of a report", () => {
  const withUptime = (resultJson: string | null) => {
    // Nothing ever rests: the share of time with both sides is 0
    const entries = journalOf([{ kind: "second", midHalfTicks: MID }]);
    const { uptime, orders, scorecard } = reportOf(entries, { stored: storedSession({ resultJson }) });
    return { uptime, both: orders.standing.both, marks: scorecard.marks.map(({ name }) => name) };
  };

  it("judges the uptime that the kernel measured", () => {
    expect(withUptime('{"uptime":0.3}')).toMatchObject({ uptime: 0.3, marks: ["net", "uptime %"] });
  });

  it("does not judge an uptime that nobody measured, however long the quotes stood", () => {
    expect(withUptime(null)).toEqual({ uptime: null, both: 0, marks: ["net"] });
  });
});

describe("the position of a report", () => {
  const fill = (side: "buy" | "sell", sizeLots: number): Happening => {
    const at = { liquidity: "maker", priceTicks: 600_000, feeMicros: 0, midHalfTicks: MID } as const;
    return { kind: "fill", side, sizeLots, ...at };
  };
  const second: Happening = { kind: "second", midHalfTicks: MID };

  it("lies as it was seen each second: a burst of fills between two seconds weighs nothing", () => {
    const burst = Array.from({ length: 20 }, () => [fill("buy", 10), fill("sell", 10)]).flat();
    const { inventory } = reportOf(journalOf([second, ...burst, second, fill("buy", 2), second, second]));
    expect(inventory.distribution).toMatchObject({
      count: 4,
      mean: 0.001,
      variance: 0.000_001,
      least: 0,
      greatest: 0.002,
    });
    expect(inventory.p95Abs).toBe("0.002");
    expect(inventory.histogram.reduce((sum, { seen }) => sum + seen, 0)).toBe(4);
    // What it came to at most is known from the fills
    expect(inventory.maxAbs).toBe("0.010");
    expect(inventory.final).toBe("0.002");
  });

  it("has no distribution before the first second is over", () => {
    const { inventory } = reportOf(journalOf([fill("buy", 3)]));
    expect(inventory.distribution).toMatchObject({ count: 0, mean: null, p95: null });
    expect(inventory).toMatchObject({ histogram: [], p95Abs: "0.000", maxAbs: "0.003", final: "0.003" });
  });
});
