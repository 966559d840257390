import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import type { WritableDb } from "../../db/open.ts";
import type { StoredSession } from "../../db/stored-session.ts";
import { openTape } from "../../db/tape-reader.ts";
import type { RecordDecision } from "../../main/kernel/effects.ts";
import type { KernelConfig } from "../../main/kernel/kernel-config.ts";
import { Kernel } from "../../main/kernel/kernel.ts";
import { parseMoney } from "../../main/kernel/values/market-rules.ts";
import { replayTape, type ReplayDifference } from "../../main/session/replay.ts";
import { kernelConfigOf } from "../../main/session/stored-kernel.ts";
import { ballast, lastLine } from "../cli/cli-process.ts";
import { tampered } from "../db/tampering.ts";
import { recordedSpec, recordSession } from "../support/recorded-session.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
let sessionId: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "ballast-replay-"));
  // Longer than a minute, so that long runs of decisions are cut
  const often = { overrides: ["MM_MIN_OFFSET_BPS=0.3"], fillModel: "touch", durationUs: 75_000_000 };
  const spec = { ...recordedSpec, ...often, dataDir };
  const flip = { type: "operator-commanded", commandId: "pause", command: "pause", by: "test" } as const;
  const back = { ...flip, commandId: "resume", command: "resume" } as const;
  sessionId = await recordSession(spec, [
    { atS: 5, command: () => flip },
    { atS: 70, command: () => back },
  ]);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

type ConfigChange = (config: KernelConfig) => KernelConfig;

/** Replays the session of a folder against its journal. */
function verify(folder: string, change: ConfigChange = (config) => config): ReplayDifference | null {
  const paths = dataFolderPaths(folder);
  const opened = JournalReader.open(paths.journalFile);
  const tape = openTape(tapeFile(paths, sessionId));
  if (!opened.ok || !tape.ok) throw new Error("the folder of the test must open");
  try {
    const stored = opened.reader.session(sessionId) as StoredSession;
    const completeToSeq = stored.effectHash === null ? stored.durableSeq : null;
    const recorded = { entries: opened.reader.entries(sessionId), completeToSeq };
    const kernel = new Kernel(change(kernelConfigOf(stored.manifest)));
    return replayTape(kernel, tape.tape, recorded, stored.effectHash).firstDifference;
  } finally {
    opened.reader.close();
    tape.tape.close();
  }
}

/** Key of the row of a table that a query finds; the query selects seq and idx. */
function keyIn(db: WritableDb, query: string): { readonly seq: number; readonly idx: number } {
  const row = db.prepare<[], { seq: number; idx: number }>(query).get();
  if (row === undefined) throw new Error(`the session of the test must have a row for ${query}`);
  return row;
}

/** Changes one row of a copy; returns its event and what the replay says. */
function afterUpdate(table: string, where: string, assignment: string) {
  let seq = -1;
  const copy = tampered(dataDir, (db) => {
    const key = keyIn(db, `SELECT seq, idx FROM ${table} WHERE ${where} ORDER BY seq, idx LIMIT 1 OFFSET 3`);
    seq = key.seq;
    db.prepare(`UPDATE ${table} SET ${assignment} WHERE seq = @seq AND idx = @idx`).run(key);
  });
  return { seq, difference: verify(copy) };
}

test("a session that nobody touched agrees in every record, its decisions among them", () => {
  expect(verify(dataDir)).toBe(null);
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const kinds = new Map<string, number>();
  for (const { record } of opened.reader.entries(sessionId)) kinds.set(record.type, (kinds.get(record.type) ?? 0) + 1);
  opened.reader.close();
  expect(kinds.get("record-decision")).toBeGreaterThan(50);
  expect(kinds.get("record-fill")).toBeGreaterThan(0);
});

describe("a changed row of the journal", () => {
  test.each([
    [
      "a part of a price",
      "reprice_decisions",
      "build_up IS NOT NULL",
      "build_up = json_set(build_up, '$.offsetBps', 99.5)",
      "decision.buildUp.offsetBps",
    ],
    ["a decision's code", "reprice_decisions", "code = 'place_initial'", "code = 'replace_size'", "decision.code"],
    ["a guard's reading", "reprice_decisions", "reading IS NOT NULL", "reading = reading + 1", "decision.reading"],
    ["the length of a run", "reprice_decisions", "count > 1", "count = count + 1", "count"],
    ["an order's price", "orders", "status = 'resting'", "price_ticks = price_ticks + 1", "priceTicks"],
    ["a fill's best bid", "fills", "best_bid_ticks IS NOT NULL", "best_bid_ticks = best_bid_ticks - 1", "bestBidTicks"],
    ["a sample's position", "samples", "1", "position_lots = position_lots + 1", "positionLots"],
  ])("is found with its event, both records and the field: %s", (_what, table, where, assignment, field) => {
    const { seq, difference } = afterUpdate(table, where, assignment);
    expect(difference).toMatchObject({
      kind: "record",
      seq,
      recorded: { seq },
      replayed: { seq },
      fields: [{ field }],
    });
    expect(difference?.message).toContain(`event ${seq}`);
  });

  test("is no difference where a double changed in its last digits: these may depend on the build of V8", () => {
    const nudge = "build_up = json_set(build_up, '$.offsetBps', json_extract(build_up, '$.offsetBps') * (1 + 1e-14))";
    expect(afterUpdate("reprice_decisions", "build_up IS NOT NULL", nudge).difference).toBe(null);
  });

  test.each(["reprice_decisions", "orders", "samples"])("is found where it is gone from %s", (table) => {
    let seq = -1;
    const copy = tampered(dataDir, (db) => {
      const key = keyIn(db, `SELECT seq, idx FROM ${table} ORDER BY seq, idx LIMIT 1 OFFSET 5`);
      seq = key.seq;
      db.prepare(`DELETE FROM ${table} WHERE seq = @seq AND idx = @idx`).run(key);
    });
    expect(verify(copy)).toMatchObject({ kind: "record", seq, replayed: { seq } });
  });

  test("is found where it was put in, also behind the last event", () => {
    for (const [seq, kind] of [
      ["1", "record"],
      ["seq + 100000", "end"],
    ] as const) {
      const copy = tampered(dataDir, (db) => {
        const columns = db.prepare<[], { name: string }>("SELECT name FROM pragma_table_info('alerts')").all();
        const names = columns.map(({ name }) => name);
        const values = names.map((name) => (name === "seq" ? seq : name === "idx" ? "77" : name));
        db.exec(`INSERT INTO alerts (${names.join()}) SELECT ${values.join()} FROM alerts ORDER BY seq DESC LIMIT 1`);
      });
      const difference = verify(copy);
      expect(difference).toMatchObject({
        kind,
        recorded: { index: 77, record: { type: "record-alert" } },
        replayed: null,
      });
    }
  });
});

describe("a run that is another one", () => {
  test("after a changed setting parts at a decision, both shown with their build-ups", () => {
    const copy = tampered(dataDir, (db) => {
      const changed = "replace(profile_text, 'MM_MIN_OFFSET_BPS=0.3', 'MM_MIN_OFFSET_BPS=4.5')";
      expect(db.prepare(`UPDATE sessions SET profile_text = ${changed}`).run().changes).toBe(1);
    });
    const difference = verify(copy);
    const decision = { type: "record-decision", decision: { buildUp: expect.any(Object) } };
    expect(difference).toMatchObject({
      kind: "record",
      eventType: expect.any(String),
      atUs: expect.any(Number),
      decisions: { recorded: { record: decision }, replayed: { record: decision } },
    });
    const [one, other] = [difference?.decisions?.recorded, difference?.decisions?.replayed].map(
      (side) => side?.record as RecordDecision,
    );
    expect(other?.decision.slot).toEqual(one?.decision.slot);
    expect(Math.abs(one?.decision.buildUp?.offsetBps ?? 0)).toBeLessThan(3);
    expect(Math.abs(other?.decision.buildUp?.offsetBps ?? 0)).toBe(4.5);
  });

  test("with a latch carried over parts at the first event, with the slot's answer there in both", () => {
    const difference = verify(dataDir, (config) => ({ ...config, carried: { latches: ["day-loss"], day: null } }));
    expect(difference).toMatchObject({
      kind: "record",
      seq: expect.any(Number),
      decisions: {
        recorded: { record: { decision: { code: "skip_halted", detail: "reconciliation" } } },
        replayed: { record: { decision: { code: "skip_halted", detail: "day-loss reconciliation" } } },
      },
    });
  });

  test("with another day's result carried over, too small to matter, does not part", () => {
    const day = { day: 0, net: parseMoney("-0.01"), liftedAt: null };
    expect(verify(dataDir, (config) => ({ ...config, carried: { latches: [], day } }))).toBe(null);
  });
});

test("the kernel of a live session is made as a live one, that of any other is not", () => {
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const { manifest } = opened.reader.session(sessionId) as StoredSession;
  opened.reader.close();
  expect(kernelConfigOf(manifest).isLive).toBe(false);
  expect(kernelConfigOf({ ...manifest, mode: "live" }).isLive).toBe(true);
});

describe("a session that crashed", () => {
  /** Ends the copy's journal at an event, as a crash does: what is later and the runs that were open never reached it. */
  function crashed(more: (db: WritableDb, durableSeq: number) => void = () => undefined): string {
    return tampered(dataDir, (db) => {
      const { seq } = keyIn(db, "SELECT seq, idx FROM samples ORDER BY seq LIMIT 1 OFFSET 30");
      db.exec("UPDATE sessions SET effect_hash = NULL, ended_how = 'crashed'");
      db.exec(`UPDATE session_progress SET durable_seq = ${seq}`);
      for (const table of [
        "reprice_decisions",
        "orders",
        "fills",
        "alerts",
        "samples",
        "markouts",
        "operator_commands",
        "regime_changes",
        "risk_events",
      ])
        db.exec(`DELETE FROM ${table} WHERE seq > ${seq}`);
      db.exec(`DELETE FROM reprice_decisions WHERE count > 1 AND seq > ${seq} - 400`);
      more(db, seq);
    });
  }

  test("agrees up to where its journal is complete", () => {
    expect(verify(crashed())).toBe(null);
  });

  test("differs where an order before that is gone", () => {
    let gone = -1;
    const copy = crashed((db) => {
      const key = keyIn(db, "SELECT seq, idx FROM orders ORDER BY seq DESC, idx DESC LIMIT 1");
      gone = key.seq;
      db.prepare("DELETE FROM orders WHERE seq = @seq AND idx = @idx").run(key);
    });
    expect(verify(copy)).toMatchObject({ kind: "record", seq: gone, recorded: null });
  });
});

describe("the command line", () => {
  test("shows the first difference side by side, and as JSON", async () => {
    const copy = tampered(dataDir, (db) => {
      const key = keyIn(db, "SELECT seq, idx FROM reprice_decisions WHERE build_up IS NOT NULL LIMIT 1");
      db.prepare(
        "UPDATE reprice_decisions SET build_up = json_set(build_up, '$.offsetBps', 99.5) WHERE seq = @seq AND idx = @idx",
      ).run(key);
    });
    const args = ["replay", "--data", copy, "--session", sessionId, "--verify"];
    const [shown, json] = await Promise.all([ballast(...args), ballast(...args, "--json")]);
    expect([shown.code, json.code]).toEqual([1, 1]);
    expect(shown.stdout).toMatch(/first difference: at event \d+ the journal has the decision (BUY|SELL) \d/);
    expect(shown.stdout).toMatch(/^ +journal +replay$/m);
    expect(shown.stdout).toMatch(/^ +! buildUp\.offsetBps +99\.5 +-?\d/m);
    expect(shown.stdout).toMatch(/^ {6}buildUp\.anchorTicks +(\d+) +\1$/m);
    expect(lastLine(json)).toMatchObject({
      ok: false,
      firstDifference: {
        kind: "record",
        fields: [{ field: "decision.buildUp.offsetBps", recorded: 99.5, replayed: expect.any(Number) }],
        recorded: { record: { decision: { buildUp: { offsetBps: 99.5 } } } },
        replayed: { record: { decision: { code: expect.any(String) } } },
      },
    });
  });
});
