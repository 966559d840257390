import type { Command } from "commander";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { importedSessions } from "../../db/bundle/import-marks.ts";
import { EVERY_SESSION } from "../../db/session-filter.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";

/** `ballast sessions`. */
export function addSessionsCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("sessions")
    .description("list the sessions of a data folder, newest first")
    .requiredOption("--data <folder>", "data folder")
    .option("--limit <n>", "most to list", Number, 50)
    .option("--json", "print one JSON object on the last line")
    .action((options: { readonly data: string; readonly limit: number; readonly json?: true }) => {
      exit(listSessions(options.data, options.limit, options.json === true));
    });
}

function listSessions(dataDir: string, limit: number, isJson: boolean): ExitCode {
  const output = new Output(isJson);
  if (!Number.isInteger(limit) || limit < 1) {
    output.complain(`--limit must be a whole number above 0, was ${limit}`);
    return EXIT.refused;
  }
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) {
    output.complain(opened.message);
    return EXIT.journal;
  }
  try {
    const sessions = opened.reader.sessions(limit);
    const imported = importedSessions(dataFolderPaths(dataDir));
    const lines = sessions.map(
      ({ sessionId, mode, market, profile, endedHow, fills, net }) =>
        `${sessionId}  ${mode.padEnd(8)}  ${market.padEnd(14)}  ${profile.padEnd(10)}  ${endedHow.padEnd(8)}  ${String(fills).padStart(6)} fills  ${net ?? ""}${imported.has(sessionId) ? "  imported" : ""}`,
    );
    const all = opened.reader.sessionKeys(EVERY_SESSION).length;
    if (sessions.length < all) lines.push(`The newest ${sessions.length} of ${all}; --limit ${all} lists all.`);
    const listed = sessions.map((session) => ({ ...session, isImported: imported.has(session.sessionId) }));
    output.result({ sessions: listed, all }, lines.length === 0 ? ["No sessions yet."] : lines);
    return EXIT.ok;
  } finally {
    opened.reader.close();
  }
}
