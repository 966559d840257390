import { readFileSync } from "node:fs";
import { newOutcome, runCases, type Failure } from "./run-cases.ts";

const SHOWN_FAILURES = 20;
const SHOWN_CHECKS = 5;

/** `npm run -s oracle -- FILE…`: feeds reference vectors to the kernel. Exit codes: 0 none failed, 1 some failed, 2 a file could not be read. */
function main(files: readonly string[]): number {
  if (files.length === 0) {
    console.error("usage: npm run -s oracle -- FILE...   (files of reference vectors, one JSON object a line)");
    return 2;
  }
  const outcome = newOutcome();
  for (const file of files) {
    try {
      runCases(file, readFileSync(file, "utf8"), outcome);
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      return 2;
    }
  }
  for (const failure of outcome.failures.slice(0, SHOWN_FAILURES)) describe(failure);
  const hidden = outcome.failures.length - SHOWN_FAILURES;
  if (hidden > 0) console.log(`… and ${hidden} more`);
  let skipped = 0;
  for (const [reason, count] of outcome.skipped) {
    skipped += count;
    console.log(`skipped ${count}: ${reason}`);
  }
  console.log(`${outcome.passed} passed, ${outcome.failures.length} failed, ${skipped} skipped`);
  return outcome.failures.length > 0 ? 1 : 0;
}

function describe(failure: Failure): void {
  for (const { field, expected, got } of failure.checks.slice(0, SHOWN_CHECKS)) {
    console.log(`${failure.name}: ${field} must be ${JSON.stringify(expected)}, was ${JSON.stringify(got)}`);
  }
  const hidden = failure.checks.length - SHOWN_CHECKS;
  if (hidden > 0) console.log(`${failure.name}: … and ${hidden} more values`);
}

process.exitCode = main(process.argv.slice(2));
