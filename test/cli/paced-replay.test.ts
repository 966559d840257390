import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { importCapture, replayRun } from "../soak/replayed-runs.ts";
import { ballast, cliFile, recordedCapture, temporaryFolder } from "./cli-process.ts";

// Each of these starts several processes
vi.setConfig({ testTimeout: 90_000 });

const PACE = { sessionSeconds: 30, speed: 20 };
const EQUAL = { problem: null, events: expect.toSatisfy((events: number) => events > 500) };

test("a session on the wall clock, on a rough venue, replays to the same hash in another process", async () => {
  const args = ["--scenario", "volatile", "--seed", "5", "--venue-faults", "rough"];
  expect(await replayRun(cliFile, temporaryFolder(), { name: "generated", args }, PACE)).toMatchObject(EQUAL);
});

test.skipIf(!existsSync(recordedCapture))(
  "a session on the wall clock over a recorded market does, too (needs ../shared/data)",
  async () => {
    const folder = temporaryFolder();
    const tape = join(folder, "btc.tape");
    await importCapture(cliFile, recordedCapture, tape);
    const market = { name: "recorded", args: ["--tape", tape] };
    expect(await replayRun(cliFile, join(folder, "data"), market, PACE)).toMatchObject(EQUAL);
  },
);

test("a tape and an embedded market at once are refused", async () => {
  const outcome = await ballast("run", "--profile", "crypto", "--tape", "x.tape", "--seed", "3");
  expect(outcome.code).not.toBe(0);
  expect(outcome.stderr).toContain("--tape");
});
