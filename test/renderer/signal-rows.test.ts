import { describe, expect, test } from "vitest";
import { compactSize, signalRows } from "../../renderer/features/market-signals/signal-rows.ts";
import { signalsText } from "../../renderer/features/market-signals/signals-text.ts";
import { sparkPath } from "../../renderer/features/market-signals/spark-path.ts";
import { FakeMarket } from "../support/fake-market.ts";
import { readingsOf } from "../support/fake-readings.ts";

const START_US = 1_790_000_000_000_000;

function readingsAfter(seconds: number) {
  const market = new FakeMarket(7, START_US, 1.6);
  for (let step = 0; step < seconds * 10; step += 1) market.step();
  return readingsOf(market);
}

function rowNamed(name: string, readings = readingsAfter(400)) {
  const row = signalRows(readings).find((one) => one.name === name);
  if (row === undefined) throw new Error(`there must be a row ${name}`);
  return row;
}

describe("the rows of the signals panel", () => {
  test("each have a name of their own, a hint with formula and source, and a short past", () => {
    const rows = signalRows(readingsAfter(400));
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { tip } of rows) expect(tip.length).toBeGreaterThan(40);
    expect(rows.filter(({ trend }) => trend === null).map(({ name }) => name)).toEqual(["trading hours"]);
  });

  test("say that they are measuring, or that the venue has not told", () => {
    const early = readingsAfter(0);
    expect(rowNamed("order flow", early)).toMatchObject({ cells: [], unknown: "measuring" });
    expect(rowNamed("VPIN", early)).toMatchObject({ cells: [], unknown: "measuring, 0 %" });
    expect(rowNamed("liquidated longs", early)).toMatchObject({ cells: [], unknown: signalsText.notTold });
  });

  test("name every window, also one that is not known yet", () => {
    const { cells } = rowNamed("volatility, range", readingsAfter(10));
    expect(cells.map(({ label }) => label)).toEqual(["5s", "15s", "1m"]);
    expect(cells.map(({ text }) => text === "\u2014")).toEqual([false, false, true]);
  });

  test("give demand the bid's colour, supply the ask's, and nothing none", () => {
    const tones = (orderFlow: (number | null)[]) =>
      rowNamed("order flow", { ...readingsAfter(400), orderFlow }).cells.map(({ tone }) => tone);
    expect(tones([1.2, -3, 0.001])).toEqual(["bid", "ask", null]);
  });

  test.each([
    [null, "\u2014"],
    [0.1234, "+0.12"],
    [-123.456, "\u2212123.5"],
    [1_234.5, "+1\u00a0235"],
    [12_345, "+12.35k"],
    [-98_765_432, "\u221298.77M"],
  ])("show a size of %s as %s", (value, text) => {
    expect(compactSize(value, true)).toBe(text);
  });
});

describe("a short past as a line", () => {
  test("spans its box from the lowest to the highest value", () => {
    expect(sparkPath([2, 4, 3], 10, 8, false)).toEqual({ path: "M0.0 8.0L5.0 0.0L10.0 4.0", zeroY: null });
  });

  test("keeps zero in the middle of a signed signal", () => {
    expect(sparkPath([1, -2], 10, 8, true)).toEqual({ path: "M0.0 2.0L10.0 8.0", zeroY: 4 });
  });

  test("is broken where nothing was known, flat where nothing moved, and empty without any value", () => {
    expect(sparkPath([1, null, 1], 10, 8, false).path).toBe("M0.0 4.0M10.0 4.0");
    expect(sparkPath([null], 10, 8, true)).toEqual({ path: "", zeroY: null });
  });
});
