import { Option, type Command } from "commander";
import type { ExitCode } from "./exit-codes.ts";
import * as values from "./option-values.ts";
import { runSession } from "./run-session.ts";
import {
  DEFAULT_FILL_MODEL,
  DEFAULT_LATENCY_US,
  DEFAULT_MAKER_BPS,
  DEFAULT_TAKER_BPS,
} from "../session/session-spec.ts";
import { SCENARIO_NAMES, type ScenarioName } from "../venues/simulated/scenarios.ts";

interface CommonOptions {
  readonly profile: string;
  readonly set: readonly string[];
  readonly fillModel: string;
  readonly latencyMs: number;
  readonly fees: values.Fees;
  readonly collateral?: string;
  readonly venueFaults?: string;
  readonly data?: string;
  readonly json?: true;
}

interface RunOptions extends CommonOptions {
  readonly venue: "sim";
  readonly tape?: string;
  readonly market: "btc" | "alt";
  readonly seed: number;
  readonly scenario: ScenarioName;
  readonly for?: number;
  readonly speed: number | "max";
}

interface BacktestOptions extends CommonOptions {
  readonly tape: string;
}

/** `ballast run` and `ballast backtest`. */
export function addSessionCommands(program: Command, exit: (code: ExitCode) => void): void {
  const run = withCommonOptions(
    program
      .command("run")
      .description("quote a simulated market and journal the session")
      .addOption(new Option("--venue <venue>", "where to quote").choices(["sim"]).default("sim"))
      .addOption(new Option("--market <market>", "embedded market").choices(["btc", "alt"]).default("btc"))
      .addOption(
        new Option(
          "--tape <file>",
          "quote this recorded market instead, at the pace of its clock times --speed",
        ).conflicts(["market", "seed", "scenario"]),
      )
      .option("--seed <n>", "seed of the embedded market", values.seed, 7)
      .addOption(new Option("--scenario <name>", "kind of market").choices(SCENARIO_NAMES).default("mixed"))
      .option("--for <duration>", "session time to run, such as 60s or 5m (default: until stopped)", values.durationUs)
      .option("--speed <x>", "session seconds a wall second, or max", values.speed, 1),
  );
  run.action(async (options: RunOptions) => {
    const { market, seed, scenario, tape } = options;
    exit(
      await runSession(
        {
          mode: "paper",
          source: tape === undefined ? { kind: "generated", market, seed, scenario } : { kind: "tape", path: tape },
          ...commonSpec(options),
          durationUs: options.for ?? null,
          speed: options.speed === "max" ? null : options.speed,
        },
        options.json === true,
      ),
    );
  });

  const backtest = withCommonOptions(
    program
      .command("backtest")
      .description("quote a recorded market as fast as it goes, on a simulated venue")
      .requiredOption("--tape <file>", "tape made by `ballast import`, or of an earlier session"),
  );
  backtest.action(async (options: BacktestOptions) => {
    exit(
      await runSession(
        {
          mode: "backtest",
          source: { kind: "tape", path: options.tape },
          ...commonSpec(options),
          durationUs: null,
          speed: null,
        },
        options.json === true,
      ),
    );
  });
}

function withCommonOptions(command: Command): Command {
  return command
    .requiredOption("--profile <name|file>", "legacy, crypto, a profile of the data folder, or an env file")
    .option("--set <MM_X=v>", "change one setting; may be given again", values.collect, [])
    .option(
      "--fill-model <model>",
      "touch, through, queue-log, queue-power:n, ...",
      values.fillModel,
      DEFAULT_FILL_MODEL,
    )
    .addOption(
      new Option("--latency-ms <n>", "latency each way, milliseconds")
        .argParser(values.latencyMs)
        .default(DEFAULT_LATENCY_US, `${DEFAULT_LATENCY_US / 1000}`),
    )
    .addOption(
      new Option("--fees <maker,taker>", "fees in bps; negative = rebate")
        .argParser(values.fees)
        .default(
          { makerBps: DEFAULT_MAKER_BPS, takerBps: DEFAULT_TAKER_BPS },
          `${DEFAULT_MAKER_BPS},${DEFAULT_TAKER_BPS}`,
        ),
    )
    .option("--collateral <amount>", "what the simulated account begins with, quote currency", values.collateral)
    .option(
      "--venue-faults <words>",
      "a rough venue: rough, or a list such as lost-reports=0.05,late-ms=800,seed=3",
      values.venueFaults,
    )
    .option("--data <folder>", "keep the session's journal and tape in this data folder")
    .option("--json", "print one JSON object on the last line");
}

function commonSpec(options: CommonOptions) {
  return {
    profile: options.profile,
    overrides: options.set,
    fillModel: options.fillModel,
    latencyUs: options.latencyMs,
    ...options.fees,
    ...(options.collateral === undefined ? {} : { collateral: options.collateral }),
    ...(options.venueFaults === undefined ? {} : { venueFaults: options.venueFaults }),
    dataDir: options.data ?? null,
  };
}
