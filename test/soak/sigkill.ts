/**
 * Kills sessions at random moments for as long as one likes: `node test/soak/sigkill.ts [RUNS] [SEED]`, 200 runs where nothing is said.
 * Prints one line of what came of it; exit code 1 where a fill was lost or something did not open cleanly.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killRuns } from "./killed-runs.ts";

const [, , runs = "200", seed = String(Date.now() % 1_000_000)] = process.argv;
const dataDir = mkdtempSync(join(tmpdir(), "ballast-soak-"));
const cliFile = join(import.meta.dirname, "..", "..", "main", "cli.ts");
const outcome = await killRuns(cliFile, dataDir, { runs: Number(runs), seed: Number(seed), longestMs: 4_000 });
for (const problem of outcome.problems) process.stderr.write(`${problem}\n`);
const { acknowledgedFills, tornTails, problems } = outcome;
process.stdout.write(
  `${runs} runs of seed ${seed}: ${acknowledgedFills} fills acknowledged, ${tornTails} torn tails, ${problems.length} problems\n`,
);
if (problems.length === 0) rmSync(dataDir, { recursive: true });
else process.exitCode = 1;
