/** The command line: wiring only. Runs when it is imported. */
import { Command, CommanderError } from "commander";
import { addConsoleCommand } from "./console-command.ts";
import { addDoctorCommand } from "./doctor-command.ts";
import { EXIT, EXIT_CODES_HELP } from "./exit-codes.ts";
import { addExplainCommand } from "./explain-command.ts";
import { addExportCommands } from "./export-command.ts";
import { addImportCommand } from "./import-command.ts";
import { addLatchCommand } from "./latch-command.ts";
import { addProfileCommands } from "./profile-command.ts";
import { addReplayCommand } from "./replay-command.ts";
import { addReportCommands } from "./report-command.ts";
import { addSessionCommands } from "./session-commands.ts";
import { addSessionsCommand } from "./sessions-command.ts";
import { addWhatIfCommand } from "./what-if-command.ts";
import { addRetentionCommands } from "./retention-commands.ts";
import { addVerifyCommand } from "./verify-command.ts";
import { buildInfo } from "../session/build-info.ts";

// A reader that has seen enough, such as `head`, closes the pipe: nothing is wrong then
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

function exit(code: number): void {
  process.exitCode = code;
}

const program = new Command("ballast")
  .description("Console and engine of an automatic market maker on crypto perpetuals")
  .version(`${buildInfo().version} (${buildInfo().hash})`)
  .addHelpText("after", EXIT_CODES_HELP)
  .showHelpAfterError("(add --help for what this command takes)")
  .exitOverride();

addConsoleCommand(program, exit);
addSessionCommands(program, exit);
addImportCommand(program, exit);
addExportCommands(program, exit);
addReplayCommand(program, exit);
addExplainCommand(program, exit);
addReportCommands(program, exit);
addSessionsCommand(program, exit);
addProfileCommands(program, exit);
addLatchCommand(program, exit);
addWhatIfCommand(program, exit);
addVerifyCommand(program, exit);
addRetentionCommands(program, exit);
addDoctorCommand(program, exit);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`ballast: ${error instanceof Error ? error.message : String(error)}\n`);
    exit(EXIT.wrong);
  } else if (error.exitCode !== 0) {
    exit(EXIT.refused);
  }
}
