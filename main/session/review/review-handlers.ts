import { Worker } from "node:worker_threads";
import type { CallHandlers } from "../../../preload/bridge.ts";
import type { ReviewAnswer, ReviewQuestion, ReviewThreadData } from "./review-protocol.ts";

type ReviewResult = Awaited<ReturnType<CallHandlers["review"]["report"]>>;

/** The contract's calls about past sessions: each makes its page on a thread of its own, one after the other. They only read. */
export function reviewHandlers(dataDir: string): CallHandlers["review"] {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (question: ReviewQuestion): Promise<ReviewResult> => {
    const turn = last.then(() => ask({ dataDir, question }));
    last = turn;
    return turn;
  };
  return {
    report: ({ sessionId }) => inTurn({ kind: "report", sessionId }),
    compare: ({ sessionIds, filter }) => inTurn({ kind: "compare", filter: { sessionIds, ...filter } }),
  };
}

/** Always settles, and never rejects. */
function ask(workerData: ReviewThreadData): Promise<ReviewResult> {
  const { promise, resolve } = Promise.withResolvers<ReviewResult>();
  const fail = (message: string): void => resolve({ ok: false, code: "internal", message });
  const worker = new Worker(new URL("./review-thread.ts", import.meta.url), { workerData });
  // It writes nothing but a page: a console that closes need not wait for it
  worker.unref();
  worker.on("message", (answer: ReviewAnswer) => {
    if (!answer.ok) return resolve(answer);
    const { title, html, file } = answer;
    return resolve({ ok: true, value: { title, html, file } });
  });
  worker.on("error", (error) => fail(error.message));
  worker.on("exit", () => fail("the thread that makes the page has ended without it"));
  return promise;
}
