import type {
  BookDeltaReceived,
  BookSnapshotReceived,
  BookTickerReceived,
  FundingRateUpdated,
  MarketEvent,
  TradePrinted,
} from "../../kernel/events.ts";
import type { MarketScale } from "../../kernel/values/market-rules.ts";
import type { Lots, Micros, Ticks } from "../../kernel/values/units.ts";
import { DecimalGrid, MALFORMED, NEGATIVE, OFF_GRID } from "./decimal-grid.ts";
import { isWireObject, type WireObject } from "./frames.ts";
import { rejected, type Rejected } from "./rejection.ts";

/** An event before it has a receive time and a number. */
export type FrameContent<E extends MarketEvent> = E extends MarketEvent ? Omit<E, "seq" | "tsInit"> : never;

/** Prices and sizes of one market as they come on the wire. */
export interface MarketGrid {
  readonly ticks: DecimalGrid;
  readonly lots: DecimalGrid;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly fundingIntervalUs: number;
}

export function marketGrid(scale: MarketScale): MarketGrid {
  return {
    ticks: DecimalGrid.ofTicks(scale),
    lots: DecimalGrid.ofLots(scale),
    tickSize: scale.rules.tickSize,
    lotSize: scale.rules.lotSize,
    fundingIntervalUs: scale.rules.fundingIntervalS * 1_000_000,
  };
}

/** What stops the reading of one frame; caught where the frame's reading began, so that it stays a value outside. */
class FieldFault extends Error {
  readonly rejection: Rejected;

  constructor(rejection: Rejected) {
    super(rejection.message);
    this.rejection = rejection;
  }
}

export function readDepth(data: WireObject, grid: MarketGrid): FrameContent<BookDeltaReceived> | Rejected {
  return orRejected(() => ({
    type: "book-delta-received",
    tsEvent: venueTime(data),
    firstUpdateId: whole(data, "U"),
    updateId: whole(data, "u"),
    previousUpdateId: whole(data, "pu"),
    bids: levels(data, "b", grid),
    asks: levels(data, "a", grid),
  }));
}

/** The answer of the REST depth request. */
export function readSnapshot(data: WireObject, grid: MarketGrid): FrameContent<BookSnapshotReceived> | Rejected {
  return orRejected(() => ({
    type: "book-snapshot-received",
    tsEvent: venueTime(data),
    updateId: whole(data, "lastUpdateId"),
    bids: levels(data, "bids", grid),
    asks: levels(data, "asks", grid),
  }));
}

export function readTicker(data: WireObject, grid: MarketGrid): FrameContent<BookTickerReceived> | Rejected {
  return orRejected(() => ({
    type: "book-ticker-received",
    tsEvent: venueTime(data),
    updateId: whole(data, "u"),
    bidTicks: price(data["b"], "b", grid),
    bidLots: size(data["B"], "B", grid),
    askTicks: price(data["a"], "a", grid),
    askLots: size(data["A"], "A", grid),
  }));
}

/** `m` true = the buyer was the maker, so the aggressor sold. */
export function readTrade(
  data: WireObject,
  idField: "t" | "a",
  grid: MarketGrid,
): FrameContent<TradePrinted> | Rejected {
  const execution = data["X"];
  if (execution !== undefined && execution !== "MARKET")
    return rejected("not-a-market-trade", `X of a trade must be MARKET, was ${JSON.stringify(execution)}`);
  return orRejected(() => {
    const buyerIsMaker = data["m"];
    if (typeof buyerIsMaker !== "boolean") throw missing("m", "true or false", buyerIsMaker);
    return {
      type: "trade-printed",
      tsEvent: venueTime(data),
      tradeId: whole(data, idField),
      aggressor: buyerIsMaker ? "sell" : "buy",
      priceTicks: price(data["p"], "p", grid),
      sizeLots: size(data["q"], "q", grid),
    };
  });
}

/** The funding rate of a mark price update; its mark and index have no event. */
export function readMarkPrice(data: WireObject, grid: MarketGrid): FrameContent<FundingRateUpdated> | Rejected {
  return orRejected(() => {
    const rate = data["r"];
    if (typeof rate !== "string" || rate.trim() === "") throw missing("r", "a decimal string", rate);
    if (!/^-?\d+(?:\.\d+)?$/.test(rate)) throw malformed("r", rate);
    return {
      type: "funding-rate-updated",
      // T of this event is the next funding, not its time
      tsEvent: toMicros(whole(data, "E")),
      rate: Number(rate),
      nextFundingUs: toMicros(whole(data, "T")),
      intervalUs: grid.fundingIntervalUs,
    };
  });
}

function orRejected<T>(read: () => T): T | Rejected {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldFault) return error.rejection;
    throw error;
  }
}

/** The matching engine's time, else the gateway's. */
function venueTime(data: WireObject): Micros {
  return toMicros(whole(data, data["T"] === undefined ? "E" : "T"));
}

function toMicros(ms: number): Micros {
  const micros = ms * 1000;
  if (!Number.isSafeInteger(micros))
    throw new FieldFault(rejected("malformed-number", `a venue time must be in milliseconds, was ${ms}`));
  return micros as Micros;
}

function whole(data: WireObject, field: string): number {
  const value = data[field];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw missing(field, "a whole number", value);
}

/** Flat pairs of ticks and lots. */
function levels(data: WireObject, field: string, grid: MarketGrid): number[] {
  const rows: unknown = data[field];
  if (!Array.isArray(rows)) throw missing(field, "an array of levels", rows);
  const pairs: number[] = [];
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length < 2) throw missing(field, "levels of [price, size]", row);
    const [priceText, sizeText] = row as readonly unknown[];
    pairs.push(price(priceText, field, grid), size(sizeText, field, grid));
  }
  return pairs;
}

function price(value: unknown, field: string, grid: MarketGrid): Ticks {
  if (typeof value !== "string") throw missing(field, "a decimal string", value);
  const count = grid.ticks.parse(value);
  if (count > 0) return count as Ticks;
  if (count === 0) throw new FieldFault(rejected("zero-price", `price ${field} must be above 0, was "${value}"`));
  if (count === MALFORMED) throw malformed(field, value);
  throw new FieldFault(
    rejected("price-off-tick", `price ${field} must be a positive multiple of ${grid.tickSize}, was "${value}"`),
  );
}

function size(value: unknown, field: string, grid: MarketGrid): Lots {
  if (typeof value !== "string") throw missing(field, "a decimal string", value);
  const count = grid.lots.parse(value);
  if (count >= 0) return count as Lots;
  if (count === NEGATIVE)
    throw new FieldFault(rejected("negative-size", `size ${field} must not be negative, was "${value}"`));
  if (count === OFF_GRID)
    throw new FieldFault(
      rejected("size-off-lot", `size ${field} must be a multiple of ${grid.lotSize}, was "${value}"`),
    );
  throw malformed(field, value);
}

function missing(field: string, expected: string, value: unknown): FieldFault {
  const was = value === undefined ? "missing" : `was ${JSON.stringify(value).slice(0, 80)}`;
  return new FieldFault(rejected("missing-field", `field ${field} must be ${expected}, ${was}`));
}

function malformed(field: string, value: string): FieldFault {
  return new FieldFault(
    rejected("malformed-number", `field ${field} must be a plain decimal, was ${JSON.stringify(value.slice(0, 80))}`),
  );
}

/** Symbol that a REST address asks for, in capitals. */
export function symbolOfAddress(url: string): string | null {
  return URL.parse(url)?.searchParams.get("symbol")?.toUpperCase() ?? null;
}

/** True for the answer of a symbol list entry that has filters. */
export function hasFilters(value: unknown): value is WireObject & { readonly filters: readonly unknown[] } {
  return isWireObject(value) && Array.isArray(value["filters"]);
}
