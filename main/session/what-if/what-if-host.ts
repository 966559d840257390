import { Worker } from "node:worker_threads";
import type { CallHandlers } from "../../../preload/bridge.ts";
import type { WhatIfReport } from "./certainty.ts";
import type { FromWhatIf, WhatIfThreadData } from "./what-if-protocol.ts";
import type { WhatIfRequest } from "./what-if-request.ts";

export type WhatIfProgress = Extract<
  Awaited<ReturnType<CallHandlers["whatIf"]["progress"]>>,
  { readonly ok: true }
>["value"];

interface Run {
  readonly runId: number;
  readonly worker: Worker;
  progress: WhatIfProgress;
  report: WhatIfReport | null;
}

/** The what-if run of a console: at most one at a time, each on a thread of its own; the last one's answer is kept until the next. */
export class WhatIfHost {
  #run: Run | null = null;
  #nextId = 1;

  /** Null = one is running already. */
  start(request: WhatIfRequest): number | null {
    if (this.#run?.progress.state === "running") return null;
    const runId = this.#nextId;
    this.#nextId += 1;
    const worker = new Worker(new URL("./what-if-thread.ts", import.meta.url), {
      workerData: { request } satisfies WhatIfThreadData,
    });
    const progress = { state: "running", share: 0, words: "reading the tape", message: null } as const;
    const run: Run = { runId, worker, progress, report: null };
    this.#run = run;
    worker.on("message", (message: FromWhatIf) => take(run, message));
    worker.on("error", (error) => fail(run, `the what-if thread failed: ${error.message}`));
    worker.on("exit", (code) => fail(run, `the what-if thread ended with code ${code}`));
    return runId;
  }

  /** Null = there is no such run, or a newer one has taken its place. */
  progress(runId: number): WhatIfProgress | null {
    return this.#run?.runId === runId ? this.#run.progress : null;
  }

  /** Null = not done. */
  report(runId: number): WhatIfReport | null {
    return this.#run?.runId === runId ? this.#run.report : null;
  }

  /** False = there is no such run. One that is over stays as it is. */
  async cancel(runId: number): Promise<boolean> {
    const run = this.#run;
    if (run === null || run.runId !== runId) return false;
    if (run.progress.state === "running") {
      run.progress = { ...run.progress, state: "cancelled" };
      await run.worker.terminate();
    }
    return true;
  }

  async close(): Promise<void> {
    if (this.#run !== null) await this.cancel(this.#run.runId);
  }
}

function take(run: Run, message: FromWhatIf): void {
  if (run.progress.state !== "running") return;
  if (message.type === "progress") {
    run.progress = { ...run.progress, share: message.share, words: message.words };
    return;
  }
  const { outcome } = message;
  if (outcome.ok) {
    run.report = outcome.report;
    run.progress = { state: "done", share: 1, words: "done", message: null };
  } else {
    fail(run, outcome.message);
  }
  void run.worker.terminate();
}

function fail(run: Run, message: string): void {
  if (run.progress.state === "running") run.progress = { ...run.progress, state: "failed", message };
}
