import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parseSettings, type Assignment, type SettingRemark } from "../kernel/settings/parse-settings.ts";
import type { ProfileSnapshot } from "../kernel/settings/profile.ts";
import type { MarketProfile } from "../kernel/settings/setting-row.ts";
import { nearestSettingName } from "../kernel/settings/nearest-name.ts";
import { isSecretName, settingKeyOf } from "../kernel/settings/settings-schema.ts";
import type { Settings } from "../kernel/settings/settings.ts";
import { editEnv, parseEnv, type EnvLine } from "./env-codec.ts";
import { SHIPPED_PROFILES } from "./shipped/shipped-profiles.ts";

/** A profile that was read and holds in every respect. */
export interface LoadedProfile {
  readonly name: string;
  /** The env file that makes exactly these settings. */
  readonly text: string;
  /** SHA-256 of the text in UTF-8, hex. */
  readonly hash: string;
  /** True for the text as it ships, without overrides. */
  readonly isShipped: boolean;
  readonly settings: Settings;
  readonly warnings: readonly SettingRemark[];
}

export interface ProfileRefused {
  readonly ok: false;
  /** Every problem on a line of its own, each with the file or override that it is in. */
  readonly message: string;
  readonly problems: readonly SettingRemark[];
  /** Doubts beside the problems: an unknown name is often why something else is missing. */
  readonly warnings: readonly SettingRemark[];
}

export type ProfileLoad = { readonly ok: true; readonly profile: LoadedProfile } | ProfileRefused;

/** Where an operator's own profiles are; null = nowhere, only shipped ones and paths are found. */
export interface ProfilePlace {
  readonly dataDir: string | null;
}

/** A profile that a person may choose. */
export interface ProfileChoice {
  readonly name: string;
  readonly isShipped: boolean;
  /** Null for a shipped one. */
  readonly path: string | null;
  readonly marketProfile: MarketProfile;
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
}

/** A profile is a page of text; what is larger was given by mistake. */
const MAX_BYTES = 256 * 1024;
const OWN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Loads a profile by name or path: the shipped ones first, then `<dataDir>/profiles/<name>.env`, then a path to a file.
 * A file that is missing, unreadable or wrong is a refusal whose message says what, where and what was expected.
 */
export function loadProfile(nameOrPath: string, place: ProfilePlace): ProfileLoad {
  const shipped = SHIPPED_PROFILES.get(nameOrPath);
  if (shipped !== undefined) return readProfileText(nameOrPath, shipped, { source: nameOrPath, isShipped: true });
  const path = profilePath(nameOrPath, place);
  if (path === null) return refusal(missingMessage(nameOrPath, place));
  const file = readProfileFile(path);
  return file.ok
    ? readProfileText(basename(path, ".env"), file.text, { source: path, isShipped: false })
    : refusal(file.message);
}

/** Reads a profile's text; `source` names it in messages. */
export function readProfileText(
  name: string,
  text: string,
  { source, isShipped }: { readonly source: string; readonly isShipped: boolean },
): ProfileLoad {
  const lines = parseEnv(text);
  // Without a line all defaults would hold, with limits as wide as they go: a file that was never written, or lost what it had
  if (lines.every(({ kind }) => kind === "blank" || kind === "comment"))
    return refusal(
      `${source}: must set a variable (NAME=value), ${text.trim() === "" ? "was empty" : "had comments only"}`,
    );
  const parsed = parseSettings(assignmentsOf(lines));
  const unreadable = lines.flatMap((line, index) =>
    line.kind === "unreadable" ? [unreadableLine(line, index + 1)] : [],
  );
  const problems = [...unreadable, ...(parsed.ok ? [] : parsed.problems)].toSorted(
    (left, right) => (left.line ?? Number.MAX_SAFE_INTEGER) - (right.line ?? Number.MAX_SAFE_INTEGER),
  );
  if (!parsed.ok || problems.length > 0)
    return refusal(problems.map(({ message }) => `${source}: ${message}`).join("\n"), problems, parsed.warnings);
  const { settings, warnings } = parsed;
  return { ok: true, profile: { name, text, hash: hashOf(text), isShipped, settings, warnings } };
}

/** The shipped profiles, then the operator's own by name; those that cannot be used say why. */
export function listProfiles(dataDir: string | null): readonly ProfileChoice[] {
  const shipped = [...SHIPPED_PROFILES.keys()].map((name) => choiceOf(name, null, loadProfile(name, { dataDir })));
  if (dataDir === null) return shipped;
  const own = ownFiles(dataDir).map((file): ProfileChoice => {
    const path = join(dataDir, "profiles", file);
    const name = basename(file, ".env");
    if (!SHIPPED_PROFILES.has(name)) return choiceOf(name, path, loadProfile(path, { dataDir }));
    const problem = `${path} has the name of a shipped profile: rename it`;
    return { name: file, isShipped: false, path, marketProfile: "legacy", problem };
  });
  return [...shipped, ...own];
}

/**
 * The profile with single settings changed, each given as `MM_X=value`, under the same rules as a file; an unknown name is a problem
 * here, because a run whose override does nothing is wrong. The text takes the overrides in, so that it still makes these settings.
 */
export function applyOverrides(profile: LoadedProfile, overrides: readonly string[]): ProfileLoad {
  if (overrides.length === 0) return { ok: true, profile };
  const problems: SettingRemark[] = [];
  const assignments: Assignment[] = [];
  for (const override of overrides) {
    const match = /^\s*([A-Za-z_]\w*)\s*=(.*)$/s.exec(override);
    const [, name = "", value = ""] = match ?? [];
    const shown = isSecretName(override) ? "(hidden)" : override;
    const assignment = { name, value: value.trim(), line: 0, place: `--set ${shown}` };
    if (match === null) problems.push(overrideProblem(assignment, `must be NAME=value, was "${shown}"`));
    else if (settingKeyOf(name) === null && !isSecretName(name)) problems.push(unknownOverride(assignment));
    else assignments.push(assignment);
  }
  const parsed = parseSettings(assignments, profile.settings);
  // An override has no line of a file.
  if (!parsed.ok) problems.push(...parsed.problems.map((problem) => ({ ...problem, line: null })));
  if (!parsed.ok || problems.length > 0) return refusal(problems.map(({ message }) => message).join("\n"), problems);
  const text = editEnv(profile.text, new Map(assignments.map(({ name, value }) => [name, value])));
  if (text === profile.text) return { ok: true, profile };
  const overridden = new Set(assignments.map(({ name }) => name));
  // Doubts about the whole were judged anew
  const kept = profile.warnings.filter(({ variable, isOfTheWhole }) => !overridden.has(variable) && !isOfTheWhole);
  const warnings = [...kept, ...parsed.warnings.map((warning) => ({ ...warning, line: null }))];
  const { name } = profile;
  return {
    ok: true,
    profile: { name, text, hash: hashOf(text), isShipped: false, settings: parsed.settings, warnings },
  };
}

/** The profile as the kernel takes it. */
export function toSnapshot(profile: LoadedProfile, revision: number): ProfileSnapshot {
  return { name: profile.name, revision, hash: profile.hash, settings: profile.settings };
}

/** The file that a name or path means; null when there is none. A shipped profile has no file. */
export function profilePath(nameOrPath: string, { dataDir }: ProfilePlace): string | null {
  const candidates = [nameOrPath];
  if (dataDir !== null && OWN_NAME.test(nameOrPath)) candidates.unshift(join(dataDir, "profiles", `${nameOrPath}.env`));
  return candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true) ?? null;
}

/** Text of a profile's file, or why it cannot be read. */
export function readProfileFile(path: string): { ok: true; text: string } | { ok: false; message: string } {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES)
      return { ok: false, message: `${path}: a profile must have at most ${MAX_BYTES} bytes, was ${size}` };
    const bytes = readFileSync(path);
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    const reason = error instanceof TypeError ? "must be text in UTF-8" : String(error);
    return { ok: false, message: `${path}: ${reason}` };
  }
}

function assignmentsOf(lines: readonly EnvLine[]): readonly Assignment[] {
  return lines.flatMap((line, index) =>
    line.kind === "assignment" ? [{ name: line.name, value: line.value, line: index + 1 }] : [],
  );
}

function unreadableLine(line: Extract<EnvLine, { readonly kind: "unreadable" }>, number: number): SettingRemark {
  // A line that is no assignment may still hold a key that somebody pasted.
  const value = isSecretName(line.text) ? "(hidden)" : line.text.slice(0, 80);
  const shown = value === "(hidden)" ? value : JSON.stringify(value);
  return {
    variable: "",
    value,
    bound: line.reason,
    line: number,
    message: `line ${number}: ${line.reason}, was ${shown}`,
  };
}

function overrideProblem({ name, value, place = "" }: Assignment, bound: string): SettingRemark {
  return { variable: name, value, bound, line: null, message: `${place}: ${bound}` };
}

function unknownOverride(assignment: Assignment): SettingRemark {
  const nearest = nearestSettingName(assignment.name);
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  return overrideProblem(assignment, `${assignment.name} is not a setting${hint}`);
}

function choiceOf(name: string, path: string | null, load: ProfileLoad): ProfileChoice {
  return load.ok
    ? { name, isShipped: path === null, path, marketProfile: load.profile.settings.marketProfile, problem: null }
    : { name, isShipped: path === null, path, marketProfile: "legacy", problem: load.message };
}

function ownFiles(dataDir: string): readonly string[] {
  try {
    return readdirSync(join(dataDir, "profiles"))
      .filter((file) => file.endsWith(".env") && OWN_NAME.test(file))
      .toSorted();
  } catch {
    // No folder yet, or none that may be read: there are no own profiles to choose from.
    return [];
  }
}

function missingMessage(nameOrPath: string, { dataDir }: ProfilePlace): string {
  const folder = dataDir === null ? "" : ` nor in ${join(dataDir, "profiles")}`;
  const shipped = [...SHIPPED_PROFILES.keys()].join(", ");
  return `no profile "${nameOrPath}": it is not shipped (${shipped}),${folder === "" ? "" : `${folder},`} nor the path of a file`;
}

function refusal(
  message: string,
  problems: readonly SettingRemark[] = [],
  warnings: readonly SettingRemark[] = [],
): ProfileRefused {
  return { ok: false, message, problems, warnings };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
