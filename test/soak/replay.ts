/**
 * Paper sessions on the wall clock, each replayed by another process to the same effect hash:
 *
 *     node test/soak/replay.ts [MINUTES] [SPEED] [CAPTURE]
 *
 * 10 minutes of session time at 20 times the pace of the wall where nothing is said; on the generated market, and on the recorded BTC
 * market where its capture is there. Prints one line a session; exit code 1 where a replay differed.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importCapture, replayRun, type ReplayedMarket } from "./replayed-runs.ts";

const root = join(import.meta.dirname, "..", "..");
const recorded = join(root, "..", "shared", "data", "binance-usdm", "btcusdt_20240808.gz");
const [, , minutes = "10", speed = "20", capture = recorded] = process.argv;
const cliFile = join(root, "main", "cli.ts");
const folder = mkdtempSync(join(tmpdir(), "ballast-replay-soak-"));
const markets: ReplayedMarket[] = [{ name: "generated market", args: ["--scenario", "mixed", "--seed", "7"] }];
if (existsSync(capture)) {
  const tape = join(folder, "btc.tape");
  await importCapture(cliFile, capture, tape);
  markets.push({ name: "recorded BTC market", args: ["--tape", tape] });
} else process.stdout.write(`recorded BTC market: left out, there is no ${capture}\n`);

let isEqual = true;
for (const market of markets) {
  const pace = { sessionSeconds: Number(minutes) * 60, speed: Number(speed) };
  const run = await replayRun(cliFile, join(folder, "data"), market, pace);
  if (run.problem !== null) isEqual = false;
  process.stdout.write(
    `${run.name}: ${run.events} events, ${run.fills} fills, effect hash ${run.effectHash}, replayed ${run.replayedHash}: ${run.problem ?? "equal"}\n`,
  );
}
if (isEqual) rmSync(folder, { recursive: true });
else {
  process.stdout.write(`the data folder is kept: ${join(folder, "data")}\n`);
  process.exitCode = 1;
}
