import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rulesInWords } from "../../main/kernel/settings/cross-rules.ts";
import { checkProfile } from "../../main/profiles/profile-report.ts";
import { ballast, lastLine, temporaryFolder } from "./cli-process.ts";

interface Remark {
  readonly variable: string;
  readonly value: string;
  readonly bound: string;
  readonly line: number | null;
  readonly message: string;
}

function fileOf(...lines: readonly string[]): string {
  const path = join(temporaryFolder(), "mine.env");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/** One mistake of each kind: line, variable, value, and what it had to be. */
const MISTAKES: readonly (readonly [line: string, variable: string, value: string, bound: RegExp])[] = [
  ["MM_MAX_POSITION_SIZE=-1", "MM_MAX_POSITION_SIZE", "-1", /^must be >/],
  ["MM_NUM_PRICE_LEVELS=2.5", "MM_NUM_PRICE_LEVELS", "2.5", /^must be a whole number/],
  ["MM_SPREAD_MULTIPLIER=wide", "MM_SPREAD_MULTIPLIER", "wide", /^must be a plain decimal number/],
  ["MM_TREND_ENABLED=perhaps", "MM_TREND_ENABLED", "perhaps", /^must be true or false/],
  ["MM_OFFSET_MODE=elastic", "MM_OFFSET_MODE", "elastic", /fixed.*dynamic/],
  ["MM_REGIME_CADENCE_CALM=fast", "MM_REGIME_CADENCE_CALM", "fast", /interval.*\/.*age/i],
  ["MM_API_KEY=hunter2", "MM_API_KEY", "(hidden)", /secret/],
  ["MM_SPREAD_MULTIPLIER=2", "MM_SPREAD_MULTIPLIER", "2", /^must be set once, but line 3 sets it too/],
  ["this is no assignment", "", "this is no assignment", /NAME=value/],
];

test("a check names line, variable, value and bound of one mistake of each kind, all at once, and fails", async () => {
  const path = fileOf(...MISTAKES.map(([line]) => line));
  const outcome = await ballast("profile", "check", path, "--json");
  expect(outcome.code).not.toBe(0);
  const { problems } = (lastLine(outcome) as { result: { problems: readonly Remark[] } }).result;
  expect(problems).toHaveLength(MISTAKES.length);
  MISTAKES.forEach(([, variable, value, bound], index) => {
    const problem = problems.find(({ line }) => line === index + 1);
    expect(problem).toMatchObject({ variable, value });
    expect(problem?.bound).toMatch(bound);
    expect(problem?.message).toContain(`line ${index + 1}: `);
    expect(outcome.stdout + outcome.stderr).not.toContain("hunter2");
  });
});

/** Two lines that break each rule, in the order of `rulesInWords`. */
const BROKEN_RULES: readonly (readonly [string, string])[] = [
  ["MM_VOL_REGIME_CALM_BPS=20", "MM_VOL_REGIME_ELEVATED_BPS=20"],
  ["MM_VOL_REGIME_ELEVATED_BPS=90", "MM_VOL_REGIME_EXTREME_BPS=80"],
  ["MM_INVENTORY_WARN_PCT=0.8", "MM_INVENTORY_CRITICAL_PCT=0.8"],
  ["MM_INVENTORY_CRITICAL_PCT=0.97", "MM_INVENTORY_HARD_PCT=0.96"],
  ["MM_MIN_OFFSET_BPS=50", "MM_MAX_OFFSET_BPS=49"],
  ["MM_TREND_FAST_EMA_S=60", "MM_TREND_SLOW_EMA_S=60"],
  ["MM_VOL_REGIME_SHORT_WINDOW_S=70", "MM_VOL_REGIME_MEDIUM_WINDOW_S=60"],
  ["MM_VOL_REGIME_MEDIUM_WINDOW_S=200", "MM_VOL_REGIME_LONG_WINDOW_S=150"],
  ["MM_POST_ONLY_SAFETY_TICKS=9", "MM_POF_MAX_SAFETY_TICKS=8"],
  ["MM_SHUTDOWN_FLATTEN_SLIPPAGE_BPS=150", "MM_SHUTDOWN_FLATTEN_MAX_SLIPPAGE_BPS=100"],
  ["MM_QUOTE_ANCHOR=mid", "MM_MARKOUT_ANCHOR=best"],
  ["MM_BUILDER_PROGRAM_ENABLED=true", "MM_BUILDER_ID=0"],
  ["MM_DRAWDOWN_STOP_ENABLED=true", "MM_MAX_POSITION_NOTIONAL_USD=0"],
  ["MM_DEADMAN_COUNTDOWN_S=10", "MM_DEADMAN_HEARTBEAT_S=10"],
];

test("there is a case for each rule between settings", () => {
  expect(BROKEN_RULES).toHaveLength(rulesInWords().length);
});

test.each(BROKEN_RULES)("a check refuses %s beside %s and names both lines", (first, second) => {
  const { ok, result } = checkProfile(fileOf("# mine", first, "", second), { dataDir: null });
  expect(ok).toBe(false);
  const [problem, ...more] = result?.problems ?? [];
  expect(more).toEqual([]);
  const [variable = "", value = ""] = (problem?.line === 2 ? first : second).split("=");
  expect(problem).toMatchObject({ variable, value });
  const [other = "", otherValue = ""] = (problem?.line === 2 ? second : first).split("=");
  expect(problem?.bound).toContain(`${other} = ${otherValue} (line ${problem?.line === 2 ? 4 : 2})`);
  expect(problem?.bound).toMatch(/^must /);
});

test("a check passes doubts with a warning each: outside the safe range, and an unknown name with the nearest known one", async () => {
  const limits = ["MM_GROSS_EXPOSURE_LIMIT_USD=3000", "MM_LOSS_LIMIT_SESSION_USD=20", "MM_LOSS_LIMIT_DAY_USD=40"];
  const path = fileOf("MM_SKEW_SHAPE_K=9", "MM_MIN_OFSET_BPS=3", ...limits);
  const outcome = await ballast("profile", "check", path, "--json");
  expect(outcome.code).toBe(0);
  expect(lastLine(outcome)).toMatchObject({
    ok: true,
    result: {
      problems: [],
      warnings: [
        { line: 1, variable: "MM_SKEW_SHAPE_K", value: "9", bound: "should be 1 to 4" },
        {
          line: 2,
          variable: "MM_MIN_OFSET_BPS",
          value: "3",
          bound: expect.stringContaining("did you mean MM_MIN_OFFSET_BPS?"),
        },
      ],
    },
  });
});

test("a check beside the profile of a running session refuses what that session cannot change", async () => {
  const running = fileOf("MM_MARKET_NAME=BTC-USD", "MM_SKEW_SHAPE_K=2");
  const edited = fileOf("MM_SKEW_SHAPE_K=3", "MM_MARKET_NAME=ETH-PERP", "MM_ENVIRONMENT=mainnet");
  const outcome = await ballast("profile", "check", edited, "--running", running, "--json");
  expect(outcome.code).not.toBe(0);
  expect(lastLine(outcome)).toMatchObject({
    result: {
      problems: [
        { line: 3, variable: "MM_ENVIRONMENT", value: "mainnet", bound: "must stay testnet while a session runs" },
        { line: 2, variable: "MM_MARKET_NAME", value: "ETH-PERP", bound: "must stay BTC-USD while a session runs" },
      ],
    },
  });
  expect((await ballast("profile", "check", edited)).code).toBe(0);
});

test("a file of zero bytes is refused by the check and by a run, with the code of a refusal", async () => {
  const path = join(temporaryFolder(), "mine.env");
  writeFileSync(path, "");
  const check = await ballast("profile", "check", path);
  expect(check).toMatchObject({ code: 2, stdout: expect.stringContaining(`${path}: must set a variable`) });
  const run = await ballast("run", "--profile", path, "--for", "5s", "--speed", "max");
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(`${path}: must set a variable`) });
});
