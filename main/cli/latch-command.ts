import { Option, type Command } from "commander";
import { LATCH_KINDS } from "../session/carried-risk.ts";
import { startJournal } from "../session/journal-host.ts";
import { wallUs } from "../session/journaled-session.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";

const LATCHES = ["kill", ...LATCH_KINDS];

/** `ballast clear-latch`: a person takes a latch back, the kill latch where none is named, with a reason that stays in the journal. */
export function addLatchCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("clear-latch")
    .description("clear a latch of a data folder")
    .requiredOption("--data <folder>", "data folder")
    .addOption(new Option("--latch <name>", "which one").choices(LATCHES).default("kill"))
    .requiredOption("--reason <text>", "why quoting may start again; it is journaled")
    .action(async (options: { readonly data: string; readonly latch: string; readonly reason: string }) => {
      const output = new Output(false);
      const journal = startJournal(options.data);
      const ready = await journal.client.ready();
      if (!ready.ok) {
        output.complain(ready.message);
        await journal.close();
        return exit(EXIT.journal);
      }
      const latch = ready.latches.find((candidate) => candidate.latch === options.latch);
      const failure =
        latch === undefined
          ? null
          : await journal.client.clearLatch(options.latch, options.reason, "operator", wallUs());
      await journal.close();
      if (failure !== null) {
        output.complain(failure.message);
        return exit(EXIT.journal);
      }
      output.say(latch === undefined ? `The ${options.latch} latch was not set.` : `Cleared: ${latch.reason}`);
      return exit(EXIT.ok);
    });
}
