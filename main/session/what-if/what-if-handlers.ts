import { existsSync } from "node:fs";
import { join } from "node:path";
import { dataFolderPaths, tapeFile } from "../../../db/data-folder.ts";
import type { CallHandlers } from "../../../preload/bridge.ts";
import type { WhatIfHost } from "./what-if-host.ts";

type StartInput = Parameters<CallHandlers["whatIf"]["start"]>[0];

const NO_RUN = { ok: false, code: "unknown-run", message: "there is no such what-if run any more" } as const;

/** The contract's calls about what-if runs. They only read: sessions, tapes and profiles stay as they are. */
export function whatIfHandlers(host: WhatIfHost, dataDir: string): CallHandlers["whatIf"] {
  return {
    start: async (input) => start(host, dataDir, input),
    progress: async ({ runId }) => {
      const value = host.progress(runId);
      return value === null ? NO_RUN : { ok: true, value };
    },
    result: async ({ runId }) => {
      const value = host.report(runId);
      if (value !== null) return { ok: true, value };
      if (host.progress(runId) === null) return NO_RUN;
      return { ok: false, code: "not-done", message: "the what-if run has no result yet" };
    },
    cancel: async ({ runId }) => ((await host.cancel(runId)) ? { ok: true, value: {} } : NO_RUN),
  };
}

function start(
  host: WhatIfHost,
  dataDir: string,
  input: StartInput,
): Awaited<ReturnType<CallHandlers["whatIf"]["start"]>> {
  const paths = dataFolderPaths(dataDir);
  const { source } = input;
  const isSession = source.kind === "session";
  const sourceName = isSession ? source.sessionId : source.tapeId;
  const isPlainName = isSession || /^[\w.-]+\.tape$/.test(source.tapeId);
  const tape = isSession ? tapeFile(paths, source.sessionId) : join(paths.tapesDir, isPlainName ? source.tapeId : "");
  if (!isPlainName || !existsSync(tape)) {
    const what = isSession ? `there is no tape of session ${sourceName}` : `there is no tape "${sourceName}"`;
    return { ok: false, code: isSession ? "unknown-session" : "unknown-tape", message: what };
  }
  const runId = host.start({
    tape,
    sourceName,
    dataDir,
    baseline: input.baseline,
    alternative: input.alternative,
    overrides: input.overrides,
    fillModels: input.fillModels,
    latenciesUs: input.latenciesMs.map((ms) => Math.round(ms * 1000)),
    fees: null,
    keepCommands: input.keepCommands,
  });
  if (runId !== null) return { ok: true, value: { runId } };
  return { ok: false, code: "what-if-running", message: "a what-if run is going on; cancel it or wait for its end" };
}
