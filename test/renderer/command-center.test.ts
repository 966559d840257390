import { describe, expect, test } from "vitest";
import type { Bridge } from "../../preload/bridge.ts";
import { commonErrorCodes, contract } from "../../preload/contract.ts";
import { describeOutcome } from "../../renderer/features/commands/command-text.ts";
import { createCommandCenter } from "../../renderer/lib/command-center.ts";

type Answer = { ok: true; value: unknown } | { ok: false; code: string; message: string };

/** A bridge whose calls wait until the test answers them. */
function stageCommands() {
  const sent: {
    name: string;
    input: { commandId: string };
    answer: (answer: Answer) => void;
    fail: (error: Error) => void;
  }[] = [];
  const group = (groupName: string) =>
    new Proxy(
      {},
      {
        get: (_target, name: string) => (input: { commandId: string }) =>
          new Promise<Answer>((resolve, reject) => {
            sent.push({ name: `${groupName}.${name}`, input, answer: resolve, fail: reject });
          }),
      },
    );
  const bridge = new Proxy({}, { get: (_target, name: string) => group(name) }) as Bridge;
  const later: (() => void)[] = [];
  let made = 0;
  const commands = createCommandCenter(bridge, {
    newId: () => `command-${(made += 1)}`,
    after: (_ms, task) => void later.push(task),
  });
  return { commands, sent, later };
}

const done: Answer = { ok: true, value: {} };

describe("commands", () => {
  test("carry a fresh id each", async () => {
    const { commands, sent } = stageCommands();
    void commands.cancelAll();
    void commands.cancelAll();
    void commands.kill();
    expect(sent.map(({ name, input }) => [name, input.commandId])).toEqual([
      ["orders.cancelAll", "command-1"],
      ["orders.cancelAll", "command-2"],
      ["risk.kill", "command-3"],
    ]);
  });

  test("that raise the risk are not sent again while one waits for its answer", async () => {
    const { commands, sent } = stageCommands();
    const first = commands.flip("legacy", 3);
    expect(await commands.flip("legacy", 3)).toBeNull();
    expect(sent).toHaveLength(1);
    sent[0]!.answer(done);
    await first;
    void commands.flip("crypto", 4);
    expect(sent[1]!.input).toEqual({ commandId: "command-2", profile: "crypto", profileRevision: 4 });
  });

  test("show the answer to the last one, not to an earlier one that came late", async () => {
    const { commands, sent } = stageCommands();
    const first = commands.pause();
    const second = commands.pause();
    sent[1]!.answer({ ok: false, code: "no-session", message: "" });
    await second;
    sent[0]!.answer(done);
    await first;
    expect(commands.store.getState().outcomes.pause).toMatchObject({ phase: "refused", commandId: "command-2" });
  });

  test("that failed to be sent are of unknown outcome, not refused", async () => {
    const { commands, sent } = stageCommands();
    const kill = commands.kill();
    sent[0]!.fail(new Error("socket closed"));
    expect(await kill).toEqual({ phase: "unknown", commandId: "command-1", message: "socket closed" });
  });

  test("that are done leave the screen after a while, refusals stay until dismissed", async () => {
    const { commands, sent, later } = stageCommands();
    const pause = commands.pause();
    const stop = commands.stop();
    sent[0]!.answer(done);
    sent[1]!.answer({ ok: false, code: "no-session", message: "" });
    await Promise.all([pause, stop]);
    for (const task of later) task();
    expect(commands.store.getState().outcomes).toEqual({
      stop: expect.objectContaining({ phase: "refused" }) as unknown,
    });
    commands.dismiss("stop");
    expect(commands.store.getState().outcomes).toEqual({});
  });
});

test("every error code of the contract has words", () => {
  const { feed: _feed, ...groups } = contract;
  const codes = Object.values(groups).flatMap((group) =>
    Object.values(group).flatMap((call: { readonly errors: readonly string[] }) => call.errors),
  );
  expect(codes.length).toBeGreaterThan(10);
  for (const code of [...codes, ...commonErrorCodes]) {
    const words = describeOutcome({ phase: "refused", commandId: "c", code, message: "" });
    expect(words, code).toMatch(/^refused: [A-Z]/);
  }
});

test("a refusal keeps the other side's own words", () => {
  const words = describeOutcome({ phase: "refused", commandId: "c", code: "stale-revision", message: "was 3, is 4" });
  expect(words).toContain("was 3, is 4");
});
