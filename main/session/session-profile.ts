import { basename } from "node:path";
import type { SettingRemark } from "../kernel/settings/parse-settings.ts";
import type { ProfileSnapshot } from "../kernel/settings/profile.ts";
import { diffSettings, type SettingChange } from "../kernel/settings/settings-diff.ts";
import { immutableChanges } from "../profiles/immutable-changes.ts";
import { loadProfile, profilePath, toSnapshot, type LoadedProfile } from "../profiles/loader.ts";
import { ProfileHistory } from "../profiles/profile-history.ts";
import { ProfileWatcher, type ProfileNotice, type ProfileWatch } from "../profiles/profile-watcher.ts";
import { SHIPPED_PROFILES } from "../profiles/shipped/shipped-profiles.ts";
import { loadSessionProfile } from "./session-factory.ts";
import type { SessionSpec } from "./session-spec.ts";

/** A profile of the operator's own at the moment that it was applied: what its history keeps. */
export interface AppliedProfile {
  readonly name: string;
  readonly path: string;
  /** The file as it stands, without overrides. */
  readonly text: string;
  readonly hash: string;
  readonly by: string;
}

/** What a session lets be done to its profile. */
export interface ProfileTarget {
  readonly session: { readonly kernel: { readonly profile: ProfileSnapshot } };
  /** False when the session is over or ending. */
  changeProfile(commandId: string, profile: ProfileSnapshot, by: string): boolean;
  refuseProfile(message: string, by: string): boolean;
}

export interface SessionProfileOptions {
  readonly target: ProfileTarget;
  readonly spec: Pick<SessionSpec, "profile" | "dataDir" | "source" | "overrides">;
  /** The profile's file as the session read it. */
  readonly file: LoadedProfile;
  /** How the watcher waits; a test is in a hurry. */
  readonly pace?: Pick<ProfileWatch, "settleMs" | "graceMs" | "pollMs">;
  /** An own profile came into force, at the start too. */
  readonly onApplied?: (applied: AppliedProfile) => void;
  /** `warnings` are the doubts about the profile that came into force. */
  readonly onChanged?: (by: string, changes: readonly SettingChange[], warnings: readonly SettingRemark[]) => void;
  /** A changed file that was not taken over, or is gone. */
  readonly onRefused?: (by: string, message: string) => void;
}

export type FlipOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: "unknown-profile" | "invalid-profile" | "no-session";
      readonly message: string;
    };

/**
 * The profile of a running session: what changes it, an operator or an edited file, changes it here, between two events of the kernel, whole or not at all.
 *
 * A shipped profile is a template and is not watched. After a flip the file of the new profile is watched, not that of the old.
 */
export class SessionProfile {
  readonly #options: SessionProfileOptions;
  #watcher: ProfileWatcher | null = null;

  /** Watches the file of the profile that the session began with. */
  constructor(options: SessionProfileOptions) {
    this.#options = options;
    this.#follow(options.spec.profile, options.file, "start");
  }

  /** Flips to another profile by name or path. What the session was started with still lies over it. */
  flip(commandId: string, nameOrPath: string, by: string): FlipOutcome {
    const { spec, target } = this.#options;
    const named = loadProfile(nameOrPath, { dataDir: spec.dataDir });
    if (!named.ok) {
      const code = named.problems.length === 0 ? "unknown-profile" : "invalid-profile";
      return { ok: false, code, message: named.message };
    }
    const fixed = fixedChanges(target.session.kernel.profile, named.profile, nameOrPath);
    if (fixed !== null) return { ok: false, code: "invalid-profile", message: fixed };
    const loaded = loadSessionProfile({ ...spec, profile: nameOrPath });
    if (!loaded.ok) return { ok: false, code: "invalid-profile", message: loaded.message };
    if (!this.#apply(commandId, loaded.profile, by))
      return { ok: false, code: "no-session", message: "the session is ending" };
    this.#follow(nameOrPath, loaded.file, by);
    return { ok: true };
  }

  /** Puts an earlier profile of this session back, whatever the file says now. */
  restore(commandId: string, earlier: ProfileSnapshot, by: string, why: string): boolean {
    const { target } = this.#options;
    const before = target.session.kernel.profile;
    const isTaken = target.changeProfile(commandId, { ...earlier, revision: before.revision + 1 }, by);
    if (!isTaken) return false;
    target.refuseProfile(why, by);
    this.#options.onRefused?.(by, why);
    return true;
  }

  /** Stops watching. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  /** Watches from the text that was read on: an edit that came right after it is found. */
  #follow(nameOrPath: string, file: LoadedProfile, by: string): void {
    this.close();
    const { spec, pace, onApplied } = this.#options;
    const path = SHIPPED_PROFILES.has(nameOrPath) ? null : profilePath(nameOrPath, { dataDir: spec.dataDir });
    if (path === null) return;
    onApplied?.({ ...applied(file, path), by });
    this.#watcher = new ProfileWatcher({
      ...pace,
      path,
      appliedText: file.text,
      overrides: spec.overrides,
      isMeant: (text) => spec.dataDir !== null && new ProfileHistory(spec.dataDir).isRestored(path, text),
      onNotice: (notice) => this.#hear(`file: ${basename(path)}`, path, notice),
    });
  }

  #hear(by: string, path: string, notice: ProfileNotice): void {
    switch (notice.kind) {
      case "changed":
        this.#takeOver(by, path, notice.profile, notice.file);
        return;
      case "refused":
        this.#refuse(by, notice.refusal.message);
        return;
      case "missing":
        this.#refuse(by, notice.message);
        return;
      case "agrees":
        return;
      default:
        notice satisfies never;
    }
  }

  #takeOver(by: string, path: string, profile: LoadedProfile, file: LoadedProfile): void {
    const present = this.#options.target.session.kernel.profile;
    if (profile.hash === present.hash) return;
    const fixed = fixedChanges(present, profile, path);
    if (fixed !== null) {
      this.#refuse(by, fixed);
      return;
    }
    if (this.#apply(`file-${present.revision + 1}-${profile.hash.slice(0, 12)}`, profile, by))
      this.#options.onApplied?.({ ...applied(file, path), by });
  }

  #apply(commandId: string, profile: LoadedProfile, by: string): boolean {
    const { target, onChanged } = this.#options;
    const present = target.session.kernel.profile;
    if (!target.changeProfile(commandId, toSnapshot(profile, present.revision + 1), by)) return false;
    onChanged?.(by, diffSettings(present.settings, profile.settings), profile.warnings);
    return true;
  }

  #refuse(by: string, message: string): void {
    this.#options.target.refuseProfile(message, by);
    this.#options.onRefused?.(by, message);
  }
}

function applied({ name, text, hash }: LoadedProfile, path: string): Omit<AppliedProfile, "by"> {
  return { name, path, text, hash };
}

/** What a running session cannot change, a line each; null = nothing of that kind differs. */
function fixedChanges(present: ProfileSnapshot, next: LoadedProfile, source: string): string | null {
  const fixed = immutableChanges(present.settings, next);
  return fixed.length === 0 ? null : fixed.map(({ message }) => `${source}: ${message}`).join("\n");
}
