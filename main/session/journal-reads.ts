import { Worker } from "node:worker_threads";
import type { SessionFilter } from "../../db/session-filter.ts";
import type { ReadSessions, SessionsRead } from "../../db/journal-reads-protocol.ts";

/** Asks the reading thread; one answer a question. */
export class JournalReads {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: SessionsRead) => void>();
  #nextId = 1;

  constructor(dataDir: string) {
    this.#worker = new Worker(new URL("../../db/journal-reads-thread.ts", import.meta.url), {
      workerData: { dataDir },
    });
    this.#worker.on("message", (answer: SessionsRead) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    this.#worker.on("error", (error) => this.#failAll(error.message));
    this.#worker.on("exit", () => this.#failAll("the thread that reads the journal has ended"));
  }

  /** Sessions that fit, newest first, that started before `beforeUs`; null = from the newest. */
  sessions(limit: number, beforeUs: number | null, filter: SessionFilter): Promise<SessionsRead> {
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve } = Promise.withResolvers<SessionsRead>();
    this.#waiting.set(id, resolve);
    this.#worker.postMessage({ id, limit, beforeUs, filter } satisfies ReadSessions);
    return promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #failAll(message: string): void {
    for (const [id, resolve] of this.#waiting) resolve({ id, ok: false, message });
    this.#waiting.clear();
  }
}
