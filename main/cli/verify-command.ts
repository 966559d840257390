import type { Command } from "commander";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { verifyDataFolder, type Verification, type VerifiedSession } from "../../db/verify-data-folder.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";

interface VerifyOptions {
  readonly data: string;
  readonly session?: string;
  readonly json?: true;
}

/** Lines of findings for a person; `--json` has them all. */
const MOST_LINES = 50;

/** `ballast verify`: is what the data folder holds what was written into it? */
export function addVerifyCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("verify")
    .description("find every changed, removed or added row of the journal and every changed byte of a tape")
    .requiredOption("--data <folder>", "data folder")
    .option("--session <id>", "only this session")
    .option("--json", "print one JSON object on the last line")
    .action((options: VerifyOptions) => exit(verify(options)));
}

function verify(options: VerifyOptions): ExitCode {
  const output = new Output(options.json === true);
  const paths = dataFolderPaths(options.data);
  const verified = verifyDataFolder(paths, options.session ?? null);
  if (verified.ok) {
    const { verification } = verified;
    const ok = verification.findingCount === 0;
    output.result({ ok, ...verification }, linesOf(verification));
    return ok ? EXIT.ok : EXIT.wrong;
  }
  if ("unknownSession" in verified) {
    output.complain(
      `${paths.dataDir}: there is no session ${verified.unknownSession}; \`ballast sessions\` lists them`,
    );
    return EXIT.refused;
  }
  const { code, message } = verified;
  output.complain(message);
  // Damage is what this command is asked about; everything else keeps it from looking
  if (code !== "database-corrupt") return EXIT.journal;
  const finding = { kind: "file", sessionId: null, table: null, key: null, column: null, message };
  const nothing = { sessions: [], pruned: [], isStoppedAtSchema: false };
  output.result({ ok: false, ...nothing, findings: [finding], findingCount: 1 }, []);
  return EXIT.wrong;
}

function linesOf({ sessions, pruned, findings, findingCount, isStoppedAtSchema }: Verification): string[] {
  const shown = findings.slice(0, MOST_LINES).map(({ message }) => `  ${message}`);
  const left = findingCount - shown.length;
  return [
    ...sessions.map(sessionLine),
    ...pruned.map(({ sessionId, by, reason }) => `${sessionId}  pruned by ${by}: ${reason}`),
    ...(findingCount === 0 ? verdict(sessions) : [`${findingCount} ${findingCount === 1 ? "fault" : "faults"}:`]),
    ...shown,
    ...(left > 0 ? [`  and ${left} more; --json lists up to a thousand`] : []),
    ...(isStoppedAtSchema ? ["Rows and tapes were not checked: the tables are not those that Ballast made."] : []),
  ];
}

function sessionLine({ sessionId, state, endedHow, links, rows, lateFills, tape }: VerifiedSession): string {
  const events = tape === null ? "no tape" : `${tape.events} events on tape${tape.isComplete ? "" : ", left open"}`;
  const end = isEndUnknown({ endedHow, tape }) ? ", its end not noted" : "";
  const late = lateFills === 0 ? "" : `, ${lateFills} late`;
  return `${sessionId}  ${state.padEnd(9)}  ${endedHow.padEnd(8)}  ${rows} rows in ${links} links${late}, ${events}${end}`;
}

/** Not noted yet, or ended by a Ballast that noted nothing of the tape of a session that crashed. */
function isEndUnknown({ endedHow, tape }: Pick<VerifiedSession, "endedHow" | "tape">): boolean {
  return (endedHow === "crashed" || endedHow === "running") && tape !== null && !tape.isEndNoted;
}

function verdict(sessions: readonly VerifiedSession[]): string[] {
  const unchained = sessions.filter(({ state }) => state === "unchained").length;
  const unnoted = sessions.filter(isEndUnknown).length;
  if (unchained === 0 && unnoted === 0) return ["Everything is as it was written."];
  const isOrAre = (count: number): string => (count === 1 ? "1 session is" : `${count} sessions are`);
  return [
    "No fault was found.",
    ...(unchained > 0 ? [`${isOrAre(unchained)} from before the chain: of the rows nothing can be said.`] : []),
    ...(unnoted > 0
      ? [
          `${isOrAre(unnoted)} without a note of where the tape must end: bytes cut off behind the events that the journal knows would not be missed.`,
        ]
      : []),
  ];
}
