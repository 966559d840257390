/** A console backend without an engine: every call and stream of the contract works, on a made-up market, deterministically. For the tests of both faces and for work on the screens. */
import type { ConsoleBackend, StreamItem, StreamMessage, StreamName } from "../../preload/bridge.ts";
import { type FakeBackendOptions, FakeConsole, type Subscriber } from "./fake-console.ts";
import { fakeHandlers } from "./fake-handlers.ts";

export interface FakeBackend extends ConsoleBackend {
  /** Every call that reached a handler, in order: `["quoting.pause", { commandId }]`. */
  readonly calls: readonly (readonly [name: string, input: unknown])[];
  /** Shut-down reasons, in order; `shutDown` may be called more than once. */
  readonly shutDowns: readonly string[];
  /** Lets `wallMs` of wall time pass; the session's clock moves by that times its speed. */
  advance(wallMs: number): void;
  /** Advances by itself every `everyMs` until the returned function is called. For people to look at, not for tests. */
  runByItself(everyMs: number): () => void;
  raiseAlert(severity: "info" | "warning" | "critical", kind: string, message: string): void;
  /** Stops or resumes the book's updates. */
  setBookStale(isStale: boolean): void;
  /** Leaves the order of a slot in the state that nobody knows. */
  loseOrder(side: "buy" | "sell", level: number): void;
  /** Sets a latch of the risk stage. */
  latch(latch: StreamItem<"risk">["latches"][number]["latch"], detail: string, reading: number, bound: number): void;
  /** Ends the session as a crash would. */
  crashSession(): void;
  readonly subscriberCount: number;
}

/** Makes a fake backend; idle until a session is started through its handlers, still until `advance` or `runByItself`. */
export function createFakeBackend(options: FakeBackendOptions = {}): FakeBackend {
  const fake = new FakeConsole(options);
  return {
    handlers: fakeHandlers(fake),
    calls: fake.calls,
    shutDowns: fake.shutDowns,
    get subscriberCount() {
      return [...fake.subscribers.values()].reduce((sum, set) => sum + set.size, 0);
    },
    subscribe<N extends StreamName>(name: N, listener: (message: StreamMessage<N>) => void) {
      const set = fake.subscribers.get(name) ?? new Set();
      fake.subscribers.set(name, set);
      const subscriber: Subscriber = { n: 0, send: (message) => listener(message as StreamMessage<N>) };
      set.add(subscriber);
      subscriber.send({ n: 0, kind: "snapshot", value: fake.snapshot(name) });
      return () => void set.delete(subscriber);
    },
    async shutDown(reason) {
      fake.shutDowns.push(reason);
      fake.end("ended", reason);
    },
    advance: (wallMs) => fake.advance(wallMs),
    runByItself(everyMs) {
      const timer = setInterval(() => fake.advance(everyMs), everyMs);
      return () => clearInterval(timer);
    },
    raiseAlert: (severity, kind, message) => fake.alert(severity, kind, message),
    setBookStale(isStale) {
      if (fake.market !== null) fake.market.isStale = isStale;
    },
    loseOrder(side, level) {
      const order = fake.market?.orders.find((candidate) => candidate.side === side && candidate.level === level);
      if (order !== undefined) order.status = "unresolved";
    },
    latch(latch, detail, reading, bound) {
      const setAtUs = fake.market?.us ?? fake.wallUs;
      fake.risk.latches.push({ latch, detail, reading, bound, setAtUs, isCarried: false });
      fake.publishStates();
    },
    crashSession: () => fake.end("crashed", "Engine thread stopped answering; rescue cancelled 4 orders"),
  };
}
