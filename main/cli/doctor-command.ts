import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { buildInfo } from "../session/build-info.ts";
import { startJournal } from "../session/journal-host.ts";
import { verifyTape } from "../../db/tape-reader.ts";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { listTapes } from "../session/tape-list.ts";
import { listProfiles } from "../profiles/loader.ts";
import { defaultDataDir } from "../shell/default-data-dir.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output } from "./output.ts";

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

/** `ballast doctor`: is this machine and this data folder fit to quote from? */
export function addDoctorCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("doctor")
    .description("check this machine, the installation and a data folder")
    .option("--data <folder>", "data folder to check")
    .option("--json", "print one JSON object on the last line")
    .action(async (options: { readonly data?: string; readonly json?: true }) => {
      const dataDir =
        options.data ?? defaultDataDir({ platform: process.platform, env: process.env, homeDir: homedir() });
      const output = new Output(options.json === true);
      const checks = [runtime(), build(), ...(await dataFolder(dataDir))];
      const isFit = checks.every(({ ok }) => ok);
      output.result(
        { ok: isFit, checks },
        checks.map(({ name, ok, text }) => `${ok ? "ok  " : "FAIL"}  ${name}: ${text}`),
      );
      exit(isFit ? EXIT.ok : EXIT.wrong);
    });
}

function runtime(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 22 || (major === 22 && minor >= 15);
  return { name: "Node", ok, text: `${process.versions.node}${ok ? "" : ", 22.15 or newer is needed"}` };
}

function build(): Check {
  const { version, hash } = buildInfo();
  const isBuilt = existsSync(join(import.meta.dirname, "..", "..", "out", "renderer", "index.html"));
  return {
    name: "Ballast",
    ok: true,
    text: `${version}, build ${hash}, console ${isBuilt ? "built" : "not built yet"}`,
  };
}

async function dataFolder(dataDir: string): Promise<Check[]> {
  const paths = dataFolderPaths(dataDir);
  if (!existsSync(paths.dataDir)) return [{ name: "data folder", ok: true, text: `${dataDir} is not there yet` }];
  const journal = startJournal(dataDir);
  const ready = await journal.client.ready();
  await journal.close();
  if (!ready.ok) return [{ name: "data folder", ok: false, text: ready.message }];
  const latched = ready.latches.map(({ latch, reason }) => ({ name: `latch ${latch}`, ok: true, text: reason }));
  return [
    { name: "data folder", ok: true, text: dataDir },
    ...ready.recoveries.map(({ sessionId, differences }) => ({
      name: "session",
      ok: true,
      text: [`${sessionId} crashed; it is marked so now`, ...differences].join("; "),
    })),
    ...latched,
    ...listTapes(paths.tapesDir).map(({ tapeId }) => tape(join(paths.tapesDir, tapeId), tapeId)),
    ...listProfiles(dataDir).map(({ name, problem }) => ({
      name: `profile ${name}`,
      ok: problem === null,
      text: problem ?? "holds",
    })),
  ];
}

function tape(path: string, tapeId: string): Check {
  const verified = verifyTape(path);
  const text = verified.ok ? `${verified.events} events in ${verified.blocks} blocks` : verified.message;
  return { name: `tape ${tapeId}`, ok: verified.ok, text };
}
