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

export interface JournalOptions {
  /** An engine thread's own line to the journal. */
  readonly enginePort?: MessagePort;
  /** The thread died without a word. */
  readonly onLost?: (message: string) => void;
}

/** Starts the journal thread on a data folder. */
export function startJournal(dataDir: string, { enginePort, onLost }: JournalOptions = {}): JournalHost {
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
  let isClosing = false;
  const lost = (why: string): void => {
    const message = `The journal thread ended: ${why}`;
    client.lost(message);
    if (!isClosing) onLost?.(message);
  };
  worker.on("error", (error) => lost(error.message));
  worker.on("exit", (code) => lost(`exit code ${code}`));
  return {
    client,
    close: async () => {
      isClosing = true;
      await client.close();
      await worker.terminate();
    },
  };
}
