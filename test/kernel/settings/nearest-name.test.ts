import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearestSettingName } from "../../../main/kernel/settings/nearest-name.ts";
import { SETTING_KEYS, settingRow } from "../../../main/kernel/settings/settings-schema.ts";

describe("the nearest name", () => {
  it.each([
    ["MM_MIN_OFSET_BPS", "MM_MIN_OFFSET_BPS"],
    ["mm_skew_max_bps", "MM_SKEW_MAX_BPS"],
    ["MM_INVENTORY_SKEW_FACT", "MM_INVENTORY_SKEW_FACTOR"],
    ["MM_TREND_ENALBED", "MM_TREND_ENABLED"],
    ["ENV", null],
    ["COMPLETELY_DIFFERENT", null],
  ])("of %s is %s", (name, expected) => {
    expect(nearestSettingName(name)).toBe(expected);
  });

  it("is at one step from any name with one character lost or one too many", () => {
    const name = fc.constantFrom(...SETTING_KEYS.map((key) => settingRow(key).name));
    fc.assert(
      fc.property(name, fc.nat(), fc.boolean(), (known, at, isLost) => {
        const index = 3 + (at % (known.length - 3));
        const typo = known.slice(0, index) + (isLost ? "" : "Q") + known.slice(index + (isLost ? 1 : 0));
        const nearest = nearestSettingName(typo);
        expect(nearest).not.toBeNull();
        expect(editDistance(typo, nearest ?? "")).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});

describe("edit distance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "abc", 0],
    ["kitten", "sitting", 3],
    ["abcd", "abdc", 1],
    ["ca", "abc", 3],
  ])("of %j and %j is %i", (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });
});
