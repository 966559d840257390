import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { closeDb, openWritable } from "../../db/open.ts";
import { batch, fill, manifest, summary } from "../db/journal-builders.ts";
import { startJournal } from "../db/journal-harness.ts";
import { tampered } from "../db/tampering.ts";
import { ballast, hashesOf, lastLine, tapeOf, temporaryFolder } from "./cli-process.ts";

/** A session of long ago and one that has just ended. */
async function twoSessions(): Promise<string> {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  for (const [sessionId, endedAtUs] of [
    ["old", 1_000_000],
    ["new", Date.now() * 1_000],
  ] as const) {
    client.begin(manifest({ sessionId, startedAtUs: endedAtUs - 1 }));
    client.append(batch(1, [fill(1)], { sessionId, isUrgent: true }));
    await client.end(summary({ endedAtUs, events: 1 }));
  }
  await client.close();
  return dataDir;
}

test("verify answers with exit code 0 for what is intact, 1 and the place for what is not, 2 for a session that is not there", async () => {
  const data = await twoSessions();
  const intact = await ballast("verify", "--data", data, "--json");
  expect(intact.code, intact.stderr).toBe(0);
  expect(lastLine(intact)).toMatchObject({ ok: true, findingCount: 0, sessions: [{ state: "intact" }, {}] });
  const copy = tampered(data, (db) => db.exec("UPDATE fills SET price_ticks = 1 WHERE session_id = 'new'"));
  const altered = await ballast("verify", "--data", copy, "--session", "new", "--json");
  expect(altered.code).toBe(1);
  expect(lastLine(altered)).toMatchObject({
    ok: false,
    findings: [{ table: "fills", key: { session_id: "new", seq: 1, idx: 0 }, column: "price_ticks" }],
  });
  const tape = tapeOf(copy, "old");
  const bytes = readFileSync(tape);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  writeFileSync(tape, bytes);
  const plain = await ballast("verify", "--data", copy);
  expect(plain.code).toBe(1);
  expect(plain.stdout).toContain("2 faults:");
  expect(plain.stdout).toContain("price_ticks");
  expect(plain.stdout).toContain(tape);
  expect((await ballast("verify", "--data", data, "--session", "nobody")).code).toBe(2);
  expect((await ballast("verify", "--data", join(data, "nowhere"))).code).toBe(3);
});

test("a journal that lacks a table is a wrong result, and verify says that it looked no further", async () => {
  const data = await twoSessions();
  const opened = openWritable(dataFolderPaths(data).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  opened.db.exec("DROP TABLE late_fills; CREATE TABLE notes (x)");
  closeDb(opened.db);
  const json = await ballast("verify", "--data", data, "--json");
  expect(json.code).toBe(1);
  expect(lastLine(json)).toMatchObject({ ok: false, isStoppedAtSchema: true, sessions: [] });
  const plain = await ballast("verify", "--data", data);
  expect(plain.code).toBe(1);
  expect(plain.stdout).toContain("table late_fills is missing");
  expect(plain.stdout).toContain("table notes is unknown");
  expect(plain.stdout).toContain("Rows and tapes were not checked");
});

test("a crashed session whose chain notes no end of its tape is named with what cannot be said of it", async () => {
  const data = temporaryFolder();
  const { client } = startJournal({ dataDir: data });
  client.begin(manifest({ sessionId: "crashed" }));
  client.append(batch(1, [fill(1)], { sessionId: "crashed", isUrgent: true }));
  await client.close();
  const early = await ballast("verify", "--data", data);
  expect(early.code, early.stderr).toBe(0);
  expect(early.stdout).toContain("its end not noted");
  await startJournal({ dataDir: data }).client.close();
  const noted = await ballast("verify", "--data", data);
  expect(noted.code, noted.stderr).toBe(0);
  expect(noted.stdout).toContain("Everything is as it was written.");
  const older = tampered(data, (db) => {
    db.exec("DELETE FROM journal_chain; INSERT INTO unchained_sessions VALUES ('crashed')");
  });
  await startJournal({ dataDir: older }).client.close();
  const unnoted = await ballast("verify", "--data", older);
  expect(unnoted.code, unnoted.stdout).toBe(0);
  expect(unnoted.stdout).toContain("1 events on tape, left open, its end not noted");
  expect(unnoted.stdout).toContain("bytes cut off behind the events that the journal knows would not be missed");
});

test("a journal whose pages are damaged is a wrong result, with JSON on the last line", async () => {
  const data = await twoSessions();
  const { journalFile } = dataFolderPaths(data);
  const bytes = readFileSync(journalFile);
  writeFileSync(journalFile, bytes.fill(0xa5, 0, 100));
  const outcome = await ballast("verify", "--data", data, "--json");
  expect(outcome.code).toBe(1);
  expect(lastLine(outcome)).toMatchObject({ ok: false, findings: [{ kind: "file" }] });
});

test("prune shows what would go and removes nothing without the operator's word", async () => {
  const data = await twoSessions();
  const tape = tapeOf(data, "old");
  const dry = await ballast("prune", "--data", data, "--older-than", "30", "--dry-run");
  expect(dry.code, dry.stderr).toBe(0);
  expect(dry.stdout).toContain("old");
  expect(dry.stdout).toContain("1 session to remove");
  const unasked = await ballast("prune", "--data", data, "--older-than", "30");
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain("--yes");
  expect(existsSync(tape)).toBe(true);
  const sure = await ballast(
    "prune",
    "--data",
    data,
    "--older-than",
    "30",
    "--yes",
    "--reason",
    "quarter closed",
    "--json",
  );
  expect(sure.code, sure.stderr).toBe(0);
  expect(lastLine(sure)).toMatchObject({ ok: true, pruned: ["old"] });
  expect(existsSync(tape)).toBe(false);
  const after = await ballast("verify", "--data", data, "--json");
  expect(after.code, after.stdout).toBe(0);
  expect(lastLine(after)).toMatchObject({ pruned: [{ sessionId: "old", reason: "quarter closed" }] });
});

test.each([[[]], [["--older-than", "1", "--keep-bytes", "1"]], [["--older-than", "soon"]], [["--keep-bytes", "-1"]]])(
  "prune with %j is refused",
  async (options) => {
    const data = await twoSessions();
    const before = hashesOf(join(data, "tapes"));
    expect((await ballast("prune", "--data", data, "--yes", ...options)).code).toBe(2);
    expect(hashesOf(join(data, "tapes"))).toEqual(before);
  },
);

test("backup makes a journal that opens, and refuses to write over a file", async () => {
  const data = await twoSessions();
  const copy = temporaryFolder();
  const out = dataFolderPaths(copy).journalFile;
  const first = await ballast("backup", "--data", data, "--out", out, "--json");
  expect(first.code, first.stderr).toBe(0);
  expect(lastLine(first)).toMatchObject({ ok: true, file: out });
  const sessions = lastLine(await ballast("sessions", "--data", copy, "--json")) as { sessions: unknown[] };
  expect(sessions.sessions).toHaveLength(2);
  const again = await ballast("backup", "--data", data, "--out", out);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain(out);
});
