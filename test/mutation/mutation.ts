/**
 * Changes the kernel's pricing, quoting, risk and signals in small ways, one at a time, on copies of the tree, and counts how many changes the tests notice.
 *
 * Usage: npm run mutation [-- --sample N] [--seed N] [--only PART_OF_A_PATH] [--workers N] [--sessions] [--trust] [--again FILE].
 * Without `--sample` every mutant is tried, which takes hours. `--sessions` asks the slow properties of whole sessions, too, `--trust` leaves out
 * the first run, which shows that the tests pass without any change. Every survivor is printed as one line of JSON; `--again` tries only those
 * that the output of an earlier run names. Ends with exit code 1 where a folder is at or under the share that must be noticed.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { isEquivalent, staleEntries } from "./equivalents.ts";
import { LikelyTests } from "./likely-tests.ts";
import { mutantsOf, mutated, type Mutant } from "./mutants.ts";

const root = join(import.meta.dirname, "..", "..");
const FOLDERS = ["main/kernel/pricing", "main/kernel/quoting", "main/kernel/risk", "main/kernel/signals"];
/** Tests that say nothing for so long are in an endless loop: such a change is noticed, too. */
const LONGEST_SILENCE_MS = 40_000;
/** Share of the mutants of each folder that must be noticed, more than this. */
const LEAST_SHARE = 0.85;

const { values } = parseArgs({
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    workers: { type: "string", default: "1" },
    sessions: { type: "boolean", default: false },
    again: { type: "string" },
    trust: { type: "boolean", default: false },
  },
});

const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const sources = tracked.filter((file) => FOLDERS.includes(dirname(file)) && file.includes(values.only));
const everyMutant = sources.flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));
const all = everyMutant.filter((mutant) => !isEquivalent(mutant));
const likely = new LikelyTests(root, tracked, values.sessions);
for (const entry of staleEntries(sources, everyMutant)) throw new Error(`no mutant is like the allowed one ${entry}`);
const chosen = values.again === undefined ? sampled() : all.filter(isOfEarlierRun(values.again));
process.stdout.write(
  `${all.length} mutants in ${sources.length} files, ${everyMutant.length - all.length} more are equivalent; ${chosen.length} tried, seed ${values.seed}\n`,
);

const folder = mkdtempSync(join(tmpdir(), "mutation-"));
const survivors: Mutant[] = [];
let tried = 0;
try {
  const queue = [...chosen];
  await Promise.all(
    Array.from({ length: Number(values.workers) }, async (_, worker) => {
      const tree = copyTree(join(folder, String(worker)));
      // A test that fails by itself would "notice" everything
      if (worker === 0 && !values.trust && (await fails(tree, likely.all)))
        throw new Error("the tests fail without any change");
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) await tryOne(tree, mutant);
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const folderName of FOLDERS) report(folderName, (mutant) => dirname(mutant.file) === folderName);
report("all", () => true);

function sampled(): Mutant[] {
  const count = values.sample === undefined ? all.length : Number(values.sample);
  return sample(all, count, Number(values.seed));
}

/** Which mutants an earlier run, whose output is in a file, has called survivors. Lines of sources may have moved since. */
function isOfEarlierRun(path: string): (mutant: Mutant) => boolean {
  const survived = new Set(
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => keyOf(JSON.parse(line) as Mutant)),
  );
  return (mutant) => survived.has(keyOf(mutant));
}

/** Tells mutants apart that differ in place only where their whole lines do. */
function keyOf({ file, code, column, becomes }: Mutant): string {
  return JSON.stringify([file, code, column, becomes]);
}

async function tryOne(tree: string, mutant: Mutant): Promise<void> {
  const path = join(tree, mutant.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, mutated(source, mutant));
  const isNoticed = await fails(tree, likely.of(mutant.file));
  writeFileSync(path, source);
  tried += 1;
  if (isNoticed) return;
  survivors.push(mutant);
  process.stdout.write(`${JSON.stringify({ ...mutant, tried })}\n`);
}

function fails(tree: string, tests: readonly string[]): Promise<boolean> {
  if (tests.length === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const vitest = join(tree, "node_modules", "vitest", "vitest.mjs");
    const child = spawn(process.execPath, [vitest, "run", "--config", "test/mutation/vitest.config.ts", ...tests], {
      cwd: tree,
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
      env: { ...process.env, BALLAST_TEST_ORDER: tests.join(" ") },
    });
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), LONGEST_SILENCE_MS);
    child.stdout.on("data", () => timer.refresh());
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(code !== 0);
    });
  });
}

function copyTree(to: string): string {
  const tree = join(to, "main");
  for (const file of tracked) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  const shared = join(root, "..", "shared");
  if (existsSync(shared)) symlinkSync(shared, join(to, "shared"));
  return tree;
}

function report(name: string, isOf: (mutant: Mutant) => boolean): void {
  const of = chosen.filter(isOf).length;
  const lived = survivors.filter(isOf).length;
  if (of > 0 && (of - lived) / of <= LEAST_SHARE) process.exitCode = 1;
  const share = of === 0 ? "-" : `${(((of - lived) / of) * 100).toFixed(1)} %`;
  process.stdout.write(`${name}: ${of - lived} of ${of} noticed, ${share}\n`);
}

/** `count` of `items`, the same for the same seed (a linear congruential generator shuffles). */
function sample(items: readonly Mutant[], count: number, seed: number): Mutant[] {
  const pool = [...items];
  let state = seed >>> 0;
  for (let at = pool.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [pool[at], pool[other]] = [pool[other] as Mutant, pool[at] as Mutant];
  }
  return pool.slice(0, count);
}
