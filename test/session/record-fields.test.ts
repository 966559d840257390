import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differingFields, fieldsOf } from "../../main/session/record-fields.ts";

describe("fields of a record", () => {
  it("are named by their path, money in atto units, and left out where there is no value", () => {
    expect(fieldsOf({ a: 1, b: { c: 2n ** 70n, d: [null, "x"] }, e: undefined })).toEqual([
      { field: "a", value: 1 },
      { field: "b.c", value: (2n ** 70n).toString() },
      { field: "b.d.0", value: null },
      { field: "b.d.1", value: "x" },
    ]);
  });

  it.each([
    ["the same", { a: 1, b: { c: 2n } }, { a: 1, b: { c: 2n } }, []],
    ["in another order", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ["null and absent", { a: null }, {}, []],
    ["undefined and absent", { a: undefined }, {}, []],
    ["a last digit of a double", { a: 0.1 + 0.2 }, { a: 0.3 }, []],
    ["more than a last digit", { a: 0.3 }, { a: 0.300001 }, ["a"]],
    ["whole numbers far up", { a: 9_007_199_254_740_990 }, { a: 9_007_199_254_740_991 }, ["a"]],
    ["money by an atto", { a: { b: 10n ** 30n } }, { a: { b: 10n ** 30n + 1n } }, ["a.b"]],
    ["a number and its text", { a: 1 }, { a: "1" }, ["a"]],
    ["not a number", { a: Number.NaN }, { a: Number.NaN }, ["a"]],
    ["a field more", { a: 1 }, { a: 1, b: 0 }, ["b"]],
    ["a field less, another more", { a: 1, b: 2 }, { a: 1, c: 2 }, ["b", "c"]],
    ["an object and null", { a: { b: 1 } }, { a: null }, ["a.b"]],
    ["a longer list", { a: [1] }, { a: [1, 2] }, ["a.1"]],
  ])("%s", (_name, recorded, replayed, differing) => {
    expect(differingFields(recorded, replayed).map(({ field }) => field)).toEqual(differing);
    expect(
      differingFields(replayed, recorded)
        .map(({ field }) => field)
        .toSorted(),
    ).toEqual(differing);
  });

  it("differ exactly where a value was put in another's place", () => {
    const leaf = fc.oneof(fc.integer(), fc.bigInt(), fc.string(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec<{ tree: object }>((tie) => ({
      tree: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.oneof({ depthSize: "small" }, leaf, tie("tree"))),
    }));
    fc.assert(
      fc.property(tree, fc.nat(), (record, pick) => {
        const copy = structuredClone(record);
        expect(differingFields(record, copy)).toEqual([]);
        const fields = fieldsOf(copy);
        const chosen = fields[pick % Math.max(1, fields.length)];
        if (chosen === undefined) return;
        const names = chosen.field.split(".");
        const last = names.pop() ?? "";
        const parent = names.reduce((inner, name) => (inner as Record<string, object>)[name] ?? {}, copy);
        (parent as Record<string, unknown>)[last] = "another value than any";
        expect(differingFields(record, copy).map(({ field }) => field)).toEqual([chosen.field]);
      }),
      { numRuns: 1_000 },
    );
  });
});
