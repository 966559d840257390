import { rejected, type Rejected } from "./rejection.ts";

/**
 * The wire shapes, as far as they are read. Hand-written checks instead of schemas: a capture has hundreds of frames a second with
 * dozens of levels each, and the import is held to a speed.
 */
export type WireObject = Readonly<Record<string, unknown>>;

/** A frame sorted by what it is; `data` is still unchecked beyond its kind and symbol. */
export type Frame =
  | {
      readonly kind: "depth" | "ticker" | "trade" | "aggregate-trade" | "mark-price";
      readonly symbol: string;
      readonly data: WireObject;
    }
  | { readonly kind: "snapshot"; readonly data: WireObject }
  | { readonly kind: "exchange-info"; readonly symbols: readonly unknown[] }
  | Rejected;

const KINDS: ReadonlyMap<unknown, "depth" | "ticker" | "trade" | "aggregate-trade" | "mark-price"> = new Map([
  ["depthUpdate", "depth"],
  ["bookTicker", "ticker"],
  ["trade", "trade"],
  ["aggTrade", "aggregate-trade"],
  ["markPriceUpdate", "mark-price"],
] as const);

/** Sorts the JSON text of a frame, wrapped in `{stream, data}` or raw, or of a REST answer. */
export function sortFrame(text: string): Frame {
  const json = parsedOrUndefined(text);
  if (json === undefined) return rejected("bad-json", `a frame must be JSON, was ${excerpt(text)}`);
  if (!isWireObject(json)) return rejected("unknown-event", `a frame must be an object, was ${excerpt(text)}`);
  const wrapped = json["data"];
  const data = isWireObject(wrapped) ? wrapped : json;
  const event = data["e"];
  const kind = KINDS.get(event);
  if (kind !== undefined) {
    const symbol = data["s"];
    return typeof symbol === "string"
      ? { kind, symbol, data }
      : rejected("missing-field", `${kind} must have a symbol s`);
  }
  if (event === undefined && data["lastUpdateId"] !== undefined) return { kind: "snapshot", data };
  const symbols = data["symbols"];
  if (event === undefined && Array.isArray(symbols)) return { kind: "exchange-info", symbols };
  return rejected("unknown-event", `no event for e = ${JSON.stringify(event) ?? "nothing"} in ${excerpt(text)}`);
}

export function isWireObject(value: unknown): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The beginning of what was read, for a message. */
export function excerpt(text: string): string {
  const longest = 80;
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}...` : text);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
