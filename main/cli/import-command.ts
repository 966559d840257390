import { Option, type Command } from "commander";
import { buildInfo } from "../session/build-info.ts";
import { importCapture, type ImportDone } from "../session/import-capture.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output, table } from "./output.ts";
import { ProgressBar } from "./progress-bar.ts";

interface ImportCommandOptions {
  readonly format: "binance-usdm";
  readonly symbol: string;
  readonly out: string;
  readonly tick?: string;
  readonly lot?: string;
  readonly allowTruncated?: true;
  readonly json?: true;
}

/** `ballast import`. */
export function addImportCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("import")
    .description("make a tape of raw venue captures")
    .addOption(new Option("--format <format>", "what the captures are").choices(["binance-usdm"]).makeOptionMandatory())
    .requiredOption("--symbol <symbol>", "market to take, as the venue calls it")
    .requiredOption("--out <file>", "tape to write")
    .option("--tick <size>", "price step of a symbol that Ballast does not know")
    .option("--lot <size>", "size step of a symbol that Ballast does not know")
    .option("--allow-truncated", "take a gzip file that breaks off for a warning")
    .option("--json", "print one JSON object on the last line")
    .argument("<input...>", "captures in the order of their time, gzip or plain")
    .action(async (inputs: string[], options: ImportCommandOptions) => exit(await runImport(inputs, options)));
}

async function runImport(inputs: readonly string[], options: ImportCommandOptions): Promise<ExitCode> {
  const output = new Output(options.json === true);
  const bar = new ProgressBar("importing");
  const { tick, lot } = options;
  const result = await importCapture({
    inputs,
    symbol: options.symbol,
    out: options.out,
    createdBy: `ballast ${buildInfo().version}`,
    allowTruncated: options.allowTruncated === true,
    ...(tick === undefined && lot === undefined ? {} : { rulesOverride: overrideOf(tick, lot) }),
    onProgress: ({ bytesRead, bytesTotal }) => bar.update(bytesRead / bytesTotal, `${(bytesRead / 1e6).toFixed(1)} MB`),
  });
  bar.clear();
  if (!result.ok) {
    output.complain(result.message);
    return EXIT.refused;
  }
  for (const warning of result.warnings) output.complain(`warning: ${warning}`);
  for (const problem of result.problems) output.complain(problem);
  output.result(result, summary(options.out, result));
  return result.problems.length > 0 ? EXIT.wrong : EXIT.ok;
}

function overrideOf(tick: string | undefined, lot: string | undefined): { tickSize?: string; lotSize?: string } {
  return { ...(tick === undefined ? {} : { tickSize: tick }), ...(lot === undefined ? {} : { lotSize: lot }) };
}

function summary(out: string, done: ImportDone): string[] {
  const rejected = Object.entries(done.rejected).map(
    ([reason, count]) => [`rejected, ${reason}`, String(count)] as const,
  );
  const agreement = done.touchAgreement === null ? "unknown" : `${(done.touchAgreement * 100).toFixed(3)} %`;
  return [
    `${out}: ${done.rules.market}, ${done.events} events`,
    ...table([
      ["frames", String(done.frames)],
      ["depth updates", String(done.depthUpdates)],
      ["trades", String(done.trades)],
      ["tickers", String(done.tickers)],
      ["gaps", String(done.gaps)],
      ...rejected,
      ["book's touch equals the ticker's", `${agreement} of ${done.touchCompared}`],
      ["tape", `${done.bytes} bytes`],
      ["captures", `${done.inputBytes} bytes`],
    ]),
  ];
}
