/** Entry of the thread that reads the journal for the screens. `workerData` = `{ dataDir }`; the main thread itself never touches SQLite. */
import { parentPort, workerData } from "node:worker_threads";
import { dataFolderPaths } from "./data-folder.ts";
import { EVERY_SESSION } from "./session-filter.ts";
import { JournalReader } from "./journal-reader.ts";
import type { ReadSessions, SessionPage, SessionsRead } from "./journal-reads-protocol.ts";

if (parentPort === null) throw new Error("the thread that reads the journal must be started as a worker");
const port = parentPort;
const { journalFile } = dataFolderPaths((workerData as { readonly dataDir: string }).dataDir);

port.on("message", ({ id, ...question }: ReadSessions) => {
  const opened = JournalReader.open(journalFile);
  if (!opened.ok) {
    port.postMessage({ id, ok: false, message: opened.message } satisfies SessionsRead);
    return;
  }
  try {
    port.postMessage({ id, ok: true, page: pageOf(opened.reader, question) } satisfies SessionsRead);
  } finally {
    opened.reader.close();
  }
});

function pageOf(reader: JournalReader, { limit, beforeUs, filter }: Omit<ReadSessions, "id">): SessionPage {
  const isEvery = Object.values(filter).every((value) => value === null);
  const all = reader.sessionKeys(EVERY_SESSION);
  const namesOf = (pick: (key: (typeof all)[number]) => string): string[] => [...new Set(all.map(pick))].toSorted();
  return {
    sessions: reader.sessions(limit, beforeUs, filter),
    fitting: isEvery ? all.length : reader.sessionKeys(filter).length,
    all: all.length,
    markets: namesOf(({ market }) => market),
    profiles: namesOf(({ profile }) => profile),
  };
}
