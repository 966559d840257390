import fc from "fast-check";
import { expect, test } from "vitest";
import { readRowLine, rowLine } from "../../../db/bundle/row-line.ts";

const anyCell = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true }).map((value) => value + 0),
  fc.string({ unit: "grapheme" }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

test("a line gives back every value of its row, each as what it was", () => {
  fc.assert(
    fc.property(fc.array(anyCell), (row) => {
      const line = rowLine(row);
      expect(line).not.toContain("\n");
      // Minus zero is zero to SQLite
      expect(readRowLine(line)).toEqual(row.map((cell) => (Object.is(cell, -0) ? 0 : cell)));
    }),
  );
});

test.each(["", "{}", "[1.5]", "[true]", '[{"int":"x"}]', '[{"real":"NaN"}]', "[9007199254740993]", "[[]]"])(
  "what is no row is refused: %s",
  (line) => {
    expect(readRowLine(line)).toBeNull();
  },
);
