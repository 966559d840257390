import { editEnv } from "../../../main/profiles/env-codec.ts";
import { normalizePolicyValue, type PolicyRule } from "../../../main/profiles/policy-value.ts";
import { record, text } from "../case-inputs.ts";
import type { Family } from "../oracle-case.ts";

export const policyValue: Family = ({ inputs, expected }) => {
  const wanted = record(expected);
  const got = normalizePolicyValue(text(inputs, "raw"), ruleOf(record(inputs["rule"])));
  return {
    kind: "checked",
    checks: [
      { field: "ok", expected: wanted["ok"], got: got.ok, comparison: "equal" },
      // As text: a number must come out in its one normal form.
      {
        field: "value",
        expected: JSON.stringify(wanted["value"]),
        got: JSON.stringify(got.value),
        comparison: "equal",
      },
    ],
  };
};

export const envEdit: Family = ({ inputs, expected }) => {
  const updates = new Map(Object.entries(record(inputs["updates"])).map(([name, value]) => [name, String(value)]));
  const wanted = record(expected)["text"];
  return {
    kind: "checked",
    checks: [{ field: "text", expected: wanted, got: editEnv(text(inputs, "text"), updates), comparison: "equal" }],
  };
};

function ruleOf(rule: Record<string, unknown>): PolicyRule {
  const type = text(rule, "type");
  if (type !== "int" && type !== "float" && type !== "bool" && type !== "string")
    throw new TypeError(`a rule's type must be int, float, bool or string, was ${type}`);
  const { allowed } = rule;
  return {
    type,
    ...(rule["min"] === undefined ? {} : { min: text(rule, "min") }),
    ...(rule["max"] === undefined ? {} : { max: text(rule, "max") }),
    ...(Array.isArray(allowed) ? { allowed: allowed.map(String) } : {}),
  };
}
