import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { InvalidArgumentError, type Command } from "commander";
import { backUpJournal } from "../../db/back-up-journal.ts";
import { dataFolderPaths } from "../../db/data-folder.ts";
import type { PrunePlan, PruneRule } from "../../db/prune-plan.ts";
import { Pruning } from "../../db/prune-sessions.ts";
import { wallUs } from "../session/journaled-session.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";

const DAY_US = 86_400_000_000;

interface PruneOptions {
  readonly data: string;
  readonly olderThan?: number;
  readonly keepBytes?: number;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly reason?: string;
  readonly json?: true;
}

/** `ballast prune` and `ballast backup`. */
export function addRetentionCommands(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("prune")
    .description("remove old sessions, journal and tape, after showing which")
    .requiredOption("--data <folder>", "data folder; no Ballast may be running on it")
    .option("--older-than <days>", "sessions that ended longer ago", days)
    .option("--keep-bytes <n>", "the oldest sessions, until the rest takes at most so many bytes", bytes)
    .option("--dry-run", "only show what would go")
    .option("--yes", "remove without asking")
    .option("--reason <text>", "why; it stays in the journal")
    .option("--json", "print one JSON object on the last line")
    .action(async (options: PruneOptions) => exit(await prune(options)));
  program
    .command("backup")
    .description(
      "copy the journal to a new file, also while a session writes it; tapes are plain files, copy them as such",
    )
    .requiredOption("--data <folder>", "data folder")
    .requiredOption("--out <file>", "file to make; it must not exist yet")
    .option("--json", "print one JSON object on the last line")
    .action((options: { readonly data: string; readonly out: string; readonly json?: true }) => exit(backup(options)));
}

async function prune(options: PruneOptions): Promise<ExitCode> {
  const output = new Output(options.json === true);
  const rule = ruleOf(options);
  if (rule === null) {
    output.complain("prune needs one of --older-than and --keep-bytes");
    return EXIT.refused;
  }
  const opened = Pruning.open(options.data);
  if (!opened.ok) {
    output.complain(opened.message);
    return EXIT.journal;
  }
  const { pruning } = opened;
  try {
    const plan = pruning.plan(rule);
    for (const line of planLines(plan)) output.say(line);
    const isAsked = options.dryRun !== true && plan.remove.length > 0;
    if (isAsked && options.yes !== true && !(await mayPrune(plan, output))) return EXIT.refused;
    const problem = isAsked ? removeAll(pruning, plan, options, output) : null;
    if (problem !== null) return problem;
    const pruned = isAsked ? plan.remove.map(({ sessionId }) => sessionId) : [];
    output.result({ ok: true, dryRun: options.dryRun === true, pruned, plan }, [
      isAsked ? `Removed ${pruned.length}.` : "Nothing was removed.",
    ]);
    return EXIT.ok;
  } finally {
    pruning.close();
  }
}

function removeAll(pruning: Pruning, plan: PrunePlan, options: PruneOptions, output: Output): ExitCode | null {
  const reason = options.reason ?? defaultReason(options);
  const failure = pruning.remove(plan.remove, { by: userInfo().username, reason, atUs: wallUs() });
  if (failure !== null) {
    output.complain(failure.message);
    return EXIT.journal;
  }
  const unshrunk = pruning.shrink();
  if (unshrunk !== null)
    output.complain(`the sessions are gone, but the file could not be made smaller: ${unshrunk.message}`);
  return null;
}

/** The operator's own word at the terminal; without one nothing goes. */
async function mayPrune({ remove }: PrunePlan, output: Output): Promise<boolean> {
  if (!process.stdin.isTTY) {
    output.complain("nothing was removed: add --yes to remove these sessions for good");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Remove ${remove.length} sessions for good? Type yes: `);
  terminal.close();
  if (answer.trim() === "yes") return true;
  output.complain("nothing was removed");
  return false;
}

function planLines({ remove, spared, bytesBefore, bytesAfter }: PrunePlan): string[] {
  return [
    ...remove.map(
      ({ sessionId, market, profileName, endedHow, rows, bytes: size }) =>
        `  ${sessionId}  ${market}  ${profileName}  ${endedHow}  ${rows} rows, ${megabytes(size)}`,
    ),
    ...spared.map(({ sessionId, why }) => `  ${sessionId}  stays: ${why}`),
    `${remove.length} ${remove.length === 1 ? "session" : "sessions"} to remove; ${megabytes(bytesBefore)} now, ${megabytes(bytesAfter)} then`,
  ];
}

function backup(options: { readonly data: string; readonly out: string; readonly json?: true }): ExitCode {
  const output = new Output(options.json === true);
  const copied = backUpJournal(dataFolderPaths(options.data).journalFile, options.out);
  if (!copied.ok) {
    output.complain(copied.message);
    return copied.code === "exists" ? EXIT.refused : EXIT.journal;
  }
  output.result({ ok: true, file: options.out, bytes: copied.bytes }, [
    `${options.out}: ${megabytes(copied.bytes)}, checked`,
  ]);
  return EXIT.ok;
}

function ruleOf({ olderThan, keepBytes }: PruneOptions): PruneRule | null {
  if (olderThan !== undefined && keepBytes === undefined)
    return { endedBeforeUs: wallUs() - olderThan * DAY_US, keepBytes: null };
  return keepBytes !== undefined && olderThan === undefined ? { endedBeforeUs: null, keepBytes } : null;
}

function defaultReason({ olderThan, keepBytes }: PruneOptions): string {
  return olderThan === undefined ? `keep at most ${keepBytes} bytes` : `older than ${olderThan} days`;
}

function megabytes(size: number): string {
  return `${(size / 1e6).toFixed(1)} MB`;
}

function days(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value > 36_500)
    throw new InvalidArgumentError(`days are 0 to 36500, was "${text}"`);
  return value;
}

function bytes(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError(`bytes are a whole number from 0, was "${text}"`);
  return value;
}
