import { Option, type Command } from "commander";
import { importBundle } from "../../db/bundle/import-bundle.ts";
import { writeBundle } from "../../db/bundle/write-bundle.ts";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { buildInfo } from "../session/build-info.ts";
import { exportSession, type TableFormat } from "../session/export/export-session.ts";
import { wallUs } from "../session/journaled-session.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output, table } from "./output.ts";

interface ExportOptions {
  readonly data: string;
  readonly session: string;
  readonly format: TableFormat | "bundle";
  readonly out: string;
  readonly json?: true;
}

interface ImportOptions {
  readonly data: string;
  readonly json?: true;
}

/** `ballast export` and `ballast import-session`. */
export function addExportCommands(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("export")
    .description(
      "write a session's journal as tables for other programs, or all of it as one file to be imported elsewhere",
    )
    .requiredOption("--data <folder>", "data folder of the session")
    .requiredOption("--session <id>", "session to export")
    .addOption(
      new Option(
        "--format <format>",
        "csv, jsonl and parquet: a file a table; bundle: rows, chain and tape in one file",
      )
        .choices(["csv", "jsonl", "parquet", "bundle"])
        .makeOptionMandatory(),
    )
    .requiredOption("--out <folder|file>", "folder for the tables, or the bundle's file; nothing is written over")
    .option("--json", "print one JSON object on the last line")
    .action(async (options: ExportOptions) =>
      exit(await (options.format === "bundle" ? toBundle(options) : toTables(options, options.format))),
    );
  program
    .command("import-session")
    .description("take a session that `ballast export --format bundle` made elsewhere into a data folder")
    .requiredOption("--data <folder>", "data folder to take it into; made where there is none")
    .option("--json", "print one JSON object on the last line")
    .argument("<bundle>", "file to import")
    .action(async (file: string, options: ImportOptions) => exit(await fromBundle(file, options)));
}

async function toTables(options: ExportOptions, format: TableFormat): Promise<ExitCode> {
  const output = new Output(options.json === true);
  const paths = dataFolderPaths(options.data);
  const done = await exportSession(paths, options.session, format, options.out, programName());
  if (!done.ok) {
    output.complain(done.message);
    return done.code === "journal" ? EXIT.journal : EXIT.refused;
  }
  output.result({ sessionId: options.session, format, files: done.files }, [
    `Session ${options.session} in ${options.out}`,
    ...table(done.files.map(({ file, rows }) => [file, `${rows} rows`] as const)),
  ]);
  return EXIT.ok;
}

async function toBundle(options: ExportOptions): Promise<ExitCode> {
  const output = new Output(options.json === true);
  const written = await writeBundle({
    paths: dataFolderPaths(options.data),
    sessionId: options.session,
    out: options.out,
    createdBy: programName(),
    nowUs: wallUs(),
  });
  if (!written.ok) {
    output.complain(written.message);
    return EXIT.refused;
  }
  const { manifest, bytes } = written;
  const rows = manifest.tables.reduce((sum, part) => sum + part.rows, 0);
  output.result({ sessionId: options.session, format: "bundle", file: options.out, bytes, rows, manifest }, [
    `Session ${options.session} in ${options.out}: ${rows} rows and its tape, ${bytes} bytes`,
    `  effect hash ${manifest.effectHash ?? "none"}`,
    `  chain hash  ${manifest.chainHash ?? "none: the session is older than the chain"}`,
  ]);
  return EXIT.ok;
}

async function fromBundle(file: string, options: ImportOptions): Promise<ExitCode> {
  const output = new Output(options.json === true);
  const imported = await importBundle({ dataDir: options.data, file, importedBy: programName(), nowUs: wallUs() });
  if (!imported.ok) {
    output.complain(imported.message);
    return imported.code === "journal" ? EXIT.journal : EXIT.refused;
  }
  const { mark, rows } = imported;
  output.result({ ...mark, rows }, [`Session ${mark.sessionId} imported: ${rows} rows and its tape. It verifies.`]);
  return EXIT.ok;
}

function programName(): string {
  return `ballast ${buildInfo().version}`;
}
