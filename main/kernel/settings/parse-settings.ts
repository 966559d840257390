import { brokenRules, describeBrokenRule, type BrokenRule } from "./cross-rules.ts";
import { doubtsOf, type Doubt } from "./doubtful-combinations.ts";
import { nearestSettingName } from "./nearest-name.ts";
import { adviceFor, formatSettingValue, readSettingValue, type SettingValue } from "./setting-value.ts";
import { defaultSettings, isSecretName, settingKeyOf, settingRow, type SettingKey } from "./settings-schema.ts";
import type { Settings } from "./settings.ts";

/** One `NAME=value` as it stands in a file or on a command line. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** Line of the file, from 1. */
  readonly line: number;
  /** What to call the place in messages; "line 12" when absent. */
  readonly place?: string;
}

/** A reason why settings are refused, or a doubt about them. */
export interface SettingRemark {
  readonly variable: string;
  /** The text that was given; "(hidden)" where it may be a secret. */
  readonly value: string;
  /** What it had to be, "must be >= 0 bps", or what is the matter. */
  readonly bound: string;
  /** Line of the assignment; null when no assignment is at fault by itself. */
  readonly line: number | null;
  /** All of it in one sentence: `line 12: MM_MIN_OFFSET_BPS must be >= 0 bps, was "-3"`. */
  readonly message: string;
  /** It is about several settings as they stand together; another value of any may end it. */
  readonly isOfTheWhole?: true;
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly SettingRemark[] }
  | { readonly ok: false; readonly problems: readonly SettingRemark[]; readonly warnings: readonly SettingRemark[] };

/**
 * Reads assignments into settings. What is not assigned comes from `base`, or else from the defaults of the market profile
 * that the assignments choose. Every problem is collected, not only the first; a value outside a hard bound, a credential, a name
 * set twice and a broken rule between settings are problems; an unknown name, a value outside its safe range, a limit at 0 and other doubtful
 * combinations are warnings.
 */
export function parseSettings(assignments: readonly Assignment[], base?: Settings): ParsedSettings {
  const problems: SettingRemark[] = [];
  const warnings: SettingRemark[] = [];
  const assigned = new Map<SettingKey, { readonly value: SettingValue; readonly from: Assignment }>();
  for (const assignment of withoutRepeats(assignments, problems)) {
    if (isSecretName(assignment.name)) {
      const bound = "is a secret and has no place in a profile: keep it in the vault";
      problems.push(remark(assignment, bound, "(hidden)"));
      continue;
    }
    const key = settingKeyOf(assignment.name);
    if (key === null) {
      warnings.push(unknownName(assignment));
      continue;
    }
    const row = settingRow(key);
    const read = readSettingValue(row, assignment.value);
    if (!read.ok) {
      problems.push(remark(assignment, read.bound));
      continue;
    }
    assigned.set(key, { value: read.value, from: assignment });
    const advice = adviceFor(row, read.value);
    if (advice !== null) warnings.push(remark(assignment, advice));
  }
  const marketProfile = assigned.get("marketProfile")?.value === "crypto" ? "crypto" : "legacy";
  // Each value was read by the row of its key, so it has the type of that key.
  const values = Object.fromEntries([...assigned].map(([key, { value }]) => [key, value])) as Partial<Settings>;
  const settings: Settings = { ...(base ?? defaultSettings(marketProfile)), ...values };
  const placeOf = (key: SettingKey): Assignment | null => assigned.get(key)?.from ?? null;
  const failed = failedKeys(problems);
  for (const rule of brokenRules(settings)) {
    // A value that could not be read was reported already; its default proves nothing.
    if (!failed.has(rule.key) && !failed.has(rule.other))
      problems.push(ruleRemark(rule, settings, placeOf, base !== undefined));
  }
  if (problems.length > 0) return { ok: false, problems, warnings };
  warnings.push(...doubtsOf(settings).map((doubt) => doubtRemark(doubt, settings, placeOf, base !== undefined)));
  return { ok: true, settings, warnings };
}

/** The first assignment of every name; later ones of the same name become problems that name both places. */
function withoutRepeats(assignments: readonly Assignment[], problems: SettingRemark[]): readonly Assignment[] {
  const first = new Map<string, Assignment>();
  for (const assignment of assignments) {
    const earlier = first.get(assignment.name);
    if (earlier === undefined) first.set(assignment.name, assignment);
    else {
      const value = isSecretName(assignment.name) ? "(hidden)" : assignment.value;
      problems.push(remark(assignment, `must be set once, but ${placeName(earlier)} sets it too`, value));
    }
  }
  return [...first.values()];
}

function unknownName(assignment: Assignment): SettingRemark {
  const nearest = nearestSettingName(assignment.name);
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  const bound = `is not a setting and is ignored${hint}`;
  return { ...remark(assignment, bound), message: `${placeName(assignment)}: ${assignment.name} ${bound}` };
}

function failedKeys(problems: readonly SettingRemark[]): ReadonlySet<SettingKey> {
  return new Set(problems.map(({ variable }) => settingKeyOf(variable)).filter((key) => key !== null));
}

function ruleRemark(
  rule: BrokenRule,
  settings: Settings,
  placeOf: (key: SettingKey) => Assignment | null,
  hasBase: boolean,
): SettingRemark {
  const own = placeOf(rule.key);
  const other = placeOf(rule.other);
  const value = formatSettingValue(settings[rule.key]);
  const otherPlace = other === null ? "" : ` (${placeName(other)})`;
  const bound = `${describeBrokenRule(rule, settings)}${own === null ? "" : otherPlace}`;
  const place = own ?? other;
  const variable = settingRow(rule.key).name;
  const untouched = hasBase ? " already" : " by default";
  const start = place === null ? "" : `${placeName(place)}: `;
  return {
    variable,
    value,
    bound,
    line: place?.line ?? null,
    message: `${start}${variable} ${bound}, was ${JSON.stringify(value)}${own === null ? untouched : ""}`,
  };
}

function doubtRemark(
  { keys, text }: Doubt,
  settings: Settings,
  placeOf: (key: SettingKey) => Assignment | null,
  hasBase: boolean,
): SettingRemark {
  const names = keys.map((key) => {
    const place = placeOf(key);
    const from = place === null ? (hasBase ? "" : " (by default)") : ` (${placeName(place)})`;
    return `${settingRow(key).name}${from}`;
  });
  const first = keys[0];
  const own = first === undefined || keys.length > 1 ? null : placeOf(first);
  return {
    variable: keys.map((key) => settingRow(key).name).join(", "),
    value: first === undefined ? "" : formatSettingValue(settings[first]),
    bound: text,
    line: own?.line ?? null,
    message: `${names.join(", ")} ${text}`,
    isOfTheWhole: true,
  };
}

function remark(assignment: Assignment, bound: string, value = assignment.value): SettingRemark {
  const shown = value === "(hidden)" ? value : JSON.stringify(value.slice(0, 80));
  return {
    variable: assignment.name,
    value,
    bound,
    line: assignment.line,
    message: `${placeName(assignment)}: ${assignment.name} ${bound}, was ${shown}`,
  };
}

function placeName(assignment: Assignment): string {
  return assignment.place ?? `line ${assignment.line}`;
}
