import type { JournalClient } from "../../db/journal-client.ts";
import { JournalStopped } from "../../db/journal-client.ts";
import type { SessionJournal } from "./session-journal.ts";

/** Wall clock in microseconds, for the journal's own times only; the kernel never sees it. */
export function wallUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** A session's journal over the journal thread. */
export function sessionJournal(client: JournalClient): SessionJournal {
  return {
    behindMs: () => client.behindUs(wallUs()) / 1000,
    whenFewerAhead: (batches) => client.hasRoom(batches),
    onFailed: (listener) => client.onFailed((failure) => listener(failure.message)),
    end: async (result) => {
      try {
        await client.end({
          endedAtUs: wallUs(),
          endedHow: result.endedHow,
          effectHash: result.effectHash,
          events: result.events,
          resultJson: JSON.stringify(result),
        });
        return null;
      } catch (error) {
        if (error instanceof JournalStopped) return error.message;
        throw error;
      }
    },
  };
}
