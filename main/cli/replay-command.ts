import type { Command } from "commander";
import { dataFolderPaths, tapeFile, type DataFolderPaths } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import type { StoredSession } from "../../db/stored-session.ts";
import { openTape, type TapeReader } from "../../db/tape-reader.ts";
import type { RecordedJournal } from "../session/journal-comparison.ts";
import { damaged, replayTape, type ReplayOutcome } from "../session/replay.ts";
import { kernelOf } from "../session/stored-kernel.ts";
import { differenceJson, differenceLines } from "./difference-text.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";
import { ProgressBar } from "./progress-bar.ts";

interface ReplayOptions {
  readonly data: string;
  readonly session: string;
  readonly verify?: true;
  readonly json?: true;
}

/** `ballast replay`. */
export function addReplayCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("replay")
    .description("run a session's tape through the kernel again; sends nothing anywhere")
    .requiredOption("--data <folder>", "data folder of the session")
    .requiredOption("--session <id>", "session to replay")
    .option("--verify", "compare with the journal and the recorded effect hash, and fail where they differ")
    .option("--json", "print one JSON object on the last line")
    .action((options: ReplayOptions) => exit(replay(options)));
}

function replay(options: ReplayOptions): ExitCode {
  const output = new Output(options.json === true);
  const paths = dataFolderPaths(options.data);
  const opened = JournalReader.open(paths.journalFile);
  if (!opened.ok) {
    output.complain(opened.message);
    return EXIT.journal;
  }
  const { reader } = opened;
  try {
    const stored = reader.session(options.session);
    if (stored === null) {
      output.complain(`${paths.dataDir}: there is no session ${options.session}; \`ballast sessions\` lists them`);
      return EXIT.refused;
    }
    return replayStored(stored, paths, reader, options, output);
  } finally {
    reader.close();
  }
}

function replayStored(
  stored: StoredSession,
  paths: DataFolderPaths,
  reader: JournalReader,
  options: ReplayOptions,
  output: Output,
): ExitCode {
  const { sessionId } = stored.manifest;
  const startedMs = performance.now();
  const opened = openTape(tapeFile(paths, sessionId));
  if (!opened.ok) {
    // A damaged header or footer is found before any event can be replayed
    return report(
      { effectHash: "", events: 0, firstDifference: damaged(opened.message, null) },
      stored,
      options,
      output,
      0,
    );
  }
  const { tape } = opened;
  try {
    if (tape.tornTail !== null) output.complain(`warning: ${tape.tornTail}`);
    const recorded = options.verify === true ? journalOf(stored, reader) : null;
    const recordedHash = options.verify === true ? stored.effectHash : null;
    const outcome = run(stored, tape, recorded, recordedHash);
    return report(outcome, stored, options, output, performance.now() - startedMs);
  } finally {
    tape.close();
  }
}

function run(
  stored: StoredSession,
  tape: TapeReader,
  recorded: RecordedJournal | null,
  recordedHash: string | null,
): ReplayOutcome {
  const bar = new ProgressBar("replaying");
  const outcome = replayTape(kernelOf(stored.manifest), tape, recorded, recordedHash, (seq) =>
    bar.update(seq / Math.max(1, tape.events), `${seq} events`),
  );
  bar.clear();
  return outcome;
}

function report(
  outcome: ReplayOutcome,
  stored: StoredSession,
  options: ReplayOptions,
  output: Output,
  tookMs: number,
): ExitCode {
  const { firstDifference } = outcome;
  const ok = firstDifference === null;
  const { sessionId } = stored.manifest;
  const eventsPerSecond = Math.round(outcome.events / Math.max(tookMs / 1000, 1e-6));
  const result = {
    sessionId,
    ok,
    effectHash: outcome.effectHash,
    recordedHash: stored.effectHash,
    firstDifference: firstDifference === null ? null : differenceJson(firstDifference),
    events: outcome.events,
    eventsPerSecond,
  };
  const verdict = verdictOf(ok, options.verify === true, stored);
  output.result(result, [
    `Session ${sessionId}: ${outcome.events} events at ${eventsPerSecond} a second. ${verdict}`,
    `  effect hash ${outcome.effectHash}`,
    ...(firstDifference === null ? [] : differenceLines(firstDifference)),
  ]);
  return ok ? EXIT.ok : EXIT.wrong;
}

function verdictOf(ok: boolean, isVerified: boolean, stored: StoredSession): string {
  if (!ok) return "It differs from what was recorded.";
  if (!isVerified) return "Not compared; --verify does.";
  if (stored.effectHash === null) return `Every record agrees; the session ${stored.endedHow} without an effect hash.`;
  return "Equal to the bit.";
}

/** A session without an effect hash did not end by itself: its journal is complete only up to what was durable then. */
function journalOf({ manifest, effectHash, durableSeq }: StoredSession, reader: JournalReader): RecordedJournal {
  return { entries: reader.entries(manifest.sessionId), completeToSeq: effectHash === null ? durableSeq : null };
}
