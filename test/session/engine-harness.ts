import { onTestFinished } from "vitest";
import { JournalClient } from "../../db/journal-client.ts";
import type { FromJournal, ToJournal } from "../../db/journal-protocol.ts";
import { Engine } from "../../main/session/engine.ts";
import type { EngineAnswer, EngineRequest, FromEngine, ToEngine } from "../../main/session/engine-protocol.ts";
import { wallUs } from "../../main/session/journaled-session.ts";
import type { SessionSpec } from "../../main/session/session-spec.ts";

export const PACED: SessionSpec = {
  mode: "paper",
  source: { kind: "generated", market: "btc", seed: 3, scenario: "volatile" },
  profile: "crypto",
  overrides: [],
  fillModel: "touch",
  latencyUs: 5_000,
  makerBps: "2",
  takerBps: "5",
  durationUs: null,
  speed: 100,
  dataDir: null,
};

type Answering = "at once" | "never" | "fails";

/** The other end of a journal's line: writes nothing, and answers as the test says. */
class JournalDouble {
  readonly sent: ToJournal[] = [];
  whenEnding: Answering = "at once";
  refusesBatches = false;
  #listener: (message: FromJournal) => void = () => undefined;

  postMessage(message: ToJournal): void {
    if (this.refusesBatches && message.type === "batch") throw new Error("could not be cloned");
    this.sent.push(message);
    if (message.type === "batch") this.#durable(message.sessionId, message.throughSeq);
    if (message.type === "end-session" && this.whenEnding === "at once") this.end(message.sessionId);
    if (message.type === "end-session" && this.whenEnding === "fails") this.fail();
  }

  on(_event: "message", listener: (message: FromJournal) => void): void {
    this.#listener = listener;
  }

  #durable(sessionId: string, throughSeq: number): void {
    this.#listener({ type: "durable", sessionId, throughSeq, commitUs: 1, eventLoopP99Us: 1 });
  }

  end(sessionId: string): void {
    this.#listener({ type: "session-ended", sessionId });
  }

  fail(): void {
    this.#listener({ type: "failed", code: "disk-full", message: "no space left" });
  }

  count(type: ToJournal["type"]): number {
    return this.sent.filter((message) => message.type === type).length;
  }
}

/** An engine in this thread, with a journal that the test plays; closed with the test. */
export function engineUnderTest() {
  const heard: FromEngine[] = [];
  const waiting = new Map<number, (answer: EngineAnswer) => void>();
  let deliver: (message: ToEngine) => void = () => undefined;
  let id = 0;
  const journal = new JournalDouble();
  const engine = new Engine(
    {
      postMessage: (message) => {
        heard.push(message);
        if (message.type === "answer") waiting.get(message.id)?.(message.answer);
      },
      on: (_event, listener) => (deliver = listener),
    },
    new JournalClient(journal, wallUs),
  );
  onTestFinished(() => engine.close());
  const request = (body: EngineRequest): Promise<EngineAnswer> => {
    id += 1;
    const { promise, resolve } = Promise.withResolvers<EngineAnswer>();
    waiting.set(id, resolve);
    deliver({ type: "request", id, request: body });
    return promise;
  };
  const command = (name: "stop" | "kill" | "pause" | "cancel-all", profileRevision: number | null = null) =>
    request({ type: "command", commandId: `${name}-${id}`, command: name, by: "test", profileRevision });
  const ended = () => heard.filter((message) => message.type === "session-ended").map((message) => message.ended);
  return { heard, journal, request, command, ended };
}
