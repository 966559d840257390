import { describe, expect, test, vi } from "vitest";
import { carriedOf, carriedText } from "../../main/session/carried-risk.ts";
import { money } from "../../main/kernel/values/units.ts";
import { ballast, lastLine, temporaryFolder } from "./cli-process.ts";

// Each of these starts several processes
vi.setConfig({ testTimeout: 90_000 });

/** A market in which every quote near the touch is filled. */
const EAGER = [
  "MM_OFFSET_MODE=fixed",
  "MM_PRICE_OFFSET_PER_LEVEL_PERCENT=0.00002",
  "MM_MICRO_VOL_MAX_BPS=0",
  "MM_MICRO_DRIFT_MAX_BPS=0",
].flatMap((setting) => ["--set", setting]);

function run(dataDir: string, ...more: readonly string[]): ReturnType<typeof ballast> {
  const market = ["--market", "btc", "--profile", "legacy", "--scenario", "volatile", "--for", "20s", "--seed", "3"];
  return ballast("run", "--speed", "max", "--json", "--data", dataDir, ...market, ...EAGER, ...more);
}

describe("a latch of the risk stage", () => {
  test("outlives its session: the next one quotes nothing until a person has cleared it, and replays to the bit", async () => {
    const dataDir = temporaryFolder();
    const first = lastLine(await run(dataDir, "--set", "MM_REPEATED_EXECUTION_LIMIT=1"));
    expect(first).toMatchObject({ endedHow: "ended", position: "0.000" });
    const latched = lastLine(await run(dataDir));
    expect(latched).toMatchObject({ endedHow: "ended", placements: 0, decisions: { skip_halted: expect.any(Number) } });
    const session = String(latched["sessionId"]);
    expect((await ballast("replay", "--data", dataDir, "--session", session, "--verify")).code).toBe(0);
    const clear = ["clear-latch", "--data", dataDir, "--latch", "repeated-execution", "--reason", "looked at it"];
    expect(await ballast(...clear)).toMatchObject({ code: 0, stdout: expect.stringContaining("Cleared") });
    expect(lastLine(await run(dataDir))["placements"]).toBeGreaterThan(0);
  });
});

test("a profile that is switched off starts no session, and says which variable it is", async () => {
  const outcome = await run(temporaryFolder(), "--set", "MM_ENABLED=false");
  expect(outcome.code).not.toBe(0);
  expect(outcome.stderr).toContain("MM_ENABLED must be true to start a session, was false in legacy");
});

describe("what a session takes over", () => {
  test.each([
    [{ latches: [], day: null }, false],
    [{ latches: ["drawdown" as const, "day-loss" as const], day: null }, true],
    [{ latches: [], day: { day: 20_454, net: money(-12_345_678_901_234_567_890n), liftedAt: money(-1n) } }, true],
  ])("stands in its manifest: %#", (carried, isWritten) => {
    const text = carriedText(carried);
    expect(text !== null).toBe(isWritten);
    expect(carriedOf({ source: { carried: text } })).toEqual(carried);
  });
});
