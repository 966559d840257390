/** Starts the console from the command line: the Electron window where there is one to be had, else the web face. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { join, resolve } from "node:path";
import type { ConsoleBackend } from "../../preload/bridge.ts";
import { electronPackageDir, fetchElectronRuntime, findElectronRuntime, missingDisplay } from "./electron-runtime.ts";
import { runWebConsole, type Terminal } from "./web/run-web-console.ts";

/** Electron's download is about 100 MB; a start is not held up for longer than this. */
const FETCH_WAIT_MS = 60_000;
const REACHABLE_WAIT_MS = 2_000;
const DOWNLOAD_HOST = "github.com";

export interface LaunchOptions {
  /** Root of the installation: the folder with `package.json`, `out` and `node_modules`. */
  readonly rootDir: string;
  readonly dataDir: string;
  /** True when the web face was asked for. */
  readonly web: boolean;
  /** Port of the web face; 0 lets the system choose. */
  readonly port: number;
  readonly createBackend: (options: { dataDir: string; face: "web" }) => Promise<ConsoleBackend>;
  readonly terminal: Terminal;
  readonly platform?: NodeJS.Platform;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type Face = { readonly kind: "electron"; readonly executable: string } | { readonly kind: "web"; readonly why: string };

async function isReachable(host: string): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<false>((done) => {
    timer = setTimeout(() => done(false), REACHABLE_WAIT_MS);
  });
  const found = lookup(host).then(
    () => true,
    () => false,
  );
  const isFound = await Promise.race([found, tooLate]);
  clearTimeout(timer);
  return isFound;
}

function hasMirror(env: Readonly<Record<string, string | undefined>>): boolean {
  const names = ["ELECTRON_MIRROR", "npm_config_electron_mirror", "HTTPS_PROXY", "https_proxy"];
  return names.some((name) => (env[name] ?? "") !== "");
}

async function fetchAndFind(
  packageDir: string,
  search: { platform: NodeJS.Platform; env: Readonly<Record<string, string | undefined>> },
  terminal: Terminal,
): Promise<Face> {
  if (!hasMirror(search.env) && !(await isReachable(DOWNLOAD_HOST)))
    return { kind: "web", why: "no Electron runtime here, and no network to fetch it" };
  terminal.say(`Fetching the Electron runtime, once (at most ${FETCH_WAIT_MS / 1000} s)`);
  if (!(await fetchElectronRuntime({ packageDir, waitMs: FETCH_WAIT_MS })))
    return { kind: "web", why: "the Electron runtime could not be fetched" };
  const finding = findElectronRuntime({ ...search, packageDir });
  if (finding.kind === "found") return { kind: "electron", executable: finding.executable };
  return { kind: "web", why: finding.reason };
}

/** Chooses the face, and says why where it is not the window. */
async function chooseFace(options: LaunchOptions): Promise<Face> {
  const search = { platform: options.platform ?? process.platform, env: options.env ?? process.env };
  if (options.web) return { kind: "web", why: "as asked" };
  const display = missingDisplay(search);
  if (display !== null) return { kind: "web", why: display };
  const packageDir = electronPackageDir(join(options.rootDir, "package.json"));
  const finding = findElectronRuntime({ ...search, packageDir });
  if (finding.kind === "found") return { kind: "electron", executable: finding.executable };
  const isAutomated = (search.env["CI"] ?? "") !== "";
  if (!finding.mayFetch || packageDir === null || isAutomated) return { kind: "web", why: finding.reason };
  return fetchAndFind(packageDir, search, options.terminal);
}

const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A runtime that dies sooner than this never showed its window: a missing library, a sandbox that the system forbids. */
const START_MS = 15_000;
/** Exit codes from here on come from the loader or a shell, not from the console. */
const FIRST_FOREIGN_CODE = 126;

type Run =
  | { readonly kind: "ended"; readonly exitCode: number }
  | { readonly kind: "not-started"; readonly why: string };

function judgeExit(code: number | null, signal: string | null, livedMs: number, wasSignalled: boolean): Run {
  const isForeign = code === null || code >= FIRST_FOREIGN_CODE;
  if (!isForeign || wasSignalled || livedMs > START_MS) return { kind: "ended", exitCode: code ?? 1 };
  return { kind: "not-started", why: `the Electron runtime did not start: ${signal ?? `exit code ${code}`}` };
}

/** Runs the window in a process of its own and waits for it; signals go on to it, which ends by its own quit sequence. */
function runElectron(executable: string, options: LaunchOptions): Promise<Run> {
  const args = [options.rootDir, `--data=${resolve(options.dataDir)}`];
  const { ELECTRON_RUN_AS_NODE: _plainNode, ...env } = { ...process.env, ...options.env };
  const startedMs = performance.now();
  return new Promise((done) => {
    const child = spawn(executable, args, { stdio: "inherit", env });
    let wasSignalled = false;
    const forward = (signal: NodeJS.Signals): void => {
      wasSignalled = true;
      // A terminal's Ctrl-C reaches the whole group by itself; passing it on would count it twice
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
    const settle = (run: Run): void => {
      for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
      done(run);
    };
    child.once("error", (error) => settle({ kind: "not-started", why: `the Electron runtime: ${error.message}` }));
    child.once("exit", (code, signal) => {
      settle(judgeExit(code, signal, performance.now() - startedMs, wasSignalled));
    });
  });
}

function serveWeb(why: string, rendererDir: string, options: LaunchOptions): Promise<number> {
  return runWebConsole({
    greeting: `Serving the console to your browser (${why}). Open the link, or press Enter for a fresh one; Ctrl-C ends it.`,
    rendererDir,
    dataDir: options.dataDir,
    port: options.port,
    createBackend: options.createBackend,
    terminal: options.terminal,
  });
}

/**
 * Starts the console and resolves with the exit code when it has ended: 0 after a clean end, 1 after a failure or an abandoned close-out.
 * Needs the built page in `out`; says so where it is missing.
 */
export async function launchConsole(options: LaunchOptions): Promise<number> {
  const rendererDir = join(options.rootDir, "out", "renderer");
  if (!existsSync(join(rendererDir, "index.html"))) {
    options.terminal.say("The console has not been built: run `npm start`, or `npm run build` first");
    return 1;
  }
  const face = await chooseFace(options);
  if (face.kind === "web") return serveWeb(face.why, rendererDir, options);
  const run = await runElectron(face.executable, options);
  return run.kind === "ended" ? run.exitCode : serveWeb(run.why, rendererDir, options);
}
