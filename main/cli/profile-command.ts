import type { Command } from "commander";
import {
  checkProfile,
  diffProfiles,
  explainSetting,
  setInProfile,
  type ProfileReport,
} from "../profiles/profile-report.ts";
import { profileHistory, restoreProfile } from "../profiles/profile-history-report.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";

interface ProfileOptions {
  readonly data?: string;
  readonly json?: true;
}

/** `ballast profile check | explain | diff | set | history | restore`. */
export function addProfileCommands(program: Command, exit: (code: ExitCode) => void): void {
  const profile = program.command("profile").description("check, explain, compare and edit profiles");
  const print = (report: ProfileReport<unknown>, options: ProfileOptions): void => {
    new Output(options.json === true).result({ ok: report.ok, result: report.result }, [report.text]);
    exit(report.ok ? EXIT.ok : EXIT.refused);
  };
  const place = (options: ProfileOptions): { dataDir: string | null } => ({ dataDir: options.data ?? null });
  const add = (name: string, text: string): Command =>
    profile
      .command(name)
      .description(text)
      .option("--data <folder>", "data folder with profiles of your own")
      .option("--json", "print one JSON object on the last line");

  add("check <profile>", "every problem and warning of a profile, by line")
    .option("--running <profile>", "as an edit of a session that runs with this profile: what may not change then")
    .action((file: string, options: ProfileOptions & { readonly running?: string }) =>
      print(checkProfile(file, place(options), options.running ?? null), options),
    );
  add("explain <variable>", "what a setting does, its bounds and how to tune it").action(
    (name: string, options: ProfileOptions) => print(explainSetting(name), options),
  );
  add("diff <a> <b>", "what one profile has otherwise than another").action(
    (a: string, b: string, options: ProfileOptions) => print(diffProfiles(a, b, place(options)), options),
  );
  add("set <file> <MM_X=v>", "change one setting in a file and keep the rest as it is").action(
    (file: string, assignment: string, options: ProfileOptions) =>
      print(setInProfile(file, assignment, place(options)), options),
  );
  add("history <file>", "every version of a profile that a session applied").action(
    (file: string, options: ProfileOptions) => print(profileHistory(file, place(options)), options),
  );
  add("restore <file> <revision>", "put a version that was applied back into its file").action(
    (file: string, revision: string, options: ProfileOptions) =>
      print(restoreProfile(file, revision, place(options), Date.now() * 1000), options),
  );
}
