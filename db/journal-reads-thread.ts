/** Entry of the thread that reads the journal for the screens. `workerData` = `{ dataDir }`; the main thread itself never touches SQLite. */
import { parentPort, workerData } from "node:worker_threads";
import { dataFolderPaths } from "./data-folder.ts";
import { JournalReader } from "./journal-reader.ts";
import type { ReadSessions, SessionsRead } from "./journal-reads-protocol.ts";

if (parentPort === null) throw new Error("the thread that reads the journal must be started as a worker");
const port = parentPort;
const { journalFile } = dataFolderPaths((workerData as { readonly dataDir: string }).dataDir);

port.on("message", ({ id, limit, beforeUs }: ReadSessions) => {
  const opened = JournalReader.open(journalFile);
  if (!opened.ok) {
    port.postMessage({ id, ok: false, message: opened.message } satisfies SessionsRead);
    return;
  }
  try {
    port.postMessage({ id, ok: true, sessions: opened.reader.sessions(limit, beforeUs) } satisfies SessionsRead);
  } finally {
    opened.reader.close();
  }
});
