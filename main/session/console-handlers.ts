import { join } from "node:path";
import { dataFolderPaths } from "../../db/data-folder.ts";
import type { Latch, SessionRecovery } from "../../db/journal-protocol.ts";
import type { CallHandlers, Result } from "../../preload/bridge.ts";
import type { OperatorCommand } from "../kernel/events.ts";
import { listProfiles } from "../profiles/loader.ts";
import { buildInfo } from "./build-info.ts";
import type { EngineHost } from "./engine-host.ts";
import type { EngineAnswer, EngineErrorCode, EngineRequest } from "./engine-protocol.ts";
import type { ReplayHost } from "./playback/replay-host.ts";
import type { JournalReads } from "./journal-reads.ts";
import { wallUs } from "./journaled-session.ts";
import {
  DEFAULT_FILL_MODEL,
  DEFAULT_LATENCY_US,
  DEFAULT_MAKER_BPS,
  DEFAULT_TAKER_BPS,
  type SessionSpec,
} from "./session-spec.ts";
import { listTapes } from "./tape-list.ts";
import { reviewHandlers } from "./review/review-handlers.ts";
import { whatIfHandlers } from "./what-if/what-if-handlers.ts";
import type { WhatIfHost } from "./what-if/what-if-host.ts";

const OPERATOR = "operator";
const NO_ENGINE = "the engine has died and is not running again yet";

type StartInput = Parameters<CallHandlers["sessions"]["start"]>[0];

/** What the handlers need of the house; read anew at every call, for the engine may have been replaced. */
export interface HandledHouse {
  readonly options: { readonly dataDir: string; readonly face: "electron" | "web" };
  readonly reads: JournalReads;
  readonly whatIf: WhatIfHost;
  readonly replay: ReplayHost;
  /** Null while a dead engine is being replaced. */
  readonly engine: EngineHost | null;
  /** Also a latch that is not on disk yet. */
  readonly killLatch: Latch | null;
  /** All that are set on disk. */
  readonly latches: readonly Latch[];
  readonly crashedSessions: readonly string[];
  readonly recoveries: readonly SessionRecovery[];
  readonly isRunning: boolean;
  /** Sets the kill latch; resolves with null once it is on disk, else with why it is not. */
  latchKill(by: string): Promise<string | null>;
}

/** The contract's calls, answered by the house. */
export class ConsoleHandlers {
  readonly #house: HandledHouse;
  readonly handlers: CallHandlers;

  constructor(house: HandledHouse) {
    this.#house = house;
    const command = (name: OperatorCommand) => async (input: { readonly commandId: string }) =>
      this.#command(input.commandId, name);
    this.handlers = {
      console: { hello: async () => this.#hello() },
      sessions: {
        start: (input) => this.#start(input),
        stop: command("stop"),
        page: (input) => this.#page(input),
      },
      quoting: {
        pause: command("pause"),
        resume: async ({ commandId, profileRevision }) => {
          const answer = await this.#ask({
            type: "command",
            commandId,
            command: "resume",
            by: OPERATOR,
            profileRevision,
          });
          return answer.ok ? { ok: true, value: {} } : as(answer, ["no-session", "stale-revision", "killed"]);
        },
        reduceOnly: command("reduce-only"),
      },
      orders: { cancelAll: command("cancel-all"), flatten: command("flatten") },
      risk: {
        kill: async ({ commandId }) => this.#kill(commandId),
        clearKillLatch: async (input) => this.#clearKillLatch(input.reason),
        clearLatch: async (input) => this.#clearLatch(input),
      },
      profiles: {
        flip: async ({ commandId, profile, profileRevision }) => {
          const answer = await this.#ask({
            type: "change-profile",
            commandId,
            profile,
            profileRevision,
            by: OPERATOR,
          });
          if (!answer.ok) return as(answer, ["no-session", "stale-revision", "unknown-profile", "invalid-profile"]);
          return { ok: true, value: { profileRevision: answer.value.profileRevision } };
        },
      },
      review: reviewHandlers(house.options.dataDir),
      whatIf: whatIfHandlers(house.whatIf, house.options.dataDir),
      alerts: {
        acknowledge: async ({ alertId }) => {
          const answer = await this.#ask({ type: "acknowledge-alert", alertId });
          if (answer.ok) return { ok: true, value: {} };
          return { ok: false, code: "unknown-alert", message: answer.message };
        },
      },
      replay: house.replay.handlers,
    };
  }

  #ask(request: EngineRequest): Promise<EngineAnswer> {
    const { engine } = this.#house;
    if (engine === null) {
      return Promise.resolve({ ok: false, code: "no-session", message: NO_ENGINE });
    }
    return engine.request(request);
  }

  async #command(
    commandId: string,
    command: OperatorCommand,
  ): Promise<Result<Record<string, never>, "no-session" | "internal">> {
    const answer = await this.#ask({ type: "command", commandId, command, by: OPERATOR, profileRevision: null });
    return answer.ok ? { ok: true, value: {} } : as(answer, ["no-session"]);
  }

  /** The latch comes first and does not depend on the engine: a kill holds in every state. */
  async #kill(commandId: string): Promise<Result<Record<string, never>, "internal">> {
    const latching = this.#house.latchKill(OPERATOR);
    const answer = await this.#command(commandId, "kill");
    const failure = await latching;
    if (failure !== null) {
      const message = `The kill latch could not be written: ${failure}`;
      return { ok: false, code: "internal", message: answer.ok ? `Killed. ${message}` : message };
    }
    // Without a session there was nothing to stop, and the latch holds
    return answer.ok || answer.code === "no-session" ? { ok: true, value: {} } : as(answer, []);
  }

  async #hello(): ReturnType<CallHandlers["console"]["hello"]> {
    const { dataDir, face } = this.#house.options;
    const build = buildInfo();
    return {
      ok: true,
      value: {
        appVersion: build.version,
        buildHash: build.hash,
        face,
        dataDir,
        profiles: listProfiles(dataDir).map(({ name, isShipped, marketProfile, problem }) => ({
          name,
          isShipped,
          marketProfile,
          problem,
        })),
        tapes: listTapes(dataFolderPaths(dataDir).tapesDir),
        crashedSessions: [...this.#house.crashedSessions],
        recoveries: this.#house.recoveries.map(({ sessionId, differences }) => ({
          sessionId,
          differences: [...differences],
        })),
      },
    };
  }

  async #start(input: StartInput): ReturnType<CallHandlers["sessions"]["start"]> {
    const latch = this.#house.killLatch;
    if (latch !== null) {
      return { ok: false, code: "kill-latched", message: `The kill latch is set: ${latch.reason}. Clear it first.` };
    }
    if (this.#house.engine === null) return { ok: false, code: "not-ready", message: NO_ENGINE };
    const { dataDir } = this.#house.options;
    const { source } = input;
    const isPlainName = source.kind === "generated" || /^[\w.-]+\.tape$/.test(source.tapeId);
    if (!isPlainName) return { ok: false, code: "unknown-tape", message: `there is no tape "${source.tapeId}"` };
    const spec: SessionSpec = {
      mode: "paper",
      source:
        source.kind === "generated"
          ? { ...source, scenario: "mixed" }
          : { kind: "tape", path: join(dataFolderPaths(dataDir).tapesDir, source.tapeId) },
      profile: input.profile,
      overrides: [],
      fillModel: DEFAULT_FILL_MODEL,
      latencyUs: DEFAULT_LATENCY_US,
      makerBps: DEFAULT_MAKER_BPS,
      takerBps: DEFAULT_TAKER_BPS,
      durationUs: null,
      speed: input.speed,
      dataDir,
    };
    const answer = await this.#ask({ type: "start", spec });
    if (!answer.ok) {
      const codes = [
        "session-running",
        "unknown-profile",
        "invalid-profile",
        "unreadable-tape",
        "journal-failed",
      ] as const;
      return as(answer, codes);
    }
    return { ok: true, value: { sessionId: answer.value.sessionId ?? "" } };
  }

  async #page(input: Parameters<CallHandlers["sessions"]["page"]>[0]): ReturnType<CallHandlers["sessions"]["page"]> {
    const read = await this.#house.reads.sessions(input.limit, input.beforeUs, input.filter);
    if (!read.ok) return { ok: false, code: "not-ready", message: read.message };
    const { sessions, markets, profiles, ...counts } = read.page;
    const copies = sessions.map((session) => ({ ...session }));
    return { ok: true, value: { ...counts, sessions: copies, markets: [...markets], profiles: [...profiles] } };
  }

  /** In a session the kernel clears its latch, and the journal hears of it from there. */
  async #clearLatch({
    commandId,
    latch,
    reason,
  }: Parameters<CallHandlers["risk"]["clearLatch"]>[0]): ReturnType<CallHandlers["risk"]["clearLatch"]> {
    const { engine, isRunning } = this.#house;
    if (engine === null) return { ok: false, code: "not-ready", message: NO_ENGINE };
    if (isRunning) {
      const answer = await this.#ask({ type: "clear-latch", commandId, latch, by: OPERATOR, reason });
      return answer.ok ? { ok: true, value: {} } : as(answer, ["not-latched"]);
    }
    if (!this.#house.latches.some((set) => set.latch === latch))
      return { ok: false, code: "not-latched", message: `the latch ${latch} is not set` };
    const failure = await engine.journal.client.clearLatch(latch, reason, OPERATOR, wallUs());
    return failure === null ? { ok: true, value: {} } : { ok: false, code: "internal", message: failure.message };
  }

  async #clearKillLatch(reason: string): ReturnType<CallHandlers["risk"]["clearKillLatch"]> {
    const { engine, killLatch, isRunning } = this.#house;
    if (isRunning) return { ok: false, code: "session-running", message: "a session is still running" };
    if (engine === null) return { ok: false, code: "not-ready", message: NO_ENGINE };
    if (killLatch === null) return { ok: false, code: "not-latched", message: "the kill latch is not set" };
    const failure = await engine.journal.client.clearLatch("kill", reason, OPERATOR, wallUs());
    return failure === null ? { ok: true, value: {} } : { ok: false, code: "internal", message: failure.message };
  }
}

/** An engine's refusal under the codes that this call may answer with; any other code is `internal`. */
function as<const C extends EngineErrorCode>(
  { code, message }: EngineAnswer & { readonly ok: false },
  codes: readonly C[],
): {
  readonly ok: false;
  readonly code: C | "internal";
  readonly message: string;
} {
  return { ok: false, code: codes.find((mine) => mine === code) ?? "internal", message };
}
