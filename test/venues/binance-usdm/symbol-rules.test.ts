import { describe, expect, it } from "vitest";
import { findRules, rulesOfExchangeInfo } from "../../../main/venues/binance-usdm/symbol-rules.ts";

const listed = {
  symbol: "SUSHIUSDT",
  baseAsset: "SUSHI",
  quoteAsset: "USDT",
  filters: [
    { filterType: "PRICE_FILTER", tickSize: "0.0010" },
    { filterType: "LOT_SIZE", stepSize: "1", minQty: "2" },
    { filterType: "MIN_NOTIONAL", notional: "5" },
  ],
};

describe("rules of a symbol", () => {
  it("come from exchangeInfo first", () => {
    const rules = rulesOfExchangeInfo([null, { symbol: "X" }, listed], "SUSHIUSDT");
    expect(rules).toStrictEqual({
      market: "SUSHIUSDT",
      venue: "binance-usdm",
      baseCurrency: "SUSHI",
      quoteCurrency: "USDT",
      tickSize: "0.001",
      lotSize: "1",
      minOrderLots: 2,
      minNotional: "5",
      fundingIntervalS: 28_800,
    });
    expect(findRules("SUSHIUSDT", rules, {})).toMatchObject({ ok: true, source: "exchange-info" });
  });

  it("come from the table where the capture has none", () => {
    expect(findRules("BTCUSDT", null, {})).toMatchObject({
      ok: true,
      source: "built-in",
      scale: { rules: { tickSize: "0.1", lotSize: "0.001", minNotional: "100", baseCurrency: "BTC" } },
    });
  });

  it("are overridden value by value, and an override with tick and lot is enough", () => {
    expect(findRules("BTCUSDT", null, { tickSize: "0.01" })).toMatchObject({
      ok: true,
      source: "override",
      scale: { rules: { tickSize: "0.01", lotSize: "0.001" } },
    });
    expect(findRules("PEPEUSDC", null, { tickSize: "0.01", lotSize: "1" })).toMatchObject({
      ok: true,
      scale: { rules: { baseCurrency: "PEPE", quoteCurrency: "USDC" } },
    });
  });

  it("are asked for when nobody knows them", () => {
    for (const override of [{}, { tickSize: "0.1" }])
      expect(findRules("PEPEUSDT", null, override)).toMatchObject({
        ok: false,
        message: expect.stringMatching(/unknown symbol PEPEUSDT.*BTCUSDT and ETHUSDT.*--tick 0\.01 --lot 0\.001/),
      });
  });

  it("are refused when no market can have them", () => {
    for (const tickSize of ["0", "-1", "x", "0.0000000000000000001"])
      expect(findRules("BTCUSDT", null, { tickSize })).toMatchObject({
        ok: false,
        message: expect.stringContaining(`tick "${tickSize}"`),
      });
  });

  it.each([
    [{ ...listed, filters: "x" }],
    [{ ...listed, filters: [] }],
    [{ ...listed, baseAsset: 7 }],
    [{ ...listed, filters: [{ filterType: "PRICE_FILTER", tickSize: "0" }, listed.filters[1]] }],
  ])("are not taken from a broken list", (entry) => {
    expect(rulesOfExchangeInfo([entry], "SUSHIUSDT")).toBeNull();
  });
});
