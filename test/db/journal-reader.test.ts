import { expect, test } from "vitest";
import type { PnlParts } from "../../main/kernel/effects.ts";
import { money } from "../../main/kernel/values/units.ts";
import { dataFolderPaths } from "../../db/data-folder.ts";
import type { JournalEntry } from "../../db/journal-protocol.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { closeWritable, openWritable } from "../../db/open.ts";
import { EVERY_SESSION, type SessionFilter } from "../../db/session-filter.ts";
import { alert, batch, decision, fill, manifest, sample, summary } from "./journal-builders.ts";
import { readJournal, startJournal, temporaryFolder } from "./journal-harness.ts";

function journalWithSessions(count: number) {
  const dataDir = temporaryFolder();
  const journal = startJournal({ dataDir });
  for (let index = 1; index <= count; index += 1) {
    const sessionId = `session-${index}`;
    journal.client.begin(manifest({ sessionId, startedAtUs: index * 1_000_000 }));
    journal.client.append(batch(index, [fill(index)], { sessionId, isUrgent: true }));
    void journal.client.end(summary());
  }
  return { dataDir, ...journal };
}

function resultOf(net: bigint): PnlParts {
  const none = money(0n);
  return {
    spreadCapture: none,
    inventory: money(net * 10n ** 18n),
    fees: none,
    funding: none,
    net: money(net * 10n ** 18n),
  };
}

test("pages through the sessions, newest first", () => {
  const reader = readJournal(journalWithSessions(5).dataDir);
  const first = reader.sessions(2);
  expect(first.map((row) => row.sessionId)).toEqual(["session-5", "session-4"]);
  const last = first.at(-1)?.startedAtUs ?? null;
  expect(reader.sessions(2, last).map((row) => row.sessionId)).toEqual(["session-3", "session-2"]);
});

test("gives the sessions of a filter alone, and pages through those", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  for (let index = 1; index <= 6; index += 1) {
    const profileName = index % 2 === 0 ? "crypto" : "legacy";
    client.begin(manifest({ sessionId: `session-${index}`, startedAtUs: index * 1_000_000, profileName }));
    void client.end(summary());
  }
  const reader = readJournal(dataDir);
  const idsOf = (filter: Partial<SessionFilter>, limit = 10, beforeUs: number | null = null) =>
    reader.sessions(limit, beforeUs, { ...EVERY_SESSION, ...filter }).map(({ sessionId }) => sessionId.slice(8));
  expect(idsOf({ profile: "crypto" })).toEqual(["6", "4", "2"]);
  expect(idsOf({ profile: "crypto" }, 1, 6_000_000)).toEqual(["4"]);
  expect(idsOf({ market: "BTCUSDT", sinceUs: 2_000_000, untilUs: 4_000_000 })).toEqual(["3", "2"]);
  expect(idsOf({ untilUs: 4_000_000 }, 10, 3_000_000)).toEqual(["2", "1"]);
  expect(idsOf({ market: "ETHUSDT" })).toEqual([]);
  expect(reader.sessionKeys({ ...EVERY_SESSION, profile: "legacy" })).toEqual(
    [5, 3, 1].map((index) => ({ sessionId: `session-${index}`, market: "BTCUSDT", profile: "legacy" })),
  );
});

test("lists a running session with what is known of it so far", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const reader = readJournal(dataDir);
  client.begin(manifest());
  expect(reader.sessions(10)).toEqual([
    {
      sessionId: "session-1",
      mode: "paper",
      market: "BTCUSDT",
      venue: "sim",
      profile: "legacy",
      startedAtUs: manifest().startedAtUs,
      endedAtUs: null,
      endedHow: "running",
      fills: 0,
      net: null,
    },
  ]);
  client.append(batch(3, [fill(1), sample(2), fill(3)], { isUrgent: true }));
  expect(reader.sessions(10)).toMatchObject([{ fills: 2, net: "-0.500019999999999999" }]);
  void client.end(summary({ endedHow: "killed" }));
  expect(reader.sessions(10)).toMatchObject([
    { fills: 2, net: "-0.500019999999999999", endedHow: "killed", endedAtUs: summary().endedAtUs },
  ]);
});

test.each([
  ["sample", [fill(1, { pnl: resultOf(1n) }), sample(2, { pnl: resultOf(2n) })]],
  ["fill", [sample(1, { pnl: resultOf(1n) }), fill(2, { pnl: resultOf(2n) })]],
  ["effect of one event", [fill(2, { pnl: resultOf(1n) }), { ...sample(2, { pnl: resultOf(2n) }), index: 1 }]],
])("the result of a session is that of its last %s, while it runs and after its end", (_what, entries) => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const reader = readJournal(dataDir);
  client.begin(manifest());
  client.append(batch(2, entries, { fromSeq: 1, isUrgent: true }));
  expect(reader.sessions(1)).toMatchObject([{ net: "2", fills: 1 }]);
  void client.end(summary());
  expect(reader.sessions(1)).toMatchObject([{ net: "2", fills: 1 }]);
});

test("gives the manifest of a session back, with its end", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const reader = readJournal(dataDir);
  client.begin(manifest());
  client.append(batch(7, [], { isUrgent: true }));
  expect(reader.session("session-1")).toEqual({
    manifest: manifest(),
    endedAtUs: null,
    endedHow: "running",
    effectHash: null,
    events: null,
    resultJson: null,
    durableSeq: 7,
  });
  void client.end(summary());
  expect(reader.session("session-1")).toMatchObject({ ...summary(), durableSeq: 7, manifest: manifest() });
  expect(reader.session("unknown")).toBeNull();
});

test("gives the records of a session in their order, within one event too, and of no other", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const reader = readJournal(dataDir);
  client.begin(manifest());
  const entries = [1, 2, 3].flatMap((seq) => [
    { ...fill(seq), index: 0 },
    { ...decision(seq), index: 1 },
    { ...decision(seq), index: 2 },
    { ...alert(seq), index: 3 },
  ]);
  client.append(batch(3, entries, { isUrgent: true }));
  const kinds = (stored: Iterable<JournalEntry>) =>
    [...stored].map(({ seq, index, record }) => [seq, index, record.type]);
  expect(kinds(reader.entries("session-1"))).toEqual(kinds(entries));
  expect(kinds(reader.entries("another"))).toEqual([]);
});

test("walks through more records than one page holds", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  client.begin(manifest());
  const seqs = Array.from({ length: 1_203 }, (_, index) => index + 1);
  client.append(
    batch(
      1_203,
      seqs.map((seq) => (seq % 3 === 0 ? fill(seq) : decision(seq))),
    ),
  );
  expect([...readJournal(dataDir).entries("session-1")].map((entry) => entry.seq)).toEqual(seqs);
});

test("a reader opened before the first session sees every later commit", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const reader = readJournal(dataDir);
  client.begin(manifest());
  for (let seq = 1; seq <= 5; seq += 1) {
    client.append(batch(seq, [fill(seq)], { isUrgent: true }));
    expect([...reader.entries("session-1")]).toHaveLength(seq);
  }
});

test("refuses an older journal and says how to bring it up to date", () => {
  const { journalFile } = dataFolderPaths(temporaryFolder());
  const opened = openWritable(journalFile);
  if (opened.ok) closeWritable(opened.db);
  expect(JournalReader.open(journalFile)).toMatchObject({
    ok: false,
    message: expect.stringContaining("Start Ballast"),
  });
});
