/** The operator's hands on a replay, and where it stands. One call here moves the replay once; nothing here moves anything else. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Bridge, StreamItem } from "../../../preload/bridge.ts";
import { ask } from "../../lib/hello.ts";

export type Transport = StreamItem<"replay">;
export type Timeline = Extract<Awaited<ReturnType<Bridge["replay"]["timeline"]>>, { readonly ok: true }>["value"];
export type Mark = Timeline["marks"][number];
export type MarkKind = Mark["kind"];
export type Direction = 1 | -1;

export const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 20, 50, 100] as const;

export interface ReplayState {
  readonly transport: Transport | null;
  /** Null until the replay is ready. */
  readonly timeline: Timeline | null;
  /** Speed that play begins with. */
  readonly speed: number;
  /** Code of the decisions that the jump goes to. */
  readonly code: string | null;
  /** What the last jump came to, or why it did not; null = nothing to say. */
  readonly said: { readonly isRefusal: boolean; readonly words: string; readonly mark: Mark | null } | null;
}

export interface ReplayControls {
  readonly store: StoreApi<ReplayState>;
  playOrPause(): void;
  setSpeed(speed: number): void;
  /** The next speed up or down. */
  changeSpeed(direction: Direction): void;
  seek(atUs: number): void;
  /** Goes to the moment before a mark: there a filled quote still stands, with its reason. */
  seekBefore(mark: Mark): void;
  step(unit: "event" | "decision", direction: Direction): void;
  jumpToMark(kind: MarkKind, direction: Direction): void;
  jumpToDecision(direction: Direction): void;
  chooseCode(code: string): void;
  /** Lets go of the session on the other side. */
  close(): void;
}

type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

class Controls implements ReplayControls {
  readonly store = createStore<ReplayState>(() => ({
    transport: null,
    timeline: null,
    speed: 1,
    code: null,
    said: null,
  }));
  readonly #bridge: Bridge;
  readonly #stop: () => void;
  #isSeeking = false;
  #wantedUs: number | null = null;
  #isAsking = false;

  constructor(bridge: Bridge, sessionId: string) {
    this.#bridge = bridge;
    this.#stop = bridge.feed.replay(({ value }) => this.#take(value));
    void this.#tell(() => bridge.replay.open({ sessionId }));
  }

  playOrPause(): void {
    const { transport, speed } = this.store.getState();
    const { replay } = this.#bridge;
    void this.#tell(() => (transport?.isPlaying === true ? replay.pause({}) : replay.play({ speed })));
  }

  setSpeed(speed: number): void {
    this.store.setState({ speed });
    if (this.store.getState().transport?.isPlaying === true) void this.#tell(() => this.#bridge.replay.play({ speed }));
  }

  changeSpeed(direction: Direction): void {
    const at = SPEEDS.findIndex((speed) => speed === this.store.getState().speed);
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + direction))];
    if (next !== undefined) this.setSpeed(next);
  }

  /** While one seek is on its way only the newest wish waits: a drag asks for many places. */
  seek(atUs: number): void {
    this.#wantedUs = atUs;
    if (!this.#isSeeking) void this.#seekOn();
  }

  seekBefore(mark: Mark): void {
    void this.#tell(() => this.#bridge.replay.seek({ to: "event", seq: mark.seq - 1 }));
  }

  step(unit: "event" | "decision", direction: Direction): void {
    void this.#tell(() => this.#bridge.replay.step({ unit, direction }));
  }

  jumpToMark(kind: MarkKind, direction: Direction): void {
    void this.#tell(() => this.#bridge.replay.jump({ to: "mark", kind, direction }));
  }

  jumpToDecision(direction: Direction): void {
    const { code } = this.store.getState();
    if (code === null) this.step("decision", direction);
    else void this.#tell(() => this.#bridge.replay.jump({ to: "decision", code, direction }));
  }

  chooseCode(code: string): void {
    this.store.setState({ code: code === "" ? null : code });
  }

  close(): void {
    this.#stop();
    void this.#tell(() => this.#bridge.replay.close({}));
  }

  async #seekOn(): Promise<void> {
    this.#isSeeking = true;
    while (this.#wantedUs !== null) {
      const atUs = Math.round(this.#wantedUs);
      this.#wantedUs = null;
      await this.#tell(() => this.#bridge.replay.seek({ to: "time", atUs }));
    }
    this.#isSeeking = false;
  }

  #take(transport: Transport | null): void {
    this.store.setState({ transport });
    if (transport?.phase === "ready" && this.store.getState().timeline === null && !this.#isAsking) void this.#askWay();
    if (transport?.phase === "preparing") this.store.setState({ timeline: null });
  }

  async #askWay(): Promise<void> {
    this.#isAsking = true;
    const { value } = await ask(() => this.#bridge.replay.timeline({}), null);
    this.#isAsking = false;
    this.store.setState({ timeline: value });
  }

  async #tell(call: () => Promise<Answer>): Promise<void> {
    try {
      const answer = await call();
      this.store.setState({
        said: answer.ok ? wordsOf(answer.value) : { isRefusal: true, words: answer.message, mark: null },
      });
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.store.setState({ said: { isRefusal: true, words, mark: null } });
    }
  }
}

/** Opens a past session on the other side and follows it. */
export function openReplay(bridge: Bridge, sessionId: string): ReplayControls {
  return new Controls(bridge, sessionId);
}

function wordsOf(value: unknown): ReplayState["said"] {
  const isMark = typeof value === "object" && value !== null && "kind" in value && "text" in value;
  if (!isMark) return null;
  // Only a jump to a mark answers with one
  const mark = value as Mark;
  return { isRefusal: false, words: `${mark.kind}: ${mark.text}`, mark };
}

/** The slot that a fill's mark names. */
export function slotOfFill({ kind, text }: Mark): { readonly side: "buy" | "sell"; readonly level: number } | null {
  const [, side, level] = /^(BUY|SELL) (\d+)/.exec(text) ?? [];
  if (kind !== "fill" || level === undefined) return null;
  return { side: side === "BUY" ? "buy" : "sell", level: Number(level) };
}
