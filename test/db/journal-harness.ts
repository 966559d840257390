import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import { JournalClient } from "../../db/journal-client.ts";
import type { MessageEnd } from "../../db/journal-port.ts";
import type { FromJournal, JournalEntry, ToJournal } from "../../db/journal-protocol.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { JournalService, type JournalPort, type JournalServiceOptions } from "../../db/journal-service.ts";
import type { EntryOf } from "../../db/tables/record-table.ts";
import { openTape } from "../../db/tape-reader.ts";
import type { JournalRecord } from "../../main/kernel/effects.ts";

/** A folder that is removed with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ballast-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Two ends in one thread that deliver at once; the client's end keeps what it has heard. */
export function directPorts(): {
  client: MessageEnd<ToJournal, FromJournal>;
  service: JournalPort;
  heard: FromJournal[];
} {
  const heard: FromJournal[] = [];
  const toClient: ((message: FromJournal) => void)[] = [];
  const toService: ((message: ToJournal) => void)[] = [];
  return {
    heard,
    client: {
      postMessage: (message) => toService.forEach((listener) => listener(message)),
      on: (_event, listener) => toClient.push(listener),
    },
    service: {
      postMessage: (message) => {
        heard.push(message);
        toClient.forEach((listener) => listener(message));
      },
      on: (_event, listener) => toService.push(listener),
      close: () => undefined,
    },
  };
}

/** A journal in this thread with a client that has heard its first answer; closed with the test. */
export function startJournal(options: JournalServiceOptions): {
  client: JournalClient;
  port: MessageEnd<ToJournal, FromJournal>;
  heard: FromJournal[];
} {
  const { client: port, service, heard } = directPorts();
  const client = new JournalClient(port, () => 0);
  JournalService.start([service], options);
  onTestFinished(() => client.close());
  return { client, port, heard };
}

/** What the journal answered first. */
export function firstAnswer(dataDir: string): FromJournal {
  const { heard } = startJournal({ dataDir });
  const [first] = heard;
  if (first === undefined) throw new Error("the journal must answer at its start");
  return first;
}

/** Opens the journal of a data folder for reading; closed with the test. */
export function readJournal(dataDir: string): JournalReader {
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => opened.reader.close());
  return opened.reader;
}

/** Seqs of the events on the tape of a session, as far as the tape is whole. */
export function tapeSeqs(dataDir: string, sessionId: string): readonly number[] {
  const opened = openTape(tapeFile(dataFolderPaths(dataDir), sessionId));
  if (!opened.ok) throw new Error(opened.message);
  const seqs: number[] = [];
  for (let event = opened.tape.next(); event !== null; event = opened.tape.next()) seqs.push(event.seq);
  opened.tape.close();
  return seqs;
}

/** Entries of one kind of record of a session, in order. */
export function recordsOf<T extends JournalRecord["type"]>(
  dataDir: string,
  sessionId: string,
  type: T,
): readonly EntryOf<Extract<JournalRecord, { readonly type: T }>>[] {
  const isWanted = (entry: JournalEntry): entry is EntryOf<Extract<JournalRecord, { readonly type: T }>> =>
    entry.record.type === type;
  return [...readJournal(dataDir).entries(sessionId)].filter(isWanted);
}

/** Entries of a session in the journal, in order. */
export function storedSeqs(dataDir: string, sessionId: string): readonly number[] {
  return [...readJournal(dataDir).entries(sessionId)].map((stored) => stored.seq);
}
