import { expect, test, vi } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { ballast, lastLine, temporaryFolder } from "./cli-process.ts";

vi.setConfig({ testTimeout: 60_000 });

const ROUGH = "rough,lost-reports=0.05,lost-responses=0.03,late-reports=0.1,late-ms=900,rate-limited=0.02,seed=4";

test("a session on a rough venue ends politely with every order ended, and replays to the bit", async () => {
  const dataDir = temporaryFolder();
  const args = ["--profile", "legacy", "--scenario", "volatile", "--speed", "max", "--for", "90s", "--data", dataDir];
  const outcome = await ballast("run", ...args, "--venue-faults", ROUGH, "--collateral", "50000", "--json");
  expect(outcome.code, outcome.stderr).toBe(0);
  const { sessionId } = lastLine(outcome) as { sessionId: string };
  const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
  if (!opened.ok) throw new Error(opened.message);
  const source = opened.reader.session(sessionId)?.manifest.source;
  const status = new Map<number, string>();
  for (const { record } of opened.reader.entries(sessionId))
    if (record.type === "record-order") status.set(record.orderId, record.status);
  opened.reader.close();
  expect(source).toMatchObject({ venueFaults: ROUGH, collateral: "50000" });
  const ends = new Set(["filled", "cancelled", "rejected", "denied"]);
  expect([...status].filter(([, value]) => !ends.has(value))).toEqual([]);
  expect([...status.values()]).toContain("rejected");
  const replayed = await ballast("replay", "--data", dataDir, "--session", sessionId, "--verify");
  expect(replayed.code, replayed.stdout + replayed.stderr).toBe(0);
});
