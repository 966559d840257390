import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { checkJournal } from "../../db/journal-integrity.ts";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { openTape } from "../../db/tape-reader.ts";
import { replayTape } from "../../main/session/replay.ts";
import { kernelOf } from "../../main/session/stored-kernel.ts";

/** What came of killing a session again and again. `problems` is empty when nothing was lost. */
export interface KilledRuns {
  readonly acknowledgedFills: number;
  readonly tornTails: number;
  readonly problems: readonly string[];
}

interface Victim {
  readonly sessionId: string;
  /** Sessions that its start called crashed. */
  readonly crashed: readonly string[];
  readonly acknowledged: readonly string[];
  readonly problem: string | null;
}

/** A market and a profile that fill often, at twenty times the pace of the wall. */
const RUN_ARGS = [
  ...["run", "--speed", "20", "--scenario", "volatile", "--profile", "legacy", "--json", "--fill-model", "touch"],
  ...["--set", "MM_MIN_OFFSET_BPS=0.1", "--set", "MM_MICRO_VOL_MAX_BPS=100", "--set", "MM_MICRO_DRIFT_MAX_BPS=100"],
];

/**
 * Runs `ballast run` so many times on one data folder and kills each at a moment drawn from `seed`, at most `longestMs` after it
 * began to quote. Then looks whether every fill that a run had printed as durable is in the journal, and whether its tape replays to what the journal has.
 */
export async function killRuns(
  cliFile: string,
  dataDir: string,
  { runs, seed, longestMs }: { readonly runs: number; readonly seed: number; readonly longestMs: number },
): Promise<KilledRuns> {
  const random = randomOf(seed);
  const problems: string[] = [];
  let acknowledgedFills = 0;
  let tornTails = 0;
  let previous: string | null = null;
  for (let run = 0; run < runs; run += 1) {
    const moment = Math.round(random() * longestMs);
    const victim = await killOne([cliFile, ...RUN_ARGS, "--seed", String(run), "--data", dataDir], moment);
    const where = `run ${run} of seed ${seed}, killed after ${moment} ms`;
    if (victim.problem !== null) {
      problems.push(`${where}: ${victim.problem}`);
      break;
    }
    if (previous !== null && victim.crashed.join() !== previous)
      problems.push(`${where}: its start must say that ${previous} crashed, was "${victim.crashed.join()}"`);
    acknowledgedFills += victim.acknowledged.length;
    const looked = lookAt(dataDir, victim);
    previous = looked.isStored ? victim.sessionId : null;
    if (looked.isTorn) tornTails += 1;
    problems.push(...looked.problems.map((problem) => `${where}: ${problem}`));
  }
  return { acknowledgedFills, tornTails, problems };
}

async function killOne(args: readonly string[], afterMs: number): Promise<Victim> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, BALLAST_PRINT_DURABLE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const started = Promise.withResolvers<string | null>();
  const crashed: string[] = [];
  const acknowledged: string[] = [];
  let said = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    said += `${line}\n`;
    const crash = /^Session (\S+) crashed/.exec(line)?.[1];
    if (crash !== undefined) crashed.push(crash);
    const session = /^Session (\S+): /.exec(line)?.[1];
    if (session !== undefined) started.resolve(session);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const tradeId = /^durable (\S+)$/.exec(line)?.[1];
    if (tradeId !== undefined) acknowledged.push(tradeId);
  });
  const closed = Promise.withResolvers<NodeJS.Signals | null>();
  child.on("close", (_code, signal) => {
    started.resolve(null);
    closed.resolve(signal);
  });
  const sessionId = await started.promise;
  if (sessionId !== null) await wait(afterMs);
  child.kill("SIGKILL");
  const signal = await closed.promise;
  const isVictim = sessionId !== null && signal === "SIGKILL";
  const problem = isVictim ? null : `it must quote until it is killed, but ended by itself: ${said}`;
  return { sessionId: sessionId ?? "", crashed, acknowledged, problem };
}

interface Looked {
  /** False = killed before its first row. */
  readonly isStored: boolean;
  readonly isTorn: boolean;
  readonly problems: readonly string[];
}

function lookAt(dataDir: string, victim: Victim): Looked {
  const paths = dataFolderPaths(dataDir);
  const problems: string[] = [];
  const checked = checkJournal(paths.journalFile);
  if (!checked.ok) problems.push(`the journal is damaged: ${JSON.stringify(checked)}`);
  const opened = JournalReader.open(paths.journalFile);
  if (!opened.ok) return { isStored: false, isTorn: false, problems: [...problems, opened.message] };
  const { reader } = opened;
  try {
    const stored = reader.session(victim.sessionId);
    // Killed between its greeting and its first row: nothing was acknowledged then
    if (stored === null) {
      if (victim.acknowledged.length > 0) problems.push("its session is not in the journal");
      return { isStored: false, isTorn: false, problems };
    }
    const tradeIds = new Set<string>();
    for (const { record } of reader.entries(victim.sessionId))
      if (record.type === "record-fill") tradeIds.add(record.tradeId);
    const lost = victim.acknowledged.filter((tradeId) => !tradeIds.has(tradeId));
    if (lost.length > 0) problems.push(`lost fills that were acknowledged: ${lost.join(", ")}`);
    const tape = openTape(tapeFile(paths, victim.sessionId));
    if (!tape.ok) return { isStored: true, isTorn: false, problems: [...problems, tape.message] };
    const recorded = { entries: reader.entries(victim.sessionId), completeToSeq: stored.durableSeq };
    const replayed = replayTape(kernelOf(stored.manifest), tape.tape, recorded, null);
    if (replayed.firstDifference !== null)
      problems.push(`its tape and its journal differ: ${replayed.firstDifference.message}`);
    if (replayed.events < stored.durableSeq)
      problems.push(`its tape must hold ${stored.durableSeq} events, was ${replayed.events}`);
    tape.tape.close();
    return { isStored: true, isTorn: tape.tape.tornTail !== null, problems };
  } finally {
    reader.close();
  }
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
