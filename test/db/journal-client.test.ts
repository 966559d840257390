import { expect, test } from "vitest";
import { JournalClient } from "../../db/journal-client.ts";
import type { FromJournal, ToJournal } from "../../db/journal-protocol.ts";
import { batch, fill, manifest, summary } from "./journal-builders.ts";

/** A client over a port that the test answers for. */
function clientUnderTest() {
  const sent: { message: ToJournal; transfer: readonly ArrayBuffer[] }[] = [];
  let answer: (message: FromJournal) => void = () => undefined;
  let nowUs = 0;
  const client = new JournalClient(
    {
      postMessage: (message, transfer = []) => void sent.push({ message, transfer }),
      on: (_event, listener) => (answer = listener),
    },
    () => nowUs,
  );
  const durable = (throughSeq: number, sessionId = "session-1") =>
    answer({ type: "durable", sessionId, throughSeq, commitUs: 1_500, eventLoopP99Us: 20 });
  return { client, sent, durable, answer: (message: FromJournal) => answer(message), at: (us: number) => (nowUs = us) };
}

const FULL = { type: "failed", code: "disk-full", message: "no space left" } as const;

test("tells what the journal found, or why it could not open", async () => {
  const latch = { latch: "kill", reason: "operator", sessionId: "s", setAtUs: 1 };
  const opened = clientUnderTest();
  opened.answer({ type: "ready", crashedSessions: ["a"], recoveries: [], latches: [latch] });
  expect(await opened.client.ready()).toEqual({ ok: true, crashedSessions: ["a"], recoveries: [], latches: [latch] });
  const refused = clientUnderTest();
  refused.answer(FULL);
  expect(await refused.client.ready()).toEqual({ ok: false, code: "disk-full", message: "no space left" });
});

test("is behind by the age of the oldest batch that is not durable", () => {
  const { client, durable, at } = clientUnderTest();
  client.begin(manifest());
  expect(client.behindUs(1_000)).toBe(0);
  at(1_000);
  client.append(batch(10, []));
  at(5_000);
  client.append(batch(20, []));
  expect(client.behindUs(9_000)).toBe(8_000);
  durable(10);
  expect([client.durableSeq, client.behindUs(9_000)]).toEqual([10, 4_000]);
  durable(20);
  expect([client.durableSeq, client.behindUs(9_000)]).toEqual([20, 0]);
});

test("tells its listeners of each durable mark of its own session only", () => {
  const { client, durable } = clientUnderTest();
  const marks: number[] = [];
  client.onDurable(({ throughSeq }) => marks.push(throughSeq));
  client.begin(manifest());
  durable(10);
  durable(99, "another");
  durable(20);
  expect(marks).toEqual([10, 20]);
});

test("hands a block's own buffer over, and copies a view into a larger one", () => {
  const { client, sent } = clientUnderTest();
  client.begin(manifest());
  const own = new Uint8Array([1, 2, 3]);
  const shared = new Uint8Array([9, 9, 4, 5, 9]);
  const block = batch(1, []).block;
  if (block === null) throw new Error("the builder must make a block");
  client.append(batch(1, [], { block: { ...block, bytes: own } }));
  client.append(batch(2, [], { block: { ...block, bytes: shared.subarray(2, 4) } }));
  expect(sent[1]?.transfer).toEqual([own.buffer]);
  const copied = sent[2];
  expect(copied?.transfer).not.toContain(shared.buffer);
  expect(copied?.message).toMatchObject({ block: { bytes: new Uint8Array([4, 5]) } });
});

test("the end resolves when the journal says so, and frees the client for the next session", async () => {
  const { client, answer } = clientUnderTest();
  client.begin(manifest());
  const ended = client.end(summary());
  expect(() => client.begin(manifest({ sessionId: "next" }))).toThrow(/must end before/);
  answer({ type: "session-ended", sessionId: "another" });
  answer({ type: "session-ended", sessionId: "session-1" });
  await ended;
  client.begin(manifest({ sessionId: "next" }));
  expect(client.durableSeq).toBe(0);
});

test("a second end waits for the first and is sent once", async () => {
  const { client, answer, sent } = clientUnderTest();
  client.begin(manifest());
  const ends = [client.end(summary()), client.end(summary())];
  answer({ type: "session-ended", sessionId: "session-1" });
  await Promise.all(ends);
  expect(sent.filter(({ message }) => message.type === "end-session")).toHaveLength(1);
});

test("after a failure nothing is sent, the end rejects, and listeners have heard it once", async () => {
  const { client, answer, sent } = clientUnderTest();
  const heard: string[] = [];
  client.onFailed(({ code }) => heard.push(code));
  client.begin(manifest());
  const ended = client.end(summary());
  answer(FULL);
  answer({ ...FULL, code: "io" });
  await expect(ended).rejects.toMatchObject({ name: "JournalStopped", code: "disk-full", message: "no space left" });
  client.onFailed(({ code }) => heard.push(`late ${code}`));
  expect(heard).toEqual(["disk-full", "late disk-full"]);
  const before = sent.length;
  client.append(batch(1, [fill(1)]));
  void client.setLatch({ latch: "kill", reason: "r", sessionId: "s", setAtUs: 1 });
  expect(sent).toHaveLength(before);
});

test("closing is asked for after a failure too, and resolves when the journal has closed", async () => {
  const { client, answer, sent } = clientUnderTest();
  answer(FULL);
  const closed = client.close();
  expect(sent.at(-1)?.message).toEqual({ type: "close" });
  answer({ type: "closed" });
  await closed;
});

test("a run faster than the disk waits until there is room again", async () => {
  const { client, durable } = clientUnderTest();
  client.begin(manifest());
  for (const seq of [1, 2, 3]) client.append(batch(seq, []));
  const order: string[] = [];
  const waiting = client.hasRoom(1).then(() => order.push("room"));
  durable(1);
  await Promise.resolve();
  order.push("one durable");
  durable(2);
  await waiting;
  expect(order).toEqual(["one durable", "room"]);
  await client.hasRoom(1);
});

test("nobody waits for room in a journal that has failed", async () => {
  const { client, answer } = clientUnderTest();
  client.begin(manifest());
  for (const seq of [1, 2]) client.append(batch(seq, []));
  const waiting = client.hasRoom(0);
  answer(FULL);
  await expect(waiting).resolves.toBeUndefined();
  await expect(client.hasRoom(0)).resolves.toBeUndefined();
});

test("a batch of another session is a broken invariant", () => {
  const { client } = clientUnderTest();
  expect(() => client.append(batch(1, []))).toThrow(/\(none\)/);
  client.begin(manifest());
  expect(() => client.append(batch(1, [], { sessionId: "another" }))).toThrow(/was of another/);
});

test("latches go out as messages and their state comes back", () => {
  const { client, sent, answer } = clientUnderTest();
  const latch = { latch: "kill", reason: "operator", sessionId: "s", setAtUs: 9 };
  const states: unknown[] = [];
  client.onLatches((latches) => states.push(latches));
  void client.setLatch(latch);
  void client.clearLatch("kill", "checked", "operator", 10);
  answer({ type: "latches-changed", latches: [latch] });
  expect(sent.map(({ message }) => message)).toEqual([
    { type: "set-latch", latch: "kill", reason: "operator", sessionId: "s", atUs: 9 },
    { type: "clear-latch", latch: "kill", reason: "checked", by: "operator", atUs: 10 },
  ]);
  expect(states).toEqual([[latch]]);
});

test("a change of a latch resolves when it is on disk, each in its turn", async () => {
  const { client, answer } = clientUnderTest();
  const latch = { latch: "kill", reason: "operator", sessionId: "s", setAtUs: 9 };
  const order: string[] = [];
  const set = client.setLatch(latch).then((failure) => order.push(`set ${failure?.message ?? "done"}`));
  const cleared = client
    .clearLatch("kill", "checked", "operator", 10)
    .then((why) => order.push(`clear ${why?.message ?? "done"}`));
  client.onLatches((latches) => order.push(`${latches.length} latched`));
  await Promise.resolve();
  expect(order).toEqual([]);
  answer({ type: "latches-changed", latches: [latch] });
  await set;
  answer({ type: "latches-changed", latches: [] });
  await cleared;
  expect(order).toEqual(["1 latched", "set done", "0 latched", "clear done"]);
});

test("a change of a latch that a failure overtakes resolves with it, as does every later one", async () => {
  const { client, answer, sent } = clientUnderTest();
  const latch = { latch: "kill", reason: "operator", sessionId: "s", setAtUs: 9 };
  const waiting = Promise.all([client.setLatch(latch), client.clearLatch("kill", "checked", "operator", 10)]);
  answer(FULL);
  const failure = { ok: false, code: "disk-full", message: "no space left" };
  expect(await waiting).toEqual([failure, failure]);
  expect(await client.setLatch(latch)).toEqual(failure);
  expect(sent).toHaveLength(2);
});

test("a journal that is gone without a word fails everything that waits, and counts as closed", async () => {
  const { client } = clientUnderTest();
  client.begin(manifest());
  const ended = client.end(summary());
  const latch = client.clearLatch("kill", "checked", "operator", 10);
  client.lost("exit code 1");
  client.lost("a second time");
  const failure = { ok: false, code: "io", message: "exit code 1" };
  await expect(ended).rejects.toMatchObject({ code: "io", message: "exit code 1" });
  expect([await latch, await client.ready(), client.failure]).toEqual([failure, failure, failure]);
  await client.close();
});
