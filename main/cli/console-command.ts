import { homedir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { createConsoleBackend } from "../session/console-backend.ts";
import { defaultDataDir } from "../shell/default-data-dir.ts";
import { launchConsole } from "../shell/launch-console.ts";
import { processTerminal } from "../shell/web/run-web-console.ts";

/** `ballast console`: the window where Electron is, else the browser. */
export function addConsoleCommand(program: Command, exit: (code: number) => void): void {
  program
    .command("console")
    .description("open the console")
    .option("--web", "serve it to a browser on this machine, even where Electron is there")
    .option("--port <n>", "port of the web face; 0 = any free one", port, 0)
    .option("--data <folder>", "data folder (default: the place of this system for an application's data)")
    .action(async (options: { readonly web?: true; readonly port: number; readonly data?: string }) => {
      const dataDir =
        options.data ?? defaultDataDir({ platform: process.platform, env: process.env, homeDir: homedir() });
      const code = await launchConsole({
        rootDir: join(import.meta.dirname, "..", ".."),
        dataDir,
        web: options.web === true,
        port: options.port,
        createBackend: createConsoleBackend,
        terminal: processTerminal(),
      });
      exit(code);
      // Threads and sockets of an abandoned end would keep the process alive
      if (code !== 0) process.exit();
    });
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError(`a port is 0 to 65535, was "${text}"`);
  return value;
}
