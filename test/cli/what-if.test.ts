import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { ballast, hashesOf, lastLine, tapeOf, temporaryFolder } from "./cli-process.ts";

// Each of these starts several processes
vi.setConfig({ testTimeout: 90_000 });

async function recorded(data: string): Promise<string> {
  const args = ["--profile", "legacy", "--scenario", "volatile", "--for", "20s", "--speed", "max", "--json"];
  const { sessionId } = lastLine(await ballast("run", ...args, "--data", data));
  return String(sessionId);
}

describe("what-if", () => {
  test("compares a session with the other profile in every way of filling and latency, and leaves the folder as it was", async () => {
    const folder = temporaryFolder();
    const data = join(folder, "data");
    const session = await recorded(data);
    const before = hashesOf(join(data, "tapes"));
    const out = join(folder, "what-if.json");
    const outcome = await ballast(
      ...["what-if", "--data", data, "--session", session, "--profile", "crypto", "--out", out, "--json"],
    );
    expect(outcome.code, outcome.stderr).toBe(0);
    const report = lastLine(outcome);
    expect(report).toMatchObject({
      source: session,
      baseline: { name: "legacy" },
      alternative: { name: "crypto" },
      certainty: { cells: 12 },
    });
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(report);
    expect(hashesOf(join(data, "tapes"))).toEqual(before);
  });

  test("takes a tape as well, and says in words how sure it is and what was not replayed", async () => {
    const data = join(temporaryFolder(), "data");
    const session = await recorded(data);
    const tape = tapeOf(data, session);
    const args = ["--set", "MM_MIN_OFFSET_BPS=0.2", "--fill-model", "touch", "--latency-ms", "1,5"];
    const outcome = await ballast("what-if", "--tape", tape, ...args);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/in all 2 ways of filling and latency|of 2, (?:worse|better) in/);
    expect(outcome.stdout).toMatch(/MM_MIN_OFFSET_BPS: .* -> 0\.2/);
    expect(outcome.stdout).toContain("Only the market of the session is replayed");
    expect(outcome.stdout).toMatch(/touch\s+5 ms/);
  });

  test("is unsure of what it tried in one way only, and names no disagreement where there is none", async () => {
    const data = join(temporaryFolder(), "data");
    const tape = tapeOf(data, await recorded(data));
    const oneWay = ["--tape", tape, "--fill-model", "queue-log", "--latency-ms", "5"];
    const { code, stdout } = await ballast("what-if", ...oneWay);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Unsure all the same: only one fill model was tried.*; only one latency was tried/);
    expect(stdout).toContain("difference of net in that one way:");
    expect(stdout).not.toContain("median");
    expect(stdout).toContain("same answer for a slot: 100.0 % of the time\n");
    const told = lastLine(await ballast("what-if", ...oneWay, "--profile", "crypto", "--json"));
    expect(told).toMatchObject({
      certainty: { cells: 1, verdict: "unsure", notVaried: ["fill model", "latency"] },
    });
  });

  test.each([
    ["neither session nor tape", [], "--session"],
    ["both", ["--session", "a", "--tape", "b"], "--session"],
    ["a session without its folder", ["--session", "a"], "--data"],
    ["a session that is not there", ["--session", "20260101-000000-0000", "--data", "."], "20260101-000000-0000"],
    ["latencies that are none", ["--tape", "x", "--latency-ms", "1,x"], '"x"'],
    ["a fill model that is none", ["--tape", "x", "--fill-model", "luck"], '"luck"'],
  ])("refuses %s with exit code 2", async (_what, args, named) => {
    const { code, stdout, stderr } = await ballast("what-if", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(named);
    expect(stdout).toBe("");
  });
});
