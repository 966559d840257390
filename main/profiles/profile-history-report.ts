import { basename, join } from "node:path";
import { diffSettings, type SettingChange } from "../kernel/settings/settings-diff.ts";
import { fileKey } from "./file-key.ts";
import { profilePath, loadProfile, type ProfilePlace } from "./loader.ts";
import { ProfileHistory, RESTORED_BY, type ProfileHistoryEntry } from "./profile-history.ts";
import type { ProfileReport } from "./profile-report.ts";
import { SHIPPED_PROFILES } from "./shipped/shipped-profiles.ts";

/** Digits of a hash that name a version well enough to be typed. */
const SHOWN_DIGITS = 12;
const REVISION = /^[0-9a-f]{6,64}$/;

/**
 * `profile history FILE`: every version of an own profile's file that a session applied, newest first. What was kept before files were told apart is
 * shown for every file of the name, and marked.
 */
export function profileHistory(
  nameOrPath: string,
  place: ProfilePlace,
): ProfileReport<{ readonly versions: readonly ProfileHistoryEntry[] }> {
  const { dataDir } = place;
  if (dataDir === null) return refused(NO_DATA);
  const versions = versionsOf(pathOf(nameOrPath, dataDir), dataDir);
  const times = versions.filter(({ by }) => by !== RESTORED_BY).length;
  const head = `${nameOf(nameOrPath)}: ${times === 0 ? "never applied" : `applied ${times} times`}`;
  const lines = versions.map(({ hash, atUs, by, file }) => {
    const doubt = file === null ? "  (kept by its name alone)" : "";
    return `  ${hash.slice(0, SHOWN_DIGITS)}  ${timeText(atUs)}  ${by}${doubt}`;
  });
  return { ok: true, text: [head, ...lines].join("\n"), result: { versions } };
}

/**
 * `profile restore FILE REVISION`: puts a version that was applied back into the file, whole; a session that watches the file takes it over as any
 * other edit, and even where it lacks a limit, because somebody asked for it. Not ok, and the file untouched, when the version is unknown, ambiguous, perhaps
 * another file's, or no longer holds. `nowUs` is the time, microseconds since the Unix epoch.
 */
export function restoreProfile(
  nameOrPath: string,
  revision: string,
  place: ProfilePlace,
  nowUs: number,
): ProfileReport<{ readonly path: string; readonly hash: string; readonly changes: readonly SettingChange[] }> {
  const { dataDir } = place;
  if (dataDir === null) return refused(NO_DATA);
  if (SHIPPED_PROFILES.has(nameOrPath)) return refused(`${nameOrPath} is shipped and read-only`);
  const path = profilePath(nameOrPath, place);
  if (path === null) return refused(`no profile file "${nameOrPath}"`);
  if (!REVISION.test(revision))
    return refused(`a revision is 6 to 64 hex digits as \`profile history\` shows them, was "${revision}"`);
  const found = versionsOf(path, dataDir).filter(({ hash }) => hash.startsWith(revision));
  const hashes = new Set(found.map(({ hash }) => hash));
  const [hash] = hashes;
  if (hash === undefined) return refused(`${path} was never applied as ${revision}`);
  if (hashes.size > 1) return refused(`${revision} names ${hashes.size} versions: give more digits`);
  if (found.every(({ file }) => file === null) && !isInFolder(path, dataDir))
    return refused(mayBeAnothers(hash, path, dataDir));
  const history = new ProfileHistory(dataDir);
  const version = history.restore(hash);
  if (!version.ok) return refused(version.message);
  const before = loadProfile(path, place);
  // First, so that a session that watches the file finds that it is meant
  const noted = history.record({ ...version.profile, name: nameOf(path), path }, nowUs, RESTORED_BY);
  if (!noted.ok) return refused(noted.message);
  const restored = history.restoreInto(hash, path);
  if (!restored.ok) return refused(restored.message);
  const changes = before.ok ? diffSettings(before.profile.settings, restored.profile.settings) : [];
  const lines = changes.map((change) => `  ${change.variable}: ${change.before} -> ${change.after}`);
  const text = [`${path}: restored ${hash.slice(0, SHOWN_DIGITS)}`, ...lines].join("\n");
  return { ok: true, text, result: { path, hash, changes } };
}

const NO_DATA = "the history of profiles is in the data folder: give --data";

/** The file that is meant, there or not. */
function pathOf(nameOrPath: string, dataDir: string): string {
  const own = join(dataDir, "profiles", `${nameOrPath}.env`);
  return (
    profilePath(nameOrPath, { dataDir }) ??
    (basename(nameOrPath) === nameOrPath && !nameOrPath.endsWith(".env") ? own : nameOrPath)
  );
}

function versionsOf(path: string, dataDir: string): readonly ProfileHistoryEntry[] {
  const history = new ProfileHistory(dataDir);
  const key = history.keyOf(path);
  const name = nameOf(path);
  return history.list().filter((entry) => entry.file === key || (entry.file === null && entry.name === name));
}

/** True for a file among the data folder's own profiles, of which each name is one file's. */
function isInFolder(path: string, dataDir: string): boolean {
  return fileKey(path, dataDir) === `profiles/${basename(path)}`;
}

function mayBeAnothers(hash: string, path: string, dataDir: string): string {
  const text = join(dataDir, "profile-history", `${hash}.env`);
  return `${path}: the version ${hash.slice(0, SHOWN_DIGITS)} was kept by the name ${nameOf(path)} alone and may be another file's; its text is ${text}: copy it if it is this one's`;
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
