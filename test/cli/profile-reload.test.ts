import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { dataFolderPaths } from "../../db/data-folder.ts";
import type { JournalEntry } from "../../db/journal-protocol.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import { ballast, cliFile, lastLine, temporaryFolder } from "./cli-process.ts";

// Real processes, and a file must stand still before it counts
vi.setConfig({ testTimeout: 60_000 });

const PATIENCE = { timeout: 20_000, interval: 10 };

const profileText = (minOffsetBps: number | string, more = ""): string => `# mine, tuned by hand
MM_MARKET_PROFILE=legacy
MM_OFFSET_MODE=dynamic
MM_MIN_OFFSET_BPS=${minOffsetBps} # the floor
MM_MAX_OFFSET_BPS=400
MM_MAX_POSITION_SIZE=0.04
${more}`;

/** `ballast run` with an own profile, until it is told to stop. */
async function running(text = profileText(3)) {
  const dataDir = temporaryFolder();
  const folder = join(dataDir, "profiles");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "mine.env");
  writeFileSync(path, text);
  const args = ["run", "--profile", "mine", "--data", dataDir, "--speed", "20", "--scenario", "steady", "--json"];
  const child = spawn(process.execPath, [cliFile, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  child.stdout.resume();
  const closed = new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
  });
  const hears = (what: RegExp, times = 1) =>
    vi.waitUntil(() => said.filter((line) => what.test(line)).length >= times, PATIENCE);
  await hears(/^Session /);
  const sessionId = /^Session (\S+):/.exec(said.find((line) => line.startsWith("Session ")) ?? "")?.[1] ?? "";
  const stop = async (): Promise<readonly JournalEntry[]> => {
    child.kill("SIGINT");
    expect(await closed, said.join("\n")).toBe(0);
    return entries();
  };
  const entries = (): readonly JournalEntry[] => {
    const opened = JournalReader.open(dataFolderPaths(dataDir).journalFile);
    if (!opened.ok) throw new Error(opened.message);
    const all = [...opened.reader.entries(sessionId)];
    opened.reader.close();
    return all;
  };
  return { entries, dataDir, path, said, hears, stop, sessionId };
}

/** Distances from the anchor of all decisions made at seqs in [from, to), in bps. */
function offsets(entries: readonly JournalEntry[], fromSeq = 0, toSeq = Infinity): readonly number[] {
  return entries.flatMap(({ seq, record }) =>
    record.type === "record-decision" && record.decision.buildUp !== null && seq >= fromSeq && seq < toSeq
      ? [Math.abs(record.decision.buildUp.offsetBps)]
      : [],
  );
}

function decisionCodes(entries: readonly JournalEntry[]): readonly string[] {
  return entries.flatMap(({ record }) => (record.type === "record-decision" ? [record.decision.code] : []));
}

/** Codes of slots that no other profile can decide anew at once. */
const WAITS = new Set(["skip_halted", "skip_interval", "skip_cancel_pending"]);

/** The last decision's code of each slot. */
function lastCodes(entries: readonly JournalEntry[]): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const { record } of entries) {
    if (record.type !== "record-decision") continue;
    const { slot, code } = record.decision;
    codes.set(`${slot.side} ${slot.level}`, code);
  }
  return codes;
}

function changesIn(entries: readonly JournalEntry[]) {
  return entries.flatMap(({ seq, record }) => (record.type === "record-profile-change" ? [{ seq, ...record }] : []));
}

describe("editing the profile's file while `run` is going", () => {
  test("changes the next decision, and the journal tells who, what and when", async () => {
    const run = await running();
    // Until it quotes, no slot has anything to decide anew
    await vi.waitUntil(() => decisionCodes(run.entries()).includes("place_initial"), PATIENCE);
    writeFileSync(run.path, profileText(60));
    await run.hears(/^Profile changed \(file: mine\.env\): MM_MIN_OFFSET_BPS 3 -> 60$/);
    await vi.waitUntil(() => offsets(run.entries()).some((bps) => bps >= 60), PATIENCE);
    const entries = await run.stop();
    const [change, ...more] = changesIn(entries);
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      by: "file: mine.env",
      before: { revision: 1 },
      after: { revision: 2, name: "mine" },
    });
    expect(change?.before.settings.minOffsetBps).toBe(3);
    expect(change?.after.settings.minOffsetBps).toBe(60);
    const seq = change?.seq ?? 0;
    // The very event of the change is decided under the new profile, and so is all that comes after;
    // a slot that waits for something else goes on waiting, and what it waits for is said once
    const before = lastCodes(entries.filter((entry) => entry.seq < seq));
    const decidedAt = lastCodes(entries.filter((entry) => entry.seq === seq));
    const undecided = [...before].filter(([slot, code]) => !WAITS.has(code) && !decidedAt.has(slot));
    expect(before.size).toBeGreaterThan(1);
    expect(undecided).toEqual([]);
    expect(Math.min(...offsets(entries, seq))).toBeGreaterThanOrEqual(60);
    expect(Math.max(...offsets(entries, 0, seq))).toBeLessThan(60);
    // The change is on the tape, too: a replay changes at the same event
    const replay = await ballast("replay", "--data", run.dataDir, "--session", run.sessionId, "--verify");
    expect(replay.code, replay.stdout + replay.stderr).toBe(0);
  });

  test("changes nothing where the edit is bad, loudly, until it is mended", async () => {
    const run = await running();
    writeFileSync(run.path, profileText("-3"));
    await run.hears(/^ballast: profile refused \(file: mine\.env\).*line 4: MM_MIN_OFFSET_BPS must be .*was "-3"/);
    writeFileSync(run.path, profileText(3, "MM_MARKET_NAME=OTHER-USD\n"));
    await run.hears(/refused.*line 7: MM_MARKET_NAME must stay ETH-USD while a session runs, was "OTHER-USD"/);
    writeFileSync(run.path, profileText(45));
    await run.hears(/^Profile changed .*MM_MIN_OFFSET_BPS 3 -> 45$/);
    const entries = await run.stop();
    expect(changesIn(entries).map(({ after }) => after.settings.minOffsetBps)).toEqual([45]);
    const alerts = entries.flatMap(({ record }) =>
      record.type === "record-alert" && record.kind === "profile-refused" ? [record.message] : [],
    );
    expect(alerts).toHaveLength(2);
    expect(alerts[0]).toMatch(/mine\.env: line 4: MM_MIN_OFFSET_BPS/);
  });

  test("keeps every limit where the file is cut off and stays so, and the journal says why", async () => {
    const limits = "MM_MAX_POSITION_NOTIONAL_USD=1000\nMM_DRAWDOWN_STOP_ENABLED=true\nMM_LOSS_LIMIT_DAY_USD=40\n";
    const run = await running(profileText(3, limits));
    truncateSync(run.path, profileText(3).length);
    await run.hears(/refused \(file: mine\.env\).*was the beginning of the one in force, 6 of its 9 lines/);
    writeFileSync(run.path, profileText(9, limits.replace(/^.*\n/, "")));
    await run.hears(/refused .*MM_MAX_POSITION_NOTIONAL_USD must stay assigned .*\(1000 is in force\)/);
    const entries = await run.stop();
    expect(changesIn(entries)).toEqual([]);
    const refusals = entries.filter(
      ({ record }) => record.type === "record-alert" && record.kind === "profile-refused",
    );
    expect(refusals).toHaveLength(2);
  });

  test("takes over what an editor wrote in pieces, by renaming, or after deleting, each as one whole", async () => {
    const run = await running();
    // In pieces: the file is empty, then half, then whole
    const text = profileText(20);
    truncateSync(run.path);
    writeFileSync(run.path, text.slice(0, 60));
    writeFileSync(run.path, text);
    await run.hears(/MM_MIN_OFFSET_BPS 3 -> 20$/);
    const beside = join(run.path, "..", ".mine.env.swap");
    writeFileSync(beside, profileText(30));
    renameSync(beside, run.path);
    await run.hears(/MM_MIN_OFFSET_BPS 20 -> 30$/);
    rmSync(run.path);
    writeFileSync(run.path, profileText(40));
    await run.hears(/MM_MIN_OFFSET_BPS 30 -> 40$/);
    const set = await ballast("profile", "set", "mine", "MM_MIN_OFFSET_BPS=50", "--data", run.dataDir);
    expect(set.code, set.stderr).toBe(0);
    await run.hears(/MM_MIN_OFFSET_BPS 40 -> 50$/);
    expect(changesIn(await run.stop()).map(({ after }) => after.settings.minOffsetBps)).toEqual([20, 30, 40, 50]);
    expect(run.said.filter((line) => line.includes("refused"))).toEqual([]);
  });

  test("is in the history, and an earlier version comes back into file and session", async () => {
    const run = await running();
    writeFileSync(run.path, profileText(60));
    await run.hears(/3 -> 60$/);
    const history = await ballast("profile", "history", "mine", "--data", run.dataDir, "--json");
    const { result } = lastLine(history) as { result: { versions: { hash: string; by: string }[] } };
    expect(result.versions.map(({ by }) => by)).toEqual(["file: mine.env", "start"]);
    const first = result.versions.at(-1)?.hash.slice(0, 12) ?? "";
    const restored = await ballast("profile", "restore", "mine", first, "--data", run.dataDir);
    expect(restored.stdout).toContain("MM_MIN_OFFSET_BPS: 60 -> 3");
    expect(readFileSync(run.path, "utf8")).toBe(profileText(3));
    await run.hears(/60 -> 3$/);
    await run.stop();
  });
});

test("a session with a shipped profile is not changed by a file of that name", async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, "profiles"));
  writeFileSync(join(dataDir, "profiles", "legacy.env"), profileText(9));
  const outcome = await ballast(
    "run",
    "--profile",
    "legacy",
    "--data",
    dataDir,
    "--speed",
    "max",
    "--for",
    "20s",
    "--json",
  );
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(outcome.stderr).not.toContain("Profile changed");
  const history = await ballast("profile", "history", "legacy", "--data", dataDir);
  expect(history.stdout).toContain("never applied");
});
