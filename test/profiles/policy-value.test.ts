import { describe, expect, it } from "vitest";
import { normalizePolicyValue, type PolicyRule } from "../../main/profiles/policy-value.ts";

describe("a policy value", () => {
  it.each<[string, PolicyRule, string | null]>([
    ["+07", { type: "int" }, "7"],
    ["-0", { type: "int" }, "0"],
    ["1.0", { type: "int" }, null],
    ["5", { type: "int", min: "1", max: "4" }, null],
    [" 0.350 ", { type: "float" }, "0.35"],
    ["1e-3", { type: "float", min: "0" }, "0.001"],
    ["1E2", { type: "float" }, "100"],
    ["0.1000000000000000000001", { type: "float", max: "0.1" }, null],
    ["NaN", { type: "float" }, null],
    ["Infinity", { type: "float" }, null],
    ["0x10", { type: "float" }, null],
    ["1_000", { type: "float" }, null],
    ["", { type: "float" }, null],
    ["FALSE", { type: "bool" }, "false"],
    ["1", { type: "bool" }, "true"],
    ["on", { type: "bool" }, null],
    ["Dynamic", { type: "string", allowed: ["fixed", "dynamic"] }, null],
    ["", { type: "string" }, ""],
  ])("%j by %j is %j", (raw, rule, value) => {
    expect(normalizePolicyValue(raw, rule)).toEqual({ ok: value !== null, value });
  });
});
