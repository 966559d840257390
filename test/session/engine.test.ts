import { expect, test, vi } from "vitest";
import type { FromEngine } from "../../main/session/engine-protocol.ts";
import { engineUnderTest, PACED } from "./engine-harness.ts";

const START = { type: "start", spec: PACED } as const;
const WIND_DOWN = { type: "wind-down", reason: "test" } as const;

test("without a session a command, a flip and an acknowledgement are refused, and the end of the house is agreed to", async () => {
  const { command, request } = engineUnderTest();
  const noSession = { ok: false, code: "no-session" };
  expect(await command("stop")).toMatchObject(noSession);
  const flip = {
    type: "change-profile",
    commandId: "flip-1",
    profile: "legacy",
    profileRevision: 1,
    by: "test",
  } as const;
  expect(await request(flip)).toMatchObject(noSession);
  expect(await request({ type: "acknowledge-alert", alertId: 1 })).toMatchObject(noSession);
  expect(await request(WIND_DOWN)).toMatchObject({ ok: true });
});

test("what is asked while a session ends is answered no-session and writes nothing", async () => {
  const { journal, command, request, ended } = engineUnderTest();
  journal.whenEnding = "never";
  const started = await request(START);
  expect(started).toMatchObject({ ok: true, value: { profileRevision: 1 } });
  expect((await Promise.all([command("stop"), command("stop")]))[0]).toMatchObject({ ok: true });
  await vi.waitUntil(() => journal.count("end-session") === 1, { timeout: 10_000 });
  const before = journal.sent.length;
  const flip = {
    type: "change-profile",
    commandId: "flip-1",
    profile: "crypto",
    profileRevision: 1,
    by: "test",
  } as const;
  const answers = await Promise.all([
    command("stop"),
    command("kill"),
    command("pause"),
    command("cancel-all"),
    request(flip),
  ]);
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, code: "no-session" });
  expect(await request(START)).toMatchObject({ ok: false, code: "session-running" });
  expect(journal.sent).toHaveLength(before);
  expect(ended()).toEqual([]);
  if (started.ok) journal.end(started.value.sessionId ?? "");
  await vi.waitUntil(() => ended().length === 1);
  expect(ended()).toMatchObject([{ endedHow: "ended", isWhole: true }]);
});

test("the last views of a session leave before its end, and nothing of it after", async () => {
  const { heard, command, request, ended } = engineUnderTest();
  await request(START);
  await vi.waitUntil(() => heard.some(({ type }) => type === "feed"));
  await command("kill");
  await vi.waitUntil(() => ended().length === 1, { timeout: 10_000 });
  const order = heard.map(({ type }) => type).filter((type) => type !== "answer" && type !== "beat");
  expect(order[0]).toBe("feed-reset");
  expect(order.slice(-2)).toEqual(["feed", "session-ended"]);
  expect(ended()).toMatchObject([{ endedHow: "killed", isWhole: true }]);
  expect(await request(START)).toMatchObject({ ok: true });
  await request(WIND_DOWN);
});

test("winding down waits for the session's last row, however often it is asked, and starts no other", async () => {
  const { journal, request, ended } = engineUnderTest();
  await request(START);
  const answers = Promise.all([request(WIND_DOWN), request(WIND_DOWN)]);
  expect(await request(START)).toMatchObject({ ok: false });
  expect(await answers).toMatchObject([{ ok: true }, { ok: true }]);
  expect(journal.count("end-session")).toBe(1);
  expect(ended()).toMatchObject([{ isWhole: true }]);
  expect(await request(START)).toMatchObject({
    ok: false,
    code: "internal",
    message: expect.stringContaining("closing"),
  });
  expect(journal.count("begin-session")).toBe(1);
});

test("winding down says what went wrong when the session could not be written, then and later", async () => {
  const { journal, request, ended } = engineUnderTest();
  journal.whenEnding = "fails";
  await request(START);
  expect(await request(WIND_DOWN)).toMatchObject({ ok: false, message: expect.stringContaining("no space left") });
  expect(ended()).toMatchObject([{ endedHow: "crashed", isWhole: false }]);
  expect(await request(WIND_DOWN)).toEqual({ ok: false, code: "journal-failed", message: "no space left" });
});

test("a journal that fails in a session ends it as crashed, and no other starts", async () => {
  const { journal, request, ended } = engineUnderTest();
  await request(START);
  await vi.waitUntil(() => journal.count("batch") > 0);
  journal.fail();
  await vi.waitUntil(() => ended().length === 1, { timeout: 10_000 });
  expect(ended()).toMatchObject([
    { endedHow: "crashed", isWhole: false, message: expect.stringContaining("no space left") },
  ]);
  expect(journal.count("end-session")).toBe(0);
  expect(await request(START)).toMatchObject({ ok: false, code: "journal-failed", message: "no space left" });
});

test("a journal thread that the main thread saw die counts as failed", async () => {
  const { journal, request, ended } = engineUnderTest();
  await request(START);
  await request({ type: "journal-lost", message: "The journal thread ended: exit code 1" });
  await vi.waitUntil(() => ended().length === 1, { timeout: 10_000 });
  expect(ended()).toMatchObject([{ endedHow: "crashed", message: expect.stringContaining("exit code 1") }]);
  expect(journal.count("end-session")).toBe(0);
});

test("a start that cannot be is refused and leaves the way free for the next", async () => {
  const { journal, heard, request } = engineUnderTest();
  const refusals = [
    [{ ...PACED, profile: "nobody" }, "unknown-profile"],
    [{ ...PACED, overrides: ["MM_SPREAD_MULTIPLIER=many"] }, "invalid-profile"],
    [{ ...PACED, source: { kind: "tape", path: "/nowhere.tape" } }, "unreadable-tape"],
  ] as const;
  for (const [spec, code] of refusals)
    expect(await request({ type: "start", spec })).toMatchObject({ ok: false, code });
  expect(journal.sent).toEqual([]);
  expect(heard.filter(({ type }) => type === "feed-reset")).toEqual([]);
  expect(await request(START)).toMatchObject({ ok: true });
  await request(WIND_DOWN);
});

test("a resume that a flip made stale in the same turn is refused", async () => {
  const { request } = engineUnderTest();
  await request(START);
  const by = "test";
  const flip = { type: "change-profile", commandId: "flip-1", profile: "crypto", profileRevision: 1, by } as const;
  const resume = { type: "command", commandId: "resume-1", command: "resume", profileRevision: 1, by } as const;
  const answers = await Promise.all([request(flip), request(resume), request({ ...flip, commandId: "flip-2" })]);
  expect(answers).toMatchObject([
    { ok: true, value: { profileRevision: 2 } },
    { ok: false, code: "stale-revision" },
    { ok: false, code: "stale-revision" },
  ]);
  expect(await request({ ...resume, commandId: "resume-2", profileRevision: 2 })).toMatchObject({ ok: true });
  await request(WIND_DOWN);
});

test("a session that cannot even be ended is crashed, and winding down says why", async () => {
  const { journal, heard, request, ended } = engineUnderTest();
  await request(START);
  const openOrders = (message: FromEngine): number => {
    const status = message.type === "feed" ? message.updates.find(({ name }) => name === "status")?.value : null;
    return status && "openOrders" in status ? status.openOrders : 0;
  };
  await vi.waitUntil(() => heard.some((message) => openOrders(message) > 0), { timeout: 10_000 });
  const closing = request(WIND_DOWN);
  journal.refusesBatches = true;
  expect(await closing).toEqual({ ok: false, code: "internal", message: "could not be cloned" });
  expect(ended()).toMatchObject([
    { endedHow: "crashed", isWhole: false, message: "The engine failed: could not be cloned" },
  ]);
});
