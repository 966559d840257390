import { Decimal } from "../kernel/values/decimal.ts";

/** A bounds rule of a policy file; bounds are inclusive decimal strings. */
export interface PolicyRule {
  readonly type: "int" | "float" | "bool" | "string";
  readonly min?: string;
  readonly max?: string;
  /** The only texts that are allowed, compared exactly. */
  readonly allowed?: readonly string[];
}

export type PolicyValue = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly value: null };

const REFUSED: PolicyValue = { ok: false, value: null };
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/**
 * Checks the text of one proposed value against a rule and normalises it: whole numbers without sign or leading zeros, decimals without
 * exponent and trailing zeros, flags as true or false. Spacing around it is dropped. More lenient than a profile's own
 * parser, which reads plain decimals only: what passes here is written in the form that passes there.
 */
export function normalizePolicyValue(raw: string, rule: PolicyRule): PolicyValue {
  const text = raw.trim();
  switch (rule.type) {
    case "int":
      return INTEGER.test(text) ? boundedNumber(text, rule) : REFUSED;
    case "float":
      return DECIMAL.test(text) ? boundedNumber(text, rule) : REFUSED;
    case "bool":
      if (/^(?:true|1)$/i.test(text)) return { ok: true, value: "true" };
      return /^(?:false|0)$/i.test(text) ? { ok: true, value: "false" } : REFUSED;
    case "string":
      return rule.allowed === undefined || rule.allowed.includes(text) ? { ok: true, value: text } : REFUSED;
    default:
      return unreachable(rule.type);
  }
}

function boundedNumber(text: string, rule: PolicyRule): PolicyValue {
  const value = new Decimal(text);
  if (rule.min !== undefined && value.lt(rule.min)) return REFUSED;
  if (rule.max !== undefined && value.gt(rule.max)) return REFUSED;
  return { ok: true, value: value.toFixed() };
}

function unreachable(type: never): never {
  throw new TypeError(`a policy rule of an unknown type: ${String(type)}`);
}
