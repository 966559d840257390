import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { killRuns } from "../soak/killed-runs.ts";
import { ballast, cliFile, lastLine, temporaryFolder } from "./cli-process.ts";

test("twenty sessions killed at random moments lose no fill that was acknowledged, and the next start opens cleanly", async () => {
  const dataDir = temporaryFolder();
  const seed = Math.floor(Math.random() * 1_000_000);
  const { acknowledgedFills, problems } = await killRuns(cliFile, dataDir, { runs: 20, seed, longestMs: 700 });
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(acknowledgedFills, `seed ${seed}`).toBeGreaterThan(20);
  const doctor = await ballast("doctor", "--data", dataDir, "--json");
  expect(doctor.code, doctor.stdout).toBe(0);
  expect(doctor.stdout).toContain("crashed; it is marked so now");
  const { sessions } = lastLine(await ballast("sessions", "--data", dataDir, "--json")) as {
    sessions: { endedHow: string }[];
  };
  expect(new Set(sessions.map(({ endedHow }) => endedHow))).toEqual(new Set(["crashed"]));
}, 150_000);

/** A session that goes on until it is told to stop; resolves when it quotes. */
async function quoting(dataDir: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [cliFile, "run", "--profile", "legacy", "--json", "--data", dataDir, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const quotes = Promise.withResolvers<string>();
  let said = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    said += `${line}\n`;
    const sessionId = /^Session (\S+): /.exec(line)?.[1];
    if (sessionId !== undefined) quotes.resolve(sessionId);
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const closed = new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
  });
  const sessionId = await quotes.promise;
  return { child, sessionId, said: () => said, stdout: () => stdout, closed };
}

test.each(["SIGINT", "SIGTERM"] as const)("%s ends a session politely, with no order left", async (signal) => {
  const dataDir = temporaryFolder();
  const run = await quoting(dataDir, "--speed", "20");
  await wait(500);
  run.child.kill(signal);
  expect(await run.closed, run.said()).toBe(0);
  expect(run.said()).toContain("Stopping: cancelling all own orders");
  const result = lastLine({ code: 0, stdout: run.stdout(), stderr: run.said() }) as { placements: number };
  expect(result).toMatchObject({ endedHow: "ended", placements: expect.any(Number) });
  expect(result.placements).toBeGreaterThan(0);
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const status = new Map<number, string>();
  for (const { record } of opened.reader.entries(run.sessionId))
    if (record.type === "record-order") status.set(record.orderId, record.status);
  opened.reader.close();
  expect(status.size).toBe(result.placements);
  const ends = new Set(["filled", "cancelled", "rejected"]);
  expect([...status.values()].filter((value) => !ends.has(value))).toEqual([]);
});

test("a second signal waits on, a third abandons the session with exit code 1", async () => {
  // The venue is a minute away, so that the polite end takes longer than this test
  const run = await quoting(temporaryFolder(), "--speed", "1", "--latency-ms", "60000");
  await wait(300);
  const said = async (text: string) => {
    for (let tries = 0; tries < 200 && !run.said().includes(text); tries += 1) await wait(25);
    expect(run.said()).toContain(text);
  };
  run.child.kill("SIGTERM");
  await said("Stopping");
  run.child.kill("SIGINT");
  await said("once more abandons it");
  expect(run.child.exitCode).toBeNull();
  run.child.kill("SIGINT");
  expect(await run.closed).toBe(1);
});
