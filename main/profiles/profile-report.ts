import { rulesInWords } from "../kernel/settings/cross-rules.ts";
import { nearestSettingName } from "../kernel/settings/nearest-name.ts";
import type { SettingRemark } from "../kernel/settings/parse-settings.ts";
import {
  SETTING_GROUPS,
  type MarketProfile,
  type SettingRow,
  type TakesEffect,
} from "../kernel/settings/setting-row.ts";
import { formatBounds, formatSafeRange, formatSettingValue, formatWithUnit } from "../kernel/settings/setting-value.ts";
import { diffSettings, type SettingChange } from "../kernel/settings/settings-diff.ts";
import { isSecretName, settingKeyOf, settingRow, type SettingKey } from "../kernel/settings/settings-schema.ts";
import { immutableChanges } from "./immutable-changes.ts";
import { loadProfile, readProfileText, type ProfileLoad, type ProfilePlace } from "./loader.ts";
import { setInProfileFile } from "./profile-file.ts";
import { SHIPPED_PROFILES } from "./shipped/shipped-profiles.ts";

/** Result of one `ballast profile` command: data for `--json`, `text` for people, `ok` for the exit code. */
export interface ProfileReport<T> {
  readonly ok: boolean;
  readonly text: string;
  /** Null when the command could not say anything. */
  readonly result: T | null;
}

export interface ProfileCheck {
  readonly name: string;
  /** Null when the profile is refused. */
  readonly hash: string | null;
  readonly problems: readonly SettingRemark[];
  readonly warnings: readonly SettingRemark[];
}

export interface SettingExplanation {
  readonly variable: string;
  readonly group: string;
  readonly kind: SettingRow["kind"];
  readonly unit: string;
  readonly meaning: string;
  readonly tradeOff: string;
  readonly tuning: string;
  /** What a profile has that does not set it. */
  readonly defaults: Readonly<Record<MarketProfile, string>>;
  /** What the shipped profiles set it to; null where one leaves it out. */
  readonly shipped: Readonly<Record<MarketProfile, string | null>>;
  /** "" where nothing is out of bounds, or where the guide names no safe range. */
  readonly bounds: string;
  readonly safeRange: string;
  readonly usedBy: SettingRow["usedBy"];
  readonly takesEffect: TakesEffect;
  /** Rules that bind it to other settings. */
  readonly rules: readonly string[];
}

const EFFECTS: Readonly<Record<TakesEffect, string>> = {
  live: "at the next event",
  restart: "at the next start of a session",
  immutable: "never within a session: a change is refused",
};

/**
 * `profile check FILE`: every problem and warning of a profile. Not ok when it is refused. With `running`, the profile of a session that runs, also
 * what that session could not take over.
 */
export function checkProfile(
  nameOrPath: string,
  place: ProfilePlace,
  running: string | null = null,
): ProfileReport<ProfileCheck> {
  const load = running === null ? loadProfile(nameOrPath, place) : loadBeside(nameOrPath, running, place);
  if (!load.ok) {
    const { problems, warnings } = load;
    const text = [load.message, ...warnings.map(({ message }) => `  ${message}`)].join("\n");
    return { ok: false, text, result: { name: nameOrPath, hash: null, problems, warnings } };
  }
  const { name, hash, warnings, settings } = load.profile;
  const head = `${name}: holds, market profile ${settings.marketProfile}, ${countOf(warnings.length, "warning")}`;
  const text = [head, ...warnings.map(({ message }) => `  ${message}`)].join("\n");
  return { ok: true, text, result: { name, hash, problems: [], warnings } };
}

/** The profile as a change of a session that runs with another. */
function loadBeside(nameOrPath: string, running: string, place: ProfilePlace): ProfileLoad {
  const present = loadProfile(running, place);
  const next = loadProfile(nameOrPath, place);
  if (!present.ok || !next.ok) return next.ok ? present : next;
  const problems = immutableChanges(present.profile.settings, next.profile);
  if (problems.length === 0) return next;
  const message = problems.map((problem) => `${nameOrPath}: ${problem.message}`).join("\n");
  return { ok: false, message, problems, warnings: next.profile.warnings };
}

/** `profile explain MM_X`: all that there is to know of one setting. The prefix may be left out; case does not matter. */
export function explainSetting(name: string): ProfileReport<SettingExplanation> {
  const upper = name.trim().toUpperCase();
  const full = upper.startsWith("MM_") ? upper : `MM_${upper}`;
  const key = settingKeyOf(full);
  if (key === null) {
    const nearest = nearestSettingName(full);
    const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
    const text = isSecretName(full)
      ? `${full} is a secret: it lives in the vault, never in a profile`
      : `${full} is not a setting${hint}`;
    return { ok: false, text, result: null };
  }
  const result = explanationOf(key);
  return { ok: true, text: explanationText(result, settingRow(key)), result };
}

/** `profile diff A B`: the settings that differ. Ok also when some do; not ok when one of the two is refused. */
export function diffProfiles(
  before: string,
  after: string,
  place: ProfilePlace,
): ProfileReport<{ readonly changes: readonly SettingChange[] }> {
  const loads = [loadProfile(before, place), loadProfile(after, place)] as const;
  const [left, right] = loads;
  if (!left.ok || !right.ok) {
    const text = loads.flatMap((load) => (load.ok ? [] : [load.message])).join("\n");
    return { ok: false, text, result: null };
  }
  const changes = diffSettings(left.profile.settings, right.profile.settings);
  const head = `${left.profile.name} -> ${right.profile.name}: ${countOf(changes.length, "difference")}`;
  return {
    ok: true,
    text: [head, ...changes.map((change) => `  ${changeText(change)}`)].join("\n"),
    result: { changes },
  };
}

/** `profile set FILE MM_X=v`: changes one value in a file and tells what changed. Not ok, and the file untouched, when the result does not hold. */
export function setInProfile(
  nameOrPath: string,
  assignment: string,
  place: ProfilePlace,
): ProfileReport<{
  readonly path: string;
  readonly changes: readonly SettingChange[];
  readonly warnings: readonly SettingRemark[];
}> {
  const edit = setInProfileFile(nameOrPath, assignment, place);
  if (!edit.ok) return { ok: false, text: edit.message, result: null };
  const { path, before, after } = edit;
  const changes = before === null ? [] : diffSettings(before.settings, after.settings);
  const head = before !== null && changes.length === 0 ? `${path}: nothing changed` : `${path}: saved`;
  const lines = [head, ...changes.map(changeText), ...after.warnings.map(({ message }) => message)];
  return { ok: true, text: lines.join("\n  "), result: { path, changes, warnings: after.warnings } };
}

/** What the schema and the shipped profiles say of one setting. */
export function explanationOf(key: SettingKey): SettingExplanation {
  const row = settingRow(key);
  return {
    variable: row.name,
    group: SETTING_GROUPS[row.group],
    kind: row.kind,
    unit: row.unit,
    meaning: row.meaning,
    tradeOff: row.tradeOff,
    tuning: row.tuning,
    defaults: {
      legacy: formatSettingValue(row.defaults.legacy),
      crypto: formatSettingValue(row.defaults.crypto),
    },
    shipped: { legacy: shippedValue("legacy", key), crypto: shippedValue("crypto", key) },
    bounds: formatBounds(row),
    safeRange: formatSafeRange(row),
    usedBy: row.usedBy,
    takesEffect: row.takesEffect,
    rules: rulesInWords().flatMap(({ keys, text }) => (keys.includes(key) ? [text] : [])),
  };
}

function explanationText(explanation: SettingExplanation, row: SettingRow): string {
  const { legacy, crypto } = explanation.defaults;
  const shipped = Object.entries(explanation.shipped).map(
    ([profile, value]) => `${profile} ${value ?? "leaves it out"}`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ["Meaning", explanation.meaning],
    ["Trade-off", explanation.tradeOff],
    ["Tuning", explanation.tuning],
    ["Default", legacy === crypto ? formatWithUnit(row, row.defaults.legacy) : `legacy ${legacy}, crypto ${crypto}`],
    ["Shipped", shipped.join(", ")],
    ["Must be", explanation.bounds],
    ["Safe range", explanation.safeRange],
    ["With others", explanation.rules.join("; ")],
    ["Used by", explanation.usedBy === "both" ? "both profiles" : `the ${explanation.usedBy} profile`],
    ["Takes effect", EFFECTS[explanation.takesEffect]],
  ];
  const unit = explanation.unit === "" ? "" : `, in ${explanation.unit}`;
  const lines = facts.filter(([, fact]) => fact !== "").map(([label, fact]) => `  ${label.padEnd(13)}${fact}`);
  return [`${explanation.variable} (${explanation.group}${unit})`, ...lines].join("\n");
}

function shippedValue(profile: MarketProfile, key: SettingKey): string | null {
  const text = SHIPPED_PROFILES.get(profile) ?? "";
  const load = readProfileText(profile, text, { source: profile, isShipped: true });
  const isSet = new RegExp(`^${settingRow(key).name}=`, "m").test(text);
  return load.ok && isSet ? formatSettingValue(load.profile.settings[key]) : null;
}

function changeText({ variable, before, after, takesEffect }: SettingChange): string {
  return `${variable}: ${before} -> ${after} (${EFFECTS[takesEffect]})`;
}

function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
