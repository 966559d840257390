import { describe, expect, test } from "vitest";
import { CloseSequence } from "../../main/shell/close-sequence.ts";

function sequenceOf(shutDown: (reason: string) => Promise<void>) {
  const happened: string[] = [];
  const sequence = new CloseSequence({
    shutDown: (reason) => {
      happened.push(`shut down: ${reason}`);
      return shutDown(reason);
    },
    exit: (code) => void happened.push(`exit ${code}`),
    say: (line) => void happened.push(line.split(/[ (:]/)[0] ?? ""),
  });
  return { sequence, happened };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe("close sequence", () => {
  test("shuts down, then exits with 0", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { sequence, happened } = sequenceOf(() => promise);
    sequence.request("SIGINT");
    await settled();
    expect(happened).toEqual(["Closing", "shut down: SIGINT"]);
    resolve();
    await settled();
    expect(happened).toEqual(["Closing", "shut down: SIGINT", "Closed", "exit 0"]);
  });

  test("a second polite request does not abandon it, and does not start it again", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { sequence, happened } = sequenceOf(() => promise);
    sequence.request("SIGINT");
    sequence.request("SIGINT");
    await settled();
    expect(happened).toEqual(["Closing", "shut down: SIGINT", "Still"]);
    resolve();
    await settled();
    expect(happened.slice(3)).toEqual(["Closed", "exit 0"]);
  });

  test("a third request abandons it with exit code 1, and a late end changes nothing", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { sequence, happened } = sequenceOf(() => promise);
    for (const reason of ["SIGINT", "quit", "SIGTERM", "SIGTERM"]) sequence.request(reason);
    expect(happened.slice(2)).toEqual(["Still", "Abandoned", "exit 1"]);
    resolve();
    await settled();
    expect(happened.filter((line) => line.startsWith("exit"))).toEqual(["exit 1"]);
  });

  test("abandoning does not wait for politeness", () => {
    const { sequence, happened } = sequenceOf(() => new Promise(() => {}));
    sequence.request("SIGINT");
    sequence.abandon("forced");
    expect(happened.at(-1)).toBe("exit 1");
  });

  test("a shutdown that fails exits with 1", async () => {
    const { sequence, happened } = sequenceOf(() => Promise.reject(new Error("disk full")));
    sequence.request("quit");
    await settled();
    expect(happened.slice(-1)).toEqual(["exit 1"]);
    expect(happened).not.toContain("Closed");
  });
});
