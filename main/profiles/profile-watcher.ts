import { basename } from "node:path";
import {
  applyOverrides,
  readProfileText,
  type LoadedProfile,
  type ProfileLoad,
  type ProfileRefused,
} from "./loader.ts";
import { cutOff, lostLimits } from "./unfinished-edit.ts";
import { realWatchedFile, type FileReading, type WatchedFile } from "./watched-file.ts";

/** What the watcher has to say of the file. A profile that it hands on was read whole, stood still and holds in every respect. */
export type ProfileNotice =
  /** `profile` has the overrides over it, `file` is the file alone. */
  | { readonly kind: "changed"; readonly profile: LoadedProfile; readonly file: LoadedProfile }
  /** The file cannot be used: what was applied before stays. Said once for each content. */
  | { readonly kind: "refused"; readonly refusal: ProfileRefused }
  /** The file is gone for longer than the grace: what was applied before stays. Said once. */
  | { readonly kind: "missing"; readonly message: string }
  /** After a refusal or an absence the file says again what is applied. */
  | { readonly kind: "agrees" };

export interface ProfileWatch {
  /** Path of the profile's file. */
  readonly path: string;
  /** Text of the file as it was applied, without overrides; null takes whatever is there for a change. */
  readonly appliedText: string | null;
  /** Settings of the command line, `MM_X=value`, that stand above the file whenever it changes. */
  readonly overrides?: readonly string[];
  /** True for a text that somebody put into the file on purpose, even where it is the beginning of the applied one or lacks a limit. */
  readonly isMeant?: (text: string) => boolean;
  /** May close the watcher or tell it what was applied. */
  readonly onNotice: (notice: ProfileNotice) => void;
  /** How long a content must stand before it counts, ms. */
  readonly settleMs?: number;
  /** How long a doubtful content or an absence must stand, ms: see `ProfileWatcher`. */
  readonly graceMs?: number;
  /** The file is read this often even when the system tells of no change, ms. */
  readonly pollMs?: number;
}

/** From the system's word of a change to the first reading; gathers bursts of it. */
const HINT_MS = 20;

/**
 * Watches one profile's file and tells of each content that came to rest.
 *
 * The system's word of a change in the folder only hastens a reading; the file is read every `pollMs` whatever the system says, so that replacements, symbolic
 * links, folders that come and go and silent file systems are seen too. A content counts once it was the same over `settleMs`. Doubtful contents, as
 * an editor leaves them half-way, must stand for `graceMs`: none at all, an empty one, bytes that are no text, the beginning of the applied text, one that lacks a limit
 * that the applied text assigned, a last line without its end where the applied text had one. The beginning and the one without its limits are refused even then: a writer that
 * hangs must not take limits away. A text equal to the applied one is no change, whatever happened to the file in between.
 *
 * Invariants: at most one timer; no notice after `close`; every profile handed on is the whole file at one moment.
 */
export class ProfileWatcher {
  readonly #watch: Required<ProfileWatch>;
  readonly #file: WatchedFile;
  #appliedText: string | null;
  /** The content that is being watched come to rest. */
  #seen: FileReading | null = null;
  #seenSinceMs = 0;
  /** The content that was last spoken of. */
  #judged: FileReading | null = null;
  /** It was refused as unfinished only: somebody may yet say that it is meant. */
  #isUnfinished = false;
  #isAlarmed = false;
  #isClosed = false;
  #cancelTimer: (() => void) | null = null;
  #dueMs = Number.POSITIVE_INFINITY;
  #closeFolder: (() => void) | null = null;

  /** Starts at once. `file` is the real file unless a test brings its own. */
  constructor(watch: ProfileWatch, file: WatchedFile = realWatchedFile(watch.path)) {
    this.#watch = { overrides: [], settleMs: 150, graceMs: 2_000, pollMs: 1_000, isMeant: () => false, ...watch };
    this.#file = file;
    this.#appliedText = watch.appliedText;
    this.#arm();
    this.#lookIn(0);
  }

  /** The session has just written this text into the file and applied it (the console saved it): it is no news when it is found. */
  applied(text: string): void {
    this.#appliedText = text;
  }

  /** Stops. Nothing is told afterwards; a second call does nothing. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#closeFolder?.();
    this.#closeFolder = null;
  }

  /** Listens to the folder where that is possible; the polling does without. */
  #arm(): void {
    this.#closeFolder ??= this.#file.listen(
      () => {
        if (!this.#isClosed) this.#lookIn(Math.min(HINT_MS, this.#watch.settleMs));
      },
      () => {
        this.#closeFolder?.();
        this.#closeFolder = null;
      },
    );
  }

  /** Looks after a time, or earlier if that was planned. */
  #lookIn(waitMs: number): void {
    const dueMs = this.#file.nowMs() + waitMs;
    if (this.#cancelTimer !== null && this.#dueMs <= dueMs) return;
    this.#cancelTimer?.();
    this.#dueMs = dueMs;
    this.#cancelTimer = this.#file.after(waitMs, () => {
      this.#cancelTimer = null;
      this.#look();
    });
  }

  #look(): void {
    if (this.#isClosed) return;
    this.#arm();
    const nowMs = this.#file.nowMs();
    const reading = this.#file.read();
    if (this.#seen === null || !isSame(reading, this.#seen)) {
      this.#seen = reading;
      this.#seenSinceMs = nowMs;
    }
    const neededMs = this.#isDoubtful(reading) ? this.#watch.graceMs : this.#watch.settleMs;
    const stoodMs = nowMs - this.#seenSinceMs;
    const { pollMs } = this.#watch;
    // Planned before anything is told, so that a listener that throws does not end the watch
    this.#lookIn(stoodMs < neededMs ? Math.min(neededMs - stoodMs, pollMs) : pollMs);
    if (stoodMs >= neededMs) this.#judge(reading);
  }

  #isDoubtful(reading: FileReading): boolean {
    if (reading.kind !== "text") return true;
    const { text } = reading;
    const applied = this.#appliedText;
    if (text === applied) return false;
    if (isEmpty(text)) return true;
    if (applied === null) return false;
    const isOpen = applied.endsWith("\n") && !text.endsWith("\n");
    return applied.startsWith(text) || isOpen || lostLimits(this.#watch.path, text, applied) !== null;
  }

  #judge(reading: FileReading): void {
    if (reading.kind === "text" && reading.text === this.#appliedText) {
      this.#judged = null;
      if (!this.#isAlarmed) return;
      this.#isAlarmed = false;
      this.#watch.onNotice({ kind: "agrees" });
      return;
    }
    if (this.#judged !== null && isSame(reading, this.#judged) && !this.#isMeantNow(reading)) return;
    this.#judged = reading;
    this.#isUnfinished = false;
    const { path, onNotice } = this.#watch;
    if (reading.kind === "absent") {
      this.#isAlarmed = true;
      onNotice({ kind: "missing", message: `${path}: no file; what was applied stays` });
      return;
    }
    const file = reading.kind === "text" ? this.#load(reading.text) : refused(reading.message);
    const load = file.ok ? applyOverrides(file.profile, this.#watch.overrides) : file;
    this.#isAlarmed = !load.ok;
    if (file.ok && load.ok) {
      this.#judged = null;
      this.#appliedText = file.profile.text;
      onNotice({ kind: "changed", profile: load.profile, file: file.profile });
    } else if (!load.ok) {
      onNotice({ kind: "refused", refusal: load });
    }
  }

  #isMeantNow(reading: FileReading): boolean {
    return this.#isUnfinished && reading.kind === "text" && this.#watch.isMeant(reading.text);
  }

  #load(text: string): ProfileLoad {
    const { path } = this.#watch;
    const load = readProfileText(basename(path, ".env"), text, { source: path, isShipped: false });
    const applied = this.#appliedText;
    if (applied === null || isEmpty(text)) return load;
    // A cut line is no mistake of its own, so the cut is told of in place of it
    const unfinished = cutOff(path, text, applied) ?? (load.ok ? lostLimits(path, text, applied) : null);
    this.#isUnfinished = unfinished !== null && !this.#watch.isMeant(text);
    return this.#isUnfinished ? (unfinished ?? load) : load;
  }
}

function isEmpty(text: string): boolean {
  return text.replace("\uFEFF", "").trim() === "";
}

function isSame(one: FileReading, other: FileReading): boolean {
  if (one.kind === "text") return other.kind === "text" && one.text === other.text;
  if (one.kind === "unreadable") return other.kind === "unreadable" && one.message === other.message;
  return other.kind === "absent";
}

function refused(message: string): ProfileRefused {
  return { ok: false, message, problems: [], warnings: [] };
}
