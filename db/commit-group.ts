import type { JournalBatch } from "./journal-protocol.ts";

/** Limits of a group; whichever is reached first commits it. */
const MOST_ROWS = 200;
const MOST_BLOCK_BYTES = 4 * 1024 * 1024;

/** Longest wait of a row for its commit to begin. */
export const MOST_WAIT_MS = 50;

/** Collects batches until they are worth a commit. */
export class CommitGroup {
  #batches: JournalBatch[] = [];
  #rows = 0;
  #blockBytes = 0;
  #startedMs = 0;

  /** Takes a batch at monotonic time `nowMs`; says whether the group must be committed now. */
  add(batch: JournalBatch, nowMs: number): boolean {
    if (this.isEmpty) this.#startedMs = nowMs;
    // The tape has the block already; only its size counts here
    this.#batches.push({ ...batch, block: null });
    this.#rows += batch.entries.length;
    this.#blockBytes += batch.block?.bytes.byteLength ?? 0;
    return (
      batch.isUrgent ||
      this.#rows >= MOST_ROWS ||
      this.#blockBytes >= MOST_BLOCK_BYTES ||
      nowMs - this.#startedMs >= MOST_WAIT_MS
    );
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Hands over the group and starts an empty one. */
  take(): readonly JournalBatch[] {
    const batches = this.#batches;
    this.#batches = [];
    this.#rows = 0;
    this.#blockBytes = 0;
    return batches;
  }
}
