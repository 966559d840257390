import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { CallHandlers } from "../../../preload/bridge.ts";
import { whatIfProgress, whatIfReport } from "../../../preload/what-if-views.ts";
import { whatIfHandlers } from "../../../main/session/what-if/what-if-handlers.ts";
import { WhatIfHost } from "../../../main/session/what-if/what-if-host.ts";
import { recordedSpec, recordSession } from "../../support/recorded-session.ts";

type Input = Parameters<CallHandlers["whatIf"]["start"]>[0];

const dataDir = mkdtempSync(join(tmpdir(), "ballast-what-if-host-"));
let sessionId = "";

beforeAll(async () => {
  sessionId = await recordSession({ ...recordedSpec, durationUs: 5_000_000, dataDir });
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function handlers(): CallHandlers["whatIf"] {
  const host = new WhatIfHost();
  onTestFinished(() => host.close());
  return whatIfHandlers(host, dataDir);
}

function input(parts: Partial<Input> = {}): Input {
  return {
    commandId: "0123456789",
    source: { kind: "session", sessionId },
    baseline: null,
    alternative: "crypto",
    overrides: [],
    fillModels: ["touch"],
    latenciesMs: [5],
    keepCommands: false,
    ...parts,
  };
}

/** Asks until the run is no longer going on. */
async function endOf(calls: CallHandlers["whatIf"], runId: number) {
  return vi.waitFor(
    async () => {
      const progress = await calls.progress({ runId });
      if (!progress.ok) throw new Error(progress.message);
      expect(whatIfProgress.safeParse(progress.value).error).toBeUndefined();
      expect(progress.value.state).not.toBe("running");
      return progress.value;
    },
    { timeout: 20_000, interval: 50 },
  );
}

describe("what-if runs of a console", () => {
  test("run on a thread of their own, to a report that keeps its contract", async () => {
    const calls = handlers();
    const started = await calls.start(input());
    expect(started).toEqual({ ok: true, value: { runId: 1 } });
    expect(await endOf(calls, 1)).toMatchObject({ state: "done", share: 1 });
    const result = await calls.result({ runId: 1 });
    if (!result.ok) throw new Error(result.message);
    expect(whatIfReport.safeParse(result.value).error).toBeUndefined();
    expect(result.value).toMatchObject({ source: sessionId, certainty: { cells: 1 } });
  });

  test("go one at a time, and are forgotten when the next begins", async () => {
    const calls = handlers();
    await calls.start(input({ fillModels: [], latenciesMs: [] }));
    expect(await calls.start(input())).toMatchObject({ ok: false, code: "what-if-running" });
    expect(await calls.result({ runId: 1 })).toMatchObject({ ok: false, code: "not-done" });
    expect(await calls.cancel({ runId: 1 })).toMatchObject({ ok: true });
    expect(await calls.progress({ runId: 1 })).toMatchObject({ value: { state: "cancelled" } });
    expect(await calls.start(input())).toEqual({ ok: true, value: { runId: 2 } });
    expect(await calls.progress({ runId: 1 })).toMatchObject({ ok: false, code: "unknown-run" });
    expect(await calls.cancel({ runId: 1 })).toMatchObject({ ok: false, code: "unknown-run" });
    expect(await endOf(calls, 2)).toMatchObject({ state: "done" });
  });

  test("that cannot be made say why", async () => {
    const calls = handlers();
    await calls.start(input({ alternative: "cyrpto" }));
    const end = await endOf(calls, 1);
    expect(end).toMatchObject({ state: "failed", message: expect.stringContaining("cyrpto") });
  });

  test.each([
    [
      "a session that is not there",
      { source: { kind: "session", sessionId: "20200101-000000-0000" } },
      "unknown-session",
    ],
    ["a tape that is not there", { source: { kind: "tape", tapeId: "none.tape" } }, "unknown-tape"],
    ["a way out of the folder", { source: { kind: "tape", tapeId: "../journal.sqlite" } }, "unknown-tape"],
    ["the folder itself", { source: { kind: "tape", tapeId: "." } }, "unknown-tape"],
  ] as const)("are not started on %s", async (_what, parts, code) => {
    expect(await handlers().start(input(parts))).toMatchObject({ ok: false, code });
  });
});
