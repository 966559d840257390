import type { TapeMark, TapeReader } from "../../../db/tape-reader.ts";
import type { DecisionCode } from "../../kernel/decision.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import { Kernel } from "../../kernel/kernel.ts";
import type { KernelConfig } from "../../kernel/kernel-config.ts";
import type { KernelClasses } from "../kernel-state/kernel-classes.ts";
import { restoreState } from "../kernel-state/restore-state.ts";
import { ShownSession, type ShownAs } from "./shown-session.ts";
import type { SnapshotFile } from "./snapshot-file.ts";
import { countThrough } from "./timeline.ts";

export interface CursorSource {
  readonly tape: TapeReader;
  readonly config: KernelConfig;
  readonly classes: KernelClasses;
  readonly snapshots: SnapshotFile;
  readonly as: ShownAs;
}

/**
 * A place on the way of a past session, and the session as it was there. Goes on event by event, or anywhere by the nearest snapshot before.
 *
 * Invariants: `session` has handled the events up to `seq` and no other; owns the tape and the snapshots. Everything throws
 * `TapeDamagedError` like the tape.
 */
export class SessionCursor {
  readonly source: CursorSource;
  readonly #start: TapeMark;
  #session: ShownSession;
  #next: KernelEvent | null;
  #seq = 0;

  constructor(source: CursorSource) {
    this.source = source;
    this.#start = source.tape.mark;
    this.#session = this.#fresh();
    this.#next = source.tape.next();
  }

  get session(): ShownSession {
    return this.#session;
  }

  /** The last event that was handled; 0 = none. */
  get seq(): number {
    return this.#seq;
  }

  /** Time of the last event. */
  get atUs(): number {
    return this.#seq === 0 ? this.source.snapshots.contents.startUs : this.#session.kernel.nowUs;
  }

  /** Time of the event that comes next; null at the end. */
  get nextUs(): number | null {
    return this.#next?.tsInit ?? null;
  }

  /** Handles the next event; false at the end. */
  step(onBegun?: (code: DecisionCode) => void): boolean {
    const event = this.#next;
    if (event === null) return false;
    this.#session.handle(event, onBegun);
    this.#seq = event.seq;
    this.#next = this.source.tape.next();
    return true;
  }

  /** Goes behind the last event up to `seq`. True when the session had to be restored, so that all that is shown of it is new. */
  seekSeq(seq: number): boolean {
    const index = countThrough(this.source.snapshots.contents.entries, seq) - 1;
    const isBefore = seq < this.#seq;
    const isAnew = isBefore || this.#isPast(index);
    if (isAnew) this.#restore(index);
    while (this.#next !== null && this.#next.seq <= seq) this.step();
    return isAnew;
  }

  /** Goes behind the last event at or before `us`; like `seekSeq`. */
  seekTime(us: number): boolean {
    const { entries } = this.source.snapshots.contents;
    let index = -1;
    while ((entries[index + 1]?.atUs ?? Infinity) <= us) index += 1;
    const isAnew = this.atUs > us || this.#isPast(index);
    if (isAnew) this.#restore(index);
    while (this.#next !== null && this.#next.tsInit <= us) this.step();
    return isAnew;
  }

  close(): void {
    this.source.tape.close();
    this.source.snapshots.close();
  }

  /** True when the snapshot at `index` lies ahead: restoring it is quicker than going there. */
  #isPast(index: number): boolean {
    return (this.source.snapshots.contents.entries[index]?.seq ?? 0) > this.#seq;
  }

  /** Takes the snapshot at `index`, or the nearest before it whose bytes are good; -1 = the beginning. */
  #restore(index: number): void {
    const { tape, classes, snapshots, as } = this.source;
    for (let at = index; at >= 0; at -= 1) {
      const entry = snapshots.contents.entries[at];
      const state = entry === undefined ? null : snapshots.state(at);
      if (entry === undefined || state === null) continue;
      this.#session = ShownSession.restored(as, restoreState(state, classes) as object);
      this.#seq = entry.seq;
      tape.seekFrom(entry.tapeMark, entry.seq);
      this.#next = tape.next();
      return;
    }
    this.#session = this.#fresh();
    this.#seq = 0;
    tape.seekFrom(this.#start, 0);
    this.#next = tape.next();
  }

  #fresh(): ShownSession {
    return new ShownSession(this.source.as, new Kernel(this.source.config));
  }
}
