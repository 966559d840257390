export const BUNDLE_FORMAT = 1;
export const MANIFEST_NAME = "bundle.json";
/** SHA-256 of the manifest, hex, in a part of its own: then every byte of a bundle is accounted for. */
export const MANIFEST_HASH_NAME = "bundle.sha256";

export interface BundlePart {
  /** `tables/fills.jsonl.zst`, `tapes/ID.tape`. */
  readonly name: string;
  readonly bytes: number;
  /** Of the bytes as they lie in the bundle, hex. */
  readonly sha256: string;
}

export interface BundleTable extends BundlePart {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/** The first thing in a bundle: what is in it, and what it must hash to. */
export interface BundleManifest {
  readonly format: typeof BUNDLE_FORMAT;
  readonly createdBy: string;
  readonly exportedAtUs: number;
  readonly sessionId: string;
  /** Of the journal that it was taken from; the rows fit no other. */
  readonly schemaVersion: number;
  readonly effectHash: string | null;
  /** False = the session is older than the chain over the journal's rows. */
  readonly isChained: boolean;
  /** Last hash of its chain, to be compared with what was written down elsewhere. */
  readonly chainHash: string | null;
  readonly tables: readonly BundleTable[];
  readonly tape: BundlePart;
}

/** Reads a manifest; a text = why it is none. */
export function parseBundleManifest(text: string): BundleManifest | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `${MANIFEST_NAME} is not JSON`;
  }
  if (!isRecord(value)) return `${MANIFEST_NAME} is not a JSON object`;
  if (value["format"] !== BUNDLE_FORMAT)
    return `its format must be ${BUNDLE_FORMAT}, was ${JSON.stringify(value["format"])}: use the Ballast that made it, or a newer one`;
  const { sessionId, schemaVersion, tables, tape } = value;
  if (typeof sessionId !== "string" || !/^[A-Za-z0-9-]{1,64}$/.test(sessionId)) return "it names no session";
  if (typeof schemaVersion !== "number" || typeof value["isChained"] !== "boolean")
    return `${MANIFEST_NAME} must have schemaVersion and isChained`;
  if (!Array.isArray(tables) || !tables.every(isTable) || !isPart(tape))
    return `${MANIFEST_NAME} must list tables and a tape, each with name, bytes and sha256`;
  return value as unknown as BundleManifest;
}

function isTable(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["table"] === "string" &&
    Array.isArray(value["columns"]) &&
    value["columns"].every((column) => typeof column === "string") &&
    typeof value["rows"] === "number" &&
    isPart(value)
  );
}

function isPart(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["bytes"] === "number" &&
    typeof value["sha256"] === "string"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
