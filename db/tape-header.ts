import type { MarketRules } from "../main/kernel/values/market-rules.ts";
import type { SessionManifest } from "./journal-protocol.ts";

export const TAPE_FORMAT = 1;

/** What was imported and what came of it, as counted; for people and for later questions. */
export interface TapeImport {
  readonly source: string;
  readonly inputs: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
}

/** The first thing in a tape, as JSON. */
export interface TapeHeader {
  readonly format: typeof TAPE_FORMAT;
  /** `market`: only market events, from an import or a generator. `session`: everything that entered a kernel. */
  readonly kind: "market" | "session";
  readonly rules: MarketRules;
  /** Program and version that wrote it. */
  readonly createdBy: string;
  /** Median of receive time less venue time, in microseconds; the stored times are not shifted by it. */
  readonly clock: { readonly offsetUs: number; readonly note: string };
  readonly manifest: SessionManifest | null;
  readonly import: TapeImport | null;
}

export type ParsedHeader =
  | { readonly ok: true; readonly header: TapeHeader }
  | { readonly ok: false; readonly message: string };

/** Reads the header's JSON. The hash of the file vouches for what a writer of this program put there, so nested parts are checked in their outline. */
export function parseTapeHeader(text: string): ParsedHeader {
  const value = parsedOrNull(text);
  if (!isRecord(value)) return { ok: false, message: "its header is not a JSON object" };
  if (value["format"] !== TAPE_FORMAT)
    return { ok: false, message: `its header must have format ${TAPE_FORMAT}, was ${JSON.stringify(value["format"])}` };
  if (value["kind"] !== "market" && value["kind"] !== "session")
    return { ok: false, message: `its kind must be market or session, was ${JSON.stringify(value["kind"])}` };
  if (!isRules(value["rules"])) return { ok: false, message: "its header holds no market rules" };
  if (!isClock(value["clock"]) || typeof value["createdBy"] !== "string")
    return { ok: false, message: "its header must have clock and createdBy" };
  for (const part of ["manifest", "import"] as const)
    if (value[part] !== null && !isRecord(value[part]))
      return { ok: false, message: `${part} in its header must be an object or null` };
  return { ok: true, header: value as unknown as TapeHeader };
}

const RULE_TEXTS = [
  "market",
  "venue",
  "baseCurrency",
  "quoteCurrency",
  "tickSize",
  "lotSize",
  "minNotional",
] as const satisfies readonly (keyof MarketRules)[];

function isRules(value: unknown): boolean {
  return (
    isRecord(value) &&
    RULE_TEXTS.every((key) => typeof value[key] === "string") &&
    typeof value["minOrderLots"] === "number" &&
    typeof value["fundingIntervalS"] === "number"
  );
}

function isClock(value: unknown): boolean {
  return isRecord(value) && typeof value["offsetUs"] === "number" && typeof value["note"] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
