import type { SessionRunner } from "./session-runner.ts";
import type { SessionSpec } from "./session-spec.ts";
import { ViewFeed } from "./view-feed.ts";
import type { ViewedSession } from "./viewed-session.ts";

export interface ViewedRunOptions {
  readonly runner: SessionRunner;
  readonly spec: SessionSpec;
  readonly sourceText: string;
  readonly startedUs: number;
}

/** The views of a session that runs: they see every event of it from now on. */
export function viewsOfRun(options: ViewedRunOptions): ViewFeed {
  const { session } = options.runner;
  const feed = new ViewFeed(new ViewedRun(options));
  session.observe((event, effects) => feed.observe(event, effects));
  return feed;
}

class ViewedRun implements ViewedSession {
  readonly sessionId: string;
  readonly mode: ViewedSession["mode"];
  readonly source: string;
  readonly speed: number;
  readonly startedUs: number;
  readonly #runner: SessionRunner;

  constructor({ runner, spec, sourceText, startedUs }: ViewedRunOptions) {
    this.sessionId = runner.sessionId;
    this.mode = spec.mode;
    this.source = sourceText;
    this.speed = spec.speed ?? 0;
    this.startedUs = startedUs;
    this.#runner = runner;
  }

  get nowUs(): number {
    return this.#runner.session.nowUs;
  }

  get kernel(): ViewedSession["kernel"] {
    return this.#runner.session.kernel;
  }

  get tally(): ViewedSession["tally"] {
    return this.#runner.session.tally;
  }

  get journalBehindMs(): number | null {
    return this.#runner.journalBehindMs;
  }

  get loopP99Ms(): number {
    return this.#runner.loopP99Ms;
  }

  queueAheadLots(orderId: number): number | null {
    return this.#runner.session.queueAheadLots(orderId);
  }
}
