import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { checkJournal } from "../../db/journal-integrity.ts";
import type { JournalReady } from "../../db/journal-client.ts";
import { firstAnswer, readJournal, recordsOf, tapeSeqs, temporaryFolder } from "./journal-harness.ts";

const program = fileURLToPath(new URL("journal-victim.ts", import.meta.url));

/** Runs the victim until it has said `durable` so many times, kills it, and gives back all that it had said by its end. */
async function killAfter(
  marks: number,
  dataDir: string,
  sessionId: string,
): Promise<{ ready: JournalReady; durableSeq: number }> {
  const child = spawn(process.execPath, [program, dataDir, sessionId], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    if (lines.length === marks + 1) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  const [ready = "", ...durable] = lines;
  return { ready: JSON.parse(ready) as JournalReady, durableSeq: Number(durable.at(-1)) };
}

test("a killed process loses nothing that was called durable, and the next start says that it crashed", async () => {
  const dataDir = temporaryFolder();
  const [moments = []] = fc.sample(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 10, maxLength: 10 }), 1);
  const before: string[] = [];
  for (const [run, marks] of moments.entries()) {
    const sessionId = `killed-${run}`;
    const { ready, durableSeq } = await killAfter(marks, dataDir, sessionId);
    expect(ready, `kills after ${moments.join(", ")} marks`).toMatchObject({
      ok: true,
      crashedSessions: before.slice(-1),
    });
    before.push(sessionId);
    const reader = readJournal(dataDir);
    const fills = recordsOf(dataDir, sessionId, "record-fill").map((stored) => stored.seq);
    const all = Array.from({ length: fills.length }, (_, index) => index + 1);
    expect(fills.length).toBeGreaterThanOrEqual(durableSeq);
    expect(fills).toEqual(all);
    expect(recordsOf(dataDir, sessionId, "record-decision")).toHaveLength(fills.length);
    expect(reader.session(sessionId)).toMatchObject({ endedHow: "running", durableSeq: fills.length });
    // Every row has its event on the tape; the tape may be ahead
    expect(tapeSeqs(dataDir, sessionId).slice(0, fills.length)).toEqual(all);
  }
  expect(checkJournal(dataFolderPaths(dataDir).journalFile)).toEqual({ ok: true });
  expect(firstAnswer(dataDir)).toMatchObject({ type: "ready", crashedSessions: before.slice(-1) });
  const ends = readJournal(dataDir)
    .sessions(20)
    .map((session) => session.endedHow);
  expect(ends).toEqual(moments.map(() => "crashed"));
}, 60_000);
