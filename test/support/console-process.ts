/** The console as an operator starts it: a process of its own with the web face, on a data folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface ConsoleProcess {
  /** A link that works once. */
  readonly url: string;
  readonly output: () => string;
  /** Sends a signal and resolves with the exit code; null = ended by the signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `ballast console --web`; rejects with what it printed when it ends before it has a link. */
export function startConsole(dataDir: string): Promise<ConsoleProcess> {
  const child = spawn(process.execPath, ["main/cli.ts", "console", "--web", "--data", dataDir], {
    cwd: root,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\S+/.exec(output)?.[0];
      if (url !== undefined) resolve({ url, output: () => output, end: (signal) => endOf(child, exited, signal) });
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    void exited.then((code) => reject(new Error(`the console ended with ${code} before it had a link: ${output}`)));
  });
}

function endOf(child: ChildProcess, exited: Promise<number | null>, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return exited;
}
