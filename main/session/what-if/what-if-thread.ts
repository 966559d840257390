/** Entry of the thread of one what-if run. `workerData` = `{ request }`; it says how far it is and, at last, what came of it. */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { runWhatIf } from "./run-what-if.ts";
import type { FromWhatIf, WhatIfThreadData } from "./what-if-protocol.ts";

/** Nice value of this thread where the system has one for each thread (Linux): the engine goes first. */
const NICE = 10;
/** Elsewhere the thread rests this share of its time, so that a core is never wholly its own. */
const REST_SHARE = 0.5;
const PROGRESS_MS = 100;

const port = parentPort;
if (port === null) throw new Error("the thread of a what-if run must be started as a worker");
const say = (message: FromWhatIf): void => port.postMessage(message);

const isNice = makeNice();
let saidAtMs = 0;
let workedSinceMs = performance.now();

/** On Linux the calling thread alone is meant by 0; elsewhere it would be the whole process, and with it the engine. */
function makeNice(): boolean {
  if (process.platform !== "linux") return false;
  try {
    setPriority(0, NICE);
    return true;
  } catch {
    return false;
  }
}

const outcome = await runWhatIf((workerData as WhatIfThreadData).request, {
  // Ended from outside
  signal: new AbortController().signal,
  onProgress: (share, words) => {
    const nowMs = performance.now();
    if (nowMs - saidAtMs < PROGRESS_MS) return;
    saidAtMs = nowMs;
    say({ type: "progress", share, words });
  },
  breathe: async () => {
    const restMs = isNice ? 0 : (performance.now() - workedSinceMs) * REST_SHARE;
    await new Promise<void>((resolve) => {
      if (restMs < 1) setImmediate(resolve);
      else setTimeout(resolve, restMs);
    });
    workedSinceMs = performance.now();
  },
});
say({ type: "done", outcome });
