/** Prints what the last run of the tests came to, as one plain line: `12 passed, 0 failed, 1 skipped`. */
import { readFileSync } from "node:fs";
import path from "node:path";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

const reportPath = path.resolve(import.meta.dirname, "..", "test-results", "report.json");
const report = JSON.parse(readFileSync(reportPath, "utf8")) as Report;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`);
