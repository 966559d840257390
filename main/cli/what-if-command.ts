import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import type { WhatIfReport } from "../session/what-if/certainty.ts";
import { runWhatIf, type WhatIfOutcome } from "../session/what-if/run-what-if.ts";
import type { WhatIfRequest } from "../session/what-if/what-if-request.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import * as values from "./option-values.ts";
import { Output } from "./output.ts";
import { ProgressBar } from "./progress-bar.ts";
import { whatIfLines } from "./what-if-text.ts";

interface WhatIfOptions {
  readonly data?: string;
  readonly session?: string;
  readonly tape?: string;
  readonly baseline?: string;
  readonly profile?: string;
  readonly set: readonly string[];
  readonly fillModel: readonly string[];
  readonly latencyMs: readonly number[];
  readonly fees?: values.Fees;
  readonly keepCommands?: true;
  readonly out?: string;
  readonly json?: true;
}

/** `ballast what-if`. */
export function addWhatIfCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("what-if")
    .description("run other settings, another profile or other fill models against the market of a session or a tape")
    .option("--data <folder>", "data folder of the session, and of own profiles")
    .option("--session <id>", "session whose market is met again")
    .option("--tape <file>", "or a tape: of a session, or made by `ballast import`")
    .option(
      "--baseline <name|file>",
      "what to compare with (default: what the session began with; of a market, legacy)",
    )
    .option("--profile <name|file>", "profile of the alternative (default: the baseline's)")
    .option("--set <MM_X=v>", "change one setting of the alternative; may be given again", values.collect, [])
    .option(
      "--fill-model <model>",
      "a fill model of the table; may be given again. Without --profile and --set it is what differs",
      (text: string, before: readonly string[]) => [...before, values.fillModel(text)],
      [],
    )
    .option("--latency-ms <n,n,...>", "latencies of the table, each way, milliseconds", values.latenciesMs, [])
    .option("--fees <maker,taker>", "fees in bps; negative = rebate (default: those of the session)", values.fees)
    .option("--keep-commands", "repeat the operator's commands of then in both runs, profile changes in the baseline")
    .option("--out <file>", "write the whole result there, as JSON")
    .option("--json", "print one JSON object on the last line")
    .action(async (options: WhatIfOptions) => exit(await whatIf(options)));
}

async function whatIf(options: WhatIfOptions): Promise<ExitCode> {
  const output = new Output(options.json === true);
  const request = requestOf(options);
  if (typeof request === "string") {
    output.complain(request);
    return EXIT.refused;
  }
  const bar = new ProgressBar("what if");
  const stop = stopOnSignal();
  const outcome = await runWhatIf(request, {
    signal: stop.signal,
    onProgress: (share, words) => bar.update(share, words),
    breathe: () =>
      new Promise<void>((resolve) => {
        setImmediate(resolve);
      }),
  });
  stop.remove();
  bar.clear();
  if (!outcome.ok) return refused(outcome, output);
  return report(outcome.report, options, output);
}

function report(result: WhatIfReport, { out }: WhatIfOptions, output: Output): ExitCode {
  if (out !== undefined) {
    try {
      writeFileSync(out, `${JSON.stringify(result, null, 1)}\n`);
    } catch (error) {
      output.complain(`${out} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      return EXIT.refused;
    }
  }
  output.result(result, whatIfLines(result));
  return EXIT.ok;
}

function refused({ code, message }: WhatIfOutcome & { readonly ok: false }, output: Output): ExitCode {
  output.complain(message);
  return code === "broken" || code === "cancelled" ? EXIT.wrong : EXIT.refused;
}

/** What the options mean, or why they mean nothing. */
function requestOf(options: WhatIfOptions): WhatIfRequest | string {
  const { data, session, tape } = options;
  if ((session === undefined) === (tape === undefined)) return "give either --session with --data, or --tape";
  if (session !== undefined && data === undefined) return "--session needs --data, the folder it is in";
  if (session !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(session)) return `there is no session "${session}"`;
  const path = session === undefined ? (tape ?? "") : tapeFile(dataFolderPaths(data ?? ""), session);
  return {
    tape: path,
    sourceName: session ?? path,
    dataDir: data ?? null,
    baseline: options.baseline ?? null,
    alternative: options.profile ?? null,
    overrides: options.set,
    fillModels: options.fillModel,
    latenciesUs: options.latencyMs,
    fees: options.fees ?? null,
    keepCommands: options.keepCommands === true,
  };
}

/** Nothing is lost by stopping: a what-if run keeps nothing before its end. */
function stopOnSignal(): { readonly signal: AbortSignal; remove(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, abort);
  return {
    signal: controller.signal,
    remove: () => {
      for (const name of signals) process.off(name, abort);
    },
  };
}
