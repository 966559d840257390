import { Decimal } from "../../kernel/values/decimal.ts";
import { marketScale, type MarketRules, type MarketScale } from "../../kernel/values/market-rules.ts";
import { isWireObject } from "./frames.ts";
import { hasFilters } from "./parse.ts";

export const VENUE = "binance-usdm";
/** The venue's usual interval; `exchangeInfo` does not tell it. */
const FUNDING_INTERVAL_S = 28_800;

type GivenRules = Partial<
  Pick<MarketRules, "tickSize" | "lotSize" | "minNotional" | "minOrderLots" | "fundingIntervalS">
>;
export type RulesOverride = GivenRules;

export type FoundRules =
  | { readonly ok: true; readonly scale: MarketScale; readonly source: "override" | "exchange-info" | "built-in" }
  | { readonly ok: false; readonly message: string };

/** Rules of the venue's `exchangeInfo` as they were from 2022 on, when both markets had these ticks. */
const BUILT_IN: ReadonlyMap<string, MarketRules> = new Map(
  [
    { market: "BTCUSDT", baseCurrency: "BTC", tickSize: "0.1", minNotional: "100" },
    { market: "ETHUSDT", baseCurrency: "ETH", tickSize: "0.01", minNotional: "20" },
  ].map((known) => [
    known.market,
    {
      ...known,
      venue: VENUE,
      quoteCurrency: "USDT",
      lotSize: "0.001",
      minOrderLots: 1,
      fundingIntervalS: FUNDING_INTERVAL_S,
    },
  ]),
);

/**
 * Rules of a symbol: from the capture's own `exchangeInfo`, else from the small built-in table; single values are replaced by
 * `override`, which alone suffices when it has tick and lot.
 */
export function findRules(symbol: string, listed: MarketRules | null, override: RulesOverride): FoundRules {
  const base = listed ?? BUILT_IN.get(symbol) ?? null;
  const { tickSize = base?.tickSize, lotSize = base?.lotSize } = override;
  if (tickSize === undefined || lotSize === undefined)
    return {
      ok: false,
      message:
        `unknown symbol ${symbol}: the capture holds no exchangeInfo that lists it and the built-in table has only ` +
        `${[...BUILT_IN.keys()].join(" and ")}; pass its tick and its lot (--tick 0.01 --lot 0.001)`,
    };
  const rules: MarketRules = { ...(base ?? nameless(symbol)), ...override, tickSize, lotSize };
  try {
    const source = Object.keys(override).length > 0 ? "override" : listed === null ? "built-in" : "exchange-info";
    return { ok: true, scale: marketScale(rules), source };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `${symbol}: tick "${tickSize}" and lot "${lotSize}" cannot be used: ${why}` };
  }
}

function nameless(symbol: string): MarketRules {
  const quoteCurrency = ["USDT", "USDC", "BUSD"].find((quote) => symbol.endsWith(quote)) ?? "USDT";
  return {
    market: symbol,
    venue: VENUE,
    baseCurrency: symbol.endsWith(quoteCurrency) ? symbol.slice(0, -quoteCurrency.length) : symbol,
    quoteCurrency,
    tickSize: "0",
    lotSize: "0",
    minOrderLots: 1,
    minNotional: "0",
    fundingIntervalS: FUNDING_INTERVAL_S,
  };
}

/** Rules of one symbol in the list of an `exchangeInfo` answer; null when it is not there or not whole. */
export function rulesOfExchangeInfo(symbols: readonly unknown[], symbol: string): MarketRules | null {
  const listed = symbols.find((entry) => isWireObject(entry) && entry["symbol"] === symbol);
  if (!hasFilters(listed)) return null;
  const tickSize = filterValue(listed.filters, "PRICE_FILTER", "tickSize");
  const lotSize = filterValue(listed.filters, "LOT_SIZE", "stepSize");
  const minQuantity = filterValue(listed.filters, "LOT_SIZE", "minQty");
  const { baseAsset, quoteAsset } = listed as { readonly baseAsset?: unknown; readonly quoteAsset?: unknown };
  if (tickSize === null || lotSize === null || typeof baseAsset !== "string" || typeof quoteAsset !== "string")
    return null;
  return {
    market: symbol,
    venue: VENUE,
    baseCurrency: baseAsset,
    quoteCurrency: quoteAsset,
    tickSize,
    lotSize,
    minOrderLots: minQuantity === null ? 1 : new Decimal(minQuantity).div(lotSize).ceil().toNumber(),
    minNotional: filterValue(listed.filters, "MIN_NOTIONAL", "notional") ?? "0",
    fundingIntervalS: FUNDING_INTERVAL_S,
  };
}

/** A positive decimal of a filter without trailing zeros. */
function filterValue(filters: readonly unknown[], type: string, field: string): string | null {
  const filter = filters.find((entry) => isWireObject(entry) && entry["filterType"] === type);
  const value = isWireObject(filter) ? filter[field] : null;
  if (typeof value !== "string" || !/^\d+(?:\.\d+)?$/.test(value)) return null;
  const decimal = new Decimal(value);
  return decimal.gt(0) ? decimal.toFixed() : null;
}
