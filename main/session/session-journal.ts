import type { SessionResult } from "./session-result.ts";

/** What a session needs of its journal beyond taking batches. Failures are texts for the operator. */
export interface SessionJournal {
  /** How long the oldest batch that is not yet durable has been waiting, in wall milliseconds. */
  behindMs(): number;
  /** Resolves when fewer than `batches` wait for the disk, or the journal failed. */
  whenFewerAhead(batches: number): Promise<void>;
  /** Returns what stops the listening. */
  onFailed(listener: (message: string) => void): () => void;
  /** Writes the end of the session; resolves with null when all is durable, else with what went wrong. */
  end(result: SessionResult): Promise<string | null>;
}
