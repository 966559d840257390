import { limitsAtZero } from "./loosened-limits.ts";
import { formatSettingValue } from "./setting-value.ts";
import { settingRow, type SettingKey } from "./settings-schema.ts";
import type { Settings } from "./settings.ts";

/** Settings that are accepted together although one of them does not do what its name promises. */
export interface Doubt {
  /** The settings that do not do it; at least one. */
  readonly keys: readonly SettingKey[];
  /** What is the matter, in words that follow the names. */
  readonly text: string;
}

/** What is doubtful about settings that agree with each other; empty when nothing is. */
export function doubtsOf(settings: Settings): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const doubt = (isDoubtful: boolean, key: SettingKey, text: string): void => {
    if (isDoubtful) doubts.push({ keys: [key], text: `= ${formatSettingValue(settings[key])} ${text}` });
  };
  const off = limitsAtZero(settings);
  if (off.length > 0) doubts.push({ keys: off, text: "= 0, which is NO LIMIT" });
  const { drawdownStopEnabled, drawdownStopPctOfMaxNotional, deadmanEnabled, deadmanCountdownS } = settings;
  doubt(
    drawdownStopEnabled && drawdownStopPctOfMaxNotional === 0,
    "drawdownStopEnabled",
    `never stops: ${named("drawdownStopPctOfMaxNotional", settings)}`,
  );
  doubt(
    deadmanEnabled && deadmanCountdownS === 0,
    "deadmanEnabled",
    `arms nothing: ${named("deadmanCountdownS", settings)}`,
  );
  for (const key of ["maxLongPositionSize", "maxShortPositionSize"] as const) {
    const what = `is above ${named("maxPositionSize", settings)}, the whole that skew and inventory bands are shares of`;
    doubt(settings[key] > settings.maxPositionSize, key, what);
    const never = `never reaches ${named("inventoryWarnPct", settings)} of ${named("maxPositionSize", settings)}: no inventory band begins on that side`;
    const warnsFrom = settings.maxPositionSize * settings.inventoryWarnPct;
    doubt(settings[key] > 0 && settings[key] < warnsFrom, key, never);
  }
  doubt(settings.volOffsetScaleCalm > 1, "volOffsetScaleCalm", "is above 1: quotes are wider in CALM than in NORMAL");
  return doubts;
}

function named(key: SettingKey, settings: Settings): string {
  return `${settingRow(key).name} = ${formatSettingValue(settings[key])}`;
}
