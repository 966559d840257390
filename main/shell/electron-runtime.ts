/** Finds the Electron runtime without loading the `electron` package's own entry, which would download where we only ask. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface RuntimeSearch {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the `electron` package; null where it is not installed. */
  readonly packageDir: string | null;
}

export type RuntimeFinding =
  | { readonly kind: "found"; readonly executable: string }
  /** Not there; `mayFetch` says whether the package could be asked to download it. */
  | { readonly kind: "missing"; readonly reason: string; readonly mayFetch: boolean };

/** The folder of the installed `electron` package, as seen from a module's URL; null where there is none. */
export function electronPackageDir(fromUrl: string): string | null {
  try {
    return dirname(createRequire(fromUrl).resolve("electron/package.json"));
  } catch {
    return null;
  }
}

function platformPath(platform: NodeJS.Platform): string {
  if (platform === "darwin") return join("Electron.app", "Contents", "MacOS", "Electron");
  return platform === "win32" ? "electron.exe" : "electron";
}

/** The package writes `path.txt` last: without it a download was never finished, whatever lies in `dist`. */
function installedPath(packageDir: string): string | null {
  try {
    return join(packageDir, "dist", readFileSync(join(packageDir, "path.txt"), "utf8").trim());
  } catch {
    return null;
  }
}

/** Looks where Electron's own tools look, in their order: ELECTRON_EXEC_PATH, ELECTRON_OVERRIDE_DIST_PATH, the package's `dist`. */
export function findElectronRuntime(search: RuntimeSearch): RuntimeFinding {
  const { env, platform, packageDir } = search;
  const named = env["ELECTRON_EXEC_PATH"];
  if (named !== undefined && named !== "") return foundOr(named, "ELECTRON_EXEC_PATH names no file");
  const override = env["ELECTRON_OVERRIDE_DIST_PATH"];
  if (override !== undefined && override !== "")
    return foundOr(join(override, platformPath(platform)), "ELECTRON_OVERRIDE_DIST_PATH has no runtime in it");
  if (packageDir === null) return { kind: "missing", reason: "the electron package is not installed", mayFetch: false };
  const executable = installedPath(packageDir);
  if (executable !== null && existsSync(executable)) return { kind: "found", executable };
  return { kind: "missing", reason: "no Electron runtime here", mayFetch: true };
}

function foundOr(executable: string, reason: string): RuntimeFinding {
  return existsSync(executable) ? { kind: "found", executable } : { kind: "missing", reason, mayFetch: false };
}

/** Says why no window can be shown here; null where one can. */
export function missingDisplay(search: Pick<RuntimeSearch, "platform" | "env">): string | null {
  if (search.platform === "win32" || search.platform === "darwin") return null;
  const hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (search.env[name] ?? "") !== "");
  return hasDisplay ? null : "no display here";
}

export interface FetchOptions {
  readonly packageDir: string;
  readonly waitMs: number;
}

/** Runs the package's own download script; true when it ended well in time. Its output is not shown: whoever asked says in one line how it went. */
export function fetchElectronRuntime(options: FetchOptions): Promise<boolean> {
  return new Promise((done) => {
    const script = spawn(process.execPath, [join(options.packageDir, "install.js")], { stdio: "ignore" });
    const deadline = setTimeout(() => script.kill("SIGKILL"), options.waitMs);
    const settle = (isFetched: boolean): void => {
      clearTimeout(deadline);
      done(isFetched);
    };
    script.once("error", () => settle(false));
    script.once("exit", (code) => settle(code === 0));
  });
}
