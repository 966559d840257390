/** One line of a vector file, as `../shared/vectors/README.md` describes it. */
export interface OracleCase {
  readonly family: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly expected: unknown;
  /** The same formula without floating point; stands instead of `expected` where present. */
  readonly exact: unknown;
}

/** How two values are compared: numbers within 1e-9 relative, or equal as numbers, texts, flags, nulls. */
export type Comparison = "continuous" | "equal";

/** One value of a case: what the vector says, and what the kernel says. */
export interface Check {
  readonly field: string;
  readonly expected: unknown;
  readonly got: unknown;
  readonly comparison: Comparison;
}

export type Judgement =
  | { readonly kind: "checked"; readonly checks: readonly Check[] }
  | { readonly kind: "skipped"; readonly reason: string };

/** Feeds one case of a family to the kernel's own functions. Never looks at the case's name. */
export type Family = (oracleCase: OracleCase) => Judgement;

/** Parses a line. Throws with what is wrong with it. */
export function parseCase(line: string): OracleCase {
  const parsed: unknown = JSON.parse(line);
  if (!isRecord(parsed)) throw new TypeError("a case must be a JSON object");
  const { family, case: name, inputs } = parsed;
  if (typeof family !== "string" || typeof name !== "string" || !isRecord(inputs)) {
    throw new TypeError("a case must have the texts family and case and the object inputs");
  }
  return { family, name, inputs, expected: parsed["expected"], exact: parsed["exact"] };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
