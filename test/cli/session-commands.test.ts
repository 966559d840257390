import { existsSync } from "node:fs";
import { join } from "node:path";
import { Decimal } from "decimal.js";
import { describe, expect, test, vi } from "vitest";
import { ballast, lastLine, recordedCapture, runNode, cliFile, temporaryFolder } from "./cli-process.ts";

// Each of these starts several processes
vi.setConfig({ testTimeout: 90_000 });

const DECIMAL = /^-?\d+(\.\d+)?$/;
const decimal = expect.stringMatching(DECIMAL);
const count = expect.toSatisfy((value: unknown) => Number.isInteger(value) && Number(value) >= 0);

const RESULT = {
  sessionId: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{4}$/),
  events: count,
  decisions: expect.any(Object),
  placements: count,
  cancels: count,
  fills: { maker: count, taker: count },
  position: decimal,
  maxAbsPosition: decimal,
  pnl: { spreadCapture: decimal, inventory: decimal, fees: decimal, funding: decimal, net: decimal },
  uptime: expect.toSatisfy((share: number) => share >= 0 && share <= 1),
  effectHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  endedHow: "ended",
  eventsPerSecond: count,
};

interface Result {
  readonly sessionId: string;
  readonly placements: number;
  readonly cancels: number;
  readonly decisions: Record<string, number>;
  readonly fills: { readonly maker: number; readonly taker: number };
  readonly pnl: Record<"spreadCapture" | "inventory" | "fees" | "funding" | "net", string>;
  readonly effectHash: string;
}

/** Checks what must hold of every result, and gives it back. */
function checkResult(value: Record<string, unknown>): Result {
  expect(value).toMatchObject(RESULT);
  const result = value as unknown as Result;
  const { spreadCapture, inventory, fees, funding, net } = result.pnl;
  const sum = Decimal.sum(spreadCapture, inventory, fees, funding);
  expect(sum.equals(net), `${sum.toString()} must be ${net}`).toBe(true);
  for (const times of Object.values(result.decisions)) expect(times).toBeGreaterThan(0);
  return result;
}

const run = (...args: string[]) => ballast("run", "--speed", "max", "--json", ...args);

describe("run", () => {
  test.each([
    ["btc", "crypto", "mixed"],
    ["btc", "legacy", "volatile"],
    ["alt", "crypto", "gaps"],
    ["alt", "legacy", "jumping"],
  ])("quotes the %s market with %s in %s weather", async (market, profile, scenario) => {
    const args = ["--market", market, "--profile", profile, "--scenario", scenario, "--for", "60s", "--seed", "3"];
    const outcome = await run(...args);
    expect(outcome.code, outcome.stderr).toBe(0);
    const result = checkResult(lastLine(outcome));
    expect(result.placements).toBeGreaterThan(0);
    expect(result.cancels).toBeGreaterThan(0);
  });

  test("is the same again with the same seed, and another with another", async () => {
    const runs = ["7", "7", "8"].map((seed) => run("--profile", "legacy", "--for", "20s", "--seed", seed));
    const [one, two, other] = (await Promise.all(runs)).map((outcome) => lastLine(outcome)["effectHash"]);
    expect(one).toBe(two);
    expect(one).not.toBe(other);
  });

  test("keeps to the wall clock, prints for people without --json, and keeps nothing without --data", async () => {
    const outcome = await ballast("run", "--profile", "crypto", "--for", "3s", "--speed", "10");
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/Session \S+ ended: \d+ events/);
    expect(outcome.stdout).toMatch(/effect hash [0-9a-f]{64}/);
  });
});

describe("backtest and replay", () => {
  test("take the tape of a stored session, twice to the same hash; the replay verifies it", async () => {
    const folder = temporaryFolder();
    const data = join(folder, "data");
    const recorded = lastLine(
      await run("--profile", "crypto", "--for", "30s", "--scenario", "volatile", "--data", data),
    );
    const { sessionId, effectHash, events } = recorded as { sessionId: string; effectHash: string; events: number };
    const replayed = await ballast("replay", "--data", data, "--session", sessionId, "--verify", "--json");
    expect(replayed.code, replayed.stderr).toBe(0);
    expect(lastLine(replayed)).toEqual({
      sessionId,
      ok: true,
      effectHash,
      recordedHash: effectHash,
      firstDifference: null,
      events,
      eventsPerSecond: expect.any(Number),
    });
    const tape = join(data, "tapes", `${sessionId}.tape`);
    const args = ["backtest", "--tape", tape, "--profile", "legacy", "--set", "MM_MIN_OFFSET_BPS=0.2", "--json"];
    const [one, two] = (await Promise.all([ballast(...args), ballast(...args)])).map((outcome) => lastLine(outcome));
    expect(checkResult(one ?? {}).effectHash).toBe(two?.["effectHash"]);
  });

  test("take another fill model, latency and fees, and count what these cost", async () => {
    const data = temporaryFolder();
    const { sessionId } = lastLine(
      await run("--profile", "legacy", "--for", "60s", "--scenario", "volatile", "--data", data),
    ) as { sessionId: string };
    const tape = join(data, "tapes", `${sessionId}.tape`);
    const common = ["backtest", "--tape", tape, "--profile", "legacy", "--json", "--latency-ms", "0"];
    const outcomes = await Promise.all([
      ballast(...common, "--fill-model", "touch", "--fees", "1,0"),
      ballast(...common, "--fill-model", "touch", "--fees", "-1,0"),
    ]);
    const [paying, paid] = outcomes.map((outcome) => checkResult(lastLine(outcome)));
    expect(paying?.fills.maker).toBeGreaterThan(0);
    expect(new Decimal(paying?.pnl.fees ?? 0).negated().equals(paid?.pnl.fees ?? 0)).toBe(true);
    expect(new Decimal(paid?.pnl.fees ?? 0).greaterThan(0)).toBe(true);
  });
});

describe.skipIf(!existsSync(recordedCapture))("the recorded BTC market (needs ../shared/data)", () => {
  test("is imported, quoted with both profiles, the same twice, and replayed to the bit", async () => {
    const folder = temporaryFolder();
    const tape = join(folder, "btc.tape");
    const data = join(folder, "data");
    const imported = await ballast(
      ...["import", "--format", "binance-usdm", "--symbol", "BTCUSDT", "--out", tape, "--json", recordedCapture],
    );
    expect(imported.code, imported.stderr).toBe(0);
    expect(lastLine(imported)).toMatchObject({
      frames: 93_954,
      depthUpdates: 6_551,
      trades: 21_313,
      tickers: 66_089,
      gaps: 0,
      rejected: { "before-snapshot": 4 },
      firstTs: expect.any(Number),
      lastTs: expect.any(Number),
      bytes: expect.any(Number),
      touchAgreement: 1,
    });
    for (const profile of ["legacy", "crypto"]) {
      const args = ["backtest", "--tape", tape, "--profile", profile, "--json"];
      const kept = await ballast(...args, "--data", data);
      expect(kept.code, kept.stderr).toBe(0);
      const result = checkResult(lastLine(kept));
      expect(result.placements).toBeGreaterThan(100);
      expect(result.cancels).toBeGreaterThan(100);
      expect(result.fills.maker).toBeGreaterThan(0);
      expect(checkResult(lastLine(await ballast(...args))).effectHash).toBe(result.effectHash);
      const replayed = await ballast("replay", "--data", data, "--session", result.sessionId, "--verify", "--json");
      expect(replayed.code, replayed.stdout).toBe(0);
      expect(lastLine(replayed)).toMatchObject({ ok: true, recordedHash: result.effectHash });
    }
    const listed = lastLine(await ballast("sessions", "--data", data, "--json"))["sessions"];
    expect(listed).toMatchObject([{ profile: "crypto" }, { profile: "legacy" }]);
  }, 90_000);
});

describe("help and options", () => {
  const commands = [
    "console",
    "run",
    "backtest",
    "import",
    "export",
    "import-session",
    "what-if",
    "replay",
    "sessions",
    "profile",
    "clear-latch",
    "doctor",
  ];

  test("every command explains itself, and the list names every command", async () => {
    const outcomes = await Promise.all(commands.map((command) => ballast(command, "--help")));
    for (const [index, { code, stdout }] of outcomes.entries()) {
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: ballast ${commands[index]}`);
    }
    const { stdout } = await ballast("--help");
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    expect(stdout).toContain("Exit codes:");
  });

  test.each([
    ["an unknown command", ["quote"], "quote"],
    ["an unknown option", ["run", "--profile", "legacy", "--sped", "2"], "--sped"],
    ["a missing option", ["backtest", "--profile", "legacy"], "--tape"],
    ["a value that is none", ["run", "--profile", "legacy", "--for", "60"], '"60"'],
  ])("refuses %s with exit code 2, and names it", async (_what, args, named) => {
    const { code, stdout, stderr } = await ballast(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(named);
    expect(stdout).toBe("");
  });

  test("the doctor passes a healthy folder, and says what it looked at", async () => {
    const data = temporaryFolder();
    const { sessionId } = lastLine(await run("--profile", "crypto", "--for", "5s", "--data", data));
    const outcome = await ballast("doctor", "--data", data, "--json");
    expect(outcome.code, outcome.stdout).toBe(0);
    const { ok, checks } = lastLine(outcome) as { ok: boolean; checks: { name: string; ok: boolean }[] };
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Node", "Ballast", "data folder", `tape ${String(sessionId)}.tape`, "profile legacy"]),
    );
  });

  test("keeps standard output for the object while --json is on", async () => {
    const { stdout, stderr } = await runNode([
      cliFile,
      "run",
      "--profile",
      "legacy",
      "--for",
      "2s",
      "--speed",
      "max",
      "--json",
    ]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("Session ");
  });
});
