import { expect, it } from "vitest";
import { diffSettings } from "../../../main/kernel/settings/settings-diff.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";

it("lists what differs, with both values as text and when the change takes effect", () => {
  const before = defaultSettings("legacy");
  const cadence = { minRepriceIntervalS: 0.5, maxOrderAgeS: 20 };
  const after = { ...before, minOffsetBps: 0.0000001, marketName: "BTC-USD", regimeCadenceCalm: cadence };
  expect(
    diffSettings(before, after).map(({ key, ...change }) => [key, change.before, change.after, change.takesEffect]),
  ).toEqual([
    ["marketName", "ETH-USD", "BTC-USD", "immutable"],
    ["minOffsetBps", "3", "0.0000001", "live"],
    ["regimeCadenceCalm", "0.4/20", "0.5/20", "live"],
  ]);
  expect(diffSettings(after, { ...after, regimeCadenceCalm: { ...cadence } })).toEqual([]);
});
