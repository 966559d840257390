import type { TakesEffect } from "./setting-row.ts";
import { formatSettingValue } from "./setting-value.ts";
import { SETTING_KEYS, settingRow, type SettingKey } from "./settings-schema.ts";
import type { Settings } from "./settings.ts";

/** One setting that differs between two sets, with both values as they would stand in a file. */
export interface SettingChange {
  readonly key: SettingKey;
  readonly variable: string;
  readonly before: string;
  readonly after: string;
  readonly takesEffect: TakesEffect;
}

/** Every setting that differs, in the order of the table. A running session must refuse a change that is `immutable`. */
export function diffSettings(before: Settings, after: Settings): readonly SettingChange[] {
  const changes: SettingChange[] = [];
  for (const key of SETTING_KEYS) {
    const row = settingRow(key);
    const change = { before: formatSettingValue(before[key]), after: formatSettingValue(after[key]) };
    if (change.before !== change.after)
      changes.push({ key, variable: row.name, ...change, takesEffect: row.takesEffect });
  }
  return changes;
}
