import type { TapeReader } from "../../../db/tape-reader.ts";
import { Kernel } from "../../kernel/kernel.ts";
import type { KernelConfig } from "../../kernel/kernel-config.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import { EffectHash } from "../effect-hash.ts";
import type { KernelClasses } from "../kernel-state/kernel-classes.ts";
import { restoreState } from "../kernel-state/restore-state.ts";
import { StateSaver } from "../kernel-state/save-state.ts";
import { ShownSession, type ShownAs } from "./shown-session.ts";
import type { SnapshotContents, SnapshotEntry, SnapshotFileWriter } from "./snapshot-file.ts";
import { TimelineKeeper } from "./timeline.ts";

/** Events from one snapshot to the next: what a seek has to run through at most. */
const SNAPSHOT_EVENTS = 4_000;

/** A kernel that was restored from a snapshot did not do what the straight run did. */
export class SnapshotMismatchError extends Error {
  constructor(fromSeq: number, throughSeq: number, what: string) {
    super(`the snapshot at event ${fromSeq} is no good: by event ${throughSeq} ${what}`);
    this.name = "SnapshotMismatchError";
  }
}

export interface SnapshotSource {
  readonly tape: TapeReader;
  readonly config: KernelConfig;
  readonly classes: KernelClasses;
  readonly as: ShownAs;
}

interface Check {
  readonly session: ShownSession;
  readonly hash: EffectHash;
  readonly fromSeq: number;
}

/**
 * Runs a session's tape through a fresh kernel, once, and leaves snapshots on the way.
 *
 * Invariant: every snapshot is restored and run alongside up to the next one, and must there have the same effects and the same state to the
 * byte as the straight run; else `SnapshotMismatchError`.
 */
export class SnapshotBuilder {
  readonly #source: SnapshotSource;
  readonly #writer: SnapshotFileWriter;
  readonly #every: number;
  readonly #saver: StateSaver;
  readonly #straight: ShownSession;
  readonly #timeline = new TimelineKeeper();
  readonly #entries: SnapshotEntry[] = [];
  readonly #whole = new EffectHash();
  #firstCodes: ReadonlyMap<string, number> = new Map();
  #codes = new Map<string, number>();
  #stretch = new EffectHash();
  #check: Check | null = null;
  #events = 0;
  #seq = 0;
  #startUs = 0;

  constructor(source: SnapshotSource, writer: SnapshotFileWriter, every = SNAPSHOT_EVENTS) {
    this.#source = source;
    this.#writer = writer;
    this.#every = every;
    this.#saver = new StateSaver(source.classes);
    this.#straight = new ShownSession(source.as, new Kernel(source.config));
  }

  /** Share of the tape that is done, 0 to 1. */
  get progress(): number {
    return this.#events / Math.max(1, this.#source.tape.events);
  }

  /** Handles at most so many events; the contents once the tape is at its end, else null. Throws `TapeDamagedError` like the tape. */
  step(mostEvents: number): SnapshotContents | null {
    const { tape } = this.#source;
    for (let count = 0; count < mostEvents; count += 1) {
      const event = tape.next();
      if (event === null) return this.#finish();
      // Before the event, so that the mark is that of the block in which the next event lies
      if (this.#events % this.#every === 0 && this.#events > 0) this.#snapshot();
      this.#handle(event);
    }
    return null;
  }

  /** Leaves nothing behind of a run that is not wanted any more. */
  abandon(): void {
    this.#writer.abandon();
  }

  #handle(event: KernelEvent): void {
    if (this.#events === 0) this.#startUs = event.tsInit;
    const effects = this.#straight.handle(event, (code) => this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1));
    this.#whole.add(event.seq, effects);
    this.#stretch.add(event.seq, effects);
    this.#timeline.add(event, effects, this.#straight.kernel, this.#straight.feed);
    this.#events += 1;
    this.#seq = event.seq;
    this.#check?.hash.add(event.seq, this.#check.session.handle(event));
  }

  #snapshot(): void {
    const bytes = this.#saver.save(this.#straight.saved(), "session");
    const effectHash = this.#endStretch(bytes);
    this.#check = {
      session: ShownSession.restored(this.#source.as, restoreState(bytes, this.#source.classes) as object),
      hash: new EffectHash(),
      fromSeq: this.#seq,
    };
    this.#entries.push({
      seq: this.#seq,
      atUs: this.#straight.kernel.nowUs,
      events: this.#events,
      tapeMark: this.#source.tape.mark,
      ...this.#writer.append(bytes),
      effectHash,
      codes: new Map(),
    });
  }

  /** Holds the snapshot at the beginning of the stretch against the straight run. */
  #endStretch(bytes: Uint8Array): string {
    const effectHash = this.#stretch.digest();
    this.#stretch = new EffectHash();
    const check = this.#check;
    if (check !== null) {
      if (check.hash.digest() !== effectHash)
        throw new SnapshotMismatchError(check.fromSeq, this.#seq, "its effects differ from the straight run's");
      const restored = this.#saver.save(check.session.saved(), "session");
      if (Buffer.compare(restored, bytes) !== 0)
        throw new SnapshotMismatchError(check.fromSeq, this.#seq, "its state differs from the straight run's");
      const last = this.#entries.at(-1);
      if (last !== undefined) last.codes = this.#codes;
    } else this.#firstCodes = this.#codes;
    this.#codes = new Map();
    return effectHash;
  }

  #finish(): SnapshotContents {
    this.#endStretch(this.#saver.save(this.#straight.saved(), "session"));
    const { marks, fills, alerts, chart } = this.#timeline;
    const contents = {
      entries: this.#entries,
      firstCodes: this.#firstCodes,
      timeline: { marks, fills, alerts, chart },
      startUs: this.#startUs,
      endUs: this.#straight.kernel.nowUs,
      lastSeq: this.#seq,
      events: this.#events,
      effectHash: this.#whole.digest(),
    };
    this.#writer.finish(contents);
    return contents;
  }
}
