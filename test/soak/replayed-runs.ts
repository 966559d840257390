import { spawn } from "node:child_process";

/** A paced session in one process and its replay in another. `problem` is null when they are equal. */
export interface ReplayedRun {
  readonly name: string;
  readonly sessionId: string;
  readonly events: number;
  readonly fills: number;
  readonly effectHash: string;
  readonly replayedHash: string;
  readonly problem: string | null;
}

export interface ReplayedMarket {
  readonly name: string;
  /** What `ballast run` quotes: `--scenario mixed`, `--tape FILE`. */
  readonly args: readonly string[];
}

interface Pace {
  readonly sessionSeconds: number;
  readonly speed: number;
}

interface Ran {
  readonly code: number | null;
  readonly last: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

/**
 * Quotes a market in paper mode on the wall clock times `speed`, then replays the session from its data folder with `--verify` and looks
 * through the folder with `verify`: three processes, and nothing in common but the folder.
 */
export async function replayRun(
  cliFile: string,
  dataDir: string,
  market: ReplayedMarket,
  { sessionSeconds, speed }: Pace,
): Promise<ReplayedRun> {
  const pace = ["--for", `${sessionSeconds}s`, "--speed", String(speed), "--profile", "crypto"];
  const run = await ballast(cliFile, ["run", ...market.args, ...pace, "--data", dataDir, "--json"]);
  const { sessionId, effectHash, events, fills } = run.last as {
    sessionId?: string;
    effectHash?: string;
    events?: number;
    fills?: { maker: number; taker: number };
  };
  const session = ["--data", dataDir, "--session", sessionId ?? "", "--json"];
  const replayed = await ballast(cliFile, ["replay", "--verify", ...session]);
  const verified = await ballast(cliFile, ["verify", ...session]);
  const problems = [
    run.code === 0 ? "" : `the run ended with exit code ${run.code}: ${run.stderr}`,
    replayed.code === 0 ? "" : `the replay ended with exit code ${replayed.code}: ${JSON.stringify(replayed.last)}`,
    verified.code === 0 ? "" : `verify ended with exit code ${verified.code}: ${JSON.stringify(verified.last)}`,
    effectHash === replayed.last["effectHash"] ? "" : "the hashes differ",
    replayed.last["events"] === events ? "" : `the replay had ${String(replayed.last["events"])} events`,
  ].filter((problem) => problem !== "");
  return {
    name: market.name,
    sessionId: sessionId ?? "none",
    events: events ?? 0,
    fills: (fills?.maker ?? 0) + (fills?.taker ?? 0),
    effectHash: effectHash ?? "none",
    replayedHash: typeof replayed.last["effectHash"] === "string" ? replayed.last["effectHash"] : "none",
    problem: problems.length === 0 ? null : problems.join("; "),
  };
}

/** Imports a recorded capture of BTCUSDT; throws where that fails. */
export async function importCapture(cliFile: string, capture: string, tape: string): Promise<void> {
  const args = ["import", "--format", "binance-usdm", "--symbol", "BTCUSDT", "--out", tape, "--json", capture];
  const imported = await ballast(cliFile, args);
  if (imported.code !== 0) throw new Error(`the capture must import: ${imported.stderr}`);
}

function ballast(cliFile: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [cliFile, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  child.on("error", reject);
  child.on("close", (code) => resolve({ code, last: lastObject(stdout), stderr }));
  return promise;
}

/** The object on the last line; empty where a command printed none. */
function lastObject(stdout: string): Readonly<Record<string, unknown>> {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : {};
}
