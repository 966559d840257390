import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What program this is: shown on the screen and written into every session. */
export interface BuildInfo {
  readonly version: string;
  /** Commit of the checkout, 12 hex digits; the version where the program runs from a package without one. */
  readonly hash: string;
}

let known: BuildInfo | null = null;

/** Reads it once. Looks upwards from this file, so that it works from the sources and from the bundle. */
export function buildInfo(): BuildInfo {
  known ??= readBuildInfo();
  return known;
}

function readBuildInfo(): BuildInfo {
  const root = findUpwards(import.meta.dirname, "package.json");
  if (root === null) return { version: "0.0.0", hash: "unknown" };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { version, hash: commitOf(join(root, ".git"))?.slice(0, 12) ?? version };
}

function findUpwards(from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

/** Reads the files instead of asking git: no process to wait for at the start. */
function commitOf(gitDir: string): string | null {
  try {
    const head = readFileSync(join(gitDir, "HEAD"), "utf8").trim();
    if (!head.startsWith("ref: ")) return head;
    const ref = head.slice("ref: ".length);
    const loose = join(gitDir, ref);
    if (existsSync(loose)) return readFileSync(loose, "utf8").trim();
    const packed = readFileSync(join(gitDir, "packed-refs"), "utf8").split("\n");
    return packed.find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? null;
  } catch {
    // Not a checkout, or a worktree kept elsewhere: the version has to do
    return null;
  }
}
