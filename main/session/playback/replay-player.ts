import type { StreamItem } from "../../../preload/bridge.ts";
import type { FeedUpdate } from "../engine-protocol.ts";
import { goToDecision, markFrom, type Direction } from "./jumps.ts";
import type { SessionCursor } from "./session-cursor.ts";
import { rowsAt, type Mark, type MarkKind } from "./timeline.ts";

/** Rows that stand on the screens after a seek; older ones are further back than anybody scrolls. */
const FILLS_SHOWN = 500;
const ALERTS_SHOWN = 200;
const CHART_SHOWN = 3600;
/** A turn of the clock works at most this long, so that a pause is heard. */
const TURN_MS = 25;
const TURN_EVENTS = 64;
/** Shares of a session whose stretches are run before it is shown. Back and forth, so that each begins with a snapshot. */
const WARM_UP_AT = [0.75, 0.25, 0.5];

/** Plays a past session on a clock of its own: at a speed, step by step, or from anywhere. */
export class ReplayPlayer {
  readonly cursor: SessionCursor;
  readonly #turnMs: number;
  #isPlaying = false;
  #speed = 1;
  #anchorMs = 0;
  #anchorUs = 0;
  /** What was shown last was of another place: everything is to be shown anew. */
  #isAnew = true;
  #isChanged = true;

  /** @param turnMs how long a turn of the clock may work */
  constructor(cursor: SessionCursor, turnMs = TURN_MS) {
    this.cursor = cursor;
    this.#turnMs = turnMs;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  get speed(): number {
    return this.#speed;
  }

  /** Session time on the replay's clock. */
  get atUs(): number {
    return Math.max(this.cursor.atUs, this.cursor.session.clockUs);
  }

  /**
   * Runs some of the longest stretches of a seek and shows them to nobody: the compiler has then seen all that a seek needs, and the operator's first
   * one takes no longer than the others. To be followed by a seek.
   */
  warmUp(): void {
    const { entries, lastSeq } = this.cursor.source.snapshots.contents;
    for (const share of WARM_UP_AT) {
      const entry = entries[Math.floor(entries.length * share)];
      this.cursor.seekSeq(entry === undefined ? lastSeq : entry.seq - 1);
      this.cursor.session.feed.updates(0);
    }
    this.#isAnew = true;
  }

  play(speed: number, nowMs: number): void {
    this.#speed = speed;
    this.#isPlaying = this.cursor.nextUs !== null;
    this.#anchor(nowMs);
    this.#isChanged = true;
  }

  pause(): void {
    this.#isPlaying = false;
    this.#isChanged = true;
  }

  seekTime(us: number, nowMs: number): void {
    this.#moved(this.cursor.seekTime(us), nowMs);
    this.cursor.session.clockUs = Math.min(us, this.cursor.source.snapshots.contents.endUs);
    this.#anchor(nowMs);
  }

  seekSeq(seq: number, nowMs: number): void {
    this.#moved(this.cursor.seekSeq(seq), nowMs);
  }

  /** False when there is no event in that direction. Stepping stops a replay that plays. */
  stepEvent(direction: Direction, nowMs: number): boolean {
    this.pause();
    if (direction === 1) {
      const isThere = this.cursor.step();
      this.#moved(false, nowMs);
      return isThere;
    }
    if (this.cursor.seq === 0) return false;
    this.#moved(this.cursor.seekSeq(this.cursor.seq - 1), nowMs);
    return true;
  }

  /** Goes to the next or the last decision that is not what its slot said before, of a code or (null) of any; false when there is none. */
  goToDecision(code: string | null, direction: Direction, nowMs: number): boolean {
    this.pause();
    const isFound = goToDecision(this.cursor, code, direction);
    this.#moved(true, nowMs);
    return isFound;
  }

  /** Goes to the next or the last mark of a kind; null when there is none. */
  goToMark(kind: MarkKind, direction: Direction, nowMs: number): Mark | null {
    this.pause();
    const { marks } = this.cursor.source.snapshots.contents.timeline;
    const mark = markFrom(marks, kind, this.cursor.seq, direction);
    if (mark !== null) this.seekSeq(mark.seq, nowMs);
    return mark;
  }

  /** Lets the session's clock run to where it should be now; call it some thirty times a second. */
  turn(nowMs: number): void {
    if (!this.#isPlaying) return;
    const { cursor } = this;
    const dueUs = this.#anchorUs + (nowMs - this.#anchorMs) * 1000 * this.#speed;
    const untilMs = performance.now() + this.#turnMs;
    this.#isChanged = true;
    while ((cursor.nextUs ?? Infinity) <= dueUs) {
      for (let count = 0; count < TURN_EVENTS && (cursor.nextUs ?? Infinity) <= dueUs; count += 1) cursor.step();
      if (performance.now() < untilMs) continue;
      // Too much to do at this speed: the clock waits for the work
      this.#anchor(nowMs);
      return;
    }
    cursor.session.clockUs = Math.min(dueUs, cursor.source.snapshots.contents.endUs);
    if (cursor.nextUs === null) this.#isPlaying = false;
  }

  /** What the screens do not show yet; null when that is nothing. */
  takeShown(nowMs: number): { readonly isAnew: boolean; readonly updates: readonly FeedUpdate[] } | null {
    if (!this.#isChanged) return null;
    this.#isChanged = false;
    const isAnew = this.#isAnew;
    this.#isAnew = false;
    const { session } = this.cursor;
    session.speed = this.#speed;
    // Before the updates, which take the rows
    const kept = isAnew ? { decisions: session.decisionRows(), trends: session.trendRows() } : {};
    const updates = session.feed.updates(nowMs);
    return { isAnew, updates: isAnew ? this.#anew(updates, kept) : updates.map(asStored) };
  }

  #anew(updates: readonly FeedUpdate[], kept: Partial<Record<FeedUpdate["name"], readonly unknown[]>>): FeedUpdate[] {
    const { timeline } = this.cursor.source.snapshots.contents;
    const { seq } = this.cursor;
    const rows: Partial<Record<FeedUpdate["name"], readonly unknown[]>> = {
      ...kept,
      fills: rowsAt(timeline.fills, seq, FILLS_SHOWN),
      alerts: rowsAt(timeline.alerts, seq, ALERTS_SHOWN),
      chart: rowsAt(timeline.chart, seq, CHART_SHOWN),
    };
    return updates.map((update) => asStored({ ...update, value: rows[update.name] ?? update.value } as FeedUpdate));
  }

  #moved(isAnew: boolean, nowMs: number): void {
    this.#isAnew ||= isAnew;
    this.#isChanged = true;
    this.cursor.session.clockUs = 0;
    this.#anchor(nowMs);
  }

  #anchor(nowMs: number): void {
    this.#anchorMs = nowMs;
    this.#anchorUs = this.atUs;
  }
}

/** What a session left behind is on disk, and its alerts wait for nobody any more. */
function asStored(update: FeedUpdate): FeedUpdate {
  if (update.name === "fills") {
    const rows = update.value as readonly StreamItem<"fills">[];
    return { name: "fills", value: rows.map((row) => ({ ...row, isDurable: true })) };
  }
  if (update.name === "alerts") {
    const rows = update.value as readonly StreamItem<"alerts">[];
    return { name: "alerts", value: rows.map((row) => ({ ...row, isAcknowledged: true })) };
  }
  return update;
}
