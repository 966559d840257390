import { describe, expect, it } from "vitest";
import { marketScale } from "../../../main/kernel/values/market-rules.ts";
import { isWireObject, sortFrame, type WireObject } from "../../../main/venues/binance-usdm/frames.ts";
import {
  marketGrid,
  readDepth,
  readMarkPrice,
  readSnapshot,
  readTicker,
  readTrade,
} from "../../../main/venues/binance-usdm/parse.ts";
import { findRules } from "../../../main/venues/binance-usdm/symbol-rules.ts";

const found = findRules("BTCUSDT", null, {});
if (!found.ok) throw new Error(found.message);
const grid = marketGrid(marketScale(found.scale.rules));

const depth = { e: "depthUpdate", E: 5, T: 4, s: "BTCUSDT", U: 1, u: 3, pu: 0, b: [["61800.20", "2.507"]], a: [] };
const ticker = {
  e: "bookTicker",
  u: 7,
  s: "BTCUSDT",
  b: "61800.20",
  B: "2.507",
  a: "61800.30",
  A: "2.510",
  T: 6,
  E: 6,
};
const trade = { e: "trade", E: 8, T: 8, s: "BTCUSDT", t: 9, p: "61800.30", q: "0.006", X: "MARKET", m: false };
const mark = { e: "markPriceUpdate", E: 10, s: "BTCUSDT", p: "1.1", i: "1.2", r: "-0.00012", T: 20 };
const snapshot = { lastUpdateId: 2, E: 3, T: 3, bids: [["0.10", "0.001"]], asks: [["0.20", "0.000"]] };

const read = (data: WireObject) =>
  data["e"] === "depthUpdate"
    ? readDepth(data, grid)
    : data["e"] === "bookTicker"
      ? readTicker(data, grid)
      : data["e"] === "trade"
        ? readTrade(data, "t", grid)
        : data["e"] === "markPriceUpdate"
          ? readMarkPrice(data, grid)
          : readSnapshot(data, grid);

describe("frames", () => {
  it("are read exactly, in ticks, lots and microseconds of the venue", () => {
    expect(read(depth)).toStrictEqual({
      type: "book-delta-received",
      tsEvent: 4000,
      firstUpdateId: 1,
      updateId: 3,
      previousUpdateId: 0,
      bids: [618_002, 2507],
      asks: [],
    });
    expect(read(ticker)).toStrictEqual({
      type: "book-ticker-received",
      tsEvent: 6000,
      updateId: 7,
      bidTicks: 618_002,
      bidLots: 2507,
      askTicks: 618_003,
      askLots: 2510,
    });
    expect(read(trade)).toStrictEqual({
      type: "trade-printed",
      tsEvent: 8000,
      tradeId: 9,
      aggressor: "buy",
      priceTicks: 618_003,
      sizeLots: 6,
    });
    expect(read({ ...trade, m: true })).toMatchObject({ aggressor: "sell" });
    expect(read(mark)).toStrictEqual({
      type: "funding-rate-updated",
      tsEvent: 10_000,
      rate: -0.00012,
      nextFundingUs: 20_000,
      intervalUs: 28_800_000_000,
    });
    expect(read(snapshot)).toStrictEqual({
      type: "book-snapshot-received",
      tsEvent: 3000,
      updateId: 2,
      bids: [1, 1],
      asks: [2, 0],
    });
  });

  it("ignore keys that a newer venue adds, and take E where T is not there", () => {
    expect(read({ ...ticker, T: undefined, st: 1, ps: "x" })).toMatchObject({ tsEvent: 6000, updateId: 7 });
  });

  it.each([
    ["a negative size", { ...depth, b: [["1.0", "-2.507"]] }, "negative-size", /"-2\.507"/],
    [
      "a price off the tick",
      { ...depth, a: [["61800.25", "1"]] },
      "price-off-tick",
      /multiple of 0\.1, was "61800\.25"/,
    ],
    ["a size off the lot", { ...depth, a: [["1.0", "0.0001"]] }, "size-off-lot", /multiple of 0\.001/],
    ["a price of 0", { ...trade, p: "0" }, "zero-price", /above 0/],
    ["a negative price", { ...trade, p: "-1.0" }, "price-off-tick", /positive multiple/],
    ["a price that is no number", { ...ticker, b: "abc" }, "malformed-number", /plain decimal, was "abc"/],
    [
      "a price that is not text",
      { ...ticker, b: 61800.2 },
      "missing-field",
      /field b must be a decimal string, was 61800\.2/,
    ],
    ["an id that is missing", { ...depth, pu: undefined }, "missing-field", /field pu must be a whole number, missing/],
    ["an id beyond the safe integers", { ...depth, u: 2 ** 53 }, "missing-field", /field u/],
    ["a negative id", { ...ticker, u: -1 }, "missing-field", /field u/],
    ["levels that are none", { ...depth, b: "x" }, "missing-field", /array of levels/],
    ["a level without a size", { ...depth, b: [["1.0"]] }, "missing-field", /\[price, size\]/],
    ["a trade without a side", { ...trade, m: null }, "missing-field", /field m must be true or false/],
    ["an insurance fund print", { ...trade, X: "INSURANCE_FUND", p: "0" }, "not-a-market-trade", /"INSURANCE_FUND"/],
    ["an empty funding rate", { ...mark, r: "" }, "missing-field", /field r/],
    ["a time out of range", { ...trade, T: 2 ** 52 }, "malformed-number", /milliseconds/],
    ["a snapshot level off the tick", { ...snapshot, bids: [["0.15", "1"]] }, "price-off-tick", /"0\.15"/],
  ])("are refused with %s", (_what, data, reason, message) => {
    expect(read(data as WireObject)).toMatchObject({
      kind: "rejected",
      reason,
      message: expect.stringMatching(message),
    });
  });
});

describe("sorting of frames", () => {
  it("unwraps streams and tells the kinds apart", () => {
    const kinds = [depth, ticker, trade, { ...trade, e: "aggTrade" }, mark, snapshot, { symbols: [] }];
    const sorted = kinds.map((data) => sortFrame(JSON.stringify(data)).kind);
    expect(sorted).toStrictEqual([
      "depth",
      "ticker",
      "trade",
      "aggregate-trade",
      "mark-price",
      "snapshot",
      "exchange-info",
    ]);
    expect(sortFrame(JSON.stringify({ stream: "x", data: ticker }))).toMatchObject({
      kind: "ticker",
      symbol: "BTCUSDT",
    });
    expect(isWireObject([])).toBe(false);
  });

  it.each([
    ["{", "bad-json"],
    ["[]", "unknown-event"],
    ["null", "unknown-event"],
    ["7", "unknown-event"],
    ['{"result":null,"id":1}', "unknown-event"],
    ['{"e":"kline"}', "unknown-event"],
    ['{"e":["trade"]}', "unknown-event"],
    ['{"e":"trade"}', "missing-field"],
    ['{"e":"trade","s":7}', "missing-field"],
  ])("refuses %s as %s", (text, reason) => {
    expect(sortFrame(text)).toMatchObject({ kind: "rejected", reason });
  });
});
