import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenRules } from "../../../main/kernel/settings/cross-rules.ts";
import { parseSettings, type Assignment } from "../../../main/kernel/settings/parse-settings.ts";
import { formatSettingValue, readSettingValue } from "../../../main/kernel/settings/setting-value.ts";
import { defaultSettings, SETTING_KEYS, settingRow } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { someAssignments } from "./arbitrary-assignments.ts";

/** The defaults with every limit set: no doubt about them. */
const LIMITED: Settings = {
  ...defaultSettings("legacy"),
  ...{ grossExposureLimitUsd: 3000, lossLimitSessionUsd: 20, lossLimitDayUsd: 40 },
};

/** `"MM_A=1"` on line 1, and so on. */
function lines(...texts: readonly string[]): readonly Assignment[] {
  return texts.map((text, index) => {
    const at = text.indexOf("=");
    return { name: text.slice(0, at), value: text.slice(at + 1), line: index + 1 };
  });
}

function accepted(...texts: readonly string[]): Settings {
  const parsed = parseSettings(lines(...texts));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return parsed.settings;
}

function problemsOf(...texts: readonly string[]): readonly string[] {
  const parsed = parseSettings(lines(...texts));
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

describe("reading values", () => {
  it.each([
    ["MM_SPREAD_MULTIPLIER=.5", { spreadMultiplier: 0.5 }],
    ["MM_SPREAD_MULTIPLIER=+2.", { spreadMultiplier: 2 }],
    ["MM_SPREAD_MULTIPLIER=123456789.012345", { spreadMultiplier: 123456789.012345 }],
    ["MM_MIN_OFFSET_BPS=0", { minOffsetBps: 0 }],
    ["MM_MIN_OFFSET_BPS=-0", { minOffsetBps: 0 }],
    ["MM_MIN_ACCEPTABLE_MARKOUT_BPS=-2.50", { minAcceptableMarkoutBps: -2.5 }],
    ["MM_NUM_PRICE_LEVELS=020", { numPriceLevels: 20 }],
    ["MM_ENABLED=FALSE", { enabled: false }],
    ["MM_ENABLED=1", { enabled: true }],
    ["MM_OFFSET_MODE=DYNAMIC", { offsetMode: "dynamic" }],
    ["MM_VOL_UNKNOWN_REGIME=extreme", { volUnknownRegime: "EXTREME" }],
    ["MM_MARKET_NAME=1000PEPE-USD", { marketName: "1000PEPE-USD" }],
    ["MM_REGIME_CADENCE_CALM=0.25/30", { regimeCadenceCalm: { minRepriceIntervalS: 0.25, maxOrderAgeS: 30 } }],
  ])("reads %s", (text, expected) => {
    expect(accepted(text)).toMatchObject(expected);
  });

  it.each([
    ["MM_MIN_OFFSET_BPS=-3", 'must be >= 0 bps per level, was "-3"'],
    ["MM_SPREAD_MULTIPLIER=0", 'must be > 0, was "0"'],
    ["MM_NUM_PRICE_LEVELS=21", 'must be <= 20 levels per side, was "21"'],
    ["MM_VOL_REGIME_HYSTERESIS_PCT=1", 'must be < 1 fraction of the threshold, was "1"'],
    ["MM_NUM_PRICE_LEVELS=2.0", 'must be a whole number, was "2.0"'],
    ["MM_SPREAD_MULTIPLIER=1e-3", 'must be a plain decimal number without exponent, was "1e-3"'],
    ["MM_SPREAD_MULTIPLIER=NaN", 'must be a plain decimal number without exponent, was "NaN"'],
    ["MM_SPREAD_MULTIPLIER=", 'must be a plain decimal number without exponent, was ""'],
    ["MM_SPREAD_MULTIPLIER=1,5", 'must be a plain decimal number without exponent, was "1,5"'],
    ["MM_SPREAD_MULTIPLIER=1.234567890123456", 'must have at most 15 significant digits, was "1.234567890123456"'],
    ["MM_MIN_OFFSET_BPS=0.0000000000000000001", 'must have at most 18 decimals, was "0.0000000000000000001"'],
    ["MM_ENABLED=yes", 'must be true or false, was "yes"'],
    ["MM_OFFSET_MODE=dynamc", 'must be one of fixed, dynamic, was "dynamc"'],
    ["MM_MARKET_NAME=", 'must be 1 to 64 letters, digits or . _ / : -, was ""'],
    ["MM_REGIME_CADENCE_CALM=3", 'must be interval_s/max_age_s such as 0.4/20, was "3"'],
    ["MM_REGIME_CADENCE_CALM=1/-1", 'must have an interval and an age >= 0 s, was "1/-1"'],
  ])("refuses %s", (text, message) => {
    expect(problemsOf(text)).toEqual([`line 1: ${text.split("=")[0]} ${message}`]);
  });

  it("reports every problem with its line, not only the first", () => {
    const messages = problemsOf("MM_MIN_OFFSET_BPS=-3", "MM_ENABLED=true", "MM_ENABLED=maybe", "MM_OFFSET_MODE=x");
    expect(messages.map((message) => message.slice(0, 7))).toEqual(["line 3:", "line 1:", "line 4:"]);
  });

  it("names variable, value, bound and line of a problem as data", () => {
    const parsed = parseSettings([{ name: "MM_MIN_OFFSET_BPS", value: "-3", line: 12 }]);
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ variable: "MM_MIN_OFFSET_BPS", value: "-3", bound: "must be >= 0 bps per level", line: 12 }],
    });
  });
});

describe("names", () => {
  it("refuses a name that is set twice, naming both lines", () => {
    expect(problemsOf("MM_MIN_OFFSET_BPS=3", "MM_ENABLED=1", "MM_MIN_OFFSET_BPS=4")).toEqual([
      'line 3: MM_MIN_OFFSET_BPS must be set once, but line 1 sets it too, was "4"',
    ]);
  });

  it.each(["MM_API_KEY", "MM_STARK_PRIVATE_KEY", "MM_STARK_PUBLIC_KEY", "MM_VAULT_ID", "OTHER_PASSPHRASE"])(
    "refuses %s without ever showing its value, also when it is set twice",
    (name) => {
      const parsed = parseSettings(lines(`${name}=hunter2`, `${name}=hunter2`));
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).toContain("keep it in the vault");
      expect(JSON.stringify(parsed)).not.toContain("hunter2");
    },
  );

  it("ignores an unknown name with a warning that names the nearest one", () => {
    const parsed = parseSettings(lines("MM_MIN_OFSET_BPS=4", "SOMETHING_ELSE=1"), LIMITED);
    expect(parsed).toMatchObject({ ok: true, settings: LIMITED });
    expect(parsed.warnings.map(({ message }) => message)).toEqual([
      "line 1: MM_MIN_OFSET_BPS is not a setting and is ignored; did you mean MM_MIN_OFFSET_BPS?",
      "line 2: SOMETHING_ELSE is not a setting and is ignored",
    ]);
  });
});

describe("ranges and rules", () => {
  it("accepts a value outside its safe range with a warning", () => {
    const parsed = parseSettings(lines("MM_MAX_ORDER_NOTIONAL_USD=0", "MM_CANCEL_ON_STALE_BOOK=false"), LIMITED);
    expect(parsed).toMatchObject({ ok: true, settings: { maxOrderNotionalUsd: 0, cancelOnStaleBook: false } });
    expect(parsed.warnings.map(({ message }) => message)).toEqual([
      'line 1: MM_MAX_ORDER_NOTIONAL_USD should be 50 to 1000 USD, was "0"',
      'line 2: MM_CANCEL_ON_STALE_BOOK should always be true, was "false"',
      "MM_MAX_ORDER_NOTIONAL_USD (line 1) = 0, which is NO LIMIT",
    ]);
  });

  it.each<[readonly string[], string]>([
    [["MM_MAX_ORDER_NOTIONAL_USD=0"], "MM_MAX_ORDER_NOTIONAL_USD (line 1) = 0, which is NO LIMIT"],
    [
      ["MM_LOSS_LIMIT_DAY_USD=0", "MM_GROSS_EXPOSURE_LIMIT_USD=0"],
      "MM_GROSS_EXPOSURE_LIMIT_USD (line 2), MM_LOSS_LIMIT_DAY_USD (line 1) = 0, which is NO LIMIT",
    ],
    [
      ["MM_DRAWDOWN_STOP_ENABLED=true", "MM_DRAWDOWN_STOP_PCT_OF_MAX_NOTIONAL=0"],
      "MM_DRAWDOWN_STOP_ENABLED (line 1) = true never stops: MM_DRAWDOWN_STOP_PCT_OF_MAX_NOTIONAL = 0",
    ],
    [["MM_DEADMAN_COUNTDOWN_S=0"], "MM_DEADMAN_ENABLED = true arms nothing: MM_DEADMAN_COUNTDOWN_S = 0"],
    [
      ["MM_MAX_POSITION_SIZE=0.02", "MM_MAX_LONG_POSITION_SIZE=0.03"],
      "MM_MAX_LONG_POSITION_SIZE (line 2) = 0.03 is above MM_MAX_POSITION_SIZE = 0.02, the whole that skew and inventory bands are shares of",
    ],
    [
      ["MM_MAX_POSITION_SIZE=1", "MM_INVENTORY_WARN_PCT=0.5", "MM_MAX_SHORT_POSITION_SIZE=0.4"],
      "MM_MAX_SHORT_POSITION_SIZE (line 3) = 0.4 never reaches MM_INVENTORY_WARN_PCT = 0.5 of MM_MAX_POSITION_SIZE = 1: no inventory band begins on that side",
    ],
    [
      ["MM_VOL_OFFSET_SCALE_CALM=1.1"],
      "MM_VOL_OFFSET_SCALE_CALM (line 1) = 1.1 is above 1: quotes are wider in CALM than in NORMAL",
    ],
  ])("accepts %j with a doubt about them together", (texts, message) => {
    const parsed = parseSettings(lines(...texts), LIMITED);
    expect(parsed.ok).toBe(true);
    expect(parsed.warnings.map((warning) => warning.message)).toContain(message);
  });

  it("names the limits that a file leaves at 0 by not setting them", () => {
    const [warning] = parseSettings([]).warnings;
    expect(warning).toMatchObject({
      line: null,
      message: expect.stringContaining("MM_LOSS_LIMIT_DAY_USD (by default)"),
    });
  });

  it.each([
    ["MM_DRAWDOWN_STOP_ENABLED=false", "MM_MAX_POSITION_NOTIONAL_USD=0"],
    ["MM_DEADMAN_ENABLED=false", "MM_DEADMAN_HEARTBEAT_S=40"],
    ["MM_SHUTDOWN_FLATTEN_SLIPPAGE_BPS=100"],
  ])("accepts %s, which switches nothing off that is on", (...texts) => {
    expect(parseSettings(lines(...texts.filter((text) => text !== undefined)), LIMITED).ok).toBe(true);
  });

  it.each([
    ["MM_VOL_REGIME_CALM_BPS=20", "MM_VOL_REGIME_CALM_BPS must be < MM_VOL_REGIME_ELEVATED_BPS = 20"],
    ["MM_VOL_REGIME_ELEVATED_BPS=45", "MM_VOL_REGIME_ELEVATED_BPS must be < MM_VOL_REGIME_EXTREME_BPS = 45"],
    ["MM_INVENTORY_WARN_PCT=0.8", "MM_INVENTORY_WARN_PCT must be < MM_INVENTORY_CRITICAL_PCT = 0.8"],
    ["MM_INVENTORY_CRITICAL_PCT=0.95", "MM_INVENTORY_CRITICAL_PCT must be < MM_INVENTORY_HARD_PCT = 0.95"],
    ["MM_MIN_OFFSET_BPS=100.5", "MM_MIN_OFFSET_BPS must be <= MM_MAX_OFFSET_BPS = 100"],
    ["MM_TREND_FAST_EMA_S=60", "MM_TREND_FAST_EMA_S must be < MM_TREND_SLOW_EMA_S = 60"],
    ["MM_VOL_REGIME_SHORT_WINDOW_S=61", "MM_VOL_REGIME_SHORT_WINDOW_S must be <= MM_VOL_REGIME_MEDIUM_WINDOW_S = 60"],
    ["MM_VOL_REGIME_MEDIUM_WINDOW_S=121", "MM_VOL_REGIME_MEDIUM_WINDOW_S must be <= MM_VOL_REGIME_LONG_WINDOW_S = 120"],
    ["MM_POST_ONLY_SAFETY_TICKS=9", "MM_POST_ONLY_SAFETY_TICKS must be <= MM_POF_MAX_SAFETY_TICKS = 8"],
    ["MM_QUOTE_ANCHOR=mid", "MM_QUOTE_ANCHOR must equal MM_MARKOUT_ANCHOR = best"],
  ])("refuses %s beside the defaults", (text, message) => {
    expect(problemsOf(text)).toEqual([`line 1: ${message}, was "${text.split("=")[1]}"`]);
  });

  it.each(["MM_VOL_REGIME_SHORT_WINDOW_S=60", "MM_MIN_OFFSET_BPS=100", "MM_POST_ONLY_SAFETY_TICKS=8"])(
    "accepts %s, where two settings may be equal",
    (text) => {
      expect(problemsOf(text)).toEqual([]);
    },
  );

  it("names both lines when two assignments are at odds, and the default when only the other is assigned", () => {
    expect(problemsOf("MM_MIN_OFFSET_BPS=9", "MM_MAX_OFFSET_BPS=8")).toEqual([
      'line 1: MM_MIN_OFFSET_BPS must be <= MM_MAX_OFFSET_BPS = 8 (line 2), was "9"',
    ]);
    expect(problemsOf("MM_MAX_OFFSET_BPS=2")).toEqual([
      'line 1: MM_MIN_OFFSET_BPS must be <= MM_MAX_OFFSET_BPS = 2, was "3" by default',
    ]);
  });

  it("refuses a builder program without a builder", () => {
    expect(problemsOf("MM_BUILDER_PROGRAM_ENABLED=true")).toHaveLength(1);
    expect(accepted("MM_BUILDER_PROGRAM_ENABLED=true", "MM_BUILDER_ID=7").builderId).toBe(7);
  });

  it("does not blame a rule for a value that could not be read", () => {
    expect(problemsOf("MM_VOL_REGIME_ELEVATED_BPS=abc", "MM_VOL_REGIME_CALM_BPS=30")).toHaveLength(1);
    expect(problemsOf("MM_VOL_REGIME_CALM_BPS=abc", "MM_VOL_REGIME_ELEVATED_BPS=5")).toHaveLength(1);
  });

  it("takes what is not assigned from the base", () => {
    const base = accepted("MM_MARKET_PROFILE=crypto", "MM_MAX_OFFSET_BPS=50");
    const parsed = parseSettings(lines("MM_MIN_OFFSET_BPS=40"), base);
    expect(parsed).toMatchObject({ ok: true, settings: { ...base, minOffsetBps: 40 } });
    expect(parseSettings(lines("MM_MIN_OFFSET_BPS=60"), base).ok).toBe(false);
  });
});

/** Why settings cannot have come from these assignments; empty when all is well. */
function contradictions(settings: Settings, assignments: readonly Assignment[]): readonly string[] {
  return SETTING_KEYS.flatMap((key) => {
    const row = settingRow(key);
    const read = readSettingValue(row, formatSettingValue(settings[key]));
    const given = assignments.find(({ name }) => name === row.name);
    const wanted = given === undefined ? read : readSettingValue(row, given.value);
    const isSame =
      read.ok && wanted.ok && isDeepStrictEqual([read.value, wanted.value], [settings[key], settings[key]]);
    return isSame ? [] : [`${row.name} is ${formatSettingValue(settings[key])}`];
  });
}

describe("any assignments", () => {
  it("are refused with a reason, or give settings within all bounds and rules that keep what was assigned", () => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(someAssignments, (assignments) => {
        const parsed = parseSettings(assignments);
        counts[parsed.ok ? "accepted" : "refused"] += 1;
        if (!parsed.ok) return parsed.problems.some(({ message, variable }) => message.includes(variable));
        return brokenRules(parsed.settings).length === 0 && contradictions(parsed.settings, assignments).length === 0;
      }),
      { numRuns: 300 },
    );
    // Else the generator would have proved nothing about one of the two.
    expect(counts.accepted).toBeGreaterThan(10);
    expect(counts.refused).toBeGreaterThan(10);
  });

  it("come out of their own text unchanged", () => {
    fc.assert(
      fc.property(someAssignments, (assignments) => {
        const parsed = parseSettings(assignments);
        fc.pre(parsed.ok);
        const again = SETTING_KEYS.map((key, index) => ({
          name: settingRow(key).name,
          value: formatSettingValue(parsed.settings[key]),
          line: index + 1,
        }));
        expect(parseSettings(again)).toMatchObject({ ok: true, settings: parsed.settings });
      }),
      { numRuns: 60 },
    );
  });

  it("print every decimal of up to 15 digits as it was written", () => {
    const digits = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 15 }));
    fc.assert(
      fc.property(digits, ([number, decimals]) => {
        const padded = String(number).padStart(decimals + 1, "0");
        const text = decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
        const read = readSettingValue(settingRow("minAcceptableMarkoutBps"), text);
        const plain = decimals === 0 ? text : text.replace(/\.?0+$/, "");
        expect(read.ok && formatSettingValue(read.value)).toBe(plain);
      }),
    );
  });
});
