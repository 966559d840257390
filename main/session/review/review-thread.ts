/** Entry of the thread that makes one page about past sessions. `workerData` is a `ReviewThreadData`; it answers once. */
import { parentPort, workerData } from "node:worker_threads";
import { answerReview } from "./review-page.ts";
import type { ReviewThreadData } from "./review-protocol.ts";

if (parentPort === null) throw new Error("the thread of a review must be started as a worker");
parentPort.postMessage(answerReview(workerData as ReviewThreadData));
