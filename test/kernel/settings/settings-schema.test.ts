import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { brokenRules } from "../../../main/kernel/settings/cross-rules.ts";
import type { NumberRow, SettingRow } from "../../../main/kernel/settings/setting-row.ts";
import { adviceFor, formatSettingValue, readSettingValue } from "../../../main/kernel/settings/setting-value.ts";
import {
  CREDENTIAL_NAMES,
  defaultSettings,
  isSecretName,
  SETTING_KEYS,
  settingKeyOf,
  settingRow,
} from "../../../main/kernel/settings/settings-schema.ts";

const rows = SETTING_KEYS.map((key) => settingRow(key));

/** Names of the rows that a statement does not hold for: an empty list is what a test wants to see. */
function exceptions(holds: (row: SettingRow) => boolean): readonly string[] {
  return rows.filter((row) => !holds(row)).map(({ name }) => name);
}

function isNumberRow(row: SettingRow): row is NumberRow {
  return row.kind === "decimal" || row.kind === "float" || row.kind === "int";
}

/** Settings that the reference does not have. */
const OWN_NAMES: readonly string[] = [
  "MM_CONFIG_ROLLBACK_ENABLED",
  "MM_OPERATOR_PRESENCE_S",
  "MM_OWN_SIZE_FILTER",
  "MM_INVENTORY_SINGLE_SIDED_ENABLED",
  "MM_INVENTORY_SINGLE_SIDED_OFFSET_SCALE",
  "MM_HARD_HEDGE_ENABLED",
  "MM_HARD_HEDGE_TARGET_PCT",
  "MM_HARD_HEDGE_MAX_SLIPPAGE_BPS",
  "MM_HARD_HEDGE_MIN_INTERVAL_S",
  "MM_PRICE_COLLAR_BPS",
  "MM_MAX_BOOK_JUMP_BPS",
  "MM_MAX_BOOK_SPREAD_BPS",
  "MM_BOOK_JUMP_CONFIRM_S",
  "MM_VOL_ESTIMATOR",
  "MM_VOL_UNKNOWN_REGIME",
  "MM_VOL_REGIME_HYSTERESIS_PCT",
  "MM_VOL_REGIME_MIN_DWELL_S",
  "MM_REGIME_CADENCE_CALM",
  "MM_REGIME_CADENCE_NORMAL",
  "MM_REGIME_CADENCE_ELEVATED",
  "MM_REGIME_CADENCE_EXTREME",
  "MM_TREND_MODE",
  "MM_FUNDING_INVENTORY_TOLERANCE",
  "MM_LOSS_LIMIT_SESSION_USD",
  "MM_LOSS_LIMIT_DAY_USD",
  "MM_MAX_MESSAGES_PER_MIN",
  "MM_REPEATED_EXECUTION_LIMIT",
  "MM_REPEATED_EXECUTION_WINDOW_S",
];

describe("the settings schema", () => {
  it("names every setting by the camel case of its variable", () => {
    const camels = rows.map(({ name }) =>
      name
        .slice("MM_".length)
        .toLowerCase()
        .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(camels).toEqual(SETTING_KEYS);
    expect(rows.map(({ name }) => settingKeyOf(name))).toEqual(SETTING_KEYS);
  });

  it("has the 117 settings of the reference that are no credentials, and its own", () => {
    const names: readonly string[] = rows.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(OWN_NAMES.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.length - OWN_NAMES.length).toBe(117);
  });

  it("keeps every default within its own bounds and safe range", () => {
    const read = rows.map((row) => readSettingValue(row, formatSettingValue(row.defaults.crypto)));
    expect(read).toEqual(rows.map((row) => ({ ok: true, value: row.defaults.crypto })));
    expect(exceptions((row) => adviceFor(row, row.defaults.legacy) === null)).toEqual([]);
  });

  it("keeps every safe range within the hard bounds", () => {
    const holds = (row: NumberRow): boolean =>
      row.safe === null ||
      (row.safe.low < row.safe.high &&
        readSettingValue(row, String(row.safe.low)).ok &&
        readSettingValue(row, String(row.safe.high)).ok);
    expect(exceptions((row) => !isNumberRow(row) || holds(row))).toEqual([]);
  });

  it("explains every setting, and says what is given up and how to tune where there is a choice", () => {
    expect(exceptions(({ meaning }) => /^[A-Z][^`|\n]*\.$/.test(meaning))).toEqual([]);
    expect(exceptions(({ tuning }) => tuning.endsWith("."))).toEqual([]);
    expect(exceptions(({ kind, tradeOff }) => kind === "text" || tradeOff.endsWith("."))).toEqual([
      "MM_ENABLED",
      "MM_BUILDER_ID",
    ]);
  });

  it("has defaults that agree with each other, and that differ only where the profiles do", () => {
    const legacy = defaultSettings("legacy");
    const crypto = defaultSettings("crypto");
    expect(brokenRules(legacy)).toEqual([]);
    expect(brokenRules(crypto)).toEqual([]);
    expect({ ...crypto, marketProfile: "legacy" }).toEqual(legacy);
    expect(crypto.marketProfile).toBe("crypto");
  });

  it("lets nothing but the environment and the market be fixed for a whole session", () => {
    expect(exceptions(({ takesEffect }) => takesEffect !== "immutable")).toEqual(["MM_ENVIRONMENT", "MM_MARKET_NAME"]);
  });

  it("takes no setting for a secret, and every credential for one", () => {
    expect(exceptions(({ name }) => !isSecretName(name))).toEqual([]);
    const secrets = [...CREDENTIAL_NAMES, "EXTENDED_API_KEY", "mm_wallet_mnemonic", "HYPERLIQUID_PRIVATE_KEY"];
    expect(secrets.filter((name) => !isSecretName(name))).toEqual([]);
  });
});

const reference = new URL("../../../../shared/spec/reference.md", import.meta.url);

describe.skipIf(!existsSync(reference))("the settings schema beside the reference's table (needs ../shared)", () => {
  const text = existsSync(reference) ? readFileSync(reference, "utf8") : "";
  const table = [...text.matchAll(/^\| (MM_\w+) \| (\w+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|/gm)].map(
    ([, name = "", kind = "", fallback = "", bounds = "", safe = ""]) => ({
      name,
      kind,
      fallback: fallback.trim(),
      bounds: bounds.trim(),
      safe: /^([\d.]+-[\d.]+)(?: \*)?$/.exec(safe.trim())?.[1] ?? "-",
    }),
  );
  /** Ours by decision: the anchors' default and choices, and the log level as a choice instead of a free text. */
  const ours = new Set(["MM_QUOTE_ANCHOR", "MM_MARKOUT_ANCHOR", "MM_LOG_LEVEL"]);
  const common = table.flatMap((entry) => {
    const key = settingKeyOf(entry.name);
    return key === null || ours.has(entry.name) ? [] : [{ entry, row: settingRow(key) }];
  });

  it("knows each of its 121 variables", () => {
    expect(table).toHaveLength(121);
    const unknown = table.filter(({ name }) => settingKeyOf(name) === null).map(({ name }) => name);
    expect(unknown).toEqual(CREDENTIAL_NAMES);
  });

  it("has its kinds and defaults", () => {
    expect(common).toHaveLength(114);
    expect(common.map(({ row }) => [row.name, row.kind, { ok: true, value: row.defaults.legacy }])).toEqual(
      common.map(({ entry, row }) => [entry.name, entry.kind, readSettingValue(row, entry.fallback)]),
    );
  });

  it("has its hard bounds and safe ranges", () => {
    const numbers = common.flatMap(({ entry, row }) => (isNumberRow(row) ? [{ entry, row }] : []));
    const rangesOf = ({ name, min, max, safe }: NumberRow): readonly string[] => {
      const ends = [min && `${min.isInclusive ? ">=" : ">"} ${min.value}`, max && `<= ${max.value}`];
      return [
        name,
        ends.filter((end) => end !== null).join(", ") || "-",
        safe === null ? "-" : `${safe.low}-${safe.high}`,
      ];
    };
    expect(numbers.map(({ row }) => rangesOf(row))).toEqual(
      numbers.map(({ entry }) => [entry.name, entry.bounds, entry.safe.replaceAll(/\.0\b/g, "")]),
    );
  });
});
