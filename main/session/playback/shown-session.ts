import type { StreamItem } from "../../../preload/bridge.ts";
import type { DecisionCode } from "../../kernel/decision.ts";
import type { Effect } from "../../kernel/effects.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { SessionTally } from "../session-result.ts";
import { ViewFeed, type SavedViews } from "../view-feed.ts";
import { isWaitingAnswer } from "../views/slots-view.ts";
import type { ViewedSession } from "../viewed-session.ts";

/** Rows that a snapshot brings with it. */
const DECISIONS_KEPT = 300;
const TRENDS_KEPT = 120;

/** What a session is called on the screen while it is shown again. */
export interface ShownAs {
  readonly sessionId: string;
  readonly source: string;
  readonly startedUs: number;
}

interface SavedSession {
  readonly kernel: Kernel;
  readonly views: SavedViews;
  readonly decisions: readonly StreamItem<"decisions">[];
  readonly trends: readonly StreamItem<"trends">[];
  readonly placements: number;
  readonly cancels: number;
  readonly events: number;
}

/**
 * A past session at one of its events: the kernel as it was, and what the views show beside it.
 *
 * It handles events and gives back what came of them; nothing of that is executed anywhere.
 */
export class ShownSession implements ViewedSession {
  readonly sessionId: string;
  readonly source: string;
  readonly startedUs: number;
  readonly mode = "replay";
  readonly journalBehindMs = null;
  readonly loopP99Ms = 0;
  readonly kernel: Kernel;
  readonly tally = new SessionTally();
  readonly feed: ViewFeed;
  speed = 1;
  /** Where the clock is between two events while it runs; never before the last event. */
  clockUs = 0;
  /** Newest rows of decisions, by id, of the looks that were taken over. */
  readonly #decisions = new Map<number, StreamItem<"decisions">>();
  #trends: readonly StreamItem<"trends">[] = [];

  constructor(as: ShownAs, kernel: Kernel) {
    this.sessionId = as.sessionId;
    this.source = as.source;
    this.startedUs = as.startedUs;
    this.kernel = kernel;
    this.feed = new ViewFeed(this);
  }

  /** From what `saved` gave, after its way through bytes. */
  static restored(as: ShownAs, saved: object): ShownSession {
    const { kernel, views, decisions, trends, placements, cancels, events } = saved as SavedSession;
    const session = new ShownSession(as, kernel);
    session.feed.restore(views);
    for (const row of decisions) session.#decisions.set(row.id, row);
    session.#trends = trends;
    session.tally.placements = placements;
    session.tally.cancels = cancels;
    session.tally.events = events;
    return session;
  }

  get nowUs(): number {
    return Math.max(this.kernel.nowUs, this.clockUs);
  }

  /** The queue is the venue's and is not on the tape. */
  queueAheadLots(): null {
    return null;
  }

  /** @param onBegun told of the code of every decision that says something else of its slot than the one before, and not only that it waits */
  handle(event: KernelEvent, onBegun?: (code: DecisionCode) => void): readonly Effect[] {
    const effects = this.kernel.handle(event);
    if (onBegun !== undefined && effects.length > 0) this.#tellBegun(effects, onBegun);
    this.tally.add(effects);
    this.feed.observe(event, effects);
    return effects;
  }

  #tellBegun(effects: readonly Effect[], onBegun: (code: DecisionCode) => void): void {
    for (const effect of effects) {
      if (effect.type !== "record-decision" || isWaitingAnswer(effect.decision)) continue;
      const { code, slot } = effect.decision;
      if (this.feed.reasonOf(slot)?.code !== code) onBegun(code);
    }
  }

  /** The newest rows of decisions up to now. */
  decisionRows(): readonly StreamItem<"decisions">[] {
    for (const row of this.feed.decisions.take()) {
      // A run that goes on keeps its place by its id, as on the screen
      this.#decisions.set(row.id, row);
    }
    const rows = [...this.#decisions.values()].toSorted((one, other) => one.id - other.id).slice(-DECISIONS_KEPT);
    this.#decisions.clear();
    for (const row of rows) this.#decisions.set(row.id, row);
    return rows;
  }

  /** The newest points of the readings up to now. */
  trendRows(): readonly StreamItem<"trends">[] {
    this.#trends = [...this.#trends, ...this.feed.trends.take()].slice(-TRENDS_KEPT);
    return this.#trends;
  }

  /** All of it, as one graph of plain data and kernel objects. */
  saved(): SavedSession {
    const { placements, cancels, events } = this.tally;
    return {
      kernel: this.kernel,
      views: this.feed.saved(),
      decisions: this.decisionRows(),
      trends: this.trendRows(),
      placements,
      cancels,
      events,
    };
  }
}
