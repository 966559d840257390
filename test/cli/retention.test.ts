import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
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
