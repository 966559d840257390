import { describe, expect, test } from "vitest";
import type { Bridge } from "../../../preload/bridge.ts";
import { contract } from "../../../preload/contract.ts";
import { whatIfReport } from "../../../preload/what-if-views.ts";
import { createWhatIfRunner, type WhatIfInput } from "../../../renderer/what-if/what-if-runner.ts";
import { fakeWhatIf } from "../../support/fake-what-if.ts";

const input: WhatIfInput = {
  source: { kind: "session", sessionId: "20260101-000000-0000" },
  baseline: null,
  alternative: "crypto",
  overrides: [],
  fillModels: [],
  latenciesMs: [],
  keepCommands: false,
};

/** A runner whose timers go off when the test says so. */
function staged(handlers = fakeWhatIf()) {
  const waiting: (() => void)[] = [];
  const bridge = { whatIf: handlers } as unknown as Bridge;
  const runner = createWhatIfRunner(bridge, {
    newId: () => "0123456789",
    after: (_ms, task) => void waiting.push(task),
  });
  const tick = async (): Promise<void> => {
    waiting.shift()?.();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  return { runner, tick, waiting, state: () => runner.store.getState() };
}

describe("a what-if run on the screen", () => {
  test("goes from idle over its progress to the report, and asks no more", async () => {
    const { runner, tick, waiting, state } = staged();
    expect(state()).toEqual({ phase: "idle" });
    await runner.start(input);
    const shares: number[] = [];
    for (let turn = 0; turn < 6 && state().phase === "running"; turn += 1) {
      const now = state();
      if (now.phase === "running") shares.push(now.share);
      await tick();
    }
    expect(shares).toEqual([0.25, 0.5, 0.75]);
    const done = state();
    if (done.phase !== "done") throw new Error(`the run must be done, was ${done.phase}`);
    expect(done.report.alternative.name).toBe("crypto");
    expect(whatIfReport.safeParse(done.report).error).toBeUndefined();
    expect(waiting).toEqual([]);
  });

  test("sends what its contract takes, with a command id", async () => {
    const taken: unknown[] = [];
    const handlers = fakeWhatIf();
    const { runner } = staged({ ...handlers, start: (sent) => (taken.push(sent), handlers.start(sent)) });
    await runner.start(input);
    expect(taken).toHaveLength(1);
    expect(contract.whatIf.start.input.safeParse(taken[0]).error).toBeUndefined();
  });

  test("is not started twice, and starts anew when it is over", async () => {
    let starts = 0;
    const handlers = fakeWhatIf();
    const { runner, state } = staged({ ...handlers, start: (sent) => ((starts += 1), handlers.start(sent)) });
    await runner.start(input);
    await runner.start(input);
    expect(starts).toBe(1);
    await runner.cancel();
    expect(state()).toEqual({ phase: "over", message: "The run was cancelled." });
    await runner.start(input);
    expect([starts, state().phase]).toEqual([2, "running"]);
  });

  test("that was cancelled hears nothing more of its old run", async () => {
    const { runner, tick, state } = staged();
    await runner.start(input);
    await runner.cancel();
    await tick();
    await tick();
    expect(state().phase).toBe("over");
  });

  test.each([
    [
      "is refused",
      { start: async () => ({ ok: false, code: "unknown-session", message: "no such session" }) as const },
      "no such session",
    ],
    [
      "fails",
      {
        progress: async () =>
          ({ ok: true, value: { state: "failed", share: 0.2, words: "", message: "the tape is damaged" } }) as const,
      },
      "the tape is damaged",
    ],
    ["loses the other side", { progress: () => Promise.reject(new Error("the bridge is down")) }, "the bridge is down"],
  ])("that %s says why", async (_what, parts, message) => {
    const { runner, state } = staged({ ...fakeWhatIf(), ...parts });
    await runner.start(input);
    expect(state()).toEqual({ phase: "over", message });
  });
});
