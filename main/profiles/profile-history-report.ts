import { basename } from "node:path";
import { diffSettings, type SettingChange } from "../kernel/settings/settings-diff.ts";
import { profilePath, loadProfile, type ProfilePlace } from "./loader.ts";
import { ProfileHistory, type ProfileHistoryEntry } from "./profile-history.ts";
import type { ProfileReport } from "./profile-report.ts";
import { SHIPPED_PROFILES } from "./shipped/shipped-profiles.ts";

/** Digits of a hash that name a version well enough to be typed. */
const SHOWN_DIGITS = 12;
const REVISION = /^[0-9a-f]{6,64}$/;

/** `profile history FILE`: every version of an own profile that a session applied, newest first. */
export function profileHistory(
  nameOrPath: string,
  place: ProfilePlace,
): ProfileReport<{ readonly versions: readonly ProfileHistoryEntry[] }> {
  const { dataDir } = place;
  if (dataDir === null) return refused(NO_DATA);
  const versions = versionsOf(nameOrPath, dataDir);
  const head = `${nameOf(nameOrPath)}: ${versions.length === 0 ? "never applied" : `applied ${versions.length} times`}`;
  const lines = versions.map(({ hash, atUs, by }) => `  ${hash.slice(0, SHOWN_DIGITS)}  ${timeText(atUs)}  ${by}`);
  return { ok: true, text: [head, ...lines].join("\n"), result: { versions } };
}

/**
 * `profile restore FILE REVISION`: puts a version that was applied back into the file, whole; a session that watches the file takes it over as any
 * other edit. Not ok, and the file untouched, when the version is unknown, ambiguous or no longer holds.
 */
export function restoreProfile(
  nameOrPath: string,
  revision: string,
  place: ProfilePlace,
): ProfileReport<{ readonly path: string; readonly hash: string; readonly changes: readonly SettingChange[] }> {
  const { dataDir } = place;
  if (dataDir === null) return refused(NO_DATA);
  if (SHIPPED_PROFILES.has(nameOrPath)) return refused(`${nameOrPath} is shipped and read-only`);
  const path = profilePath(nameOrPath, place);
  if (path === null) return refused(`no profile file "${nameOrPath}"`);
  if (!REVISION.test(revision))
    return refused(`a revision is 6 to 64 hex digits as \`profile history\` shows them, was "${revision}"`);
  const hashes = new Set(versionsOf(nameOrPath, dataDir).map(({ hash }) => hash));
  const found = [...hashes].filter((hash) => hash.startsWith(revision));
  const [hash] = found;
  if (hash === undefined) return refused(`${nameOf(nameOrPath)} was never applied as ${revision}`);
  if (found.length > 1) return refused(`${revision} names ${found.length} versions: give more digits`);
  const before = loadProfile(path, place);
  const restored = new ProfileHistory(dataDir).restoreInto(hash, path);
  if (!restored.ok) return refused(restored.message);
  const changes = before.ok ? diffSettings(before.profile.settings, restored.profile.settings) : [];
  const lines = changes.map((change) => `  ${change.variable}: ${change.before} -> ${change.after}`);
  const text = [`${path}: restored ${hash.slice(0, SHOWN_DIGITS)}`, ...lines].join("\n");
  return { ok: true, text, result: { path, hash, changes } };
}

const NO_DATA = "the history of profiles is in the data folder: give --data";

function versionsOf(nameOrPath: string, dataDir: string): readonly ProfileHistoryEntry[] {
  const name = nameOf(nameOrPath);
  return new ProfileHistory(dataDir).list().filter((entry) => entry.name === name);
}

function nameOf(nameOrPath: string): string {
  return basename(nameOrPath, ".env");
}

function timeText(atUs: number): string {
  return new Date(atUs / 1000).toISOString().replace("T", " ").slice(0, 19);
}

function refused(text: string): ProfileReport<never> {
  return { ok: false, text, result: null };
}
