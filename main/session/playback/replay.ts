import type { MessageEnd } from "../../../db/journal-port.ts";
import type { SnapshotBuilder } from "./build-snapshots.ts";
import { cursorOf, openReplay, snapshotBuilder, storedSnapshots, type OpenedReplay } from "./open-replay.ts";
import { ReplayPlayer } from "./replay-player.ts";
import {
  CLOSED,
  type FromReplay,
  type ReplayAnswer,
  type ReplayErrorCode,
  type ReplayRequest,
  type ToReplay,
  type Transport,
} from "./replay-protocol.ts";
import { timelineView } from "./timeline-view.ts";

const TURN_MS = 33;
/** Events of a straight run before the thread listens again. */
const BUILD_EVENTS = 2000;
const OK = { ok: true, value: {} } as const;

interface Building {
  readonly opened: OpenedReplay;
  readonly builder: SnapshotBuilder;
}

/**
 * The replay thread's body over any port: one past session at a time. It answers the calls of the contract's group `replay` and refuses
 * everything else; it knows no engine, no venue and no journal to write to.
 */
export class Replay {
  readonly #port: MessageEnd<FromReplay, ToReplay>;
  readonly #dataDir: string;
  readonly #clock: ReturnType<typeof setInterval>;
  #player: ReplayPlayer | null = null;
  #building: Building | null = null;
  #recordedHash: string | null = null;
  #transport: Transport = CLOSED;

  constructor(port: MessageEnd<FromReplay, ToReplay>, dataDir: string) {
    this.#port = port;
    this.#dataDir = dataDir;
    port.on("message", (message) => this.#receive(message));
    this.#clock = setInterval(() => this.#turn(), TURN_MS);
  }

  /** Stops the clock and lets go of the files. */
  end(): void {
    clearInterval(this.#clock);
    this.#letGo();
  }

  #receive({ id, request }: ToReplay): void {
    let answer: ReplayAnswer;
    try {
      answer = this.#answer(request);
    } catch (error) {
      answer = refused("internal", messageOf(error));
    }
    this.#port.postMessage({ type: "answer", id, answer });
    this.#show();
  }

  #answer(request: ReplayRequest): ReplayAnswer {
    if (request.call === "open") return this.#open(request.input.sessionId);
    if (request.call === "close") return this.#close();
    const player = this.#player;
    if (player === null) return refused("no-replay", "no past session is open");
    const nowMs = performance.now();
    switch (request.call) {
      case "play":
        player.play(request.input.speed, nowMs);
        return OK;
      case "pause":
        player.pause();
        return OK;
      case "seek":
        if (request.input.to === "time") player.seekTime(request.input.atUs, nowMs);
        else player.seekSeq(request.input.seq, nowMs);
        return OK;
      case "step":
        return this.#step(player, request.input, nowMs);
      case "jump":
        return this.#jump(player, request.input, nowMs);
      case "timeline":
        return { ok: true, value: timelineView(player.cursor.source.snapshots.contents) };
      default:
        return refused("internal", "a replay takes no such request: nothing can be sent from it");
    }
  }

  #step(player: ReplayPlayer, input: (ReplayRequest & { call: "step" })["input"], nowMs: number): ReplayAnswer {
    const { unit, direction } = input;
    const isThere = unit === "event" ? player.stepEvent(direction, nowMs) : player.goToDecision(null, direction, nowMs);
    return isThere ? OK : nothingThere(direction, unit);
  }

  #jump(player: ReplayPlayer, input: (ReplayRequest & { call: "jump" })["input"], nowMs: number): ReplayAnswer {
    const { direction } = input;
    if (input.to === "decision") {
      const isThere = player.goToDecision(input.code, direction, nowMs);
      return isThere ? { ok: true, value: null } : nothingThere(direction, input.code);
    }
    const mark = player.goToMark(input.kind, direction, nowMs);
    return mark === null ? nothingThere(direction, input.kind) : { ok: true, value: mark };
  }

  #open(sessionId: string): ReplayAnswer {
    this.#letGo();
    const opening = openReplay(this.#dataDir, sessionId);
    if (!opening.ok) {
      this.#tell({ ...CLOSED, phase: "failed", sessionId, problem: opening.message });
      return refused(opening.code, opening.message);
    }
    const { opened } = opening;
    this.#recordedHash = opened.recordedHash;
    this.#tell({ ...CLOSED, phase: "preparing", sessionId, problem: opened.source.tape.tornTail });
    const stored = storedSnapshots(opened);
    if (stored !== null) {
      const player = new ReplayPlayer(cursorOf(opened, stored));
      try {
        player.warmUp();
      } catch (error) {
        // Damage there does not keep the rest from being shown; who goes there is told again
        this.#tell({ ...this.#transport, problem: messageOf(error) });
      }
      this.#ready(player);
    } else {
      this.#building = { opened, builder: snapshotBuilder(opened) };
      setImmediate(() => this.#build());
    }
    return OK;
  }

  #close(): ReplayAnswer {
    this.#letGo();
    this.#tell(CLOSED);
    return OK;
  }

  /** One slice of the straight run; then whoever waits is heard. */
  #build(): void {
    const building = this.#building;
    if (building === null) return;
    try {
      const contents = building.builder.step(BUILD_EVENTS);
      if (contents === null) {
        this.#tell({ ...this.#transport, progress: building.builder.progress });
        setImmediate(() => this.#build());
        return;
      }
      this.#building = null;
      const stored = storedSnapshots(building.opened);
      if (stored === null) throw new Error("the snapshots that were just made cannot be read");
      this.#ready(new ReplayPlayer(cursorOf(building.opened, stored)));
      this.#show();
    } catch (error) {
      this.#letGo();
      this.#tell({ ...this.#transport, phase: "failed", problem: messageOf(error) });
    }
  }

  #ready(player: ReplayPlayer): void {
    const { startUs, endUs, lastSeq, effectHash } = player.cursor.source.snapshots.contents;
    this.#player = player;
    const isEqual = this.#recordedHash === null ? null : this.#recordedHash === effectHash;
    this.#transport = { ...this.#transport, phase: "ready", progress: 1, startUs, endUs, lastSeq, isEqual };
    player.seekTime(startUs, performance.now());
  }

  #turn(): void {
    const player = this.#player;
    if (player === null) return;
    try {
      player.turn(performance.now());
      this.#show();
    } catch (error) {
      player.pause();
      this.#tell({ ...this.#transport, isPlaying: false, problem: messageOf(error) });
    }
  }

  #show(): void {
    const player = this.#player;
    const shown = player?.takeShown(performance.now()) ?? null;
    if (player === null || shown === null) return;
    this.#port.postMessage({ type: "shown", ...shown });
    const { isPlaying, speed, atUs } = player;
    this.#tell({ ...this.#transport, isPlaying, speed, atUs, seq: player.cursor.seq });
  }

  #tell(transport: Transport): void {
    this.#transport = transport;
    this.#port.postMessage({ type: "transport", transport });
  }

  #letGo(): void {
    this.#player?.cursor.close();
    this.#player = null;
    this.#building?.builder.abandon();
    this.#building?.opened.source.tape.close();
    this.#building = null;
  }
}

function nothingThere(direction: 1 | -1, what: string): ReplayAnswer {
  return refused("nothing-there", `there is no ${direction === 1 ? "later" : "earlier"} ${what}`);
}

function refused(code: ReplayErrorCode, message: string): ReplayAnswer {
  return { ok: false, code, message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
