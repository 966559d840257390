import { agrees } from "./compare.ts";
import { FAMILIES } from "./families.ts";
import { parseCase, type Check } from "./oracle-case.ts";

export interface Failure {
  readonly family: string;
  readonly name: string;
  readonly checks: readonly Check[];
}

export interface Outcome {
  passed: number;
  failures: Failure[];
  /** Number of cases by the reason they were skipped for. */
  skipped: Map<string, number>;
}

export function newOutcome(): Outcome {
  return { passed: 0, failures: [], skipped: new Map() };
}

/** Runs every case of a vector file's text. Throws on a line that is no case, with the line's number. */
export function runCases(source: string, fileText: string, outcome: Outcome): void {
  for (const [index, line] of fileText.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      runCase(line, outcome);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${source}:${index + 1}: ${message}`, { cause: error });
    }
  }
}

function runCase(line: string, outcome: Outcome): void {
  const oracleCase = parseCase(line);
  const family = FAMILIES.get(oracleCase.family);
  if (family === undefined) return skip(outcome, `family ${oracleCase.family} is not known`);
  const judgement = family(oracleCase);
  if (judgement.kind === "skipped") return skip(outcome, `${oracleCase.family}: ${judgement.reason}`);
  const wrong = judgement.checks.filter((check) => !agrees(check));
  if (judgement.checks.length === 0) skip(outcome, `${oracleCase.family}: nothing to check`);
  else if (wrong.length === 0) outcome.passed += 1;
  else outcome.failures.push({ family: oracleCase.family, name: oracleCase.name, checks: wrong });
}

function skip(outcome: Outcome, reason: string): void {
  outcome.skipped.set(reason, (outcome.skipped.get(reason) ?? 0) + 1);
}
