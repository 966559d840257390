import { spawn } from "node:child_process";
import { join } from "node:path";

const cliFile = join(import.meta.dirname, "..", "..", "main", "cli.ts");
/** Prints the most memory that the process, its threads included, ever held, in kilobytes. */
const TELL_PEAK = `data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS+"\\n"))`;

export interface Measured {
  /** The object that the command printed. */
  readonly result: Record<string, unknown>;
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly peakMegabytes: number;
}

/** Runs `ballast` with `--json` as a process of its own. Throws when it fails. */
export async function measureBallast(...args: readonly string[]): Promise<Measured> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["--import", TELL_PEAK, cliFile, ...args, "--json"]);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`ballast ${args.join(" ")} must end with 0, was ${code}: ${stderr}`);
  const seconds = (performance.now() - startedMs) / 1000;
  const peakKilobytes = Number(/peak (\d+)\n$/.exec(stderr)?.[1]);
  const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
  return { result, seconds, peakMegabytes: peakKilobytes / 1024 };
}
