import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";

export const root = join(import.meta.dirname, "..", "..");
export const cliFile = join(root, "main", "cli.ts");

export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command of these tests may take longer; a hang is then a failure that says so. */
const LONGEST_MS = 60_000;

/** Runs `ballast` as a process of its own to its end. */
export function ballast(...args: readonly string[]): Promise<CliOutcome> {
  return runNode([cliFile, ...args]);
}

export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CliOutcome> {
  const child = spawn(process.execPath, args, { cwd: root, env, timeout: LONGEST_MS, killSignal: "SIGKILL" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { promise, resolve, reject } = Promise.withResolvers<CliOutcome>();
  child.on("error", reject);
  child.on("close", (code) => resolve({ code, stdout, stderr }));
  return promise;
}

/** The object on the last line of a command that was given `--json`. */
export function lastLine(outcome: CliOutcome): Record<string, unknown> {
  const line = outcome.stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`the last line must be JSON, was "${line}"; standard error: ${outcome.stderr}`, { cause: error });
  }
}

/** A folder that is removed with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ballast-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Path of a session's tape. */
export function tapeOf(dataDir: string, sessionId: string): string {
  return tapeFile(dataFolderPaths(dataDir), sessionId);
}

/** SHA-256 of every file below a folder, by path; to see that nothing was harmed. */
export function hashesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  return Object.fromEntries(paths.map((path) => [path, createHash("sha256").update(readFileSync(path)).digest("hex")]));
}

/** The recorded capture beside the checkout; absent in a clone elsewhere. */
export const recordedCapture = join(root, "..", "shared", "data", "binance-usdm", "btcusdt_20240808.gz");
