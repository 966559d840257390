import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { editEnv } from "../../main/profiles/env-codec.ts";
import { normalizePolicyValue, type PolicyRule } from "../../main/profiles/policy-value.ts";

interface Case<I, E> {
  readonly case: string;
  readonly inputs: I;
  readonly expected: E;
}

const folder = new URL("../../../shared/vectors/", import.meta.url);

function casesOf<I, E>(family: string): readonly Case<I, E>[] {
  const lines = readFileSync(new URL(`${family}.jsonl`, folder), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Case<I, E>);
}

describe.skipIf(!existsSync(folder))("the reference's cases (needs ../shared)", () => {
  it("edits env files as the reference does", () => {
    const cases = casesOf<{ text: string; updates: Record<string, string> }, { text: string }>("env_edit");
    expect(cases.length).toBeGreaterThan(100);
    const edited = cases.map(({ case: name, inputs }) => [
      name,
      editEnv(inputs.text, new Map(Object.entries(inputs.updates))),
    ]);
    expect(edited).toEqual(cases.map(({ case: name, expected }) => [name, expected.text]));
  });

  it("normalises policy values as the reference does", () => {
    const cases = casesOf<{ raw: string; rule: PolicyRule }, unknown>("policy_value");
    expect(cases.length).toBeGreaterThan(100);
    const normalised = cases.map(({ case: name, inputs }) => [name, normalizePolicyValue(inputs.raw, inputs.rule)]);
    expect(normalised).toEqual(cases.map(({ case: name, expected }) => [name, expected]));
  });
});
