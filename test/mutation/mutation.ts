/**
 * Changes the kernel's pricing, quoting and risk in small ways, one at a time, on copies of the tree, and counts how many changes the tests notice.
 *
 * Usage: npm run mutation [-- --sample N] [--seed N] [--only PART_OF_A_PATH]. Without `--sample` every mutant is tried, which takes hours.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { mutantsOf, type Mutant } from "./mutants.ts";

const root = join(import.meta.dirname, "..", "..");
const FOLDERS = ["main/kernel/pricing", "main/kernel/quoting", "main/kernel/risk"];
/** A change that makes a loop endless is noticed, too. */
const TIME_LIMIT_MS = 120_000;
const WORKERS = 2;

const { values } = parseArgs({
  options: { sample: { type: "string" }, seed: { type: "string", default: "1" }, only: { type: "string" } },
});

const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const sources = tracked.filter((file) => FOLDERS.includes(dirname(file)) && file.includes(values.only ?? ""));
const all = sources.flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));
const chosen = sample(all, values.sample === undefined ? all.length : Number(values.sample), Number(values.seed));
process.stdout.write(`${all.length} mutants in ${sources.length} files, ${chosen.length} tried, seed ${values.seed}\n`);

const folder = mkdtempSync(join(tmpdir(), "mutation-"));
const survivors: Mutant[] = [];
let tried = 0;
try {
  const queue = [...chosen];
  await Promise.all(
    Array.from({ length: WORKERS }, async (_, worker) => {
      const tree = copyTree(join(folder, String(worker)));
      // A test that fails by itself would "notice" everything
      if (worker === 0 && (await fails(tree, farTests()))) throw new Error("the tests fail without any change");
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) await tryOne(tree, mutant);
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const folderName of FOLDERS) report(folderName, (mutant) => dirname(mutant.file) === folderName);
report("all", () => true);

async function tryOne(tree: string, mutant: Mutant): Promise<void> {
  const path = join(tree, mutant.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, source.slice(0, mutant.start) + mutant.becomes + source.slice(mutant.end));
  const isNoticed = (await fails(tree, nearTests(mutant))) || (await fails(tree, farTests()));
  writeFileSync(path, source);
  tried += 1;
  if (isNoticed) return;
  survivors.push(mutant);
  process.stdout.write(
    `survived ${mutant.file}:${mutant.line} "${mutant.was}" -> "${mutant.becomes}" (${tried} tried)\n`,
  );
}

/** The tests of the same file first: they notice most, and quickly. */
function nearTests(mutant: Mutant): string[] {
  const name = `${basename(mutant.file, ".ts")}.test.ts`;
  return tracked.filter((file) => file.startsWith("test/kernel/") && basename(file) === name);
}

function farTests(): string[] {
  return ["test/kernel/", "test/property/", "test/oracle/", "test/golden/"];
}

function fails(tree: string, tests: readonly string[]): Promise<boolean> {
  if (tests.length === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const vitest = join(tree, "node_modules", "vitest", "vitest.mjs");
    const child = spawn(
      process.execPath,
      [vitest, "run", "--project", "quick", "--bail", "1", "--maxWorkers", "1", "--reporter", "dot", ...tests],
      { cwd: tree, stdio: "ignore", detached: true },
    );
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), TIME_LIMIT_MS);
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
