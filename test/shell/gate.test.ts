import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVERY_SESSION } from "../../db/session-filter.ts";
import { Gate } from "../../main/shell/gate.ts";
import { CALL_NAMES } from "../../preload/channels.ts";
import { contract } from "../../preload/contract.ts";
import { createFakeBackend } from "../support/fake-backend.ts";

const callNames = Object.entries(CALL_NAMES).flatMap(([group, names]) => names.map((name) => [group, name] as const));

const validInputs: Record<string, unknown> = {
  "console.hello": {},
  "sessions.start": {
    commandId: "command-0001",
    source: { kind: "generated", market: "btc", seed: 7 },
    profile: "legacy",
    speed: 1,
  },
  "sessions.stop": { commandId: "command-0002" },
  "sessions.page": { limit: 20, beforeUs: null, filter: EVERY_SESSION },
  "quoting.pause": { commandId: "command-0003" },
  "quoting.resume": { commandId: "command-0004", profileRevision: 1 },
  "quoting.reduceOnly": { commandId: "command-0005" },
  "orders.cancelAll": { commandId: "command-0006" },
  "orders.flatten": { commandId: "command-0010" },
  "risk.clearLatch": { commandId: "command-0011", latch: "drawdown", reason: "looked at it" },
  "risk.kill": { commandId: "command-0007" },
  "risk.clearKillLatch": { commandId: "command-0008", reason: "looked at it" },
  "profiles.flip": { commandId: "command-0009", profile: "crypto", profileRevision: 1 },
  "alerts.acknowledge": { alertId: 1 },
  "review.report": { sessionId: "fake-0001" },
  "review.compare": { sessionIds: ["fake-0001", "fake-0002"], filter: EVERY_SESSION },
  "whatIf.start": {
    commandId: "command-0012",
    source: { kind: "session", sessionId: "fake-0001" },
    baseline: null,
    alternative: "crypto",
    overrides: [],
    fillModels: [],
    latenciesMs: [],
    keepCommands: false,
  },
  "whatIf.progress": { runId: 1 },
  "whatIf.result": { runId: 1 },
  "whatIf.cancel": { runId: 1 },
  "replay.open": { sessionId: "fake-0001" },
  "replay.close": {},
  "replay.play": { speed: 1 },
  "replay.pause": {},
  "replay.seek": { to: "event", seq: 1 },
  "replay.step": { unit: "event", direction: 1 },
  "replay.jump": { to: "mark", kind: "fill", direction: -1 },
  "replay.timeline": {},
};

function gateOn(overrides: { onFault?: (fault: unknown) => void } = {}) {
  const backend = createFakeBackend();
  const faults: unknown[] = [];
  const gate = new Gate({
    backend,
    checksOutputs: true,
    onFault: overrides.onFault ?? ((fault) => faults.push(fault)),
    newCorrelationId: () => "correlation-1",
  });
  return { backend, gate, faults };
}

async function startSession(gate: Gate): Promise<void> {
  const answer = await gate.call("sessions", "start", { ...(validInputs["sessions.start"] as object) });
  expect(answer).toMatchObject({ ok: true });
}

describe("gate: inputs", () => {
  test.each(callNames)("%s.%s reaches its handler with input that the contract allows", async (group, name) => {
    const { gate, backend } = gateOn();
    const answer = await gate.call(group, name, validInputs[`${group}.${name}`]);
    expect(answer).not.toMatchObject({ code: "invalid-input" });
    expect(answer).not.toMatchObject({ code: "internal" });
    expect(backend.calls.map(([call]) => call)).toEqual([`${group}.${name}`]);
  });

  test("no malformed input reaches a handler, whatever it is", async () => {
    const { gate, backend } = gateOn();
    const shapes = contract as unknown as Record<
      string,
      Record<string, { input: { safeParse(v: unknown): { success: boolean } } }>
    >;
    // Half of the inputs are a valid one with one field spoilt, which is nearer to the door than rubbish
    const spoilt = fc
      .tuple(fc.constantFrom(...callNames), fc.string(), fc.anything(), fc.boolean())
      .map(([[group, name], key, value, isExtra]) => {
        const valid = validInputs[`${group}.${name}`] as Record<string, unknown>;
        const known = Object.keys(valid)[0];
        return {
          group,
          name,
          input: { ...valid, [isExtra || known === undefined ? `x${key}` : known]: value },
        };
      });
    const rubbish = fc
      .tuple(fc.constantFrom(...callNames), fc.anything({ withBigInt: true, withDate: true, withMap: true }))
      .map(([[group, name], input]) => ({ group, name, input }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, rubbish), async ({ group, name, input }) => {
        const reachedBefore = backend.calls.length;
        const isAllowed = shapes[group]?.[name]?.input.safeParse(input).success ?? false;
        const answer = await gate.call(group, name, input);
        const code = answer.ok ? "ok" : answer.code;
        expect(code).not.toBe("internal");
        expect(isAllowed || code === "invalid-input").toBe(true);
        expect(backend.calls.length - reachedBefore <= (isAllowed ? 1 : 0)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("a field that names the prototype never reaches a handler", async () => {
    const { gate, backend } = gateOn();
    await gate.call("quoting", "pause", JSON.parse('{"commandId":"command-0001","__proto__":{"isAdmin":true}}'));
    await gate.call("quoting", "pause", JSON.parse('{"__proto__":{"commandId":"command-0002"}}'));
    for (const [, seen] of backend.calls) {
      expect(Object.keys(seen as object)).toEqual(["commandId"]);
      expect((seen as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    }
    expect(backend.calls.filter(([, seen]) => (seen as { commandId: string }).commandId !== "command-0001")).toEqual(
      [],
    );
  });

  test.each([
    ["no-group", "pause"],
    ["quoting", "toString"],
    ["constructor", "prototype"],
    ["__proto__", "hello"],
    ["feed", "status"],
    ["quoting", "no-call"],
  ])("there is no call %s.%s", async (group, name) => {
    const { gate, backend } = gateOn();
    expect(await gate.call(group, name, {})).toEqual({
      ok: false,
      code: "invalid-input",
      message: `no call is named "${group}.${name}"`,
    });
    expect(backend.calls).toEqual([]);
  });

  test.each([
    ["alerts", "acknowledge", { alertId: -1 }, /^alerts\.acknowledge: alertId: .*, was -1$/],
    ["quoting", "pause", {}, /^quoting\.pause: commandId: .*, was missing$/],
    ["quoting", "pause", { commandId: "command-0001", speed: 2 }, /^quoting\.pause: unknown field "speed"$/],
    ["sessions", "page", { limit: 1000, beforeUs: null }, /^sessions\.page: limit: .*200.*, was 1000$/],
    [
      "sessions",
      "start",
      { ...(validInputs["sessions.start"] as object), source: { kind: "generated", market: "eth", seed: 1 } },
      /^sessions\.start: source\.market: .*"btc".*, was "eth"$/,
    ],
    ["quoting", "pause", "x".repeat(500), /^quoting\.pause: .*, was "x{40}…"$/],
  ])("%s.%s names the field that was refused", async (group, name, input, message) => {
    const { gate } = gateOn();
    const answer = await gate.call(group, name, input);
    expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(message) as string });
  });
});

describe("gate: answers", () => {
  test("a handler that throws is an internal error with a correlation id, and its stack stays inside", async () => {
    const { backend, faults } = gateOn();
    const broken = {
      ...backend,
      handlers: {
        ...backend.handlers,
        console: { hello: () => Promise.reject(new Error("secret path /srv/x")) },
      },
    };
    const gate = new Gate({
      backend: broken,
      checksOutputs: true,
      onFault: (fault) => faults.push(fault),
      newCorrelationId: () => "correlation-1",
    });
    expect(await gate.call("console", "hello", {})).toEqual({
      ok: false,
      code: "internal",
      message: "console.hello failed inside the console; the log has it under correlation-1",
    });
    expect(faults).toMatchObject([{ correlationId: "correlation-1", call: "console.hello" }]);
  });

  test.each([
    ["a value outside the contract", { ok: true, value: { appVersion: 3 } }],
    ["a code outside the contract", { ok: false, code: "no-such-code", message: "" }],
  ])("%s is caught in development", async (_what, answer) => {
    const { backend, faults } = gateOn();
    const handlers = { ...backend.handlers, console: { hello: async () => answer as never } };
    const gate = new Gate({
      backend: { ...backend, handlers },
      checksOutputs: true,
      onFault: (fault) => faults.push(fault),
    });
    expect(await gate.call("console", "hello", {})).toMatchObject({ ok: false, code: "internal" });
    expect(faults).toHaveLength(1);
  });
});

describe("gate: command ids", () => {
  test("the same command twice is carried out once and answered the same", async () => {
    const { gate, backend } = gateOn();
    await startSession(gate);
    const input = { commandId: "command-0100", profile: "crypto", profileRevision: 1 };
    const [first, second] = await Promise.all([
      gate.call("profiles", "flip", input),
      gate.call("profiles", "flip", { ...input }),
    ]);
    const third = await gate.call("profiles", "flip", input);
    expect(first).toEqual({ ok: true, value: { profileRevision: 2 } });
    expect([second, third]).toEqual([first, first]);
    expect(backend.calls.filter(([name]) => name === "profiles.flip")).toHaveLength(1);
  });

  test("a command id is not taken for another command", async () => {
    const { gate, backend } = gateOn();
    await startSession(gate);
    await gate.call("quoting", "pause", { commandId: "command-0100" });
    expect(await gate.call("risk", "kill", { commandId: "command-0100" })).toMatchObject({
      ok: false,
      code: "invalid-input",
      message: expect.stringContaining("quoting.pause") as string,
    });
    expect(backend.calls.map(([name]) => name)).toEqual(["sessions.start", "quoting.pause"]);
  });

  test("refused input does not use a command id up", async () => {
    const { gate, backend } = gateOn();
    await startSession(gate);
    await gate.call("quoting", "resume", { commandId: "command-0100", profileRevision: -1 });
    expect(await gate.call("quoting", "resume", { commandId: "command-0100", profileRevision: 1 })).toMatchObject({
      ok: true,
    });
    expect(backend.calls.map(([name]) => name)).toContain("quoting.resume");
  });
});
