/** The shell's log: structured lines in a file of the data folder, warnings and worse also to stderr. No secret reaches either. */
import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { ensureDataFolder } from "../session/ensure-data-folder.ts";

const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 6;
const SECRET_NAME = /key|secret|token|passphrase|password|cookie/i;
const REDACTED = "[redacted]";

export type Log = pino.Logger;

export interface LogOptions {
  readonly dataDir: string;
  /** Takes warnings and errors for the person at the terminal, one line each; default stderr. */
  readonly warn?: (line: string) => void;
}

/** Copies a value with everything redacted whose name speaks of a secret, at any depth down to `MAX_DEPTH`. */
export function redacted(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return { ...describeError(value) };
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[deeper]";
  if (Array.isArray(value)) return value.map((entry) => redacted(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      SECRET_NAME.test(name) ? REDACTED : redacted(entry, depth + 1),
    ]),
  );
}

/** Says what an error was, with its causes; the stack belongs in the log only. */
export function describeError(error: unknown): { message: string; stack?: string; cause?: unknown } {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    message: `${error.name}: ${error.message}`,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > MAX_FILE_BYTES) renameSync(file, `${file}.1`);
}

function toTerminal(line: string): string {
  const { level, msg } = JSON.parse(line) as { level: string; msg?: string };
  return `ballast: ${level}: ${msg ?? "no message"}`;
}

/** Opens `ballast.log` in the data folder, making the folder where it is missing; a file past 8 MB moves to `ballast.log.1` first. Throws where the folder cannot be written. */
export function openLog(options: LogOptions): Log {
  ensureDataFolder(options.dataDir);
  const file = join(options.dataDir, "ballast.log");
  rotate(file);
  const warn = options.warn ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const streams = pino.multistream([
    { level: "debug", stream: pino.destination({ dest: file, sync: true }) },
    { level: "warn", stream: { write: (line: string) => warn(toTerminal(line)) } },
  ]);
  return pino(
    {
      level: "debug",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => redacted(record) as Record<string, unknown>,
      },
    },
    streams,
  );
}
