import { describe, expect, it } from "vitest";
import { formatMoney, marketScale, parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { bookedShare, FeeModel, parseFees } from "../../../main/venues/simulated/fee-model.ts";
import { RULES } from "./venue-harness.ts";

const scale = marketScale(RULES);

describe("fees", () => {
  it.each([
    // price in ticks of 0.1, lots of 0.001, maker bps, fee: 61700 x 0.002 = 123.4; 2 bps of it
    [617_000, 2, 2, "0.02468"],
    [617_000, 2, -0.5, "-0.00617"],
    [617_000, 2, "0", "0"],
    // 0.1 x 0.001 x 1.25 bps = 0.0000000125: half a unit of the 8th decimal goes away from zero
    [1, 1, "1.25", "0.00000001"],
    [1, 1, "0.5", "0.00000001"],
    [1, 1, "0.4999", "0"],
    [1, 1, "-0.5", "-0.00000001"],
  ])("%d ticks x %d lots at %s bps cost %s", (priceTicks, sizeLots, makerBps, expected) => {
    const fees = new FeeModel(scale, { makerBps, takerBps: 5 });
    expect(formatMoney(fees.fee("maker", priceTicks, sizeLots))).toBe(expected);
  });

  it("charges the taker the taker's rate", () => {
    expect(formatMoney(new FeeModel(scale, { makerBps: -1, takerBps: 5 }).fee("taker", 1000, 1000))).toBe("0.05");
  });

  it("rounds shares symmetrically", () => {
    expect(bookedShare(parseMoney("0.000000015"), 1n, 1n)).toBe(parseMoney("0.00000002"));
    expect(bookedShare(parseMoney("-0.000000015"), 1n, 1n)).toBe(parseMoney("-0.00000002"));
  });

  it("refuses rates no venue has", () => {
    expect(() => new FeeModel(scale, { makerBps: Number.NaN, takerBps: 5 })).toThrow("maker fee");
    expect(() => new FeeModel(scale, { makerBps: 1, takerBps: "5000" })).toThrow("taker fee");
  });

  it("parses MAKER,TAKER", () => {
    expect(parseFees("-0.5, 4.5")).toEqual({ ok: true, value: { makerBps: "-0.5", takerBps: "4.5" } });
    const refused = ["", "2", "2,5,6", "a,b", "2,", "2,9999"].filter((text) => !parseFees(text).ok);
    expect(refused).toHaveLength(6);
  });
});
