import type { LoadedProfile } from "../profiles/loader.ts";
import { ProfileHistory } from "../profiles/profile-history.ts";
import { superviseProfile } from "../session/profile-supervision.ts";
import type { SessionProfile } from "../session/session-profile.ts";
import { startJournal, type JournalHost } from "../session/journal-host.ts";
import { sessionJournal, wallUs } from "../session/journaled-session.ts";
import { keepLatches } from "../session/latch-keeper.ts";
import { prepareSession, type PreparedSession } from "../session/session-factory.ts";
import { discardingSink } from "../session/session-recorder.ts";
import type { SessionResult } from "../session/session-result.ts";
import { SessionRunner, type RunOutcome } from "../session/session-runner.ts";
import type { SessionSpec } from "../session/session-spec.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output, table } from "./output.ts";
import { ProgressBar } from "./progress-bar.ts";

/** A closed terminal is a polite stop, too. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs one simulated session to its end and prints the result. The first Ctrl-C stops it politely, a third abandons it. */
export async function runSession(spec: SessionSpec, isJson: boolean): Promise<ExitCode> {
  const output = new Output(isJson);
  let journal: JournalHost | null = null;
  if (spec.dataDir !== null) {
    journal = startJournal(spec.dataDir);
    const ready = await journal.client.ready();
    if (!ready.ok) {
      output.complain(ready.message);
      await journal.close();
      return EXIT.journal;
    }
    for (const { sessionId, differences } of ready.recoveries) {
      output.say(`Session ${sessionId} crashed; its journal opened cleanly and it is marked so.`);
      for (const difference of differences) output.say(`  ${difference}`);
    }
    const kill = ready.latches.find(({ latch }) => latch === "kill");
    if (kill !== undefined) {
      output.complain(
        `the kill latch is set (${kill.reason}); clear it with \`ballast clear-latch\` or in the console`,
      );
      await journal.close();
      return EXIT.refused;
    }
  }
  try {
    return await runPrepared(spec, journal, output);
  } finally {
    await journal?.close();
  }
}

async function runPrepared(spec: SessionSpec, journal: JournalHost | null, output: Output): Promise<ExitCode> {
  const outcome = prepareSession(spec, journal?.client ?? discardingSink);
  if (!outcome.ok) {
    output.complain(outcome.message);
    return EXIT.refused;
  }
  const { prepared } = outcome;
  for (const { message } of prepared.profile.warnings) {
    // What was laid over the profile names itself
    output.complain(`warning: ${message.startsWith("--set ") ? "" : `${spec.profile}: `}${message}`);
  }
  journal?.client.begin(prepared.manifest);
  if (journal !== null && spec.mode !== "backtest")
    keepLatches(prepared.session, journal.client, prepared.manifest.sessionId);
  const runner = runnerOf(spec, prepared, journal, output);
  const signals = stopOnSignals(runner, output);
  // A backtest is of one profile as it stood; what is edited meanwhile is for the next one
  const profile = spec.mode === "paper" ? watchProfile(runner, spec, prepared.profileFile, output) : null;
  try {
    const done = await runner.run();
    report(done, output);
    if (done.ok && prepared.sourceProblem === null) return EXIT.ok;
    if (done.ok) {
      output.complain(`${prepared.sourceProblem}; the result is that of the part that could be read`);
      return EXIT.wrong;
    }
    output.complain(done.message);
    return done.code === "journal" ? EXIT.journal : EXIT.wrong;
  } finally {
    profile?.close();
    signals.remove();
  }
}

/** Lets an edited profile file change the session, keeps what was applied, and is loud about what was not. */
function watchProfile(runner: SessionRunner, spec: SessionSpec, file: LoadedProfile, output: Output): SessionProfile {
  const history = spec.dataDir === null ? null : new ProfileHistory(spec.dataDir);
  return superviseProfile(runner, {
    spec,
    file,
    onApplied: (applied) => {
      const kept = history?.record(applied, wallUs(), applied.by);
      if (kept?.ok === false) output.complain(`warning: the history of profiles was not written: ${kept.message}`);
    },
    onChanged: (by, changes, warnings) => {
      const what = changes.map(({ variable, before, after }) => `${variable} ${before} -> ${after}`);
      output.say(`Profile changed (${by}): ${what.length === 0 ? "no setting differs" : what.join(", ")}`);
      for (const { message } of warnings) output.complain(`warning: ${message}`);
    },
    onRefused: (by, message) => output.complain(`profile refused (${by}), the one in force stays: ${message}`),
  });
}

function runnerOf(
  spec: SessionSpec,
  prepared: PreparedSession,
  journal: JournalHost | null,
  output: Output,
): SessionRunner {
  const { manifest, session, recorder, startUs } = prepared;
  const endUs = spec.durationUs === null ? null : startUs + spec.durationUs;
  output.say(`Session ${manifest.sessionId}: ${manifest.rules.market}, profile ${manifest.profileName}`);
  if (journal !== null && process.env["BALLAST_PRINT_DURABLE"] === "1") printDurable(session, journal);
  const bar = new ProgressBar("quoting");
  return new SessionRunner({
    sessionId: manifest.sessionId,
    session,
    recorder,
    journal: journal === null ? null : sessionJournal(journal.client),
    startUs,
    endUs,
    speed: spec.speed,
    onProgress: (nowUs, events) => {
      const share = endUs === null ? null : (nowUs - startUs) / (endUs - startUs);
      bar.update(share, `${((nowUs - startUs) / 1e6).toFixed(0)} s, ${events} events`);
      if (session.isOver) bar.clear();
    },
  });
}

/** For the crash tests: every fill on a line of its own once the journal has it on disk, which is when a console shows it as durable. */
function printDurable(session: PreparedSession["session"], journal: JournalHost): void {
  const waiting: { readonly seq: number; readonly tradeId: string }[] = [];
  session.observe((event, effects) => {
    for (const effect of effects) {
      if (effect.type === "record-fill") waiting.push({ seq: event.seq, tradeId: effect.tradeId });
    }
  });
  journal.client.onDurable(({ throughSeq }) => {
    while ((waiting[0]?.seq ?? Infinity) <= throughSeq) process.stdout.write(`durable ${waiting.shift()?.tradeId}\n`);
  });
}

function stopOnSignals(runner: SessionRunner, output: Output): { remove(): void } {
  let asked = 0;
  const onSignal = (): void => {
    asked += 1;
    if (asked === 1) {
      output.say("Stopping: cancelling all own orders");
      runner.command(`signal-${wallUs()}`, "stop", "signal");
    } else if (asked === 2) {
      output.say("Still stopping; once more abandons it");
    } else {
      process.exit(EXIT.wrong);
    }
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return {
    remove: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    },
  };
}

function report(outcome: RunOutcome, output: Output): void {
  const { result } = outcome;
  output.result(result, [...summary(result), `  effect hash ${result.effectHash}`]);
}

function summary(result: SessionResult): string[] {
  const decisions = Object.entries(result.decisions).toSorted(([, a], [, b]) => b - a);
  return [
    `Session ${result.sessionId} ${result.endedHow}: ${result.events} events at ${result.eventsPerSecond} a second`,
    ...table([
      ["placements", String(result.placements)],
      ["cancels", String(result.cancels)],
      ["fills, maker", String(result.fills.maker)],
      ["fills, taker", String(result.fills.taker)],
      ["position", result.position],
      ["largest position", result.maxAbsPosition],
      ["uptime", `${(result.uptime * 100).toFixed(1)} %`],
      ["spread capture", result.pnl.spreadCapture],
      ["inventory", result.pnl.inventory],
      ["fees", result.pnl.fees],
      ["funding", result.pnl.funding],
      ["net", result.pnl.net],
    ]),
    "  decisions",
    ...table(decisions.map(([code, count]) => [`  ${code}`, String(count)])),
  ];
}
