/**
 * `npm run bench`: speed and size, each against its floor in the same run. `-- --json` prints one line, `-- --month` adds the journal of a month,
 * `-- --day` the replay of a day. `docs/bench.md` says what is measured and how. Exit code 1 where a bound does not hold, and at once for any other
 * argument.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createGenerator } from "../../main/venues/simulated/market-generator.ts";
import { benchMarket, longTape, type BenchMarket } from "./bench-market.ts";
import { measureBallast } from "./bench-process.ts";
import { atLeast, atMost, reported, type BenchResult } from "./bench-result.ts";
import { benchFlips } from "./flip-bench.ts";
import { benchJournal } from "./journal-bench.ts";
import { benchKernel } from "./kernel-bench.ts";
import { benchMonth } from "./month-bench.ts";
import { benchDay, benchReplay } from "./replay-bench.ts";

const LEAST_SPEED = 60;
const LEAST_REPLAY_SPEED = 200;
const MOST_MEGABYTES = 300;
const GENERATED_EVENTS = 300_000;

function importResults({ imported, spanS }: BenchMarket): BenchResult[] {
  if (imported === null) return [];
  const { once, tenTimes } = imported;
  return [
    atLeast("import of the recorded market, times real time", spanS / once.seconds, "x", LEAST_SPEED),
    atMost("import, peak memory", once.peakMegabytes, "MB", MOST_MEGABYTES),
    atMost("import of ten times as much, peak memory", tenTimes.peakMegabytes, "MB", MOST_MEGABYTES),
    atMost(
      "tape against the gzip of its raw frames",
      Number(once.result["bytes"]),
      "bytes",
      Number(once.result["inputBytes"]),
    ),
  ];
}

async function sessionResults(market: BenchMarket, folder: string, tenTimes: string): Promise<BenchResult[]> {
  const data = join(folder, "data");
  const results: BenchResult[] = [];
  let sessionId = "";
  for (const profile of ["legacy", "crypto"]) {
    const run = await measureBallast("backtest", "--tape", market.tape, "--profile", profile, "--data", data);
    sessionId = String(run.result["sessionId"]);
    const name = `backtest, ${profile}, ${market.source} market`;
    results.push(atLeast(`${name}, times real time`, market.spanS / run.seconds, "x", LEAST_SPEED));
    results.push(atMost(`${name}, peak memory`, run.peakMegabytes, "MB", MOST_MEGABYTES));
  }
  const replay = await measureBallast("replay", "--data", data, "--session", sessionId, "--verify");
  const replayS = Number(replay.result["events"]) / Number(replay.result["eventsPerSecond"]);
  results.push(atLeast("replay --verify, times real time", market.spanS / replayS, "x", LEAST_REPLAY_SPEED));
  const fromStart = "replay --verify, with the start of its process, times real time";
  results.push(reported(fromStart, market.spanS / replay.seconds, "x", LEAST_REPLAY_SPEED));
  results.push(atMost("replay --verify, peak memory", replay.peakMegabytes, "MB", MOST_MEGABYTES));
  results.push(...benchReplay(data, sessionId, `the ${market.source} market`));
  const long = await measureBallast("backtest", "--tape", tenTimes, "--profile", "crypto");
  results.push(atMost("backtest of a tape ten times as long, peak memory", long.peakMegabytes, "MB", MOST_MEGABYTES));
  return results;
}

function generatorResult(): BenchResult {
  const source = createGenerator({ market: "btc", seed: 7, startUs: 0, scenario: "mixed" });
  const startedMs = performance.now();
  for (let event = 0; event < GENERATED_EVENTS; event += 1) source.next();
  const seconds = (performance.now() - startedMs) / 1000;
  source.close();
  return reported("market generator", GENERATED_EVENTS / seconds, "events/s");
}

function print({ name, value, unit, floor, ratio, bound, holds }: BenchResult): string {
  const against = floor === null ? "" : `  against ${floor} ${unit}: ${ratio}`;
  const verdict = holds === null ? "" : `  ${holds ? "holds" : "DOES NOT HOLD"} (${bound})`;
  return `${name}: ${value} ${unit}${against}${verdict}\n`;
}

const flag = { type: "boolean", default: false } as const;
const { values: asked } = parseArgs({ options: { json: flag, month: flag, day: flag } });
const folder = mkdtempSync(join(tmpdir(), "ballast-bench-"));
try {
  const market = await benchMarket(folder);
  const tenTimes = longTape(join(folder, "long.tape"), market.tape, 10);
  const results = [
    ...(await benchKernel(market, tenTimes)),
    ...importResults(market),
    ...(await sessionResults(market, folder, tenTimes)),
    ...(await benchJournal(join(folder, "journal"))),
    ...(asked.month ? await benchMonth(join(folder, "month")) : []),
    ...(asked.day ? await benchDay(join(folder, "day")) : []),
    ...(await benchFlips(join(folder, "flips"))),
    generatorResult(),
  ];
  if (asked.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else for (const result of results) process.stdout.write(print(result));
  if (results.some(({ holds }) => holds === false)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
