import type { SettingRemark } from "../kernel/settings/parse-settings.ts";
import type { SettingGroup } from "../kernel/settings/setting-row.ts";
import { settingKeyOf, settingRow } from "../kernel/settings/settings-schema.ts";
import { parseEnv, type EnvAssignment } from "./env-codec.ts";
import type { ProfileRefused } from "./loader.ts";

/** Settings whose default may be no limit at all: a line of theirs that is missing must not count for a decision. */
const KEPT_GROUPS: ReadonlySet<SettingGroup> = new Set(["limits", "balance", "losses"]);

/**
 * Why an edited text must not take the place of the applied one: it is only the beginning of that, as a file is that is still being written or was
 * cut off. Null = it is something else, or lacks nothing that counts.
 */
export function cutOff(path: string, text: string, appliedText: string): ProfileRefused | null {
  if (text === appliedText || !appliedText.startsWith(text)) return null;
  const kept = assignments(text);
  const applied = assignments(appliedText);
  // Without a comment or a line's end at its end it says the same
  if (sayings(kept) === sayings(applied)) return null;
  const message =
    `${path}: must be a whole profile, was the beginning of the one in force, ${parseEnv(text).length} of its ${parseEnv(appliedText).length} lines ` +
    "(a file still being written, or cut off). Write the file whole; if its end was deleted on purpose, put a line of its own there, such as `# end`";
  return { ok: false, message, problems: [], warnings: [] };
}

/**
 * Why an edited text must not take the place of the applied one although it holds: it no longer assigns a limit that the applied text assigned, and no one
 * said what is to hold instead. Null = it assigns them all.
 */
export function lostLimits(path: string, text: string, appliedText: string): ProfileRefused | null {
  const kept = new Set(assignments(text).map(({ name }) => name));
  const problems = assignments(appliedText)
    .filter(({ name }) => isLimit(name) && !kept.has(name))
    .map(lostLimit);
  if (problems.length === 0) return null;
  return {
    ok: false,
    message: problems.map(({ message }) => `${path}: ${message}`).join("\n"),
    problems,
    warnings: [],
  };
}

function lostLimit({ name, value }: EnvAssignment): SettingRemark {
  const bound = `must stay assigned while a session runs (${value} is in force): write the value that is meant, such as ${name}=${value}`;
  return { variable: name, value: "", bound, line: null, message: `${name} ${bound}; its line is gone` };
}

function isLimit(name: string): boolean {
  const key = settingKeyOf(name);
  return key !== null && KEPT_GROUPS.has(settingRow(key).group);
}

function assignments(text: string): readonly EnvAssignment[] {
  return parseEnv(text).filter((line) => line.kind === "assignment");
}

function sayings(lines: readonly EnvAssignment[]): string {
  return lines.map(({ name, value }) => `${name}=${value}`).join("\n");
}
