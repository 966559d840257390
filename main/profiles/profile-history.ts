import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileKey } from "./file-key.ts";
import { readProfileText, type LoadedProfile, type ProfileLoad, type ProfileRefused } from "./loader.ts";
import { replaceFile } from "./profile-file.ts";

/** One time that a profile was applied. */
export interface ProfileHistoryEntry {
  /** SHA-256 of the text, hex; names the kept text. */
  readonly hash: string;
  /** Name of the profile. */
  readonly name: string;
  /** When it was applied, microseconds since the Unix epoch. */
  readonly atUs: number;
  /** Who or what applied it: `operator`, `file: NAME.env`, `start`; `RESTORED_BY` for one that was put back into its file and not yet applied. */
  readonly by: string;
  /** Which file it was, as `fileKey` says; null in what was kept before files were told apart. */
  readonly file: string | null;
}

/** Stands in an entry that says: somebody wants this text in the file, whatever a watcher may think of it. */
export const RESTORED_BY = "restore";

/** A profile as it is to be kept. */
export interface KeptProfile extends Pick<LoadedProfile, "name" | "text" | "hash"> {
  readonly path: string;
}

export type HistoryOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Times that are kept; older ones go, and with them the texts that no other time needs. */
const MOST_ENTRIES = 1_000;

/** The index is written anew when it has grown this much beyond what is kept. */
const SLACK_ENTRIES = 100;

const HASH = /^[0-9a-f]{64}$/;

/**
 * Every text that was applied, by hash, with time and who, in `<dataDir>/profile-history`: `<hash>.env` and a line for each time in `index.jsonl`.
 *
 * The index is only appended to, but for the rewriting that keeps it bounded; a line that a crash tore is passed over. A text is written and on disk before the
 * index names it. One process writes at a time. Texts hold no secrets: the loader refuses them.
 */
export class ProfileHistory {
  readonly #dataDir: string;
  readonly #folder: string;
  readonly #mostEntries: number;
  #lines: number | null = null;

  constructor(dataDir: string, { mostEntries = MOST_ENTRIES }: { readonly mostEntries?: number } = {}) {
    this.#dataDir = dataDir;
    this.#folder = join(dataDir, "profile-history");
    this.#mostEntries = mostEntries;
  }

  /** Keeps a profile that was applied. A failure (a full disk) is an answer, and leaves what was kept before. */
  record(profile: KeptProfile, atUs: number, by: string): HistoryOutcome {
    const { name, text, hash } = profile;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const path = this.#textPath(hash);
      if (statSync(path, { throwIfNoEntry: false }) === undefined || hashOf(readFileSync(path, "utf8")) !== hash)
        replaceFile(path, text);
      this.#append(
        JSON.stringify({ hash, name, atUs, by, file: this.keyOf(profile.path) } satisfies ProfileHistoryEntry),
      );
      this.#bound();
      return { ok: true };
    } catch (error) {
      return { ok: false, message: `${this.#folder}: ${String(error)}` };
    }
  }

  /** Times that profiles were applied, newest first. Empty where nothing was ever kept. */
  list(limit: number = this.#mostEntries): readonly ProfileHistoryEntry[] {
    return this.#entries().toReversed().slice(0, Math.min(limit, this.#mostEntries));
  }

  /** What the entries of a file have in `file`. */
  keyOf(path: string): string {
    return fileKey(path, this.#dataDir);
  }

  /** True where the last that was said of a file is that this text was put back into it. */
  isRestored(path: string, text: string): boolean {
    const key = this.keyOf(path);
    const last = this.#entries().findLast(({ file }) => file === key);
    return last?.by === RESTORED_BY && last.hash === hashOf(text);
  }

  /** A kept profile, read and validated anew as a file is; refused when it is unknown, damaged or no longer holds. */
  restore(hash: string): ProfileLoad {
    const entry = this.#entries().findLast((one) => one.hash === hash);
    if (entry === undefined)
      return refused(`no profile with the hash ${JSON.stringify(hash.slice(0, 80))} was applied`);
    const path = this.#textPath(hash);
    try {
      const text = readFileSync(path, "utf8");
      if (hashOf(text) !== hash) return refused(`${path}: must have the hash in its name, had ${hashOf(text)}`);
      return readProfileText(entry.name, text, { source: path, isShipped: false });
    } catch (error) {
      return refused(`${path}: ${String(error)}`);
    }
  }

  /** Puts a kept profile into a file, atomically; whoever watches the file sees it as one change. */
  restoreInto(hash: string, path: string): ProfileLoad {
    const load = this.restore(hash);
    if (!load.ok) return load;
    try {
      replaceFile(path, load.profile.text);
      return load;
    } catch (error) {
      return refused(`${path}: ${String(error)}`);
    }
  }

  #textPath(hash: string): string {
    if (!HASH.test(hash))
      throw new RangeError(`a hash must be 64 digits of hex, was ${JSON.stringify(hash.slice(0, 80))}`);
    return join(this.#folder, `${hash}.env`);
  }

  get #indexPath(): string {
    return join(this.#folder, "index.jsonl");
  }

  #index(): string {
    try {
      return readFileSync(this.#indexPath, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  }

  #entries(): readonly ProfileHistoryEntry[] {
    const entries = this.#index().split("\n").flatMap(entryOf);
    return entries.slice(-this.#mostEntries);
  }

  #append(line: string): void {
    const index = this.#lines === null ? this.#index() : "\n";
    this.#lines ??= index.split("\n").length - 1;
    const descriptor = openSync(this.#indexPath, "a", 0o600);
    try {
      // A line that a crash tore gets its end first
      writeFileSync(descriptor, index === "" || index.endsWith("\n") ? `${line}\n` : `\n${line}\n`);
      fsyncSync(descriptor);
    } catch (error) {
      this.#lines = null;
      throw error;
    } finally {
      closeSync(descriptor);
    }
    this.#lines += 1;
  }

  #bound(): void {
    if (this.#lines === null || this.#lines <= this.#mostEntries + SLACK_ENTRIES) return;
    const entries = this.#entries();
    replaceFile(this.#indexPath, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    this.#lines = entries.length;
    const needed = new Set(entries.map(({ hash }) => `${hash}.env`));
    for (const file of readdirSync(this.#folder)) {
      if (HASH.test(file.slice(0, -".env".length)) && !needed.has(file)) rmSync(join(this.#folder, file));
    }
  }
}

function entryOf(line: string): readonly ProfileHistoryEntry[] {
  try {
    const {
      hash,
      name,
      atUs,
      by,
      file = null,
    } = JSON.parse(line) as Partial<Record<keyof ProfileHistoryEntry, unknown>>;
    const isWhole = typeof hash === "string" && HASH.test(hash) && typeof name === "string" && typeof by === "string";
    if (!isWhole || !Number.isSafeInteger(atUs) || (file !== null && typeof file !== "string")) return [];
    return [{ hash, name, atUs: atUs as number, by, file }];
  } catch {
    // Torn by a crash, or not ours
    return [];
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function refused(message: string): ProfileRefused {
  return { ok: false, message, problems: [], warnings: [] };
}
