import * as fc from "fast-check";
import type { Assignment } from "../../../main/kernel/settings/parse-settings.ts";
import type { SettingRow } from "../../../main/kernel/settings/setting-row.ts";
import { SETTING_KEYS, settingRow } from "../../../main/kernel/settings/settings-schema.ts";

/** Plain decimal text within and around the bounds of most settings. */
const decimalText = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 400 }), fc.constantFrom("", "0", "5", "25", "750"))
  .map(([isNegative, whole, fraction]) => `${isNegative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`);

const nonsense = fc.constantFrom("", "abc", "1e3", "NaN", "0x10", "1/2/3", "1,5", "yes", "Infinity");

function valueText(row: SettingRow): fc.Arbitrary<string> {
  switch (row.kind) {
    case "decimal":
    case "float":
      return decimalText;
    case "int":
      return fc.integer({ min: -2, max: 30 }).map(String);
    case "bool":
      return fc.constantFrom("true", "false", "1", "0", "TRUE", "False");
    case "enum":
      return fc.constantFrom(...row.options, ...row.options.map((option) => option.toUpperCase()));
    case "text":
      return fc.constantFrom("BTC-USD", "ETHUSDT", "1000PEPE-USD");
    case "cadence":
      return fc.tuple(decimalText, decimalText).map(([interval, age]) => `${interval}/${age}`);
    default:
      throw new TypeError("a row of an unknown kind");
  }
}

const assignment = fc
  .constantFrom(...SETTING_KEYS)
  .chain((key) =>
    fc
      .oneof({ weight: 20, arbitrary: valueText(settingRow(key)) }, { weight: 1, arbitrary: nonsense })
      .map((value) => ({ name: settingRow(key).name, value })),
  );

/** Assignments of distinct settings, mostly of the right form, often out of bounds or at odds with each other. */
export const someAssignments: fc.Arbitrary<readonly Assignment[]> = fc
  .uniqueArray(assignment, { selector: ({ name }) => name, maxLength: 25 })
  .map((pairs) => pairs.map((pair, index) => ({ ...pair, line: index + 1 })));
