import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sessionFlags } from "../../../main/kernel/market/session-flags.ts";

const at = (text: string) => Date.parse(text) * 1_000;

describe("session flags", () => {
  it.each([
    ["2024-08-08T00:00:00Z", { isAsia: true, isEurope: false, isUnitedStates: false, isWeekend: false }],
    ["2024-08-08T07:30:00Z", { isAsia: true, isEurope: true, isUnitedStates: false, isWeekend: false }],
    ["2024-08-08T08:00:00Z", { isAsia: false, isEurope: true, isUnitedStates: false, isWeekend: false }],
    ["2024-08-08T13:00:00Z", { isAsia: false, isEurope: true, isUnitedStates: true, isWeekend: false }],
    ["2024-08-08T16:00:00Z", { isAsia: false, isEurope: false, isUnitedStates: true, isWeekend: false }],
    ["2024-08-08T21:00:00Z", { isAsia: false, isEurope: false, isUnitedStates: false, isWeekend: false }],
    ["2024-08-09T23:59:59.999Z", { isAsia: false, isEurope: false, isUnitedStates: false, isWeekend: false }],
    ["2024-08-10T00:00:00Z", { isAsia: true, isEurope: false, isUnitedStates: false, isWeekend: true }],
    ["2024-08-11T23:59:59.999Z", { isAsia: false, isEurope: false, isUnitedStates: false, isWeekend: true }],
    ["1970-01-01T00:00:00Z", { isAsia: true, isEurope: false, isUnitedStates: false, isWeekend: false }],
  ])("at %s", (text, wanted) => {
    expect(sessionFlags(at(text))).toEqual(wanted);
  });

  it("agree with the calendar at any time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000_000 }), (timeUs) => {
        const date = new Date(Math.floor(timeUs / 1_000));
        const hour = date.getUTCHours();
        expect(sessionFlags(timeUs)).toEqual({
          isAsia: hour < 8,
          isEurope: hour >= 7 && hour < 16,
          isUnitedStates: hour >= 13 && hour < 21,
          isWeekend: date.getUTCDay() === 0 || date.getUTCDay() === 6,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it("refuses a time before the epoch", () => {
    expect(() => sessionFlags(-8 * 86_400_000_000)).toThrow("time must be at or after the epoch");
    expect(() => sessionFlags(Number.NaN)).toThrow("was NaN us");
  });
});
