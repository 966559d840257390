/** One what-if run as the screen follows it: started, asked how far it is, fetched, cancelled. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Bridge } from "../../preload/bridge.ts";
import { ask } from "../lib/hello.ts";

export type WhatIfInput = Omit<Parameters<Bridge["whatIf"]["start"]>[0], "commandId">;
export type WhatIfReport = Extract<Awaited<ReturnType<Bridge["whatIf"]["result"]>>, { readonly ok: true }>["value"];

export type WhatIfState =
  | { readonly phase: "idle" }
  | { readonly phase: "running"; readonly runId: number | null; readonly share: number; readonly words: string }
  | { readonly phase: "done"; readonly report: WhatIfReport }
  | { readonly phase: "over"; readonly message: string };

/** What the runner needs of its surroundings; tests pass their own. */
export interface WhatIfSurroundings {
  newId(): string;
  after(ms: number, task: () => void): void;
}

export const browserWhatIfSurroundings: WhatIfSurroundings = {
  newId: () => crypto.randomUUID(),
  after: (ms, task) => void setTimeout(task, ms),
};

const ASK_MS = 250;

export interface WhatIfRunner {
  readonly store: StoreApi<WhatIfState>;
  /** Does nothing while a run is going on. */
  start(input: WhatIfInput): Promise<void>;
  cancel(): Promise<void>;
}

export function createWhatIfRunner(bridge: Bridge, surroundings: WhatIfSurroundings): WhatIfRunner {
  const store = createStore<WhatIfState>(() => ({ phase: "idle" }));
  const isFollowing = (runId: number): boolean => {
    const state = store.getState();
    return state.phase === "running" && state.runId === runId;
  };

  const fetchResult = async (runId: number): Promise<void> => {
    const { value, problem } = await ask(() => bridge.whatIf.result({ runId }), null);
    if (!isFollowing(runId)) return;
    store.setState(value === null ? { phase: "over", message: problem ?? "" } : { phase: "done", report: value }, true);
  };

  const follow = async (runId: number): Promise<void> => {
    const { value, problem } = await ask(() => bridge.whatIf.progress({ runId }), null);
    if (!isFollowing(runId)) return;
    if (value?.state === "done") return fetchResult(runId);
    if (value === null || value.state !== "running") {
      store.setState({ phase: "over", message: value?.message ?? problem ?? "The run was cancelled." }, true);
      return undefined;
    }
    store.setState({ phase: "running", runId, share: value.share, words: value.words }, true);
    surroundings.after(ASK_MS, () => void follow(runId));
    return undefined;
  };

  return {
    store,
    async start(input) {
      if (store.getState().phase === "running") return;
      store.setState({ phase: "running", runId: null, share: 0, words: "" }, true);
      const commandId = surroundings.newId();
      const { value, problem } = await ask(() => bridge.whatIf.start({ ...input, commandId }), null);
      if (value === null) {
        store.setState({ phase: "over", message: problem ?? "" }, true);
        return;
      }
      store.setState({ phase: "running", runId: value.runId, share: 0, words: "" }, true);
      await follow(value.runId);
    },
    async cancel() {
      const state = store.getState();
      if (state.phase !== "running") return;
      store.setState({ phase: "over", message: "The run was cancelled." }, true);
      const { runId } = state;
      if (runId !== null) await ask(() => bridge.whatIf.cancel({ runId }), null);
    },
  };
}
