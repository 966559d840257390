/** Entry of the engine thread. `workerData` = `{ journalPort }`; requests come from the main thread. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { JournalClient } from "../../db/journal-client.ts";
import { Engine } from "./engine.ts";
import { wallUs } from "./journaled-session.ts";

export interface EngineThreadData {
  readonly journalPort: MessagePort;
}

if (parentPort === null) throw new Error("the engine thread must be started as a worker");
const { journalPort } = workerData as EngineThreadData;
const engine = new Engine(parentPort, new JournalClient(journalPort, wallUs));
parentPort.once("close", () => engine.close());
