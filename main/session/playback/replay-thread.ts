/** Entry of the replay thread. `workerData` = `{ dataDir }`; requests come from the main thread. */
import { parentPort, workerData } from "node:worker_threads";
import { Replay } from "./replay.ts";

if (parentPort === null) throw new Error("the replay thread must be started as a worker");
const { dataDir } = workerData as { readonly dataDir: string };
const replay = new Replay(parentPort, dataDir);
parentPort.once("close", () => replay.end());
