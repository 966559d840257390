/** Runs the web face to its end: server up, link printed, signals led through the close sequence. */
import type { ConsoleBackend } from "../../../preload/bridge.ts";
import { CloseSequence } from "../close-sequence.ts";
import { Gate } from "../gate.ts";
import { type Log, openLog } from "../log.ts";
import { startWebConsole, type WebConsole } from "./web-console.ts";

/** The terminal that the console was started from. */
export interface Terminal {
  /** Prints one line. */
  say(line: string): void;
  /** Calls back on every Enter, until the returned function is called. */
  onEnter(listener: () => void): () => void;
  /** Calls back on SIGINT, SIGTERM and SIGHUP, until the returned function is called. */
  onSignal(listener: (signal: string) => void): () => void;
}

export interface RunWebConsoleOptions {
  /** The line above the first link, once there is one. */
  readonly greeting: string;
  readonly rendererDir: string;
  readonly dataDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly createBackend: (options: { dataDir: string; face: "web" }) => Promise<ConsoleBackend>;
  readonly terminal: Terminal;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** This process's own terminal. */
export function processTerminal(): Terminal {
  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    onEnter(listener) {
      process.stdin.on("data", listener);
      // A terminal that waits for Enter must not keep an ended console alive
      process.stdin.unref?.();
      return () => {
        process.stdin.off("data", listener);
        process.stdin.pause();
      };
    },
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function openBackend(options: RunWebConsoleOptions): Promise<ConsoleBackend | null> {
  try {
    return await options.createBackend({ dataDir: options.dataDir, face: "web" });
  } catch (error) {
    options.terminal.say(`The console could not start: ${describe(error)}`);
    return null;
  }
}

function openLogOrSay(options: RunWebConsoleOptions): Log | null {
  try {
    return openLog({ dataDir: options.dataDir });
  } catch (error) {
    options.terminal.say(`The data folder ${options.dataDir} cannot be written: ${describe(error)}`);
    return null;
  }
}

/** Waits for the end that a signal asks for, and resolves with the exit code. */
function untilClosed(backend: ConsoleBackend, web: WebConsole, log: Log, terminal: Terminal): Promise<number> {
  return new Promise((done) => {
    const sequence = new CloseSequence({
      shutDown: async (reason) => {
        // A server that stays open would keep a console alive that ended badly
        try {
          await backend.shutDown(reason);
        } finally {
          await web.close();
        }
      },
      exit: (code) => {
        ignoreEnter();
        ignoreSignals();
        log.flush();
        done(code);
      },
      say: (line) => {
        log.info(line);
        terminal.say(line);
      },
    });
    const ignoreEnter = terminal.onEnter(() => terminal.say(web.issueLink()));
    const ignoreSignals = terminal.onSignal((signal) => sequence.request(signal));
  });
}

/** Serves the console until a signal ends it; resolves with the exit code: 0 after a clean end, 1 where it could not start or was abandoned. */
export async function runWebConsole(options: RunWebConsoleOptions): Promise<number> {
  const log = openLogOrSay(options);
  if (log === null) return 1;
  const backend = await openBackend(options);
  if (backend === null) return 1;
  const gate = new Gate({
    backend,
    checksOutputs: process.env["NODE_ENV"] !== "production",
    onFault: ({ correlationId, call, error }) => log.error({ correlationId, call, error }, `${call} failed`),
  });
  const start = await startWebConsole({
    gate,
    rendererDir: options.rendererDir,
    port: options.port,
    onFault: (message) => log.warn(message),
  });
  if (start.kind === "failed") {
    options.terminal.say(start.message);
    await backend.shutDown("the web face could not start");
    return 1;
  }
  options.terminal.say(options.greeting);
  options.terminal.say(start.console.issueLink());
  return untilClosed(backend, start.console, log, options.terminal);
}
