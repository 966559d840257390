import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decimalsOf,
  formatBytes,
  formatDecimal,
  formatDuration,
  formatLocalDateTime,
  formatNumber,
  formatShare,
  formatUtcDateTime,
  formatUtcTime,
  NO_VALUE,
  scaledInteger,
  signOfDecimal,
} from "../../renderer/lib/format.ts";

/** Groups and units are set apart by a no-break space, so that a number never wraps. */
const spaced = (text: string): string => text.replaceAll(" ", "\u00a0");

describe("formatDecimal", () => {
  test.each([
    ["61745", 1, "61 745.0"],
    ["61745.25", 1, "61 745.3"],
    ["61745.24", 1, "61 745.2"],
    ["-1234567.891", 2, "\u22121 234 567.89"],
    ["-0.004", 2, "0.00"],
    ["0.995", 2, "1.00"],
    ["999.96", 1, "1 000.0"],
    ["0", 0, "0"],
    ["12", 3, "12.000"],
    ["123456789012345678901234567890.5", 0, "123 456 789 012 345 678 901 234 567 891"],
  ])("shows %s with %i decimals as %s", (value, decimals, shown) => {
    expect(formatDecimal(value, { decimals })).toBe(spaced(shown));
  });

  test("puts a plus before a positive number only when asked, and none before zero", () => {
    expect(formatDecimal("1.5", { decimals: 1, isSigned: true })).toBe("+1.5");
    expect(formatDecimal("0.04", { decimals: 1, isSigned: true })).toBe("0.0");
    expect(formatDecimal("1.5", { decimals: 1 })).toBe("1.5");
  });

  test("shows what is no decimal as it came, and nothing as unknown", () => {
    expect(formatDecimal("1e5", { decimals: 2 })).toBe("1e5");
    expect(formatDecimal(null, { decimals: 2 })).toBe(NO_VALUE);
  });

  test("never changes a digit of a string that has no more digits than it may show", () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(decimal, ([units, decimals]) => {
        const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
        const point = digits.length - decimals;
        const text = `${units < 0n ? "-" : ""}${digits.slice(0, point)}${decimals > 0 ? `.${digits.slice(point)}` : ""}`;
        const shown = formatDecimal(text, { decimals }).replaceAll("\u00a0", "").replace("\u2212", "-");
        expect(scaledInteger(shown, decimals)).toBe(units);
        expect(shown === text || units === 0n).toBe(true);
      }),
    );
  });
});

describe("formatNumber", () => {
  test.each([
    [1234.5, 1, "1 234.5"],
    [-0.04, 1, "0.0"],
    [-0.06, 1, "\u22120.1"],
    [Number.NaN, 1, NO_VALUE],
    [Number.POSITIVE_INFINITY, 1, NO_VALUE],
    [null, 1, NO_VALUE],
  ])("shows %s with %i decimals as %s", (value, decimals, shown) => {
    expect(formatNumber(value, { decimals })).toBe(spaced(shown));
  });

  test("shows a share as per cent", () => {
    expect(formatShare(0.424, { decimals: 0, isSigned: true })).toBe(spaced("+42 %"));
    expect(formatShare(null, { decimals: 0 })).toBe(NO_VALUE);
  });
});

describe("formatDuration", () => {
  test.each([
    [38.4, "38 ms"],
    [0, "0 ms"],
    [-3, "0 ms"],
    [400, "0.4 s"],
    [24_300, "24 s"],
    [185_000, "3:05"],
    [4_360_000, "1:12:40"],
    [200_000_000, "2 d 7 h"],
    [null, NO_VALUE],
  ])("shows %s ms as %s", (ms, shown) => {
    expect(formatDuration(ms).replaceAll("\u00a0", " ")).toBe(shown);
  });
});

describe("times", () => {
  const us = Date.UTC(2026, 10, 21, 14, 7, 31, 420) * 1000;

  test("are shown in UTC, with tenths where they matter", () => {
    expect(formatUtcTime(us)).toBe("14:07:31");
    expect(formatUtcTime(us, true)).toBe("14:07:31.4");
    expect(formatUtcDateTime(us)).toBe("2026-11-21 14:07");
  });

  test("name their zone where they are local", () => {
    expect(formatLocalDateTime(us)).toMatch(/^2026-11-2[012] \d\d:\d\d:31 local \(UTC[+\u2212]\d\d:\d\d\)$/);
  });

  test.each([null, 0, Number.NaN, 1e30])("are unknown for %s", (value) => {
    expect([formatUtcTime(value), formatUtcDateTime(value), formatLocalDateTime(value)]).toEqual(
      Array.from({ length: 3 }, () => NO_VALUE),
    );
  });
});

test("counts the digits after the point as written", () => {
  expect(["1", "1.0", "0.0001", ""].map(decimalsOf)).toEqual([0, 1, 4, 0]);
});

test("reads the sign of a decimal string, and none from a zero", () => {
  expect(["-0.01", "-0.00", "0", "3"].map(signOfDecimal)).toEqual([-1, 0, 0, 1]);
});

test("shows bytes in the unit that keeps them short", () => {
  expect([812, 70_412, 18_334_112].map(formatBytes)).toEqual(["812 B", "70.4 kB", "18.3 MB"].map(spaced));
});
