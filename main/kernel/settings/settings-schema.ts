import { INVENTORY_ROWS, GUARD_ROWS } from "./rows-inventory.ts";
import { HEALTH_ROWS, RECORD_ROWS, SHUTDOWN_ROWS } from "./rows-operation.ts";
import { POST_ONLY_ROWS, PRICING_ROWS, REPRICE_ROWS } from "./rows-pricing.ts";
import { BALANCE_ROWS, HEDGE_ROWS, LIMIT_ROWS, LOSS_ROWS } from "./rows-risk.ts";
import { SESSION_ROWS } from "./rows-session.ts";
import { FUNDING_ROWS, REGIME_ROWS, TREND_ROWS } from "./rows-signals.ts";
import type { MarketProfile, SettingRow, SettingRows } from "./setting-row.ts";
import type { Settings } from "./settings.ts";

export type SettingKey = keyof Settings;

/** The one table of settings. Parsing, warnings, the editor, the page and the policy check all come from it. */
export const SETTINGS_SCHEMA: SettingRows = {
  ...SESSION_ROWS,
  ...PRICING_ROWS,
  ...REPRICE_ROWS,
  ...POST_ONLY_ROWS,
  ...INVENTORY_ROWS,
  ...HEDGE_ROWS,
  ...GUARD_ROWS,
  ...REGIME_ROWS,
  ...TREND_ROWS,
  ...FUNDING_ROWS,
  ...LIMIT_ROWS,
  ...BALANCE_ROWS,
  ...LOSS_ROWS,
  ...HEALTH_ROWS,
  ...SHUTDOWN_ROWS,
  ...RECORD_ROWS,
};

/** Keys of all settings, in the order of the table. */
export const SETTING_KEYS = Object.keys(SETTINGS_SCHEMA) as readonly SettingKey[];

/** Any row, for code that treats all settings alike. */
export function settingRow(key: SettingKey): SettingRow {
  return SETTINGS_SCHEMA[key];
}

const KEY_BY_NAME: ReadonlyMap<string, SettingKey> = new Map(SETTING_KEYS.map((key) => [settingRow(key).name, key]));

/** Key of the setting that a variable sets; null for a name that is none. */
export function settingKeyOf(name: string): SettingKey | null {
  return KEY_BY_NAME.get(name) ?? null;
}

/** Variables of the reference that are secrets: recognised, and refused wherever a profile is read. */
export const CREDENTIAL_NAMES: readonly string[] = [
  "MM_VAULT_ID",
  "MM_STARK_PRIVATE_KEY",
  "MM_STARK_PUBLIC_KEY",
  "MM_API_KEY",
];

const SECRET_NAME = /PRIVATE_KEY|SECRET|PASSPHRASE|PASSWORD|MNEMONIC|API_KEY/i;

/** True for a name whose value must neither stand in a profile nor be shown: the credentials, and what is named like one. */
export function isSecretName(name: string): boolean {
  return CREDENTIAL_NAMES.includes(name.toUpperCase()) || SECRET_NAME.test(name);
}

/** Settings of a profile whose file sets nothing but `MM_MARKET_PROFILE`. */
export function defaultSettings(profile: MarketProfile): Settings {
  // Every key of the table is in it with a value of its own type, which the type of the table guarantees.
  return Object.fromEntries(SETTING_KEYS.map((key) => [key, settingRow(key).defaults[profile]])) as unknown as Settings;
}
