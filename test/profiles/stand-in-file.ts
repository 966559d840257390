import type { ProfileNotice } from "../../main/profiles/profile-watcher.ts";
import type { FileReading, WatchedFile } from "../../main/profiles/watched-file.ts";

/** A file and a clock that the test moves. */
export class StandInFile implements WatchedFile {
  content: FileReading = { kind: "absent" };
  canListen = true;
  reads = 0;
  #nowMs = 0;
  #timers: { dueMs: number; call: () => void }[] = [];
  #onHint: (() => void) | null = null;
  #onEnd: (() => void) | null = null;

  read(): FileReading {
    this.reads += 1;
    return this.content;
  }

  listen(onHint: () => void, onEnd: () => void): (() => void) | null {
    if (!this.canListen) return null;
    this.#onHint = onHint;
    this.#onEnd = onEnd;
    return () => {
      this.#onHint = null;
    };
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(waitMs: number, call: () => void): () => void {
    const timer = { dueMs: this.#nowMs + waitMs, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  get isListening(): boolean {
    return this.#onHint !== null;
  }

  write(text: string, { isTold = true } = {}): void {
    this.become({ kind: "text", text }, { isTold });
  }

  become(content: FileReading, { isTold = true } = {}): void {
    this.content = content;
    if (isTold) this.#onHint?.();
  }

  loseFolder(): void {
    this.canListen = false;
    this.#onEnd?.();
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.call();
    }
    this.#nowMs = endMs;
  }
}

/** Notices in short. */
export function told(notices: readonly ProfileNotice[]): readonly string[] {
  return notices.map((notice) => {
    if (notice.kind === "changed") return `changed ${notice.profile.settings.minOffsetBps}`;
    return notice.kind === "refused" ? `refused ${notice.refusal.message}` : notice.kind;
  });
}
