/** Entry of the journal thread. `workerData` = `{ dataDir, enginePort? }`; messages come from the main thread and from the engine's port. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { JournalService } from "./journal-service.ts";
import { turnTakingPort } from "./turn-taking-port.ts";

interface JournalThreadData {
  readonly dataDir: string;
  readonly enginePort?: MessagePort;
}

if (parentPort === null) throw new Error("the journal thread must be started as a worker");
const { dataDir, enginePort } = workerData as JournalThreadData;
const ports = enginePort === undefined ? [parentPort] : [parentPort, enginePort];
JournalService.start(ports.map(turnTakingPort), { dataDir });
