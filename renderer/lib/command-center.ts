/** Sends the operator's commands and remembers what came of the last one of each kind. One call here is one command id. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Bridge } from "../../preload/bridge.ts";

export type CommandKind =
  | "pause"
  | "resume"
  | "cancel-all"
  | "reduce-only"
  | "flip"
  | "stop"
  | "kill"
  | "start"
  | "clear-latch"
  | "clear-risk-latch"
  | "flatten"
  | "acknowledge";

export type Outcome =
  | { readonly phase: "pending"; readonly commandId: string }
  | { readonly phase: "done"; readonly commandId: string }
  | { readonly phase: "refused"; readonly commandId: string; readonly code: string; readonly message: string }
  /** No answer came: the command may or may not have been carried out. */
  | { readonly phase: "unknown"; readonly commandId: string; readonly message: string };

export interface CommandState {
  readonly outcomes: Readonly<Partial<Record<CommandKind, Outcome>>>;
}

export interface CommandSurroundings {
  newId(): string;
  /** Runs the task after a while, for taking a "done" off the screen. */
  after(ms: number, task: () => void): void;
}

export const browserCommandSurroundings: CommandSurroundings = {
  newId: () => crypto.randomUUID(),
  after(ms, task) {
    setTimeout(task, ms);
  },
};

type StartInput = Parameters<Bridge["sessions"]["start"]>[0];
type RiskLatch = Parameters<Bridge["risk"]["clearLatch"]>[0]["latch"];
type Answer = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };

/** A finished command stays on the screen for this long; a refusal stays until the next try. */
const DONE_SHOWN_MS = 5000;

/** Acts that only ever lower the risk: pressing again while one is on its way sends another. All others wait for their answer. */
const repeatableKinds: ReadonlySet<CommandKind> = new Set([
  "pause",
  "cancel-all",
  "reduce-only",
  "kill",
  "acknowledge",
]);

export interface CommandCenter {
  readonly store: StoreApi<CommandState>;
  pause(): Promise<Outcome | null>;
  resume(profileRevision: number): Promise<Outcome | null>;
  cancelAll(): Promise<Outcome | null>;
  /** Cancels everything, then closes the position. */
  flatten(): Promise<Outcome | null>;
  reduceOnly(): Promise<Outcome | null>;
  flip(profile: string, profileRevision: number): Promise<Outcome | null>;
  stop(): Promise<Outcome | null>;
  kill(): Promise<Outcome | null>;
  start(input: Omit<StartInput, "commandId">): Promise<Outcome | null>;
  clearLatch(reason: string): Promise<Outcome | null>;
  clearRiskLatch(latch: RiskLatch, reason: string): Promise<Outcome | null>;
  acknowledge(alertId: number): Promise<Outcome | null>;
  /** Takes a refusal off the screen. */
  dismiss(kind: CommandKind): void;
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Send = (kind: CommandKind, call: (commandId: string) => Promise<Answer>) => Promise<Outcome | null>;

function createSender(store: StoreApi<CommandState>, surroundings: CommandSurroundings): Send {
  const remember = (kind: CommandKind, outcome: Outcome | undefined): void => {
    const { [kind]: _last, ...others } = store.getState().outcomes;
    store.setState({ outcomes: outcome === undefined ? others : { ...others, [kind]: outcome } });
  };
  const isCurrent = (kind: CommandKind, commandId: string): boolean =>
    store.getState().outcomes[kind]?.commandId === commandId;

  return async (kind, call) => {
    const isPending = store.getState().outcomes[kind]?.phase === "pending";
    if (isPending && !repeatableKinds.has(kind)) return null;
    const commandId = surroundings.newId();
    remember(kind, { phase: "pending", commandId });
    let outcome: Outcome;
    try {
      const answer = await call(commandId);
      outcome = answer.ok
        ? { phase: "done", commandId }
        : { phase: "refused", commandId, code: answer.code, message: answer.message };
    } catch (error) {
      outcome = { phase: "unknown", commandId, message: describeError(error) };
    }
    if (!isCurrent(kind, commandId)) return outcome;
    remember(kind, outcome);
    if (outcome.phase === "done") {
      surroundings.after(DONE_SHOWN_MS, () => {
        if (isCurrent(kind, commandId)) remember(kind, undefined);
      });
    }
    return outcome;
  };
}

/** Returns null from a command that was not sent because the same one still waits for its answer. */
export function createCommandCenter(bridge: Bridge, surroundings: CommandSurroundings): CommandCenter {
  const store = createStore<CommandState>(() => ({ outcomes: {} }));
  const send = createSender(store, surroundings);
  return {
    store,
    pause: () => send("pause", (commandId) => bridge.quoting.pause({ commandId })),
    resume: (profileRevision) => send("resume", (commandId) => bridge.quoting.resume({ commandId, profileRevision })),
    cancelAll: () => send("cancel-all", (commandId) => bridge.orders.cancelAll({ commandId })),
    flatten: () => send("flatten", (commandId) => bridge.orders.flatten({ commandId })),
    reduceOnly: () => send("reduce-only", (commandId) => bridge.quoting.reduceOnly({ commandId })),
    flip: (profile, profileRevision) =>
      send("flip", (commandId) => bridge.profiles.flip({ commandId, profile, profileRevision })),
    stop: () => send("stop", (commandId) => bridge.sessions.stop({ commandId })),
    kill: () => send("kill", (commandId) => bridge.risk.kill({ commandId })),
    start: (input) => send("start", (commandId) => bridge.sessions.start({ ...input, commandId })),
    clearRiskLatch: (latch, reason) =>
      send("clear-risk-latch", (commandId) => bridge.risk.clearLatch({ commandId, latch, reason })),
    clearLatch: (reason) => send("clear-latch", (commandId) => bridge.risk.clearKillLatch({ commandId, reason })),
    acknowledge: (alertId) => send("acknowledge", () => bridge.alerts.acknowledge({ alertId })),
    dismiss(kind) {
      const { [kind]: _last, ...others } = store.getState().outcomes;
      store.setState({ outcomes: others });
    },
  };
}
