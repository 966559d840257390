import { Worker, type MessagePort } from "node:worker_threads";
import { JournalClient } from "../../db/journal-client.ts";
import type { FromJournal, ToJournal } from "../../db/journal-protocol.ts";
import { wallUs } from "./journaled-session.ts";

/** The journal thread as the thread that started it sees it. */
export interface JournalHost {
  readonly client: JournalClient;
  /** Commits what is pending, closes the files, ends the thread. */
  close(): Promise<void>;
}

/** Starts the journal thread on a data folder; `enginePort` gives an engine thread its own line to it. */
export function startJournal(dataDir: string, enginePort?: MessagePort): JournalHost {
  const worker = new Worker(new URL("../../db/journal-thread.ts", import.meta.url), {
    workerData: enginePort === undefined ? { dataDir } : { dataDir, enginePort },
    transferList: enginePort === undefined ? [] : [enginePort],
  });
  const client = new JournalClient(
    {
      postMessage: (message: ToJournal, transfer?: readonly ArrayBuffer[]) => worker.postMessage(message, transfer),
      on: (event: "message", listener: (message: FromJournal) => void) => worker.on(event, listener),
    },
    wallUs,
  );
  return {
    client,
    close: async () => {
      await client.close();
      await worker.terminate();
    },
  };
}
