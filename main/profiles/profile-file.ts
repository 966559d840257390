import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { setVariable } from "./env-codec.ts";
import {
  profilePath,
  readProfileFile,
  readProfileText,
  type LoadedProfile,
  type ProfilePlace,
  type ProfileRefused,
} from "./loader.ts";
import { settingKeyOf } from "../kernel/settings/settings-schema.ts";
import { SHIPPED_PROFILES } from "./shipped/shipped-profiles.ts";

export type ProfileEdit =
  | { readonly ok: true; readonly path: string; readonly before: LoadedProfile | null; readonly after: LoadedProfile }
  | ProfileRefused;

/**
 * Sets one variable in a profile's file, keeping the rest of it byte for byte. The whole result is checked first; when it does not hold the
 * file stays as it was. The replacement is atomic: a crash leaves the old file or the new one.
 */
export function setInProfileFile(nameOrPath: string, assignment: string, place: ProfilePlace): ProfileEdit {
  const match = /^\s*([A-Za-z_]\w*)\s*=(.*)$/s.exec(assignment);
  if (match === null) return refused(`must be NAME=value, was "${assignment}"`);
  const [, name = "", value = ""] = match;
  if (SHIPPED_PROFILES.has(nameOrPath))
    return refused(`${nameOrPath} is shipped and read-only: save a copy under a name of your own first`);
  if (settingKeyOf(name) === null) return refused(`${name} is not a setting that a profile may hold`);
  const path = profilePath(nameOrPath, place);
  if (path === null) return refused(`no profile file "${nameOrPath}"`);
  const file = readProfileFile(path);
  if (!file.ok) return refused(file.message);
  if (/[\r\n]/.test(value)) return refused(`${name} must be one line, was ${JSON.stringify(value)}`);
  const text = setVariable(file.text, name, value.trim());
  const identity = { source: path, isShipped: false };
  const after = readProfileText(basename(path, ".env"), text, identity);
  if (!after.ok) return after;
  const before = readProfileText(basename(path, ".env"), file.text, identity);
  if (text !== file.text) {
    try {
      replaceFile(path, text);
    } catch (error) {
      return refused(`${path}: ${String(error)}`);
    }
  }
  return { ok: true, path, before: before.ok ? before.profile : null, after: after.profile };
}

/** Replaces a file's content atomically, keeping its permissions. Throws what the file system throws; the old file then still stands. */
export function replaceFile(path: string, text: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600;
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const descriptor = openSync(temporary, "wx", mode & 0o777);
    try {
      writeFileSync(descriptor, text, "utf8");
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function refused(message: string): ProfileRefused {
  return { ok: false, message, problems: [], warnings: [] };
}
