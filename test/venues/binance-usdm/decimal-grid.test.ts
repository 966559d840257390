import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marketScale, parseLots, parseTicks } from "../../../main/kernel/values/market-rules.ts";
import { DecimalGrid, MALFORMED, NEGATIVE, OFF_GRID } from "../../../main/venues/binance-usdm/decimal-grid.ts";

const units = fc.constantFrom("0.1", "0.01", "0.5", "0.25", "1", "10", "0.00001", "0.0000025", "0.10", "5");
const scaleOf = (unit: string) =>
  marketScale({
    market: "X",
    venue: "x",
    baseCurrency: "X",
    quoteCurrency: "Y",
    tickSize: unit,
    lotSize: unit,
    minOrderLots: 1,
    minNotional: "0",
    fundingIntervalS: 1,
  });
const decimal = fc
  .tuple(fc.stringMatching(/^\d{1,20}$/), fc.option(fc.stringMatching(/^\d{1,8}0{0,4}$/)))
  .map(([whole, fraction]) => (fraction === null ? whole : `${whole}.${fraction}`));
const onGrid = fc
  .tuple(fc.nat({ max: 10 ** 9 }), fc.integer({ min: 0, max: 3 }))
  .map(([count, zeros]) => `${(count / 10).toFixed(1)}${"0".repeat(zeros)}`);

describe("decimal grid", () => {
  it("counts as parseTicks and parseLots do", () => {
    fc.assert(
      fc.property(units, fc.oneof(decimal, onGrid), (unit, text) => {
        const scale = scaleOf(unit);
        const ticks = parseTicks(scale, text);
        const lots = parseLots(scale, text);
        expect(DecimalGrid.ofTicks(scale).parse(text)).toBe(ticks.ok ? ticks.value : OFF_GRID);
        expect(DecimalGrid.ofLots(scale).parse(text)).toBe(lots.ok ? lots.value : OFF_GRID);
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses the texts that parseTicks refuses", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-+0-9.e ]{0,6}$/), (text) => {
        const scale = scaleOf("0.1");
        const count = DecimalGrid.ofTicks(scale).parse(text);
        expect(count >= 0).toBe(parseTicks(scale, text).ok);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["61800.20", 618_002],
    ["0", 0],
    ["0.000", 0],
    ["0.1000000000000000000000", 1],
    ["900719925474099.1", Number.MAX_SAFE_INTEGER],
    ["900719925474099.2", OFF_GRID],
    ["0.05", OFF_GRID],
    ["0.10000000000000000000001", OFF_GRID],
    ["-0.1", NEGATIVE],
    ["", MALFORMED],
    [".1", MALFORMED],
    ["1.", MALFORMED],
    ["1.2.3", MALFORMED],
    ["1e3", MALFORMED],
    [" 1", MALFORMED],
    ["NaN", MALFORMED],
  ])("reads %j on a tick of 0.1 as %d", (text, count) => {
    expect(DecimalGrid.ofTicks(scaleOf("0.1")).parse(text)).toBe(count);
  });
});
