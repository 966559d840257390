import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JournalBatch } from "../../db/journal-protocol.ts";
import { openTape } from "../../db/tape-reader.ts";
import { InvariantError } from "../../main/kernel/values/invariant.ts";
import { prepareSession, type PreparedSession } from "../../main/session/session-factory.ts";
import type { SessionJournal } from "../../main/session/session-journal.ts";
import type { SessionResult } from "../../main/session/session-result.ts";
import { SessionRunner } from "../../main/session/session-runner.ts";
import type { SessionSpec } from "../../main/session/session-spec.ts";
import { goldenTape } from "../golden/golden-replay.ts";
import { temporaryFolder } from "./import-fixture.ts";

const GENERATED: SessionSpec = {
  mode: "paper",
  source: { kind: "generated", market: "btc", seed: 3, scenario: "volatile" },
  profile: "crypto",
  overrides: [],
  fillModel: "touch",
  latencyUs: 5_000,
  makerBps: "2",
  takerBps: "5",
  durationUs: null,
  speed: null,
  dataDir: null,
};

/** A journal in memory that fails when the test says so. */
class FakeJournal implements SessionJournal {
  readonly batches: JournalBatch[] = [];
  readonly ended: SessionResult[] = [];
  failsAfterBatches = Infinity;
  failsAtEnd: string | null = null;
  #listener: ((message: string) => void) | null = null;

  append(batch: JournalBatch): void {
    this.batches.push(batch);
    if (this.batches.length === this.failsAfterBatches) this.#listener?.("no space left");
  }

  behindMs(): number {
    return 0;
  }

  async whenFewerAhead(): Promise<void> {}

  onFailed(listener: (message: string) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  get hasListener(): boolean {
    return this.#listener !== null;
  }

  async end(result: SessionResult): Promise<string | null> {
    this.ended.push(result);
    return this.failsAtEnd;
  }

  get throughSeq(): number {
    return this.batches.at(-1)?.throughSeq ?? 0;
  }
}

function prepare(spec: SessionSpec, journal: FakeJournal): PreparedSession {
  const outcome = prepareSession(spec, journal);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.prepared;
}

function runnerOf(spec: SessionSpec, journal: FakeJournal, seconds: number | null): SessionRunner {
  const { session, recorder, startUs, manifest } = prepare(spec, journal);
  const endUs = seconds === null ? null : startUs + seconds * 1_000_000;
  const { sessionId } = manifest;
  return new SessionRunner({ sessionId, session, recorder, journal, startUs, endUs, speed: spec.speed });
}

test("stops when its time is up, with no order left and every event recorded", async () => {
  const journal = new FakeJournal();
  const runner = runnerOf(GENERATED, journal, 20);
  const { startUs } = prepare(GENERATED, new FakeJournal());
  const outcome = await runner.run();
  expect(outcome).toMatchObject({ ok: true, result: { endedHow: "ended" } });
  expect(outcome.result.placements).toBeGreaterThan(0);
  expect(runner.session.kernel.orders.liveCount).toBe(0);
  expect(runner.session.nowUs - startUs).toBeGreaterThanOrEqual(20_000_000);
  expect(runner.session.nowUs - startUs).toBeLessThan(21_000_000);
  expect(journal.ended).toEqual([outcome.result]);
  expect(journal.throughSeq).toBe(outcome.result.events);
});

test("ends with five markouts of every fill, whatever is known of them", async () => {
  const journal = new FakeJournal();
  await runnerOf({ ...GENERATED, overrides: ["MM_PRICE_OFFSET_PER_LEVEL_PERCENT=0.001"] }, journal, 60).run();
  const records = journal.batches.flatMap(({ entries }) => entries.map(({ record }) => record));
  const fills = records.flatMap((record) => (record.type === "record-fill" ? [record.tradeId] : []));
  const markouts = records.flatMap((record) => (record.type === "record-markout" ? [record] : []));
  expect(fills.length).toBeGreaterThan(0);
  for (const tradeId of fills) expect(markouts.filter((markout) => markout.tradeId === tradeId)).toHaveLength(5);
  expect(markouts.some(({ markoutBps }) => markoutBps === null)).toBe(true);
});

test("stops at the end of its tape", async () => {
  const journal = new FakeJournal();
  const spec: SessionSpec = { ...GENERATED, mode: "backtest", source: { kind: "tape", path: goldenTape("volatile") } };
  const runner = runnerOf(spec, journal, null);
  const outcome = await runner.run();
  expect(outcome).toMatchObject({ ok: true, result: { endedHow: "ended" } });
  expect(runner.session.isSourceDone).toBe(true);
  const commands = journal.batches.flatMap(({ entries }) => entries.map(({ record }) => record));
  expect(commands).toContainEqual(
    expect.objectContaining({ type: "record-operator-command", command: "stop", by: "end of the tape" }),
  );
});

test("a journal that fails halts quoting, cancels what rests, and makes the outcome a failure", async () => {
  const journal = new FakeJournal();
  journal.failsAfterBatches = 3;
  const runner = runnerOf(GENERATED, journal, 600);
  const outcome = await runner.run();
  expect(outcome).toMatchObject({ ok: false, code: "journal", message: "no space left" });
  expect(runner.session.kernel.state.reasons()).toContain("journal-failed");
  expect(runner.session.kernel.orders.liveCount).toBe(0);
  expect(journal.ended).toEqual([]);
  expect(runner.session.nowUs).toBeLessThan(prepare(GENERATED, journal).startUs + 600_000_000);
});

test("an end that cannot be written is a failure, too", async () => {
  const journal = new FakeJournal();
  journal.failsAtEnd = "no space left";
  expect(await runnerOf(GENERATED, journal, 2).run()).toMatchObject({ ok: false, code: "journal" });
});

test("a tape that is damaged in the middle ends the backtest as crashed and names the place; what came before is kept", async () => {
  const path = join(temporaryFolder(), "damaged.tape");
  const bytes = readFileSync(goldenTape("volatile"));
  const at = Math.floor(bytes.length * 0.7);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const opened = openTape(path);
  expect(opened.ok).toBe(true);
  if (opened.ok) opened.tape.close();
  const journal = new FakeJournal();
  const spec: SessionSpec = { ...GENERATED, mode: "backtest", source: { kind: "tape", path } };
  const outcome = await runnerOf(spec, journal, null).run();
  expect(outcome).toMatchObject({
    ok: false,
    code: "tape",
    message: expect.stringMatching(/damaged in block \d+ at byte \d+/),
    result: { endedHow: "crashed" },
  });
  expect(outcome.result.events).toBeGreaterThan(0);
  expect(outcome.result.placements).toBeGreaterThan(0);
  expect(journal.throughSeq).toBe(outcome.result.events);
  const records = journal.batches.flatMap(({ entries }) => entries.map(({ record }) => record));
  expect(records).toContainEqual(
    expect.objectContaining({ type: "record-operator-command", command: "stop", by: "the tape is damaged" }),
  );
  const lastStatus = new Map(records.flatMap((r) => (r.type === "record-order" ? [[r.orderId, r.status]] : [])));
  expect([...lastStatus.values()]).not.toContain("resting");
});

test("an invariant that breaks on an operator's command ends the session, and the caller is told no", async () => {
  const journal = new FakeJournal();
  const runner = runnerOf({ ...GENERATED, speed: 50 }, journal, null);
  const running = runner.run();
  await expect.poll(() => runner.session.tally.placements, { timeout: 10_000 }).toBeGreaterThan(0);
  const { kernel } = runner.session;
  const handle = kernel.handle.bind(kernel);
  kernel.handle = (event) => {
    if (event.type === "operator-commanded") throw new InvariantError("planted");
    return handle(event);
  };
  expect(runner.command("kill-1", "kill", "test")).toBe(false);
  expect(await running).toMatchObject({ ok: false, code: "invariant", message: "planted" });
  expect(journal.ended).toEqual([expect.objectContaining({ endedHow: "crashed" })]);
});

test("any other failure inside ends the session in the journal, too", async () => {
  const journal = new FakeJournal();
  const runner = runnerOf(GENERATED, journal, 600);
  runner.session.kernel.handle = () => {
    throw new TypeError("planted");
  };
  expect(await runner.run()).toMatchObject({ ok: false, code: "invariant", message: "unexpected failure: planted" });
  expect(journal.ended).toHaveLength(1);
});

test("takes nothing any more once it is ending, and lets go of its journal", async () => {
  const journal = new FakeJournal();
  const runner = runnerOf(GENERATED, journal, 2);
  const outcome = await runner.run();
  const batches = journal.batches.length;
  expect(runner.command("stop-late", "stop", "test")).toBe(false);
  expect(runner.changeProfile("flip-late", runner.session.kernel.profile, "test")).toBe(false);
  expect(journal.batches).toHaveLength(batches);
  expect(runner.session.tally.events).toBe(outcome.result.events);
  expect(journal.hasListener).toBe(false);
});

test("a disk that no longer answers does not hold up a stop", async () => {
  const journal = new FakeJournal();
  journal.whenFewerAhead = () => new Promise<void>(() => undefined);
  const runner = runnerOf(GENERATED, journal, null);
  const running = runner.run();
  await expect.poll(() => runner.session.tally.events, { timeout: 10_000 }).toBeGreaterThan(0);
  runner.command("stop-1", "stop", "test");
  expect(await running).toMatchObject({ ok: true, result: { endedHow: "ended" } });
});

test("a paced session keeps to the wall, takes a kill at once, and ends killed", async () => {
  const journal = new FakeJournal();
  const runner = runnerOf({ ...GENERATED, speed: 50 }, journal, null);
  const running = runner.run();
  await expect.poll(() => runner.session.tally.placements, { timeout: 10_000 }).toBeGreaterThan(0);
  runner.command("kill-1", "kill", "test");
  expect(await running).toMatchObject({ ok: true, result: { endedHow: "killed" } });
  expect(runner.session.kernel.orders.liveCount).toBe(0);
  const urgent = journal.batches.filter(
    ({ isUrgent, entries }) => isUrgent && entries.some(({ record }) => record.type === "record-operator-command"),
  );
  expect(urgent).toHaveLength(1);
});
